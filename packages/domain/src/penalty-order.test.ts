import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { type PenaltyCaseCommand, penaltyCase } from './penalty-case.ts'
import { startOfDay } from './values.ts'

const respondent = { kind: 'institution' as const, id: '91320402MA1WABCD1L' }
const violation = { scheme: 'fireledger', code: 'V08' }
const line = {
  respondent,
  violation,
  fineFen: 600_000,
  confiscatedFen: 0,
  warning: false,
  sanctions: [],
  circumstances: [],
  rangeUnknown: false,
  reason: null,
}
const filing = {
  division: '320402',
  caseNumber: null,
  respondents: [respondent],
  violations: [violation],
  inspection: null,
  officers: ['officer-3204-017', 'officer-3204-021'],
  actedOn: '2026-02-01',
  discoveredOn: null,
  harmful: false,
  currency: 'CNY',
  facts: null,
}
const notice = { hearingRight: true, hearingUntil: '2026-03-17', provisional: false, summary: null }
const decision = {
  decisionNumber: null,
  lines: [line],
  currency: 'CNY',
  totalFen: 600_000,
  payBy: '2026-04-15',
  extensionReason: null,
}
const on = (day: string) => ({ effectiveAt: startOfDay(day) })
const filed = { type: 'PenaltyCaseFiled' as const, data: filing, ...on('2026-03-01') }
const notified = { type: 'PenaltyNoticeServed' as const, data: notice, ...on('2026-03-10') }
const asked = { type: 'PenaltyHearingRequested' as const, data: { respondent }, ...on('2026-03-12') }
const heard = { type: 'PenaltyHearingHeld' as const, data: { summary: null }, ...on('2026-03-20') }
const decided = { type: 'PenaltyDecided' as const, data: decision, ...on('2026-03-31') }

type Order = Pick<Exclude<PenaltyCaseCommand, { type: 'FilePenaltyCase' }>, 'type' | 'data'>
const order = (type: Order['type'], data: object = {}) => ({ type, data }) as Order
const decide = order('DecidePenalty', { decisionNumber: null, lines: [line], extensionReason: null })

describe('the days of a penalty case', () => {
  it.each([
    ['the notice before the filing', [filed], order('ServePenaltyNotice', { hearingRight: true }), '02-28'],
    [
      'a hearing asked for before the notice',
      [filed, notified],
      order('RequestPenaltyHearing', { respondent }),
      '03-09',
    ],
    [
      'a hearing held before it was asked for',
      [filed, notified, asked],
      order('HoldPenaltyHearing', { summary: null }),
      '03-11',
    ],
    ['the decision before the filing', [filed], decide, '02-28'],
    ['the decision before the notice', [filed, notified], decide, '03-05'],
    ['the decision before the hearing', [filed, notified, asked, heard], decide, '03-19'],
    ['service before the decision', [filed, notified, decided], order('ServePenaltyDecision'), '01-01'],
    [
      'payment before the decision',
      [filed, notified, decided],
      order('PayFine', { respondent, amountFen: 1 }),
      '03-30',
    ],
    [
      'review before the decision',
      [filed, notified, decided],
      order('RequestPenaltyReview', { respondent }),
      '03-30',
    ],
    [
      'the end before the decision',
      [filed, notified, decided],
      order('ClosePenaltyCase', { note: null }),
      '03-30',
    ],
  ] as const)('do not put %s', (_, facts, wanted, day) => {
    given(penaltyCase, [...facts])
      .when({ ...wanted, ...on(`2026-${day}`) } as Parameters<
        ReturnType<typeof given<typeof penaltyCase>>['when']
      >[0])
      .thenRefused('days-out-of-order')
  })

  it('may all be one day', () => {
    const same = on('2026-03-31')
    given(penaltyCase, [
      filed,
      { ...notified, data: { ...notice, hearingRight: false, hearingUntil: null }, ...same },
    ])
      .when({ ...decide, ...same } as Parameters<ReturnType<typeof given<typeof penaltyCase>>['when']>[0])
      .thenAppendsTypes('PenaltyDecided')
    given(penaltyCase, [filed, notified, decided])
      .when({ type: 'ServePenaltyDecision', data: {}, ...same })
      .thenAppends({ type: 'PenaltyDecisionServed', data: { payBy: '2026-04-15' } })
  })

  it('are asked of a case under other law too', () => {
    const foreign = { ...filing, violations: [{ scheme: 'italian-road-code', code: '157' }], officers: [] }
    const { decision: refused } = given(penaltyCase, [{ ...filed, data: foreign }, decided]).when({
      type: 'PayFine',
      data: { respondent, amountFen: 1 },
      ...on('2026-03-30'),
    })
    expect(refused).toMatchObject({
      accepted: false,
      refusal: { code: 'days-out-of-order', pointer: '/effectiveAt' },
    })
  })
})
