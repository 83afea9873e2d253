import { dayOf, startOfDay } from '@fireledger/domain'
import type { CellKind } from './mapping.ts'

/** Text of a cell → value. What is wrong with it is said in the error; the caller knows row and column. */

export type CellOptions = { readonly format?: string | undefined; readonly offset: string }

export class CellError extends Error {
  override readonly name = 'CellError'
}

export function readCell(text: string, kind: CellKind, options: CellOptions): string | number | boolean {
  switch (kind) {
    case 'text':
      return text
    case 'integer':
    case 'number':
      return readNumber(text, kind)
    case 'fen':
      return readFen(text)
    case 'boolean':
      return readBoolean(text)
    case 'day':
      // The day in China on which a moment falls.
      return dateTime.test(text) ? dayOf(readInstant(text, options)) : readDay(text, options.format)
    case 'instant':
      return readInstant(text, options)
  }
}

function readNumber(text: string, kind: 'integer' | 'number'): number {
  const bare = text.replaceAll(/(?<=\d)[,，](?=\d{3}(?!\d))/g, '')
  const value = Number(bare)
  const shaped = /^[+-]?\d+(\.\d+)?$/.test(bare)
  if (!shaped || (kind === 'integer' && !Number.isSafeInteger(value))) {
    throw new CellError(kind === 'integer' ? 'expected a whole number' : 'expected a number such as 1234.5')
  }
  return value
}

/** Exact: no floating point on the way. */
function readFen(text: string): number {
  const bare = text.replace(/^[¥￥€$]\s*|\s*元$/gu, '').replaceAll(/(?<=\d)[,，](?=\d{3}(?!\d))/g, '')
  const match = /^(\d+)(?:\.(\d{1,2})0*)?$/.exec(bare)
  const fen = match ? Number(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`) : Number.NaN
  if (!Number.isSafeInteger(fen)) throw new CellError('expected an amount with at most two decimals')
  return fen
}

const yes = ['true', 'yes', 'y', '1', '是', '有', '√']
const no = ['false', 'no', 'n', '0', '否', '无', '×']

function readBoolean(text: string): boolean {
  const lower = text.toLowerCase()
  if (yes.includes(lower)) return true
  if (no.includes(lower)) return false
  throw new CellError('expected yes or no (是 or 否)')
}

const days = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
  /^(\d{4})(\d\d)(\d\d)$/,
]

function readDay(text: string, format: string | undefined): string {
  if (format !== undefined) {
    const parts = readByFormat(text, format)
    return toDay(parts.y, parts.M, parts.d)
  }
  const match = days.map((shape) => shape.exec(text)).find((found) => found !== null)
  if (!match) throw new CellError('expected a day such as 2024-03-05, 2024/3/5 or 2024年3月5日')
  return toDay(Number(match[1]), Number(match[2]), Number(match[3]))
}

function toDay(year: number, month: number, day: number): string {
  const at = new Date(Date.UTC(year, month - 1, day))
  const real = at.getUTCFullYear() === year && at.getUTCMonth() === month - 1 && at.getUTCDate() === day
  if (!real) throw new CellError('there is no such day')
  return at.toISOString().slice(0, 10)
}

const dateTime = /^(.+?)[T ](\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d+))?)?\s*(Z|[+-]\d\d:?\d\d)?$/

function readInstant(text: string, { format, offset }: CellOptions): string {
  if (format !== undefined) {
    const { y, M, d, H, m, s } = readByFormat(text, format)
    return toInstant(toDay(y, M, d), [H, m, s], '', offset)
  }
  const match = dateTime.exec(text)
  if (!match) return startOfDay(readDay(text, undefined))
  const [, day = '', hours, minutes, seconds, fraction = '', own] = match
  return toInstant(
    readDay(day, undefined),
    [Number(hours), Number(minutes), Number(seconds ?? 0)],
    fraction,
    own ?? offset,
  )
}

function toInstant(day: string, time: readonly number[], fraction: string, offset: string): string {
  const [hours = 0, minutes = 0, seconds = 0] = time
  if (hours > 23 || minutes > 59 || seconds > 59) throw new CellError('there is no such time of day')
  const clock = [hours, minutes, seconds].map((part) => String(part).padStart(2, '0')).join(':')
  const zone = offset === 'Z' || offset.includes(':') ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`
  return new Date(`${day}T${clock}.${fraction.slice(0, 3).padEnd(3, '0')}${zone}`).toISOString()
}

type DateParts = { y: number; M: number; d: number; H: number; m: number; s: number }

function readByFormat(text: string, format: string): DateParts {
  const names: (keyof DateParts)[] = []
  const pattern = format.replaceAll(
    /yyyy|M{1,2}|d{1,2}|H{1,2}|m{1,2}|s{1,2}|[\\^$.*+?()[\]{}|]/g,
    (token) => {
      if (!/^[yMdHms]/.test(token)) return `\\${token}`
      names.push(token.charAt(0) as keyof DateParts)
      return token === 'yyyy' ? '(\\d{4})' : token.length === 2 ? '(\\d\\d)' : '(\\d{1,2})'
    },
  )
  const match = new RegExp(`^${pattern}$`, 'u').exec(text)
  if (!match) throw new CellError(`expected the form ${format}`)
  const parts: DateParts = { y: 0, M: 1, d: 1, H: 0, m: 0, s: 0 }
  for (const [index, name] of names.entries()) parts[name] = Number(match[index + 1])
  return parts
}
