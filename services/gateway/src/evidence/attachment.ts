/** `Content-Disposition: attachment` with a name in any script (RFC 6266, RFC 8187): nothing is shown in the page. */
export function attachment(name: string): string {
  // A name is one step of a path, on whatever system it will be saved.
  const safe = name.replace(/[/\\:*?"<>|\p{Cc}\p{Cs}]/gu, '_').replace(/^\.+/, '_')
  const plain = safe.replace(/[^\x20-\x7e]/g, '_').replace(/[%;']/g, '_')
  const encoded = encodeURIComponent(safe).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
