import { z } from 'zod'

/**
 * Value types that every stream category shares. Identifiers with check digits live in `identifiers.ts`,
 * working days in `working-days.ts`.
 */

/** Far from years of three or five digits, on which no day can be compared with another as text. */
const firstInstant = '1900-01-01T00:00:00.000Z'
const lastInstant = '2999-12-31T15:59:59.999Z'

/** A moment, RFC 3339 in UTC with milliseconds: `2026-04-01T00:00:00.000Z`. Input in any offset is normalised. */
export const instant = z.iso
  .datetime({
    offset: true,
    error: 'expected an RFC 3339 date-time with offset, e.g. 2026-04-01T09:00:00+08:00',
  })
  .transform((text) => new Date(text).toISOString())
  .pipe(
    z
      .string()
      .refine(
        (at) => at >= firstInstant && at <= lastInstant,
        `expected a moment from ${firstInstant} to ${lastInstant}`,
      ),
  )
  .meta({ description: 'RFC 3339 date-time; stored in UTC' })
export type Instant = string

/**
 * A calendar day in China (UTC+08:00, no daylight saving since 1991): `2026-04-01`. From 1900 to 2999, as moments are, so
 * that calendar arithmetic can take a step from any of them.
 */
export const localDate = z.iso
  .date({ error: 'expected a calendar day, e.g. 2026-04-01' })
  .refine((day) => day >= '1900-01-01' && day <= '2999-12-31', 'expected a day from 1900 to 2999')
export type LocalDate = string

const chinaOffsetMs = 8 * 60 * 60 * 1000
const dayMs = 24 * 60 * 60 * 1000

/** The day in China on which the instant falls. */
export function dayOf(at: Instant): LocalDate {
  return new Date(Date.parse(at) + chinaOffsetMs).toISOString().slice(0, 10)
}

/** Midnight in China at which the day begins. */
export function startOfDay(day: LocalDate): Instant {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) - chinaOffsetMs).toISOString()
}

/** `days` may be negative. */
export function addDays(day: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** Calendar months; the 31st becomes the last day of a shorter month (民法典 art. 202: the corresponding day). */
export function addMonths(day: LocalDate, months: number): LocalDate {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(dayOfMonth, last))
  return first.toISOString().slice(0, 10)
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Math.round((Date.parse(`${to}T00:00:00.000Z`) - Date.parse(`${from}T00:00:00.000Z`)) / dayMs)
}

// Control characters (except newline and tab), bidirectional overrides, zero-width characters and lone surrogates: they make two different names look the same, or a name read backwards.
const invisible = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}]/u

/** Free text a person wrote: NFC, trimmed, 1 to `max` characters, no control or invisible characters. */
export function text(max: number) {
  return z
    .string()
    .transform((value) => value.normalize('NFC').trim())
    .pipe(
      z
        .string()
        .min(1, 'must not be empty')
        .max(max, `must have at most ${max} characters`)
        .refine((value) => !invisible.test(value), 'must not contain control or invisible characters'),
    )
}

/** Money in fen (1 yuan = 100 fen); an integer, so sums are exact. */
export const amountFen = z.int().min(0).max(1e15).meta({ description: 'amount in fen (0.01 CNY)' })

/** Floor area in square metres. */
export const areaSquareMetres = z.number().min(0).max(10_000_000).meta({ description: 'floor area, m²' })

/** SHA-256 of a file's bytes, lower-case hex. */
export const sha256Hex = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in lower-case hex (64 digits)')

/** The id of an event in the ledger (UUID). */
export const eventId = z.uuid()
export type EventId = string

/** One of our own identifiers: inspections, cases, units, assessments. */
export const ulid = z
  .string()
  .regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'expected a ULID (26 characters, Crockford base 32, upper case)')

/** Names and titles in the two languages that the product speaks. */
export type Title = { readonly zh: string; readonly en: string }
