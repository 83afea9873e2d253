import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { practiceObstacleOn, practiceStandingOn, spanCovers, spansOverlap } from './practice-standing.ts'
import { practitioner } from './practitioner.ts'
import type { PractitionerState } from './practitioner-events.ts'
import { addDays } from './values.ts'

const here = '91350100M000100Y43'
const elsewhere = '9144030071526726XG'
const profile = {
  qualification: 'grade-one-engineer' as const,
  registrationNumber: '1320240000123',
  validFrom: '2024-01-10',
  validUntil: '2027-01-09' as string | null,
  division: '320400',
  person: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
}
const at = (day: string) => ({ effectiveAt: `${day}T01:00:00.000Z` })
const registered = { type: 'PractitionerRegistered' as const, data: profile, ...at('2024-01-10') }
const job = { employer: here, role: 'engineer' as const, until: null as string | null }
const employed = { type: 'EmploymentStarted' as const, data: job, ...at('2024-01-10') }
const reason = { reason: '本人申请' }
const fact = <Type extends string, Data>(type: Type, data: Data, day: string) => ({ type, data, ...at(day) })

function known(state: PractitionerState) {
  if (state.status === 'unknown') throw new Error('not registered')
  return state
}
const obstacle = (
  state: PractitionerState,
  day: string,
  level: 'any' | 'engineer' | 'grade-one' = 'engineer',
) => practiceObstacleOn(known(state), day, here, level)

describe('practitioner', () => {
  it('is registered, and again only after that registration has ended', () => {
    const register = { type: 'RegisterPractitioner' as const, data: profile }
    given(practitioner, []).when(register).thenAppendsTypes('PractitionerRegistered')
    const again = { ...register, data: { ...profile, validFrom: '2026-03-02', validUntil: '2029-03-01' } }
    given(practitioner, [registered]).when(again).thenRefused('practitioner-already-registered')
    given(practitioner, [registered, fact('RegistrationCancelled', reason, '2025-05-01')])
      .when(again)
      .thenAppendsTypes('PractitionerRegistered')
  })

  it('is one person for good', () => {
    const other = {
      ...profile,
      validFrom: '2028-01-01',
      validUntil: '2030-01-01',
      person: { subjectId: 'person-2', sealed: 'eA' },
    }
    given(practitioner, [registered])
      .when({ type: 'RegisterPractitioner', data: other })
      .thenRefused('another-person')
  })

  it.each([
    ['validity-missing', 'grade-two-engineer', '2024-01-10', null],
    ['validity-too-long', 'grade-one-engineer', '2024-01-10', '2027-01-11'],
    ['validity-reversed', 'junior-operator', '2024-01-10', '2024-01-09'],
  ] as const)('refuses %s for %s from %s to %s', (code, qualification, validFrom, validUntil) => {
    given(practitioner, [])
      .when({ type: 'RegisterPractitioner', data: { ...profile, qualification, validFrom, validUntil } })
      .thenRefused(code)
  })

  it('may act from the first to the last day of registration and employment', () => {
    const { state } = given(practitioner, [registered, employed])
    expect(obstacle(state, '2024-01-09')).toBe('unregistered')
    expect(obstacle(state, '2024-01-10', 'grade-one')).toBeNull()
    expect(obstacle(state, '2027-01-09')).toBeNull()
    expect(obstacle(state, '2027-01-10')).toBe('expired')
    expect(practiceObstacleOn(known(state), '2025-01-01', elsewhere, 'any')).toBe('employed-elsewhere')
  })

  it('may act on after renewal', () => {
    const renewal = { validFrom: '2027-01-10', validUntil: '2030-01-09' }
    const { state } = given(practitioner, [
      registered,
      employed,
      fact('RegistrationRenewed', renewal, '2026-12-01'),
    ])
    expect(obstacle(state, '2029-06-01')).toBeNull()
    given(practitioner, [registered, fact('RegistrationRenewed', renewal, '2026-02-01')])
      .when({ type: 'RenewRegistration', data: renewal })
      .thenAppends()
  })

  it('is no engineer as an operator, and no grade one as grade two', () => {
    const as = (qualification: 'grade-two-engineer' | 'technician-operator') =>
      given(practitioner, [{ ...registered, data: { ...profile, qualification } }, employed]).state
    expect(obstacle(as('technician-operator'), '2025-01-01')).toBe('not-engineer')
    expect(obstacle(as('technician-operator'), '2025-01-01', 'any')).toBeNull()
    expect(obstacle(as('grade-two-engineer'), '2025-01-01', 'grade-one')).toBe('not-grade-one')
  })

  it('keeps the past on cancellation and striking off, and loses it on revocation', () => {
    const ended = fact('RegistrationCancelled', reason, '2025-05-01')
    const struck = fact('RegistrationStruckOff', { ...reason, barredUntil: '2030-04-30' }, '2025-05-01')
    const revoked = fact(
      'RegistrationRevoked',
      { ...reason, deceit: true, barredUntil: '2028-04-30' },
      '2025-05-01',
    )
    for (const [end, before, after] of [
      [ended, null, 'unregistered'],
      [struck, null, 'unregistered'],
      [revoked, 'unregistered', 'unregistered'],
    ] as const) {
      const { state } = given(practitioner, [registered, employed, end])
      expect([obstacle(state, '2025-04-30'), obstacle(state, '2025-05-01')]).toEqual([before, after])
    }
  })

  it('may not register again during a bar, and for life when it has no end', () => {
    const again = { ...profile, validFrom: '2026-03-02', validUntil: '2029-03-01' }
    const register = { type: 'RegisterPractitioner' as const, data: again }
    const struckUntil = (barredUntil: string | null) =>
      given(practitioner, [
        registered,
        fact('RegistrationStruckOff', { ...reason, barredUntil }, '2025-05-01'),
      ])
    struckUntil('2026-03-02').when(register).thenRefused('registration-barred')
    struckUntil('2026-03-01').when(register).thenAppendsTypes('PractitionerRegistered')
    struckUntil(null).when(register).thenRefused('registration-barred')
    given(practitioner, [registered, fact('PractitionerBanned', { ...reason, until: null }, '2025-05-01')])
      .when(register)
      .thenRefused('practitioner-banned')
  })

  it('is barred three years when the registration was obtained by deceit', () => {
    const decide = (deceit: boolean) =>
      given(practitioner, [registered]).when({
        type: 'RevokeRegistration',
        data: { reason: '虚假聘用', deceit },
      })
    const data = { reason: '虚假聘用', deceit: true, barredUntil: '2029-03-01' }
    decide(true).thenAppends({ type: 'RegistrationRevoked', data })
    decide(false).thenAppends({
      type: 'RegistrationRevoked',
      data: { ...data, deceit: false, barredUntil: null },
    })
  })

  it('refuses an engineer a second employer, and keeps the attempt', () => {
    const second = { ...job, employer: elsewhere }
    const asked = given(practitioner, [registered, employed]).when({ type: 'StartEmployment', data: second })
    asked.thenRefused('employment-overlaps')
    expect(asked.decision).toMatchObject({
      recorded: [
        {
          type: 'EmploymentOverlapAttempted',
          data: { ...second, overlaps: [{ employer: here, from: '2024-01-10', until: null }] },
        },
      ],
    })
  })

  it('lets an engineer change employers from one day to the next', () => {
    const left = fact('EmploymentEnded', { employer: here, reason: '合同到期' }, '2026-03-02')
    given(practitioner, [registered, employed, left])
      .when({ type: 'StartEmployment', data: { ...job, employer: elsewhere } })
      .thenAppendsTypes('EmploymentStarted')
    const { state } = given(practitioner, [registered, employed, left])
    expect([obstacle(state, '2026-03-01'), obstacle(state, '2026-03-02')]).toEqual([
      null,
      'employed-elsewhere',
    ])
  })

  it('refuses a job recorded late that would overlap the one held, unless it ended before', () => {
    const earlier = { ...job, employer: elsewhere }
    const late = (until: string | null) =>
      given(practitioner, [registered, { ...employed, ...at('2025-01-01') }]).when({
        type: 'StartEmployment',
        data: { ...earlier, until },
        ...at('2024-02-01'),
      })
    late(null).thenRefused('employment-overlaps')
    late('2025-01-01').thenRefused('employment-overlaps')
    late('2024-12-31').thenAppendsTypes('EmploymentStarted')
    late('2024-01-31').thenRefused('employment-reversed')
  })

  it('lets operators serve two', () => {
    const operator = { ...registered, data: { ...profile, qualification: 'junior-operator' as const } }
    given(practitioner, [operator, employed])
      .when({ type: 'StartEmployment', data: { ...job, employer: elsewhere, role: 'operator' } })
      .thenAppendsTypes('EmploymentStarted')
  })

  it('ends only an employment that there was', () => {
    const end = { type: 'EndEmployment' as const, data: { employer: elsewhere, reason: '离职' } }
    given(practitioner, [registered, employed]).when(end).thenRefused('not-employed-there')
    given(practitioner, [
      registered,
      employed,
      fact('EmploymentEnded', { employer: here, reason: '离职' }, '2025-01-01'),
    ])
      .when({ ...end, data: { ...end.data, employer: here } })
      .thenAppends()
  })

  it('is suspended until the last day named, or until reinstated', () => {
    const paused = fact('PracticeSuspended', { ...reason, until: '2025-06-30' }, '2025-06-01')
    const { state } = given(practitioner, [registered, employed, paused])
    const days = ['2025-05-31', '2025-06-01', '2025-06-30', '2025-07-01']
    expect(days.map((day) => obstacle(state, day))).toEqual([null, 'suspended', 'suspended', null])
    const open = { ...paused, data: { ...reason, until: null } }
    const back = fact('PracticeReinstated', reason, '2025-06-10')
    const reinstated = given(practitioner, [registered, employed, open, back]).state
    expect([obstacle(reinstated, '2025-06-09'), obstacle(reinstated, '2025-06-10')]).toEqual([
      'suspended',
      null,
    ])
  })

  it('concerns the employers of the day and those the event names, not all that ever were', () => {
    const left = fact('EmploymentEnded', { employer: here, reason: '离职' }, '2025-01-01')
    const concerned = (facts: Parameters<typeof given<typeof practitioner>>[1]) =>
      practitioner.concerns(given(practitioner, facts).state, '01JD0000000000000000000001').institutions
    expect(concerned([registered, employed, left])).toEqual([here])
    const next = fact('EmploymentStarted', { ...job, employer: elsewhere }, '2025-01-01')
    expect(concerned([registered, employed, left, next])).toEqual([elsewhere])
  })
})

describe('standing', () => {
  const day = fc.integer({ min: 0, max: 30 }).map((n) => addDays('2025-01-01', n))
  const span = fc.record({ from: day, until: fc.option(day) })

  it('two spans overlap exactly when some day lies in both', () => {
    const days = Array.from({ length: 40 }, (_, n) => addDays('2025-01-01', n))
    fc.assert(
      fc.property(span, span, (a, b) => {
        expect(spansOverlap(a, b)).toBe(days.some((on) => spanCovers(a, on) && spanCovers(b, on)))
      }),
    )
  })

  it('says all that was so on the day', () => {
    const { state } = given(practitioner, [registered, employed])
    expect(practiceStandingOn(known(state), '2025-01-01')).toEqual({
      registered: true,
      unexpired: true,
      suspended: false,
      banned: false,
      qualification: 'grade-one-engineer',
      registrationNumber: '1320240000123',
      employers: [{ employer: here, role: 'engineer' }],
    })
  })
})
