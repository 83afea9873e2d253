import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { ProblemError } from './problems.ts'

/** A stream's revision as a strong entity tag (RFC 9110, 8.8.3): what a command answers with. */
export function entityTag(revision: number): string {
  return `"${revision}"`
}

/** Of what a reader was answered: the revision that a command may name, and a digest of all the rest. */
export function answerTag(revision: number, answer: object): string {
  const digest = createHash('sha256').update(JSON.stringify(answer)).digest('base64url').slice(0, 22)
  return `"${revision}.${digest}"`
}

/**
 * The revision a command expects: `If-Match: "3"`, also with the digest that a read adds (`"3.…"`), or -1 for `If-None-Match: *` (must not exist yet); undefined when
 * the caller does not care.
 */
export function expectedRevisionOf(headers: IncomingHttpHeaders): number | undefined {
  const match = headers['if-match']
  const noneMatch = headers['if-none-match']
  if (match !== undefined && noneMatch !== undefined) {
    throw badHeader(
      'If-Match',
      '只能给出 If-Match 或 If-None-Match 之一',
      'give If-Match or If-None-Match, not both',
    )
  }
  if (noneMatch !== undefined) {
    if (noneMatch.trim() === '*') return -1
    throw badHeader('If-None-Match', '命令只接受 If-None-Match: *', 'a command takes only If-None-Match: *')
  }
  if (match === undefined) return undefined
  const revision = /^"(\d{1,9})(?:\.[\w-]{22})?"$/.exec(match.trim())?.[1]
  if (revision === undefined) {
    throw badHeader(
      'If-Match',
      '应为 If-Match: "<版本号>"',
      'expected If-Match: "<revision>", as ETag gave it',
    )
  }
  return Number(revision)
}

/** The key without the quotes of a structured field; null when there is none. */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | null {
  const header = headers['idempotency-key']
  if (header === undefined) return null
  const key = (Array.isArray(header) ? header.join(',') : header).trim().replace(/^"(.*)"$/, '$1')
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw badHeader(
      'Idempotency-Key',
      '应为 1 至 200 个可见 ASCII 字符',
      'expected 1 to 200 visible ASCII characters',
    )
  }
  return key
}

/** Whether `If-None-Match` of a read names this tag: the reader has it already (RFC 9110, 13.1.2; weak comparison). */
export function alreadyHas(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((entry) => {
    const candidate = entry.trim().replace(/^W\//, '')
    return candidate === '*' || candidate === tag
  })
}

function badHeader(name: string, zh: string, en: string): ProblemError {
  return new ProblemError(
    'invalid',
    { zh, en },
    { errors: [{ pointer: name, code: 'header', detail: { zh, en } }] },
  )
}
