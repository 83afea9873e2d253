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
  const numbersOf = (list: 'holidays' | 'workdays') =>
    new Set(
      Object.entries(table).flatMap(([year, days]) => days[list].map((day) => numberOf(`${year}-${day}`))),
    )
  const free = numbersOf('holidays')
  const madeUp = numbersOf('workdays')
  const knows = (year: string) => Object.hasOwn(table, year)
  const isWorked = (n: number) => madeUp.has(n) || !(free.has(n) || isWeekend(n))

  /** Whether a year from the first day to the last has no table. */
  function isProvisional(from: LocalDate, to: LocalDate): boolean {
    for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++) {
      if (!knows(String(year))) return true
    }
    return false
  }

  function addWorkingDays(day: LocalDate, n: number) {
    if (!Number.isInteger(n) || n < 0 || n > 10_000) throw new RangeError(`cannot add ${n} working days`)
    let at = numberOf(day)
    for (let left = n; left > 0; ) if (isWorked(++at)) left--
    const reached = addDays(day, at - numberOf(day))
    return { day: reached, provisional: isProvisional(day, reached) }
  }

  function workingDaysBetween(from: LocalDate, to: LocalDate): { days: number; provisional: boolean } {
    if (to < from) {
      const back = workingDaysBetween(to, from)
      return { ...back, days: -back.days || 0 }
    }
    let days = 0
    const last = numberOf(to)
    for (let at = numberOf(from) + 1; at <= last; at++) if (isWorked(at)) days++
    return { days, provisional: isProvisional(from, to) }
  }

  return { isWorkingDay: (day) => isWorked(numberOf(day)), knows, addWorkingDays, workingDaysBetween }
}

/** Days since 1 January 1970, a Thursday: counting in numbers spares a date for each day. */
function numberOf(day: LocalDate): number {
  return Date.parse(`${day}T00:00:00.000Z`) / 86_400_000
}

function isWeekend(dayNumber: number): boolean {
  const weekday = (((dayNumber + 4) % 7) + 7) % 7
  return weekday === 0 || weekday === 6
}

/** China's calendar, as far as its years have been published. */
export const chinaCalendar = workingCalendar(holidaysOfChina.years)

export const { isWorkingDay, addWorkingDays, workingDaysBetween } = chinaCalendar
