import { createHash } from 'node:crypto'
import { ProblemError } from './problems.ts'

/** Where a page ended, as an opaque text: the last key, and a digest of the question so that it fits no other one. */

export type CursorKey = readonly (string | number)[]

export function encodeCursor(question: unknown, key: CursorKey): string {
  return Buffer.from(JSON.stringify([digestOf(question), ...key])).toString('base64url')
}

/** @throws ProblemError when it is none of ours, or of another question. */
export function decodeCursor(question: unknown, cursor: string, length: number): CursorKey {
  const [digest, ...key] = parse(cursor)
  const plain = key.every((part) => typeof part === 'string' || typeof part === 'number')
  if (digest !== digestOf(question) || key.length !== length || !plain) throw badCursor()
  return key as CursorKey
}

function parse(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parsed)) return parsed
  } catch {
    // Not one of ours.
  }
  throw badCursor()
}

function digestOf(question: unknown): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 8)
}

function badCursor(): ProblemError {
  const detail = {
    zh: '游标无效，或属于另一组查询条件；请从第一页重新开始',
    en: 'the cursor is not valid, or belongs to other filters: begin again at the first page',
  }
  return new ProblemError('invalid', detail, { errors: [{ pointer: '?after', code: 'cursor', detail }] })
}
