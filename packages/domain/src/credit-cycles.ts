import { z } from 'zod'
import { addDays, addMonths, type LocalDate } from './values.ts'

/** Cycles of assessment: quarters, years. They follow the calendar and begin with January. */

export const creditCycle = z.strictObject({
  months: z.union([z.literal(1), z.literal(3), z.literal(6), z.literal(12)]),
  settledAfterMonths: z.int().min(0).max(12).nullable().meta({
    description:
      'the result of a cycle holds from so many months after its end, until that of the next one; null: it holds day by day while it is made',
  }),
})
export type CreditCycle = z.output<typeof creditCycle>

/** The last day of the cycle in which the day lies. */
export function cycleEnd({ months }: Pick<CreditCycle, 'months'>, day: LocalDate): LocalDate {
  const [year = '', month = '1'] = day.split('-')
  const next = Math.floor((Number(month) - 1) / months) * months + months
  return addDays(addMonths(`${year}-01-01`, next), -1)
}

/** The first day on which the result of the cycle of that day holds. */
export function holdsFrom(cycle: CreditCycle, day: LocalDate): LocalDate {
  if (cycle.settledAfterMonths === null) return day
  return addMonths(addDays(cycleEnd(cycle, day), 1), cycle.settledAfterMonths)
}

/** The first day on which there is a result of a cycle for whoever is judged from `since` on; null: from then on. */
export function firstResultOn(cycle: CreditCycle | null, since: LocalDate): LocalDate | null {
  return cycle === null || cycle.settledAfterMonths === null ? null : holdsFrom(cycle, since)
}

/** The day whose result holds on this day: itself, or the end of the last cycle that is settled by then. */
export function settledDay(cycle: CreditCycle | null, day: LocalDate): LocalDate {
  if (cycle === null || cycle.settledAfterMonths === null) return day
  let end = cycleEnd(cycle, day)
  while (holdsFrom(cycle, end) > day) end = cycleEnd(cycle, addMonths(`${end.slice(0, 8)}01`, -cycle.months))
  return end
}
