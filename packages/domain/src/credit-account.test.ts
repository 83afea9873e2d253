import { describe, expect, it } from 'vitest'
import { creditAccount } from './credit-account.ts'
import { gradeInputs } from './credit-publication.ts'
import { given } from './given.ts'
import { usccCheckCharacter } from './identifiers.ts'
import { institution } from './institution.ts'
import type { RulebookState } from './rulebook.ts'
import { rulebookVersion } from './rulebook-in-force.ts'
import { sha256OfText } from './sha256.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'

const shipped = shippedRulebooks[0]
if (!shipped) throw new Error('no rulebook is shipped')
const book: RulebookState = {
  status: 'adopted',
  division: shipped.division,
  content: shipped.content,
  contentRevision: 0,
  revision: 1,
  adoptions: [{ division: '320400', subjectKind: 'institution', from: '2024-01-01' }],
  retiredFrom: null,
}
const uscc = `91320402MA1WABCD1${usccCheckCharacter('91320402MA1WABCD1')}`
const registered = {
  type: 'InstitutionRegistered' as const,
  effectiveAt: '2024-01-02T01:00:00.000Z',
  data: {
    name: '常州安信消防技术服务有限公司',
    type: 'maintenance' as const,
    division: '320402',
    address: '常州市天宁区竹林西路19号',
    establishedOn: '2019-05-06',
    legalRepresentative: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
  },
}
const home = given(institution, [registered]).state
const situation = { id: uscc, relied: { 'rulebook-CZ-DEFAULT-1': book, [`institution-${uscc}`]: home } }
const opening = { division: '320402', subjectKind: 'institution' as const }
const idOf = (n: number) => `00000000-0000-8000-a000-${String(n).padStart(12, '0')}`

const order = {
  ...opening,
  rulebook: 'CZ-DEFAULT-1',
  item: 'Q3',
  count: 1,
  factId: 'inspection-01JD0000000000000000000001/QA3',
  violation: null,
  furtherActs: [],
  causeEventId: null,
  reason: '现场检查发现未按标准检测',
}
const entry = {
  ...order,
  rulebook: 'CZ-DEFAULT-1@0',
  points: -8,
  effectiveOn: '2026-03-02',
  validUntil: '2027-03-02',
}
const adjusted = { id: idOf(1), type: 'CreditAdjusted' as const, data: entry }
const veto = {
  ...opening,
  rulebook: 'CZ-DEFAULT-1@0',
  code: 'V13',
  factId: 'penaltyCase-01JD0000000000000000000002/V13',
  causeEventId: null,
  effectiveOn: '2025-06-01',
  liftableFrom: '2026-06-01',
  reason: '出具虚假文件',
}
const vetoed = { id: idOf(2), type: 'CreditVetoImposed' as const, data: veto }
const banned = {
  id: idOf(3),
  type: 'CreditVetoImposed' as const,
  data: { ...veto, code: 'LIFETIME-BAN', liftableFrom: null },
}

const noPapers = { curedOn: null, commitmentSha256: null }
const papers = { curedOn: '2026-02-01', commitmentSha256: 'c'.repeat(64) }

function reversed(n: number, basis: 'repaired' | 'recorded-in-error', effectiveOn = '2026-03-02') {
  return {
    type: 'CreditAdjustmentReversed' as const,
    data: { supersedes: idOf(n), basis, effectiveOn, repair: null, reason: '撤销' },
  }
}

describe('an adjustment', () => {
  it('opens the account and takes its points from the rulebook, not from the caller', () => {
    given(creditAccount, [], situation)
      .when({ type: 'AdjustCreditAccount', data: order })
      .thenAppends({ type: 'CreditAdjusted', data: entry })
  })

  it('counts from the day of the fact, also when it is recorded late', () => {
    given(creditAccount, [], situation)
      .when({
        type: 'AdjustCreditAccount',
        data: { ...order, count: 2 },
        effectiveAt: '2025-08-31T16:00:00.000Z',
      })
      .thenAppends({
        type: 'CreditAdjusted',
        data: { ...entry, count: 2, points: -16, effectiveOn: '2025-09-01', validUntil: '2026-09-01' },
      })
  })

  it('is recorded once for an act and an item', () => {
    const account = given(creditAccount, [adjusted], situation)
    account.when({ type: 'AdjustCreditAccount', data: order }).thenAppends()
    account
      .when({ type: 'AdjustCreditAccount', data: { ...order, count: 2 } })
      .thenRefused('fact-already-counted')
    account
      .when({ type: 'AdjustCreditAccount', data: { ...order, item: 'L1' } })
      .thenAppendsTypes('CreditAdjusted')
  })

  it('may be recorded again after the first was a mistake, not after a repair', () => {
    given(creditAccount, [adjusted, reversed(1, 'recorded-in-error')], situation)
      .when({ type: 'AdjustCreditAccount', data: order })
      .thenAppendsTypes('CreditAdjusted')
    given(creditAccount, [adjusted, reversed(1, 'repaired')], situation)
      .when({ type: 'AdjustCreditAccount', data: order })
      .thenAppends()
  })

  it.each([
    ['rulebook-unknown', { rulebook: 'NOWHERE-1' }, {}],
    ['rulebook-not-in-force', { division: '320500' }, {}],
    ['rulebook-not-in-force', {}, { effectiveAt: '2023-12-31T04:00:00.000Z' }],
    ['item-unknown', { item: 'Q9' }, {}],
    ['item-unknown', { item: 'L4' }, {}],
    ['subject-kind-differs', { subjectKind: 'practitioner' as const }, {}],
    ['fact-in-the-future', {}, { effectiveAt: '2026-03-03T04:00:00.000Z' }],
  ])('is refused: %s %o %o', (code, change, when) => {
    const relied = { ...situation.relied, 'rulebook-NOWHERE-1': { status: 'unknown' } }
    given(creditAccount, [], { ...situation, relied })
      .when({ type: 'AdjustCreditAccount', data: { ...order, ...change }, ...when })
      .thenRefused(code)
  })

  it('is refused under another kind of subject than the account has', () => {
    const id = '01JD0000000000000000000009'
    const asUnit = { ...adjusted, data: { ...entry, subjectKind: 'unit' as const } }
    given(creditAccount, [asUnit], { ...situation, id })
      .when({ type: 'AdjustCreditAccount', data: { ...order, subjectKind: 'practitioner' } })
      .thenRefused('subject-kind-differs')
  })

  it('is recorded at any level, also a bonus: whether that counts is asked when the score is', () => {
    const bonus = { ...order, item: 'B2', factId: 'training-7' }
    const low = { ...adjusted, data: { ...entry, item: 'L3', count: 2, points: -40 } }
    for (const facts of [[], [low]])
      given(creditAccount, facts, situation)
        .when({ type: 'AdjustCreditAccount', data: bonus })
        .thenAppendsTypes('CreditAdjusted')
  })
})

describe('the division of an account', () => {
  const when = { type: 'AdjustCreditAccount' as const, data: order }
  const moved = {
    type: 'InstitutionDetailsCorrected' as const,
    effectiveAt: '2026-01-15T01:00:00.000Z',
    data: { ...registered.data, division: '320411', supersedes: idOf(9), reason: '迁址' },
  }
  const afterMove = {
    ...situation,
    relied: { ...situation.relied, [`institution-${uscc}`]: given(institution, [registered, moved]).state },
  }

  it('is that of the register; another one is refused, also when the account is there already', () => {
    const elsewhere = { ...order, division: '320404' }
    for (const facts of [[], [adjusted]])
      given(creditAccount, facts, situation)
        .when({ ...when, data: elsewhere })
        .thenRefused('division-differs')
  })

  it('is that of the day of the fact', () => {
    const account = given(creditAccount, [], afterMove)
    account.when(when).thenRefused('division-differs')
    account.when({ ...when, data: { ...order, division: '320411' } }).thenAppendsTypes('CreditAdjusted')
    account.when({ ...when, effectiveAt: '2026-01-14T04:00:00.000Z' }).thenAppendsTypes('CreditAdjusted')
  })

  it('is nobody’s for a subject that no register knows', () => {
    given(creditAccount, [], { ...situation, relied: { 'rulebook-CZ-DEFAULT-1': book } })
      .when(when)
      .thenRefused('subject-not-registered')
  })

  it('says whose officers may touch it: where the subject is today, whatever the account remembers', () => {
    const command = { ...when, id: uscc, effectiveAt: '2026-03-02T04:00:00.000Z' }
    const asked = (facts: (typeof adjusted)[], { relied }: { relied: Record<string, unknown> }) =>
      creditAccount.jurisdiction?.(command, given(creditAccount, facts, situation).state, {
        now: '2026-03-02T04:00:00.000Z',
        today: '2026-03-02',
        stateOf: (other, id) =>
          (relied[`${other.name}-${id}`] as typeof other.initialState) ?? other.initialState,
      })
    expect(asked([], situation)).toBe('320402')
    expect(asked([adjusted], afterMove)).toBe('320411')
    expect(asked([adjusted], { relied: {} })).toBe('320402')
    expect(asked([], { relied: {} })).toBeNull()
  })
})

describe('a reversal', () => {
  const order = { supersedes: idOf(1), basis: 'recorded-in-error' as const, reason: '撤销', ...noPapers }

  it('names the entry that it takes back, once', () => {
    given(creditAccount, [adjusted], situation)
      .when({ type: 'ReverseAdjustment', data: order })
      .thenAppends(reversed(1, 'recorded-in-error'))
    const account = given(creditAccount, [adjusted, reversed(1, 'recorded-in-error')], situation)
    account.when({ type: 'ReverseAdjustment', data: order }).thenAppends()
    account
      .when({ type: 'ReverseAdjustment', data: { ...order, basis: 'repaired' } })
      .thenRefused('entry-already-reversed')
  })

  it('is refused for an entry that is not there', () => {
    given(creditAccount, [], situation)
      .when({ type: 'ReverseAdjustment', data: order })
      .thenRefused('entry-unknown')
    given(creditAccount, [vetoed], situation)
      .when({ type: 'ReverseAdjustment', data: { ...order, supersedes: idOf(2) } })
      .thenRefused('entry-unknown')
  })

  it('by repair is granted twice a year', () => {
    const entries = [1, 2, 3].map((n) => ({
      ...adjusted,
      id: idOf(n),
      data: { ...entry, factId: `fact-${n}`, effectiveOn: '2025-01-06' },
    }))
    const third = { ...order, ...papers, supersedes: idOf(3), basis: 'repaired' as const }
    given(creditAccount, [...entries, reversed(1, 'repaired'), reversed(2, 'repaired')], situation)
      .when({ type: 'ReverseAdjustment', data: third })
      .thenRefused('repairs-exhausted')
    const lastYear = reversed(2, 'repaired', '2025-12-31')
    given(creditAccount, [...entries, reversed(1, 'repaired'), lastYear], situation)
      .when({ type: 'ReverseAdjustment', data: third })
      .thenAppendsTypes('CreditAdjustmentReversed')
  })
})

describe('a veto', () => {
  const { effectiveOn: _, liftableFrom: __, ...rest } = veto
  const order = { ...rest, rulebook: 'CZ-DEFAULT-1' }
  const lift = { supersedes: idOf(2), basis: 'repaired' as const, reason: '整改完成', ...papers }

  it('is imposed once for an act, and says from when it can be repaired', () => {
    given(creditAccount, [], situation)
      .when({ type: 'ImposeVeto', data: order, effectiveAt: '2025-06-01T01:00:00.000Z' })
      .thenAppends({ type: 'CreditVetoImposed', data: veto })
    given(creditAccount, [vetoed], situation).when({ type: 'ImposeVeto', data: order }).thenAppends()
    given(creditAccount, [], situation)
      .when({ type: 'ImposeVeto', data: { ...order, code: 'LIFETIME-BAN' } })
      .thenAppends({
        type: 'CreditVetoImposed',
        data: { ...veto, code: 'LIFETIME-BAN', effectiveOn: '2026-03-02', liftableFrom: null },
      })
  })

  it('is refused for an act that the rulebook does not veto', () => {
    given(creditAccount, [], situation)
      .when({ type: 'ImposeVeto', data: { ...order, code: 'V08' } })
      .thenRefused('veto-unknown')
  })

  it('is not repaired before its time, and a lifetime ban never', () => {
    const account = given(creditAccount, [vetoed, banned], situation)
    account.when({ type: 'LiftVeto', data: lift }).thenRefused('veto-not-liftable')
    account
      .when({ type: 'LiftVeto', data: { ...lift, supersedes: idOf(3) } })
      .thenRefused('veto-not-liftable')
    account.when({ type: 'LiftVeto', data: { ...lift, supersedes: idOf(9) } }).thenRefused('entry-unknown')
  })

  it('is lifted by repair from that day on, and at any time when its decision was annulled', () => {
    const { curedOn: _, commitmentSha256: __, ...taken } = lift
    given(creditAccount, [vetoed], { ...situation, at: '2026-06-01T01:00:00.000Z' })
      .when({ type: 'LiftVeto', data: lift })
      .thenAppends({
        type: 'CreditVetoLifted',
        data: {
          ...taken,
          effectiveOn: '2026-06-01',
          repair: { law: 'N36', gravity: 'serious', restores: 0.5, ...papers },
        },
      })
    const annulled = { ...lift, ...noPapers, basis: 'decision-annulled' as const }
    const lifted = {
      type: 'CreditVetoLifted' as const,
      data: { ...taken, basis: 'decision-annulled' as const, effectiveOn: '2026-03-02', repair: null },
    }
    given(creditAccount, [vetoed], situation).when({ type: 'LiftVeto', data: annulled }).thenAppends(lifted)
    const account = given(creditAccount, [vetoed, lifted], situation)
    account.when({ type: 'LiftVeto', data: annulled }).thenAppends()
    account.when({ type: 'LiftVeto', data: lift }).thenRefused('entry-already-reversed')
  })
})

/** The digest of the inputs, computed from the events alone. */
function digestOf(...events: Parameters<typeof given<typeof creditAccount>>[1]) {
  const { state } = given(creditAccount, events, situation)
  const facts = state.status === 'open' ? state : { entries: [], vetoes: [] }
  const version = rulebookVersion('CZ-DEFAULT-1', book)
  if (!version) throw new Error('adopted')
  return sha256OfText(gradeInputs(uscc, version, facts, '2025-12-31'))
}

describe('a published grade', () => {
  const order = { ...opening, rulebook: 'CZ-DEFAULT-1', asOf: '2025-12-31', supersedes: null }
  const base = {
    ...opening,
    rulebook: 'CZ-DEFAULT-1@0',
    asOf: '2025-12-31',
    score: 80,
    level: 'B',
    grade: 'BBB',
    veto: null,
    inputs: [],
    inputsDigest: digestOf(),
    supersedes: null,
  }
  const published = { id: idOf(7), type: 'GradePublished' as const, data: base }
  const late = { ...adjusted, data: { ...entry, effectiveOn: '2025-11-11', validUntil: '2026-11-11' } }

  it('is the base grade of a subject without facts', () => {
    given(creditAccount, [], situation)
      .when({ type: 'PublishGrade', data: order })
      .thenAppends({ type: 'GradePublished', data: base })
  })

  it('names the entries and vetoes that it was computed from', () => {
    given(creditAccount, [vetoed, late, adjusted], situation)
      .when({ type: 'PublishGrade', data: order })
      .thenAppends({
        type: 'GradePublished',
        data: {
          ...base,
          score: 72,
          level: 'E',
          grade: 'E',
          veto: 'V13',
          inputs: [idOf(1), idOf(2)],
          inputsDigest: digestOf(vetoed, late),
        },
      })
  })

  it('is published once; a later fact about that day needs a publication that names the first', () => {
    given(creditAccount, [published], situation).when({ type: 'PublishGrade', data: order }).thenAppends()
    const account = given(creditAccount, [published, late], situation)
    account.when({ type: 'PublishGrade', data: order }).thenRefused('grade-already-published')
    account.when({ type: 'PublishGrade', data: { ...order, supersedes: idOf(7) } }).thenAppends({
      type: 'GradePublished',
      data: {
        ...base,
        score: 72,
        grade: 'B',
        inputs: [idOf(1)],
        inputsDigest: digestOf(late),
        supersedes: idOf(7),
      },
    })
  })

  it('is refused for a day that is not over, or a publication that is not there', () => {
    const account = given(creditAccount, [], situation)
    account.when({ type: 'PublishGrade', data: { ...order, asOf: '2026-03-02' } }).thenRefused('day-not-over')
    account
      .when({ type: 'PublishGrade', data: { ...order, supersedes: idOf(7) } })
      .thenRefused('grade-already-published')
    account
      .when({ type: 'PublishGrade', data: { ...order, asOf: '2023-12-31' } })
      .thenRefused('rulebook-not-in-force')
  })
})

describe('what an account concerns', () => {
  it('is its subject, in the division of the last entry', () => {
    const { state } = given(creditAccount, [adjusted], situation)
    expect(creditAccount.concerns(state, uscc)).toEqual({
      division: '320402',
      institutions: [uscc],
      practitioners: [],
      units: [],
    })
  })

  it('relies on every rulebook that judged something in it', () => {
    const { state } = given(creditAccount, [adjusted], situation)
    const command = {
      type: 'LiftVeto' as const,
      id: uscc,
      effectiveAt: '2026-03-02T04:00:00.000Z',
      data: { supersedes: idOf(1), basis: 'repaired' as const, reason: '', ...noPapers },
    }
    expect(creditAccount.reliesOn?.(command, state)).toEqual([
      { category: 'institution', id: uscc },
      { category: 'rulebook', id: 'CZ-DEFAULT-1' },
    ])
  })
})
