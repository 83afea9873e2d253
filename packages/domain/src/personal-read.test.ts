import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { personalRead, personalReadCommands } from './personal-read.ts'

const looked = {
  division: '320402',
  subjects: ['person-2', 'person-1', 'person-2'],
  resource: '/v1/practitioners/01HV0000000000000000000000',
  purpose: '火灾事故倒查',
}
const recorded = {
  type: 'PersonalDataRead' as const,
  data: { ...looked, subjects: ['person-1', 'person-2'] },
}

describe('personal read', () => {
  it('names each subject once', () => {
    given(personalRead, []).when({ type: 'RecordPersonalRead', data: looked }).thenAppends(recorded)
  })

  it('records the same read again when it happens again', () => {
    given(personalRead, [recorded]).when({ type: 'RecordPersonalRead', data: looked }).thenAppends(recorded)
    expect(given(personalRead, [recorded, recorded]).state).toEqual({
      status: 'recorded',
      division: '320402',
      reads: 2,
    })
  })

  it('needs a subject and a purpose', () => {
    const { data } = personalReadCommands.RecordPersonalRead
    expect(data.safeParse({ ...looked, subjects: [] }).success).toBe(false)
    expect(data.safeParse({ ...looked, purpose: '' }).success).toBe(false)
    expect(data.safeParse(looked).success).toBe(true)
  })

  it.each([
    ['officer-3204-017.2026-03-02', true],
    ['auditor@cz.2026-03-02', true],
    ['officer-3204-017', false],
    ['.2026-03-02', false],
    ['officer/../x.2026-03-02', false],
  ])('id %s: %s', (id, valid) => {
    expect(personalRead.id.safeParse(id).success).toBe(valid)
  })
})
