import { describe, expect, it } from 'vitest'
import { differencesOf } from './differences.ts'

describe('the differences between two states', () => {
  it('are the leaves that are not the same, with their paths', () => {
    expect(
      differencesOf({ status: 'active', a: { b: [1, 2] } }, { status: 'suspended', a: { b: [1, 3, 4] } }),
    ).toEqual([
      { path: 'status', before: 'active', after: 'suspended' },
      { path: 'a.b[1]', before: '2', after: '3' },
      { path: 'a.b[2]', before: '', after: '4' },
    ])
  })

  it('are everything when there was nothing, and nothing when all is the same', () => {
    expect(differencesOf(null, { status: 'active', until: null })).toEqual([
      { path: 'status', before: '', after: 'active' },
    ])
    expect(differencesOf({ a: [1] }, { a: [1] })).toEqual([])
  })
})
