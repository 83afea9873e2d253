import { type FileTypeResult, fileTypeFromBuffer, fileTypeFromFile } from 'file-type'

/**
 * Which files are evidence, found by their content and never by their name. Plain text, CSV and JSON cannot be told
 * apart for certain by content: all three are text to the store, and the ledger says which.
 */

const extensions = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/heic': 'heic',
  'application/pdf': 'pdf',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'text/plain': 'txt',
} as const

export const allowedMediaTypes: readonly string[] = Object.keys(extensions)

/** Other names for what the store calls otherwise, and what text may be said to be. */
const saidOf: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['image/jpg'],
  'image/heic': ['image/heif'],
  'text/plain': ['text/csv', 'application/json'],
}

export const declarableMediaTypes: readonly string[] = [
  ...allowedMediaTypes,
  ...Object.values(saidOf).flat(),
].sort()

/** Whether content of the type `found` may be said to be `declared` (without parameters, in lower case). */
export function mayBeSaid(declared: string, found: string): boolean {
  return declared === found || (saidOf[found]?.includes(declared) ?? false)
}

/** For a name of a file that has none. */
export function extensionOf(mediaType: string): string {
  const found = Object.keys(saidOf).find((type) => saidOf[type]?.includes(mediaType)) ?? mediaType
  if (mediaType === 'text/csv') return 'csv'
  if (mediaType === 'application/json') return 'json'
  return (extensions as Readonly<Record<string, string>>)[found] ?? 'bin'
}

export const unknownMediaType = 'application/octet-stream'

/** As many bytes as tell the type of everything that is not a container of containers. */
export const headBytes = 64 * 1024

/**
 * What the first bytes rule out already, so that a wrong file is turned away before it has arrived: the type that was
 * found, or null while it may still be one of the allowed. `isText`: so far.
 */
export async function ruledOut(head: Uint8Array, isText: boolean): Promise<string | null> {
  if (isText) return null
  const found = canonical(await fileTypeFromBuffer(head).catch(() => undefined))
  if (found === null) return unknownMediaType
  // A spreadsheet shows what it is further on.
  return allowedMediaTypes.includes(found) || found === 'application/zip' ? null : found
}

/** The type of a whole file: one of the allowed, or what else it is. `isText`: all of it. */
export async function mediaTypeOf(path: string, isText: boolean): Promise<string> {
  const found = canonical(await fileTypeFromFile(path).catch(() => undefined))
  if (found !== null && allowedMediaTypes.includes(found)) return found
  // Text may begin like anything: a table whose first heading is `BM` is no bitmap.
  return isText ? 'text/plain' : (found ?? unknownMediaType)
}

function canonical(found: FileTypeResult | undefined): string | null {
  if (found === undefined) return null
  return Object.keys(saidOf).find((type) => saidOf[type]?.includes(found.mime)) ?? found.mime
}

/** Whether all that it was shown is text: no control characters but white space, and valid UTF-8 or GB 18030. */
export function createTextCheck() {
  let possible = ['utf-8', 'gb18030'].map((label) => new TextDecoder(label, { fatal: true }))
  const decode = (bytes: Uint8Array, stream: boolean) => {
    possible = possible.filter((decoder) => decodes(decoder, bytes, stream))
  }
  return {
    take(chunk: Uint8Array): void {
      if (possible.length === 0) return
      if (holdsControl(chunk)) possible = []
      else decode(chunk, true)
    },
    isText: () => possible.length > 0,
    /** After the last chunk: a character cut in two is none. */
    end(): boolean {
      decode(new Uint8Array(), false)
      return possible.length > 0
    },
  }
}

function decodes(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array, stream: boolean): boolean {
  try {
    decoder.decode(bytes, { stream })
    return true
  } catch {
    return false
  }
}

/** All but tab, line feed, form feed and carriage return; bytes of longer characters are never among them. */
function holdsControl(chunk: Uint8Array): boolean {
  for (const byte of chunk) {
    if (byte === 0x7f) return true
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d) return true
  }
  return false
}
