import holidaysOfChina from '../data/holidays-cn.json' with { type: 'json' }
import { addDays, type LocalDate } from './values.ts'

/**
 * Working days by the State Council's yearly notices: weekends and holidays are free, make-up workdays 调休 are not.
 * Years are data. A count that touches a year without a table treats it as plain weeks and says so: `provisional`.
 */

/** Of one year, as `MM-DD`: days off (weekends among them need not be listed), and weekend days that are worked. */
export type YearOfHolidays = { readonly holidays: readonly string[]; readonly workdays: readonly string[] }

/** By year, four digits. */
export type HolidayTable = Readonly<Record<string, YearOfHolidays>>

export type WorkingCalendar = {
  isWorkingDay(day: LocalDate): boolean
  /** Whether the table has that year. */
  knows(year: string): boolean
  /**
   * The n-th working day after `day`; the day itself is not counted (Civil Code art. 201). 0 gives the day itself.
   * @throws RangeError when n is no integer from 0 to 10,000.
   */
  addWorkingDays(day: LocalDate, n: number): { readonly day: LocalDate; readonly provisional: boolean }
  /** Working days after `from` up to and including `to`; negative when `to` is earlier. */
  workingDaysBetween(from: LocalDate, to: LocalDate): { readonly days: number; readonly provisional: boolean }
}

export function workingCalendar(table: HolidayTable): WorkingCalendar {
  const daysOf = (list: 'holidays' | 'workdays') =>
    new Set(Object.entries(table).flatMap(([year, days]) => days[list].map((day) => `${year}-${day}`)))
  const free = daysOf('holidays')
  const madeUp = daysOf('workdays')
  const knows = (year: string) => Object.hasOwn(table, year)
  const isUnknown = (day: LocalDate) => !knows(day.slice(0, 4))

  function isWorkingDay(day: LocalDate): boolean {
    if (madeUp.has(day)) return true
    return !free.has(day) && !isWeekend(day)
  }

  function addWorkingDays(day: LocalDate, n: number) {
    if (!Number.isInteger(n) || n < 0 || n > 10_000) throw new RangeError(`cannot add ${n} working days`)
    let at = day
    let provisional = isUnknown(day)
    for (let left = n; left > 0; ) {
      at = addDays(at, 1)
      provisional ||= isUnknown(at)
      if (isWorkingDay(at)) left--
    }
    return { day: at, provisional }
  }

  function workingDaysBetween(from: LocalDate, to: LocalDate): { days: number; provisional: boolean } {
    if (to < from) {
      const back = workingDaysBetween(to, from)
      return { ...back, days: -back.days || 0 }
    }
    let days = 0
    let provisional = isUnknown(from)
    for (let at = from; at < to; ) {
      at = addDays(at, 1)
      provisional ||= isUnknown(at)
      if (isWorkingDay(at)) days++
    }
    return { days, provisional }
  }

  return { isWorkingDay, knows, addWorkingDays, workingDaysBetween }
}

function isWeekend(day: LocalDate): boolean {
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay()
  return weekday === 0 || weekday === 6
}

/** China's calendar, as far as its years have been published. */
export const chinaCalendar = workingCalendar(holidaysOfChina.years)

export const { isWorkingDay, addWorkingDays, workingDaysBetween } = chinaCalendar
