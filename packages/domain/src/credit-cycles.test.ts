import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CreditCycle, cycleEnd, holdsFrom, settledDay } from './credit-cycles.ts'
import { addDays } from './values.ts'

const quarterly: CreditCycle = { months: 3, settledAfterMonths: 0 }
const afterFirstQuarter: CreditCycle = { months: 12, settledAfterMonths: 3 }
const running: CreditCycle = { months: 12, settledAfterMonths: null }

describe('a cycle', () => {
  it('follows the calendar', () => {
    expect(cycleEnd(quarterly, '2025-01-01')).toBe('2025-03-31')
    expect(cycleEnd(quarterly, '2025-12-31')).toBe('2025-12-31')
    expect(cycleEnd({ months: 1 }, '2024-02-10')).toBe('2024-02-29')
    expect(cycleEnd(running, '2025-07-15')).toBe('2025-12-31')
  })

  it('gives the result of its last settled end', () => {
    expect(settledDay(quarterly, '2025-03-31')).toBe('2024-12-31')
    expect(settledDay(quarterly, '2025-04-01')).toBe('2025-03-31')
    expect(settledDay(afterFirstQuarter, '2025-03-31')).toBe('2023-12-31')
    expect(settledDay(afterFirstQuarter, '2025-04-01')).toBe('2024-12-31')
    expect(settledDay(running, '2025-04-01')).toBe('2025-04-01')
    expect(settledDay(null, '2025-04-01')).toBe('2025-04-01')
  })

  it('shows a fact of a day from the first day on which its result holds, never before', () => {
    const cycle = fc.record({
      months: fc.constantFrom(1 as const, 3 as const, 6 as const, 12 as const),
      settledAfterMonths: fc.option(fc.integer({ min: 0, max: 12 })),
    })
    const day = fc.integer({ min: 0, max: 3000 }).map((days) => addDays('2020-01-01', days))
    fc.assert(
      fc.property(cycle, day, (each, fact) => {
        const first = holdsFrom(each, fact)
        expect(settledDay(each, first) >= fact).toBe(true)
        expect(settledDay(each, addDays(first, -1)) < fact).toBe(true)
      }),
    )
  })
})
