import {
  addDays,
  addMonths,
  dayOf,
  daysBetween,
  type Instant,
  isWorkingDay,
  type LocalDate,
  startOfDay,
} from '@fireledger/domain'

/**
 * The story's own time: every act falls into one of eight slots of a day, so that what different people do in the
 * same hour can be written together. A slot is a whole number, days × 8 + place, counted from the first day.
 */

export const slotsPerDay = 8
const slotHours = [9, 10, 11, 13, 14, 15, 16, 17]
const hourMs = 60 * 60 * 1000

export type Calendar = {
  readonly firstDay: LocalDate
  readonly lastDay: LocalDate
  /** Days of the story, both ends included. */
  readonly days: number
  /** First slot after the story. */
  readonly slots: number
  dayOfSlot(slot: number): LocalDate
  /** Moment of a slot; `minute` sets apart what may not happen at once. */
  instantOf(slot: number, minute?: number): Instant
  /** First slot of a day; negative before the story. */
  slotOfDay(day: LocalDate): number
  isWorkingSlot(slot: number): boolean
}

/** Three years that end with the day of `until` in China. */
export function calendarUntil(until: Instant): Calendar {
  const lastDay = dayOf(until)
  const firstDay = addDays(addMonths(lastDay, -36), 1)
  const days = daysBetween(firstDay, lastDay) + 1
  const beginMs = Date.parse(startOfDay(firstDay))
  const working = Array.from({ length: days }, (_, day) => isWorkingDay(addDays(firstDay, day)))
  return {
    firstDay,
    lastDay,
    days,
    slots: days * slotsPerDay,
    dayOfSlot: (slot) => addDays(firstDay, Math.floor(slot / slotsPerDay)),
    instantOf(slot, minute = 0) {
      const hour = slotHours[slot % slotsPerDay] ?? 9
      const at = beginMs + (Math.floor(slot / slotsPerDay) * 24 + hour) * hourMs + minute * 60_000
      return new Date(at).toISOString()
    },
    slotOfDay: (day) => daysBetween(firstDay, day) * slotsPerDay,
    isWorkingSlot: (slot) => working[Math.floor(slot / slotsPerDay)] ?? true,
  }
}

/** How one strand walks through the calendar: always forwards, in working hours. */
export type Pace = {
  /** The slot it has reached. */
  readonly slot: number
  readonly day: LocalDate
  readonly now: Instant
  /** The next working slot. */
  next(): number
  /** The n-th working day from here, or later in this one when n is 0. */
  days(n: number): number
  /** That slot, or the next working one after it; at the earliest the next one from here. */
  reach(slot: number): number
}

export function paceFrom(calendar: Calendar, start: number): Pace {
  let at = start - 1
  function reach(slot: number): number {
    at = Math.max(at + 1, slot)
    while (!calendar.isWorkingSlot(at)) at = (Math.floor(at / slotsPerDay) + 1) * slotsPerDay
    return at
  }
  return {
    get slot() {
      return at
    },
    get day() {
      return calendar.dayOfSlot(at)
    },
    get now() {
      return calendar.instantOf(at)
    },
    next: () => reach(at + 1),
    days(n) {
      for (let left = n; left > 0; left--) reach(at + slotsPerDay)
      return n > 0 ? at : reach(at + 1)
    },
    reach,
  }
}
