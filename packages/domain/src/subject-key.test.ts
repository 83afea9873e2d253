import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { subjectKey, subjectKeyCommands } from './subject-key.ts'

const request = { division: '320402', reason: '本人申请删除', requestedOn: '2026-02-27' }
const destroyed = { type: 'SubjectKeyDestroyed' as const, data: request }

describe('subject key', () => {
  it('is destroyed on request', () => {
    given(subjectKey, []).when({ type: 'DestroySubjectKey', data: request }).thenAppends(destroyed)
  })

  it('stays destroyed: asking again appends nothing', () => {
    given(subjectKey, [destroyed])
      .when({ type: 'DestroySubjectKey', data: { ...request, reason: '再次申请' } })
      .thenAppends()
  })

  it('is destroyed on the day of the request, but not before it', () => {
    given(subjectKey, [])
      .when({ type: 'DestroySubjectKey', data: { ...request, requestedOn: '2026-03-02' } })
      .thenAppendsTypes('SubjectKeyDestroyed')
    given(subjectKey, [])
      .when({ type: 'DestroySubjectKey', data: { ...request, requestedOn: '2026-03-03' } })
      .thenRefused('erasure-not-yet-requested')
  })

  it('knows where and when', () => {
    const { state } = given(subjectKey, [{ ...destroyed, effectiveAt: '2026-02-28T00:00:00.000Z' }])
    expect(state).toEqual({
      status: 'destroyed',
      division: '320402',
      destroyedAt: '2026-02-28T00:00:00.000Z',
    })
    expect(subjectKey.concerns(state, 'person-1').division).toBe('320402')
    expect(subjectKey.concerns(subjectKey.initialState, 'person-1').division).toBeNull()
  })

  it.each([
    ['no reason', { ...request, reason: ' ' }],
    ['no such day', { ...request, requestedOn: '2026-02-30' }],
    ['a person in clear', { ...request, name: '张三' }],
  ])('does not take %s', (_, data) => {
    expect(subjectKeyCommands.DestroySubjectKey.data.safeParse(data).success).toBe(false)
  })
})
