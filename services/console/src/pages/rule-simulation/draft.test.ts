import { describe, expect, it } from 'vitest'
import { draftIdFrom, readDraft } from './draft.ts'

describe('a draft that was pasted', () => {
  it('is the content of a rulebook, or a file with the content in it', () => {
    const content = { method: 'points', base: 80 }
    expect(readDraft(JSON.stringify(content))).toEqual({ fault: null, content, id: null, division: null })
    expect(readDraft(JSON.stringify({ id: 'CZ-2', division: '320400', content }))).toEqual({
      fault: null,
      content,
      id: 'CZ-2',
      division: '320400',
    })
  })

  it('is refused with the reason when it is no JSON, or no object', () => {
    expect(readDraft('{ "base": ')).toEqual({ fault: 'notJson', reason: expect.stringMatching(/JSON/) })
    expect(readDraft('')).toMatchObject({ fault: 'notJson' })
    for (const text of ['80', 'null', '[]']) expect(readDraft(text)).toEqual({ fault: 'notObject' })
  })

  it('gets an id that a rulebook may have', () => {
    const pattern = /^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$/
    for (const id of ['CZ-DEFAULT-1', `CZ-${'A'.repeat(37)}`, `${'A'.repeat(33)}-123456`]) {
      expect(draftIdFrom(id)).toMatch(pattern)
      expect(draftIdFrom(id).length).toBeLessThanOrEqual(40)
    }
  })
})
