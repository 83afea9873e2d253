import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { institution, institutionStatusAt } from './institution.ts'
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
})
