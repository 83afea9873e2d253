import type { IncomingHttpHeaders } from 'node:http'
import { ProblemError } from '../problems.ts'

/**
 * The SHA-256 that the sender says the content has, in hex: `Content-Digest` or `Repr-Digest` (RFC 9530), or the older
 * `Digest` (RFC 3230). Undefined when none says one; other algorithms are not looked at.
 * @throws ProblemError `invalid` for one that cannot be read, or two that differ.
 */
export function digestIn(headers: IncomingHttpHeaders): string | undefined {
  const found = new Set<string>()
  for (const name of ['content-digest', 'repr-digest'] as const) {
    const digest = sha256In(headers[name], name, /^sha-256=(.*)$/, /^:([A-Za-z0-9+/]{43}=):$/)
    if (digest !== undefined) found.add(digest)
  }
  const older = sha256In(headers.digest, 'digest', /^sha-256=(.*)$/i, /^([A-Za-z0-9+/]{43}=)$/)
  if (older !== undefined) found.add(older)
  const [first] = found
  if (found.size > 1) throw unreadable('content-digest')
  return first
}

function sha256In(
  header: string | string[] | undefined,
  name: string,
  entry: RegExp,
  form: RegExp,
): string | undefined {
  if (header === undefined) return undefined
  const entries = String(header)
    .split(',')
    .map((part) => entry.exec(part.trim())?.[1])
  const value = entries.find((part) => part !== undefined)
  if (value === undefined) return undefined
  const digest = form.exec(value)?.[1]
  if (digest === undefined) throw unreadable(name)
  return Buffer.from(digest, 'base64').toString('hex')
}

function unreadable(name: string): ProblemError {
  const detail = {
    zh: `${name} 应为 sha-256=:<Base64>:（RFC 9530），且各摘要头一致`,
    en: `expected ${name}: sha-256=:<base64>: (RFC 9530), and digest headers that agree`,
  }
  return new ProblemError('invalid', detail, { errors: [{ pointer: name, code: 'digest', detail }] })
}

/** As RFC 9530 writes it. */
export function digestHeader(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`
}
