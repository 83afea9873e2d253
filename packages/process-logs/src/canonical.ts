import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/** Canonical JSON (RFC 8785): the same value is the same text, byte for byte, wherever it was computed. */
export function canonicalText(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('this value has no JSON form')
  return text
}

/** SHA-256 of a text in UTF-8, hex. */
export function digestOfText(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
