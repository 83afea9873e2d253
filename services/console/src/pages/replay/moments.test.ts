import type { LedgerEventView } from '@fireledger/client'
import { describe, expect, it } from 'vitest'
import { daysOf, knownAt, placeOf } from './moments.ts'

const event = (id: string, effectiveAt: string, recordedAt: string) =>
  ({ id, effectiveAt, recordedAt }) as LedgerEventView

/** The fine was decided on the 10th and entered on the 20th. */
const events = [
  event('registered', '2025-01-01T02:00:00Z', '2025-01-01T02:00:00Z'),
  event('fined', '2025-01-10T02:00:00Z', '2025-01-20T02:00:00Z'),
]
const idsOf = (list: readonly LedgerEventView[]) => list.map(({ id }) => id)

describe('moments of a replay', () => {
  it('are the days on which something held or was recorded', () => {
    expect(daysOf(events)).toEqual(['2025-01-01', '2025-01-10', '2025-01-20'])
  })

  it('count an event late in the evening, UTC, to the next day in China', () => {
    expect(daysOf([event('late', '2025-01-01T16:30:00Z', '2025-01-01T16:30:00Z')])).toEqual(['2025-01-02'])
  })

  it('set apart what had happened and was recorded only later', () => {
    const on15th = knownAt(events, { asOf: '2025-01-15', known: '2025-01-15' })
    expect([idsOf(on15th.known), idsOf(on15th.later)]).toEqual([['registered'], ['fined']])
    const inHindsight = knownAt(events, { asOf: '2025-01-15', known: '2025-01-20' })
    expect([idsOf(inHindsight.known), idsOf(inHindsight.later)]).toEqual([['registered', 'fined'], []])
  })

  it('say nothing of what had not happened yet', () => {
    const before = knownAt(events, { asOf: '2025-01-09', known: '2025-01-31' })
    expect([idsOf(before.known), idsOf(before.later)]).toEqual([['registered'], []])
  })

  it('have a place between days with events', () => {
    const days = daysOf(events)
    expect(['2024-12-31', '2025-01-01', '2025-01-15', '2026-01-01'].map((day) => placeOf(days, day))).toEqual(
      [0, 0, 1, 2],
    )
  })
})
