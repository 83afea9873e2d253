import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { isKeyUnitOn, isUnitClosedOn, unit } from './unit.ts'

const profile = {
  name: '常州新天地商业广场',
  uscc: null,
  kind: 'commercial-complex' as const,
  areaSquareMetres: 52_000,
  division: '320402',
  address: '常州市天宁区延陵西路1号',
  contact: { subjectId: 'person-7', sealed: 'c2VhbGVk' },
}
const registered = { type: 'UnitRegistered' as const, data: profile }
const designated = { type: 'KeyUnitDesignated' as const, data: { basis: '公众聚集场所' } }
const lifted = { type: 'KeyUnitDesignationLifted' as const, data: { reason: '不再符合条件' } }
const closed = { type: 'UnitClosed' as const, data: { reason: '拆除' } }

describe('unit', () => {
  it('is registered once', () => {
    given(unit, []).when({ type: 'RegisterUnit', data: profile }).thenAppends(registered)
    given(unit, [registered])
      .when({ type: 'RegisterUnit', data: profile })
      .thenRefused('unit-already-registered')
  })

  it('is not known before it is registered', () => {
    given(unit, []).when({ type: 'CloseUnit', data: closed.data }).thenRefused('unit-not-registered')
  })

  it('is a key unit from the day of its designation to the day before that is lifted', () => {
    const { state } = given(unit, [
      { ...registered, effectiveAt: '2023-01-01T00:00:00.000Z' },
      { ...lifted, effectiveAt: '2025-06-01T00:00:00.000Z' },
      { ...designated, effectiveAt: '2024-01-01T00:00:00.000Z' },
    ])
    const days = ['2023-12-31', '2024-01-01', '2025-05-31', '2025-06-01']
    expect(days.map((day) => isKeyUnitOn(state, day))).toEqual([false, true, true, false])
  })

  it('asks for nothing when it is already so', () => {
    given(unit, [registered, designated])
      .when({ type: 'DesignateKeyUnit', data: designated.data })
      .thenAppends()
    given(unit, [registered]).when({ type: 'LiftKeyDesignation', data: lifted.data }).thenAppends()
    given(unit, [registered, closed]).when({ type: 'CloseUnit', data: closed.data }).thenAppends()
  })

  it('is not designated once it is closed, but for a day before', () => {
    const stream = given(unit, [
      { ...registered, effectiveAt: '2023-01-01T00:00:00.000Z' },
      { ...closed, effectiveAt: '2026-01-01T00:00:00.000Z' },
    ])
    const designate = { type: 'DesignateKeyUnit' as const, data: designated.data }
    stream.when(designate).thenRefused('unit-closed')
    stream.when({ ...designate, effectiveAt: '2025-12-01T00:00:00.000Z' }).thenAppends(designated)
    expect(isUnitClosedOn(stream.state, '2025-12-31')).toBe(false)
    expect(isUnitClosedOn(stream.state, '2026-01-01')).toBe(true)
  })

  it('is corrected only by naming the event whose details stand', () => {
    const [first, other] = ['00000000-0000-8000-a000-000000000001', '00000000-0000-8000-a000-000000000002']
    const state = unit.evolve(unit.initialState, {
      ...registered,
      effectiveAt: '2026-03-02T04:00:00.000Z',
      id: first,
    })
    const correct = (supersedes: string) =>
      unit.decide(
        {
          type: 'CorrectDetails',
          id: 'test',
          effectiveAt: '2026-03-02T04:00:00.000Z',
          data: { ...profile, areaSquareMetres: 25_000, supersedes, reason: '面积录入错误' },
        },
        state,
        {
          now: '2026-03-02T04:00:00.000Z',
          today: '2026-03-02',
          stateOf: (category) => category.initialState,
        },
      )
    expect(correct(first)).toMatchObject({ accepted: true })
    expect(correct(other)).toMatchObject({ refusal: { code: 'superseded-event-not-standing' } })
  })
})
