import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { conditionsMetAt, institution, institutionStatusAt } from './institution.ts'
import { assessConditions } from './practice-conditions.ts'

const profile = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance' as const,
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
}
const figures = {
  legalPerson: true,
  premisesAreaSquareMetres: 200,
  equipmentComplete: true,
  engineers: 2,
  gradeOneEngineers: 1,
  operators: 6,
  intermediateOperators: 2,
  qualitySystem: true,
  processControlSystem: false,
}
const registered = { type: 'InstitutionRegistered' as const, data: profile }
const verified = {
  type: 'PracticeConditionsVerified' as const,
  data: { figures, outcomes: assessConditions('maintenance', figures), met: true, rectifyBy: null },
}
const suspended = { type: 'InstitutionSuspended' as const, data: { reason: '不具备从业条件', until: null } }
const banned = { type: 'InstitutionBanned' as const, data: { reason: '造成重大损失' } }

const commitment = { signedOn: '2026-03-01', postedAt: '办公场所公示栏', documentSha256: 'a'.repeat(64) }

describe('institution', () => {
  it('is registered once', () => {
    given(institution, []).when({ type: 'RegisterInstitution', data: profile }).thenAppends(registered)
    given(institution, [registered])
      .when({ type: 'RegisterInstitution', data: profile })
      .thenRefused('institution-already-registered')
  })

  it('is not known before it is registered', () => {
    given(institution, [])
      .when({ type: 'SuspendInstitution', data: suspended.data })
      .thenRefused('institution-not-registered')
  })

  it('becomes active when every practice condition is met on verification', () => {
    const { state } = given(institution, [registered, verified])
    expect(state).toMatchObject({ status: 'active', conditionsMet: true })
  })

  it.each([
    ['PC1', { legalPerson: false }],
    ['PC2', { premisesAreaSquareMetres: 199.9 }],
    ['PC3', { equipmentComplete: false }],
    ['PC4', { engineers: 1 }],
    ['PC4', { gradeOneEngineers: 0 }],
    ['PC5', { operators: 5 }],
    ['PC5', { intermediateOperators: 1 }],
    ['PC6', { qualitySystem: false }],
  ])('fails %s with %o', (code, change) => {
    const failed = assessConditions('maintenance', { ...figures, ...change }).filter(
      (outcome) => !outcome.met,
    )
    expect(failed.map((outcome) => outcome.code)).toEqual([code])
  })

  it('needs no operators for assessment alone, but a process-control system', () => {
    const office = {
      ...figures,
      premisesAreaSquareMetres: 100,
      operators: 0,
      intermediateOperators: 0,
      qualitySystem: false,
    }
    const unmet = (figures: typeof office) =>
      assessConditions('assessment', figures).filter((outcome) => !outcome.met)
    expect(unmet(office).map((outcome) => outcome.code)).toEqual(['PC6'])
    expect(unmet({ ...office, processControlSystem: true })).toEqual([])
  })

  it('asks for nothing when it is already so', () => {
    given(institution, [registered, suspended])
      .when({ type: 'SuspendInstitution', data: suspended.data })
      .thenAppends()
  })

  it('does not resume what was not suspended', () => {
    given(institution, [registered])
      .when({ type: 'ResumeInstitution', data: { reason: '整改合格' } })
      .thenRefused('institution-not-suspended')
  })

  it('never comes back from a lifetime ban', () => {
    given(institution, [registered, banned])
      .when({ type: 'ResumeInstitution', data: { reason: '申诉' } })
      .thenRefused('institution-banned')
  })

  it('tells the status on any day, also from facts recorded late', () => {
    const { state } = given(institution, [
      { ...registered, effectiveAt: '2024-01-01T00:00:00.000Z' },
      { ...suspended, effectiveAt: '2025-01-01T00:00:00.000Z' },
      { ...verified, effectiveAt: '2024-02-01T00:00:00.000Z' },
    ])
    expect(institutionStatusAt(state, '2023-12-31T00:00:00.000Z')).toBeNull()
    expect(institutionStatusAt(state, '2024-01-15T00:00:00.000Z')).toBe('registered')
    expect(institutionStatusAt(state, '2024-06-01T00:00:00.000Z')).toBe('active')
    expect(institutionStatusAt(state, '2025-06-01T00:00:00.000Z')).toBe('suspended')
  })

  it('is suspended until the last day named, and then again what it was', () => {
    const until = { ...suspended, data: { reason: '限期整改', until: '2026-03-31' } }
    const { state } = given(institution, [registered, verified, until])
    expect(institutionStatusAt(state, '2026-03-31T15:59:59.999Z')).toBe('suspended')
    expect(institutionStatusAt(state, '2026-03-31T16:00:00.000Z')).toBe('active')
  })

  it('is resumed before that day to what it was, verified or not', () => {
    const resumed = {
      type: 'InstitutionResumed' as const,
      data: { reason: '整改合格' },
      effectiveAt: '2026-03-10T04:00:00.000Z',
    }
    const unverified = given(institution, [registered, suspended, resumed])
    expect(unverified.state.status).toBe('registered')
    expect(given(institution, [registered, verified, suspended, resumed]).state.status).toBe('active')
    unverified
      .when({
        type: 'ResumeInstitution',
        data: { reason: '整改合格' },
        effectiveAt: '2026-03-11T04:00:00.000Z',
      })
      .thenAppends()
  })

  it('prolongs a suspension by another last day, and refuses one that ends before it begins', () => {
    const stream = given(institution, [registered, suspended])
    const longer = { reason: '拒不整改', until: '2026-06-30' }
    stream
      .when({ type: 'SuspendInstitution', data: longer })
      .thenAppends({ type: 'InstitutionSuspended', data: longer })
    stream
      .when({ type: 'SuspendInstitution', data: { ...longer, until: '2026-03-01' } })
      .thenRefused('suspension-reversed')
  })

  it('keeps the verdict of the latest verification, also when an earlier one is recorded after it', () => {
    const failed = { ...verified, data: { ...verified.data, met: false } }
    const { state } = given(institution, [
      { ...registered, effectiveAt: '2024-01-01T00:00:00.000Z' },
      { ...verified, effectiveAt: '2025-01-01T00:00:00.000Z' },
      { ...failed, effectiveAt: '2024-06-01T00:00:00.000Z' },
    ])
    expect(state).toMatchObject({ conditionsMet: true })
    expect(conditionsMetAt(state, '2024-07-01T00:00:00.000Z')).toBe(false)
    expect(conditionsMetAt(state, '2024-05-01T00:00:00.000Z')).toBeNull()
  })

  it('comes back after withdrawing by being registered again', () => {
    const withdrew = { type: 'InstitutionWithdrew' as const, data: { reason: '不再从业' } }
    const left = given(institution, [registered, verified, withdrew])
    left.when({ type: 'SignCommitment', data: commitment }).thenRefused('institution-gone')
    left.when({ type: 'RegisterInstitution', data: profile }).thenAppends(registered)
    const later = { ...registered, effectiveAt: '2026-09-01T00:00:00.000Z' }
    expect(given(institution, [registered, verified, withdrew, later]).state.status).toBe('registered')
  })

  it('does not escape a suspension by leaving and coming back', () => {
    const { state } = given(institution, [
      { ...registered, effectiveAt: '2026-01-01T00:00:00.000Z' },
      {
        ...suspended,
        data: { ...suspended.data, until: '2026-06-30' },
        effectiveAt: '2026-02-01T00:00:00.000Z',
      },
      {
        type: 'InstitutionWithdrew',
        data: { reason: '不再从业' },
        effectiveAt: '2026-03-01T00:00:00.000Z',
      },
      { ...registered, effectiveAt: '2026-04-01T00:00:00.000Z' },
    ])
    const on = (day: string) => institutionStatusAt(state, `${day}T00:00:00.000Z`)
    expect(['2026-02-15', '2026-03-15', '2026-04-15', '2026-07-15'].map(on)).toEqual([
      'suspended',
      'withdrawn',
      'suspended',
      'registered',
    ])
  })

  it('takes facts of the time before a ban, though recorded after it', () => {
    const stream = given(institution, [
      { ...registered, effectiveAt: '2024-01-01T00:00:00.000Z' },
      { ...banned, effectiveAt: '2026-01-01T00:00:00.000Z' },
    ])
    const signed = { type: 'SignCommitment' as const, data: commitment }
    stream
      .when({ ...signed, effectiveAt: '2025-01-01T00:00:00.000Z' })
      .thenAppends({ type: 'CommitmentSigned', data: commitment })
    stream.when({ ...signed, effectiveAt: '2026-02-01T00:00:00.000Z' }).thenRefused('institution-banned')
    stream
      .when({ ...signed, effectiveAt: '2023-02-01T00:00:00.000Z' })
      .thenRefused('institution-not-registered')
  })

  it('refuses figures whose parts are more than their whole', () => {
    given(institution, [registered])
      .when({
        type: 'VerifyPracticeConditions',
        data: { figures: { ...figures, gradeOneEngineers: 3 }, rectifyBy: null },
      })
      .thenRefused('figures-inconsistent')
  })
})
