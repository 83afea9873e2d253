import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayOf, instant } from './values.ts'

describe('a moment', () => {
  it('has a day of four-digit years, or does not parse', () => {
    const offsets = fc.constantFrom('Z', '+08:00', '-12:00', '+14:00')
    const years = fc.oneof(
      fc.integer({ min: 0, max: 9999 }),
      fc.constantFrom(0, 1899, 1900, 2999, 3000, 9999),
    )
    const ends = fc.constantFrom('01-01T00:00:00', '06-15T12:00:00', '12-31T23:59:59')
    fc.assert(
      fc.property(years, ends, offsets, (year, end, offset) => {
        const parsed = instant.safeParse(`${String(year).padStart(4, '0')}-${end}${offset}`)
        if (parsed.success) expect(dayOf(parsed.data)).toMatch(/^(19|2\d)\d\d-\d\d-\d\d$/)
        else expect(year < 1901 || year > 2998).toBe(true)
      }),
    )
  })
})
