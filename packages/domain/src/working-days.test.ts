import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays } from './values.ts'
import { addWorkingDays, isWorkingDay, workingCalendar, workingDaysBetween } from './working-days.ts'

const knownDay = fc.integer({ min: 0, max: 365 * 7 }).map((days) => addDays('2019-01-01', days))

describe('working days in China', () => {
  it.each([
    ['2026-09-30', 5, '2026-10-13', 'over National Day, with Saturday 10 October made up'],
    ['2026-09-24', 1, '2026-09-28', 'over Mid-Autumn'],
    ['2026-03-02', 10, '2026-03-16', 'in plain weeks'],
    ['2020-01-23', 1, '2020-02-03', 'over the Spring Festival that was prolonged in 2020'],
    ['2026-03-06', 0, '2026-03-06', 'of which there are none'],
  ])('from %s, %i working days reach %s: %s', (from, n, to) => {
    expect(addWorkingDays(from, n)).toEqual({ day: to, provisional: false })
  })

  it('counts a made-up Saturday and skips a weekday off', () => {
    expect(isWorkingDay('2026-10-10')).toBe(true)
    expect(isWorkingDay('2026-10-11')).toBe(false)
    expect(isWorkingDay('2026-10-07')).toBe(false)
  })

  it('says provisional when it reaches a year whose table is not out', () => {
    expect(addWorkingDays('2026-12-30', 5)).toEqual({ day: '2027-01-06', provisional: true })
    expect(workingDaysBetween('2026-12-30', '2027-01-06')).toEqual({ days: 5, provisional: true })
  })

  it('takes a year from a table that comes later', () => {
    const later = workingCalendar({
      2026: { holidays: [], workdays: [] },
      2027: { holidays: ['01-01'], workdays: [] },
    })
    expect(later.addWorkingDays('2026-12-30', 5)).toEqual({ day: '2027-01-07', provisional: false })
  })

  it('refuses to count what is no count', () => {
    for (const n of [-1, 1.5, Number.NaN, 1e9])
      expect(() => addWorkingDays('2026-03-02', n)).toThrow(RangeError)
  })

  it('lands on a working day, and counts back to the same number', () => {
    fc.assert(
      fc.property(knownDay, fc.integer({ min: 1, max: 60 }), (from, n) => {
        const { day } = addWorkingDays(from, n)
        expect(isWorkingDay(day)).toBe(true)
        expect(workingDaysBetween(from, day).days).toBe(n)
        expect(workingDaysBetween(day, from).days).toBe(-n)
      }),
    )
  })
})
