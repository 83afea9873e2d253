import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { type PenaltyPayment, penaltyCase } from './penalty-case.ts'
import type { PenaltyLine, Respondent } from './penalty-case-events.ts'
import { dueOf, lateSurchargeFen, surchargeOn } from './penalty-execution.ts'
import { addDays, startOfDay } from './values.ts'
import { findViolation, violationReference, violations } from './violations.ts'

const yuan = 100
const uscc = '91320402MA1WABCD1L'
const institution: Respondent = { kind: 'institution', id: uscc }
const engineer: Respondent = { kind: 'practitioner', id: '01JD0000000000000000000001' }
const director: Respondent = { kind: 'other', id: 'person-17' }
const other: Respondent = { kind: 'other', id: 'person-18' }
const unit: Respondent = { kind: 'unit', id: '01JD0000000000000000000002' }

const own = (code: string) => ({ scheme: 'fireledger', code })
const filing = {
  division: '320402',
  caseNumber: '常消罚立字〔2026〕第0001号',
  respondents: [institution, engineer, director, other, unit],
  violations: violations.map(({ code }) => own(code)),
  inspection: null,
  officers: ['officer-3204-017', 'officer-3204-021'],
  actedOn: '2025-12-01',
  discoveredOn: null as string | null,
  harmful: false,
  currency: 'CNY',
  facts: null,
}
const filedAt = startOfDay('2026-01-05')
const filed = { type: 'PenaltyCaseFiled' as const, data: filing, effectiveAt: filedAt }
const notified = {
  type: 'PenaltyNoticeServed' as const,
  data: { hearingRight: false, hearingUntil: null, provisional: false, summary: null },
  effectiveAt: startOfDay('2026-01-12'),
}

function line(respondent: Respondent, code: string, fineYuan: number, rest: Partial<PenaltyLine> = {}) {
  return {
    respondent,
    violation: own(code),
    fineFen: fineYuan * yuan,
    confiscatedFen: 0,
    warning: false,
    sanctions: [],
    circumstances: [],
    rangeUnknown: false,
    reason: null,
    ...rest,
  } satisfies PenaltyLine
}
function decide(...lines: PenaltyLine[]) {
  return { type: 'DecidePenalty' as const, data: { decisionNumber: null, lines, extensionReason: null } }
}
function decided(day: string, ...lines: PenaltyLine[]) {
  const totalFen = lines.reduce((sum, { fineFen }) => sum + fineFen, 0)
  const data = { decisionNumber: null, lines, currency: 'CNY', totalFen, extensionReason: null }
  const effectiveAt = startOfDay(day)
  return { type: 'PenaltyDecided' as const, data: { ...data, payBy: addDays(day, 15) }, effectiveAt }
}
const on = (day: string) => ({ at: startOfDay(day) })

describe('filing a penalty case', () => {
  const file = (change: Partial<typeof filing> = {}) => ({
    type: 'FilePenaltyCase' as const,
    data: { ...filing, ...change },
  })

  it('is done once, by two officers', () => {
    given(penaltyCase, []).when(file()).thenAppends({ type: 'PenaltyCaseFiled', data: filing })
    given(penaltyCase, [filed]).when(file()).thenRefused('penalty-case-already-filed')
    given(penaltyCase, [])
      .when(file({ officers: ['officer-3204-017', 'officer-3204-017'] }))
      .thenRefused('officers-too-few')
  })

  it('is refused after two years, or five where harm was done', () => {
    const at = (days: string) => given(penaltyCase, [], on(days))
    at('2027-12-01').when(file()).thenAppendsTypes('PenaltyCaseFiled')
    at('2027-12-02').when(file()).thenRefused('limitation-expired')
    at('2030-12-01')
      .when(file({ harmful: true }))
      .thenAppendsTypes('PenaltyCaseFiled')
    at('2030-12-02')
      .when(file({ harmful: true }))
      .thenRefused('limitation-expired')
  })

  it('counts limitation to the discovery, not to the filing', () => {
    given(penaltyCase, [], on('2028-02-01'))
      .when(file({ discoveredOn: '2027-11-30' }))
      .thenAppendsTypes('PenaltyCaseFiled')
    given(penaltyCase, [], on('2026-02-01'))
      .when(file({ discoveredOn: '2026-02-02' }))
      .thenRefused('days-out-of-order')
  })

  it('refuses a party named twice', () => {
    given(penaltyCase, [])
      .when(file({ respondents: [institution, institution] }))
      .thenRefused('respondent-repeated')
  })

  it('asks neither officers nor limitation of a case under other law', () => {
    const violation = { scheme: 'italian-road-code', code: '157' }
    given(penaltyCase, [])
      .when(file({ officers: [], violations: [violation], currency: 'EUR', actedOn: '2006-07-24' }))
      .thenAppendsTypes('PenaltyCaseFiled')
  })
})

describe('notice and hearing', () => {
  const request = { type: 'RequestPenaltyHearing' as const, data: { respondent: institution } }
  const serve = { type: 'ServePenaltyNotice' as const, data: { hearingRight: true, summary: null } }
  const withRight = {
    type: 'PenaltyNoticeServed' as const,
    data: { hearingRight: true, hearingUntil: '2026-01-19', provisional: false, summary: null },
    effectiveAt: startOfDay('2026-01-12'),
  }
  const asked = { type: 'PenaltyHearingRequested' as const, data: { respondent: institution } }
  const held = { type: 'PenaltyHearingHeld' as const, data: { summary: null } }
  const order = decide(line(institution, 'V08', 6_000))

  it('gives five working days to ask for a hearing', () => {
    given(penaltyCase, [filed], on('2026-01-12')).when(serve).thenAppends({
      type: 'PenaltyNoticeServed',
      data: withRight.data,
    })
    given(penaltyCase, [filed, withRight], on('2026-01-19')).when(request).thenAppends(asked)
    given(penaltyCase, [filed, withRight], on('2026-01-20')).when(request).thenRefused('hearing-request-late')
    given(penaltyCase, [filed, notified], on('2026-01-13')).when(request).thenRefused('no-hearing-right')
  })

  it('says when the working days of the period are not all known yet', () => {
    given(penaltyCase, [filed], on('2031-12-29'))
      .when(serve)
      .thenAppends({
        type: 'PenaltyNoticeServed',
        data: { hearingRight: true, hearingUntil: '2032-01-05', provisional: true, summary: null },
      })
  })

  it('lets nothing be decided before the notice, the period and the hearing', () => {
    given(penaltyCase, [filed], on('2026-01-20')).when(order).thenRefused('notice-not-served')
    given(penaltyCase, [filed, withRight], on('2026-01-19')).when(order).thenRefused('hearing-period-open')
    given(penaltyCase, [filed, withRight], on('2026-01-20')).when(order).thenAppendsTypes('PenaltyDecided')
    given(penaltyCase, [filed, withRight, asked], on('2026-02-20'))
      .when(order)
      .thenRefused('hearing-not-held')
    given(penaltyCase, [filed, withRight, asked, held], on('2026-01-19'))
      .when(order)
      .thenAppendsTypes('PenaltyDecided')
  })
})

describe('deciding a penalty', () => {
  const facts = [filed, notified]
  const at = on('2026-02-02')

  it('takes ninety days, or a reason for more', () => {
    const order = decide(line(institution, 'V08', 6_000))
    given(penaltyCase, facts, on('2026-04-05')).when(order).thenAppendsTypes('PenaltyDecided')
    given(penaltyCase, facts, on('2026-04-06')).when(order).thenRefused('decision-late')
    given(penaltyCase, facts, on('2026-04-06'))
      .when({ ...order, data: { ...order.data, extensionReason: '案情复杂，经批准延长' } })
      .thenAppendsTypes('PenaltyDecided')
  })

  it.each(
    violations.flatMap(({ code, fines }) =>
      fines.flatMap((range) => {
        const party = { institution, engineer, 'responsible-person': director }[range.liable]
        return [{ code, party, ...range }]
      }),
    ),
  )('$code keeps $liable between $minFen and $maxFen, both included', ({ code, party, minFen, maxFen }) => {
    const fined = (fineFen: number) =>
      given(penaltyCase, facts, at).when(decide(line(party, code, 0, { fineFen })))
    fined(maxFen).thenAppendsTypes('PenaltyDecided')
    fined(maxFen + 1).thenRefused('fine-outside-range')
    if (minFen > 0) {
      fined(minFen).thenAppendsTypes('PenaltyDecided')
      fined(minFen - 1).thenRefused('fine-outside-range')
    }
  })

  it('names the article and the field when a fine lies outside', () => {
    const { decision } = given(penaltyCase, facts, at).when(
      decide(line(institution, 'V08', 6_000), line(institution, 'V01', 30_001)),
    )
    expect(decision).toMatchObject({
      refusal: { code: 'fine-outside-range', legalBasis: ['O7:26'], pointer: '/data/lines/1/fineFen' },
    })
  })

  it('goes below the range only when mitigated, and to nothing only when first and minor, with the reason', () => {
    const refused = (fine: number, rest: Partial<PenaltyLine>) =>
      given(penaltyCase, facts, at).when(decide(line(institution, 'V01', fine, rest)))
    const reason = '主动消除危害后果'
    refused(10_000, { circumstances: ['mitigated'], reason }).thenAppendsTypes('PenaltyDecided')
    refused(10_000, { circumstances: ['mitigated'] }).thenRefused('fine-outside-range')
    refused(0, { circumstances: ['first-and-minor'], reason }).thenAppendsTypes('PenaltyDecided')
    refused(0, { warning: true }).thenRefused('fine-outside-range')
    refused(30_001, { circumstances: ['mitigated'], reason }).thenRefused('fine-outside-range')
  })

  it('has no stand-alone fine for an inaccurate document', () => {
    given(penaltyCase, facts, at)
      .when(decide(line(institution, 'V15', 1)))
      .thenRefused('no-fine-for-violation')
    given(penaltyCase, facts, at)
      .when(decide(line(institution, 'V15', 0, { sanctions: ['stop-practice'] })))
      .thenAppendsTypes('PenaltyDecided')
  })

  it.each(['V16', 'V17', 'V18', 'V19', 'V20'])('%s needs the statement that its range is unknown', (code) => {
    const reason = '依据省级裁量基准'
    const ask = (rest: Partial<PenaltyLine>) =>
      given(penaltyCase, facts, at).when(decide(line(institution, code, 10_000, rest)))
    ask({}).thenRefused('fine-range-unknown')
    ask({ rangeUnknown: true }).thenRefused('fine-range-unknown')
    ask({ rangeUnknown: true, reason }).thenAppendsTypes('PenaltyDecided')
  })

  it('does not let a known range be called unknown', () => {
    given(penaltyCase, facts, at)
      .when(decide(line(institution, 'V01', 90_000, { rangeUnknown: true, reason: '情节严重' })))
      .thenRefused('fine-range-known')
  })

  it('fines only who is liable, of the case, for what was filed, once', () => {
    const ask = (...lines: PenaltyLine[]) => given(penaltyCase, facts, at).when(decide(...lines))
    ask(line(engineer, 'V03', 10_000)).thenRefused('respondent-not-liable')
    ask(line(unit, 'V13', 50_000)).thenRefused('respondent-not-liable')
    ask(line({ kind: 'other', id: 'stranger' }, 'V13', 10_000)).thenRefused('respondent-not-in-case')
    ask(line(institution, 'V08', 1_000), line(institution, 'V08', 2_000)).thenRefused('act-punished-twice')
    ask(line(institution, 'V08', 0)).thenRefused('penalty-without-reason')
    const narrow = { ...filed, data: { ...filing, violations: [own('V08')] } }
    given(penaltyCase, [narrow, notified], at)
      .when(decide(line(institution, 'V01', 20_000)))
      .thenRefused('violation-not-in-case')
  })

  it('is taken once', () => {
    const order = decide(line(institution, 'V08', 6_000))
    given(penaltyCase, [...facts, decided('2026-02-02', line(institution, 'V08', 6_000))], at)
      .when(order)
      .thenRefused('penalty-already-decided')
  })

  it('knows its own codes and only shapes those of other law', () => {
    expect(violationReference.safeParse({ code: 'V21' }).success).toBe(false)
    expect(violationReference.parse({ code: 'V13' })).toEqual(own('V13'))
    expect(violationReference.safeParse({ scheme: 'italian-road-code', code: '157' }).success).toBe(true)
  })

  it('applies no range to an amount in another currency', () => {
    const euros = { ...filed, data: { ...filing, currency: 'EUR' } }
    given(penaltyCase, [euros, notified], at)
      .when(decide(line(institution, 'V01', 1)))
      .thenAppendsTypes('PenaltyDecided')
  })
})

describe('decisions known from the press', () => {
  it.each([
    {
      place: 'Shayang: five violations executed together',
      lines: [
        line(institution, 'V11', 3_000),
        line(institution, 'V06', 8_000),
        line(institution, 'V05', 6_000),
        line(institution, 'V03', 12_000),
        line(institution, 'V08', 8_000),
      ],
      total: 37_000,
    },
    {
      place: 'Huangshi: 64 phone extensions reported, 2 there',
      lines: [line(institution, 'V13', 65_000)],
      total: 65_000,
    },
    { place: 'Suizhou: not on site', lines: [line(institution, 'V08', 6_000)], total: 6_000 },
    {
      place: 'Lanzhou: not to standard, with the person responsible',
      lines: [line(institution, 'V14', 16_000), line(director, 'V14', 4_000)],
      total: 20_000,
    },
    {
      place: 'Tianjin: not to standard, with two persons',
      lines: [line(institution, 'V14', 1_000), line(director, 'V14', 1_000), line(other, 'V14', 1_000)],
      total: 3_000,
    },
  ])('$place', ({ lines, total }) => {
    const { decision } = given(penaltyCase, [filed, notified], on('2026-02-02')).when(decide(...lines))
    expect(decision).toMatchObject({
      accepted: true,
      events: [{ type: 'PenaltyDecided', data: { totalFen: total * yuan, payBy: '2026-02-17' } }],
    })
  })

  it('Shayang lies within 10,000 to 55,000, as its articles together allow', () => {
    const ranges = ['V11', 'V06', 'V05', 'V03', 'V08'].map((code) => findViolation(code)?.fines[0])
    const sum = (key: 'minFen' | 'maxFen') => ranges.reduce((total, range) => total + (range?.[key] ?? 0), 0)
    expect([sum('minFen'), sum('maxFen')]).toEqual([10_000 * yuan, 55_000 * yuan])
  })
})

describe('payment', () => {
  const facts = [filed, notified, decided('2026-02-02', line(institution, 'V08', 6_000))]
  const pay = (fen: number, respondent: Respondent = institution) => ({
    type: 'PayFine' as const,
    data: { respondent, amountFen: fen },
  })

  it('is taken in instalments up to what is due', () => {
    const part = {
      type: 'FinePaid' as const,
      data: { respondent: institution, amountFen: 400_000, lateDays: 0, surchargeFen: 0 },
    }
    given(penaltyCase, facts, on('2026-02-17')).when(pay(400_000)).thenAppends(part)
    given(penaltyCase, [...facts, part], on('2026-02-17'))
      .when(pay(200_001))
      .thenRefused('payment-exceeds-due')
    given(penaltyCase, [...facts, part], on('2026-02-17'))
      .when(pay(200_000))
      .thenAppendsTypes('FinePaid')
    given(penaltyCase, [filed]).when(pay(1)).thenRefused('penalty-not-decided')
    given(penaltyCase, facts)
      .when(pay(1, { kind: 'other', id: 'stranger' }))
      .thenRefused('respondent-not-in-case')
  })

  it('counts fifteen days from service and then 3 % a day, at most the amount', () => {
    const served = {
      type: 'PenaltyDecisionServed' as const,
      data: { payBy: '2026-02-24' },
      effectiveAt: startOfDay('2026-02-09'),
    }
    given(penaltyCase, facts, on('2026-02-09'))
      .when({ type: 'ServePenaltyDecision', data: {} })
      .thenAppends({ type: 'PenaltyDecisionServed', data: served.data })
    given(penaltyCase, [...facts, served], on('2026-02-26'))
      .when(pay(100_000))
      .thenAppends({
        type: 'FinePaid',
        data: { respondent: institution, amountFen: 100_000, lateDays: 2, surchargeFen: 6_000 },
      })
    const { state } = given(penaltyCase, [...facts, served])
    if (state.status === 'unknown') throw new Error('no case')
    expect(surchargeOn(state, institution, '2026-02-24')).toBe(0)
    expect(surchargeOn(state, institution, '2026-02-25')).toBe(18_000)
    expect(surchargeOn(state, institution, '2027-02-25')).toBe(600_000)
  })

  it('runs the surcharge on the fine alone, not on gains to be given up or on charges', () => {
    const confiscating = line(institution, 'V08', 6_000, { confiscatedFen: 1_000_000 })
    const charged = {
      type: 'FineChargeAdded' as const,
      data: { respondent: institution, charge: 'late-payment' as const, amountFen: 90_000, reason: '逾期' },
      effectiveAt: startOfDay('2026-02-20'),
    }
    const known = given(
      penaltyCase,
      [filed, notified, decided('2026-02-02', confiscating), charged],
      on('2026-02-27'),
    )
    if (known.state.status === 'unknown') throw new Error('no case')
    expect(dueOf(known.state, institution)).toEqual({
      dueFen: 1_690_000,
      unpaidFen: 1_690_000,
      unpaidFineFen: 600_000,
    })
    expect(surchargeOn(known.state, institution, '2026-02-27')).toBe(180_000)
    known.when(pay(1_690_000)).thenAppends({
      type: 'FinePaid',
      data: { respondent: institution, amountFen: 1_690_000, lateDays: 10, surchargeFen: 180_000 },
    })
  })

  it('never surcharges more than the amount, nor less as days pass', () => {
    const days = fc.integer({ min: -100, max: 10_000 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), days, (amountFen, lateDays) => {
        const surcharge = lateSurchargeFen(amountFen, lateDays)
        expect(surcharge).toBeGreaterThanOrEqual(0)
        expect(surcharge).toBeLessThanOrEqual(amountFen)
        expect(lateSurchargeFen(amountFen, lateDays + 1)).toBeGreaterThanOrEqual(surcharge)
      }),
    )
  })

  it('never takes more than is due, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400_000 }), { maxLength: 12 }), (amounts) => {
        let known: Parameters<typeof given<typeof penaltyCase>>[1] = facts
        for (const amount of amounts) {
          const { decision } = given(penaltyCase, known, on('2026-02-17')).when(pay(amount))
          if (decision.accepted) known = [...known, ...(decision.events as typeof known)]
        }
        const { state } = given(penaltyCase, known)
        if (state.status === 'unknown') throw new Error('no case')
        const paid = state.payments.reduce((sum: number, part: PenaltyPayment) => sum + part.amountFen, 0)
        expect(paid + dueOf(state, institution).unpaidFen).toBe(600_000)
      }),
    )
  })

  it('imposes a surcharge up to the fine, and asks for enforcement only when overdue', () => {
    const charge = (fen: number) => ({
      type: 'AddFineCharge' as const,
      data: { respondent: institution, charge: 'late-payment' as const, amountFen: fen, reason: '逾期' },
    })
    given(penaltyCase, facts).when(charge(600_000)).thenAppendsTypes('FineChargeAdded')
    given(penaltyCase, facts).when(charge(600_001)).thenRefused('surcharge-exceeds-fine')
    const enforce = { type: 'RequestFineEnforcement' as const, data: { body: '天宁区人民法院' } }
    given(penaltyCase, facts, on('2026-02-17')).when(enforce).thenRefused('fine-not-overdue')
    given(penaltyCase, facts, on('2026-02-18')).when(enforce).thenAppendsTypes('FineEnforcementRequested')
  })

  it('is complete before the case is closed', () => {
    const close = { type: 'ClosePenaltyCase' as const, data: { note: null } }
    const all = {
      type: 'FinePaid' as const,
      data: { respondent: institution, amountFen: 600_000, lateDays: 0, surchargeFen: 0 },
    }
    given(penaltyCase, facts).when(close).thenRefused('fine-unpaid')
    given(penaltyCase, [...facts, all])
      .when(close)
      .thenAppendsTypes('PenaltyCaseClosed')
  })
})

describe('review', () => {
  const facts = [filed, notified, decided('2026-02-02', line(institution, 'V08', 6_000))]
  const served = {
    type: 'PenaltyDecisionServed' as const,
    data: { payBy: '2026-02-24' },
    effectiveAt: startOfDay('2026-02-09'),
  }
  const request = {
    type: 'RequestPenaltyReview' as const,
    data: { respondent: institution, body: '天宁区人民政府', grounds: null },
  }
  const requested = { type: 'PenaltyReviewRequested' as const, data: request.data }
  const conclude = (outcome: 'upheld' | 'changed' | 'withdrawn', lines: PenaltyLine[] | null = null) => ({
    type: 'DecidePenaltyReview' as const,
    data: { outcome, lines, reason: null },
  })

  it('can be asked for within sixty days of service', () => {
    given(penaltyCase, [...facts, served], on('2026-04-10'))
      .when(request)
      .thenAppends(requested)
    given(penaltyCase, [...facts, served], on('2026-04-11'))
      .when(request)
      .thenRefused('review-request-late')
    given(penaltyCase, [filed, notified]).when(request).thenRefused('penalty-not-decided')
  })

  it('upholds, changes to something lighter, or makes the decision fall', () => {
    const pending = [...facts, requested]
    given(penaltyCase, pending).when(conclude('upheld')).thenAppendsTypes('PenaltyReviewDecided')
    given(penaltyCase, pending)
      .when(conclude('changed', [line(institution, 'V08', 3_000)]))
      .thenAppendsTypes('PenaltyReviewDecided')
    given(penaltyCase, pending)
      .when(conclude('changed', [line(institution, 'V08', 7_000)]))
      .thenRefused('review-worsens')
    given(penaltyCase, pending).when(conclude('changed')).thenRefused('review-lines-missing')
    given(penaltyCase, facts).when(conclude('upheld')).thenRefused('review-not-requested')
    const { decision } = given(penaltyCase, pending).when(conclude('withdrawn'))
    expect(decision).toMatchObject({ events: [{ data: { totalFen: 0 } }] })
  })

  it('keeps the case open while it is pending, and closes it for good when the decision falls', () => {
    const close = { type: 'ClosePenaltyCase' as const, data: { note: null } }
    given(penaltyCase, [...facts, requested])
      .when(close)
      .thenRefused('review-pending')
    const fell = {
      type: 'PenaltyReviewDecided' as const,
      data: { outcome: 'withdrawn' as const, lines: null, totalFen: 0, reason: null },
    }
    given(penaltyCase, [...facts, requested, fell])
      .when(close)
      .thenRefused('penalty-case-withdrawn')
  })
})

describe('penalty case', () => {
  const facts = [filed, notified, decided('2026-02-02', line(institution, 'V13', 65_000))]

  it('is transferred and withdrawn once, and exposed only after the decision', () => {
    const transfer = {
      type: 'TransferPenaltyCase' as const,
      data: { to: '常州市公安局', reason: '涉嫌提供虚假证明文件罪', documentSha256: null },
    }
    const expose = { type: 'ExposePenaltyCase' as const, data: { medium: '常州日报', url: null } }
    const withdraw = { type: 'WithdrawPenaltyCase' as const, data: { reason: '违法事实不能成立' } }
    const transferred = { type: 'PenaltyCaseTransferred' as const, data: transfer.data }
    const withdrawn = { type: 'PenaltyCaseWithdrawn' as const, data: withdraw.data }
    given(penaltyCase, facts).when(transfer).thenAppends(transferred)
    given(penaltyCase, [...facts, transferred])
      .when(transfer)
      .thenAppends()
    given(penaltyCase, [filed]).when(expose).thenRefused('penalty-not-decided')
    given(penaltyCase, facts).when(expose).thenAppendsTypes('PenaltyCaseExposed')
    given(penaltyCase, facts).when(withdraw).thenAppends(withdrawn)
    given(penaltyCase, [...facts, withdrawn])
      .when(withdraw)
      .thenAppends()
    given(penaltyCase, [...facts, withdrawn])
      .when(expose)
      .thenRefused('penalty-case-withdrawn')
  })

  it('is not known before it is filed', () => {
    given(penaltyCase, [])
      .when({ type: 'ServePenaltyDecision', data: {} })
      .thenRefused('penalty-case-not-filed')
  })

  it('concerns the division and each party by its kind', () => {
    expect(penaltyCase.concerns(given(penaltyCase, facts).state, 'x')).toEqual({
      division: '320402',
      institutions: [uscc],
      practitioners: [engineer.id],
      units: [unit.id],
    })
  })

  it('takes an imported case in another currency, decided, fined more and paid out of our order', () => {
    const violation = { scheme: 'italian-road-code', code: '157' }
    const party: Respondent = { kind: 'other', id: 'traffic-A1' }
    const foreign = {
      ...filed,
      data: { ...filing, respondents: [party], violations: [violation], officers: [], currency: 'EUR' },
    }
    const order = decide(line(party, 'V08', 35, { violation }))
    given(penaltyCase, [foreign], on('2026-01-05')).when(order).thenAppendsTypes('PenaltyDecided')
    const known = [foreign, { ...decided('2026-01-05', ...order.data.lines) }]
    given(penaltyCase, known)
      .when({ type: 'PayFine', data: { respondent: party, amountFen: 9_999 } })
      .thenAppendsTypes('FinePaid')
    given(penaltyCase, known)
      .when({ type: 'ServePenaltyNotice', data: { hearingRight: false, summary: null } })
      .thenAppendsTypes('PenaltyNoticeServed')
  })
})
