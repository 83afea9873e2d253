import { addDays, divisionCode, instant, localDate, startOfDay, text } from '@fireledger/domain'
import { z } from 'zod'

/** Query parameters that many reads share. */

export const limit = z.coerce
  .number('expected a whole number')
  .pipe(z.int().min(1).max(500))
  .default(50)
  .meta({ description: 'items in a page, at most 500' })

export const after = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,500}$/, 'expected `nextCursor` of the page before')
  .optional()
  .meta({ description: '`nextCursor` of the page before' })

/** Two characters and more; no control characters, which the search index does not take. */
export const search = text(60)
  .pipe(z.string().min(2, 'give at least two characters'))
  .refine((value) => !/[\n\t]/.test(value), 'must be one line')

export const division = divisionCode.meta({ description: 'this division and all within it (GB/T 2260)' })

/** Days that calendar arithmetic can take a step from. */
export const day = localDate

/** A moment; a day stands for its last millisecond in China. */
export const moment = z
  .union(
    [
      day.transform((value) => new Date(Date.parse(startOfDay(addDays(value, 1))) - 1).toISOString()),
      instant,
    ],
    'expected a day of the calendar, e.g. 2026-02-28, or an RFC 3339 date-time with offset, e.g. 2026-02-28T17:00:00+08:00',
  )
  .meta({ description: 'RFC 3339 moment, or a day in China meaning its end' })

export const position = z
  .string()
  .regex(/^(-1|[0-9]{1,18})$/, 'expected a position as the ledger gave it')
  .transform(BigInt)

export const order = z
  .enum(['asc', 'desc'])
  .default('asc')
  .meta({ description: 'by key; our own ids are in order of time' })
