import { describe, expect, it } from 'vitest'
import { creditAccount } from './credit-account.ts'
import { given } from './given.ts'
import { rulebookVersion } from './rulebook-in-force.ts'
import { scoreOn } from './scoring.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'
import { startOfDay } from './values.ts'

const entry = '00000000-0000-8000-a000-000000000001'
const vetoId = '00000000-0000-8000-a000-000000000002'
const opening = { division: '320402', subjectKind: 'institution' as const, rulebook: 'CZ-DEFAULT-1@0' }
const adjusted = {
  id: entry,
  type: 'CreditAdjusted' as const,
  data: {
    ...opening,
    item: 'L2',
    count: 1,
    points: -10,
    factId: 'penaltyCase-1/V08',
    violation: 'V08',
    furtherActs: [],
    causeEventId: null,
    effectiveOn: '2026-03-02',
    validUntil: '2027-03-02',
    reason: '罚款',
  },
}
const vetoed = {
  id: vetoId,
  type: 'CreditVetoImposed' as const,
  data: {
    ...opening,
    code: 'V13',
    factId: 'penaltyCase-1/V13',
    causeEventId: null,
    effectiveOn: '2026-03-02',
    liftableFrom: '2027-03-02',
    reason: '虚假文件',
  },
}
// Ten working days after Monday 9 March 2026: Monday 23 March.
const filed = {
  type: 'CreditObjectionFiled' as const,
  effectiveAt: startOfDay('2026-03-09'),
  data: {
    entry,
    noticedOn: '2026-03-03',
    dueOn: '2026-03-23',
    provisional: false,
    grounds: '当日负责人在场',
  },
}
const grounds = '当日负责人在场'
const account = (day: string, ...facts: Parameters<typeof given<typeof creditAccount>>[1]) =>
  given(creditAccount, [adjusted, vetoed, ...facts], { at: startOfDay(day) })
const decided = (outcome: 'upheld' | 'rejected', day: string, inTime = true) => ({
  type: 'CreditObjectionDecided' as const,
  effectiveAt: startOfDay(day),
  data: { entry, outcome, inTime, reason: '查实' },
})

describe('an objection', () => {
  const file = { type: 'FileObjection' as const, data: { entry, noticedOn: '2026-03-03', grounds } }

  it('is filed within ten working days of the notice, and due ten working days later', () => {
    const { type, data } = filed
    account('2026-03-09').when(file).thenAppends({ type, data })
    account('2026-03-17').when(file).thenAppendsTypes('CreditObjectionFiled')
    account('2026-03-18').when(file).thenRefused('objection-late')
  })

  it('is filed by an institution itself on the day on which it files, by officers as of the day it came in', () => {
    const earlier = { ...file, effectiveAt: startOfDay('2026-03-10') }
    const by = (role: string) =>
      given(creditAccount, [adjusted], {
        at: startOfDay('2026-03-20'),
        actor: { id: 'someone', role, division: '320400' },
      })
    by('credit-officer').when(earlier).thenAppendsTypes('CreditObjectionFiled')
    by('institution').when(earlier).thenRefused('objection-backdated')
    const noticed = { ...file, data: { ...file.data, noticedOn: '2026-03-18' } }
    by('institution').when(noticed).thenAppendsTypes('CreditObjectionFiled')
  })

  it('is filed once for an entry, and not after the ruling', () => {
    account('2026-03-10', filed).when(file).thenAppends()
    account('2026-03-17', filed, decided('rejected', '2026-03-16'))
      .when(file)
      .thenRefused('objection-already-decided')
  })

  it('is refused for what is not there, for a notice still to come, and for what was taken back', () => {
    const unknown = { ...file, data: { ...file.data, entry: '00000000-0000-8000-a000-000000000009' } }
    account('2026-03-09').when(unknown).thenRefused('entry-unknown')
    account('2026-03-02').when(file).thenRefused('notice-after-objection')
    const gone = {
      type: 'CreditAdjustmentReversed' as const,
      data: {
        supersedes: entry,
        basis: 'recorded-in-error' as const,
        effectiveOn: '2026-03-05',
        repair: null,
        reason: '误',
      },
    }
    account('2026-03-09', gone).when(file).thenRefused('entry-already-reversed')
  })

  it('is extended once by five working days, before it is overdue', () => {
    const extend = { type: 'ExtendObjection' as const, data: { entry, reason: '需核实' } }
    const extended = {
      type: 'CreditObjectionExtended' as const,
      data: { entry, dueOn: '2026-03-30', provisional: false, reason: '需核实' },
    }
    account('2026-03-23', filed).when(extend).thenAppends(extended)
    account('2026-03-24', filed).when(extend).thenRefused('objection-overdue')
    account('2026-03-24', filed, extended).when(extend).thenRefused('objection-already-extended')
    account('2026-03-24').when(extend).thenRefused('objection-not-pending')
  })

  it('upheld, takes the entry back as never having been; rejected, leaves it', () => {
    const rule = (outcome: 'upheld' | 'rejected') => ({
      type: 'DecideObjection' as const,
      data: { entry, outcome, reason: '查实' },
    })
    const reversed = {
      type: 'CreditAdjustmentReversed' as const,
      data: {
        supersedes: entry,
        basis: 'objection-upheld' as const,
        effectiveOn: '2026-03-20',
        repair: null,
        reason: '查实',
      },
    }
    const { type, data } = decided('upheld', '2026-03-20')
    account('2026-03-20', filed).when(rule('upheld')).thenAppends({ type, data }, reversed)
    account('2026-03-20', filed).when(rule('rejected')).thenAppendsTypes('CreditObjectionDecided')
    account('2026-03-21', filed, decided('upheld', '2026-03-20')).when(rule('upheld')).thenAppends()
    account('2026-03-21', filed, decided('upheld', '2026-03-20'))
      .when(rule('rejected'))
      .thenRefused('objection-not-pending')
    expect(account('2026-03-24', filed).when(rule('rejected')).decision).toMatchObject({
      events: [{ data: { inTime: false } }],
    })
    account('2026-03-08', filed).when(rule('rejected')).thenRefused('ruling-before-objection')
  })

  it('is the basis of a reversal only where one to that entry was upheld', () => {
    const noPapers = { curedOn: null, commitmentSha256: null }
    const claimed = { basis: 'objection-upheld' as const, reason: '异议成立', ...noPapers }
    const reverse = { type: 'ReverseAdjustment' as const, data: { supersedes: entry, ...claimed } }
    const lift = { type: 'LiftVeto' as const, data: { supersedes: vetoId, ...claimed } }
    for (const facts of [[], [filed], [filed, decided('rejected', '2026-03-20')]]) {
      const refused = account('2026-03-20', ...facts).when(reverse)
      refused.thenRefused('objection-not-upheld')
      expect(refused.decision).toMatchObject({ refusal: { pointer: '/data/basis' } })
    }
    const upheld = account('2026-03-20', filed, decided('upheld', '2026-03-20'))
    upheld.when(lift).thenRefused('objection-not-upheld')
    upheld.when(reverse).thenAppendsTypes('CreditAdjustmentReversed')
    account('2026-03-20', filed)
      .when({ ...reverse, data: { ...reverse.data, basis: 'recorded-in-error' } })
      .thenAppendsTypes('CreditAdjustmentReversed')
  })

  it('to a veto lifts it', () => {
    const toVeto = { ...filed, data: { ...filed.data, entry: vetoId } }
    account('2026-03-20', toVeto)
      .when({ type: 'DecideObjection', data: { entry: vetoId, outcome: 'upheld', reason: '查实' } })
      .thenAppendsTypes('CreditObjectionDecided', 'CreditVetoLifted')
  })

  it('shows the entry as disputed from the filing to the day before the ruling, and it counts meanwhile', () => {
    const shipped = shippedRulebooks[0]
    const { state } = account('2026-03-25', filed, decided('rejected', '2026-03-20'))
    if (state.status === 'unknown' || !shipped) throw new Error('open')
    const version = rulebookVersion('CZ-DEFAULT-1', {
      status: 'adopted',
      division: '320400',
      content: shipped.content,
      contentRevision: 0,
      revision: 1,
      adoptions: [{ division: '320400', subjectKind: 'institution', from: '2024-01-01' }],
      retiredFrom: null,
    })
    if (!version) throw new Error('adopted')
    const lineOn = (day: string) => scoreOn(state, version, day).lines[0]
    expect(
      ['2026-03-08', '2026-03-09', '2026-03-19', '2026-03-20'].map((day) => lineOn(day)?.disputed ?? false),
    ).toEqual([false, true, true, false])
    expect(lineOn('2026-03-10')).toMatchObject({ counted: -10 })
    expect(lineOn('2026-03-10')?.why.zh).toContain('异议处理中，裁定前分值不变')
  })
})
