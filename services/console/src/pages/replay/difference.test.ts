import { describe, expect, it } from 'vitest'
import { differences } from './difference.ts'

describe('differences between two moments', () => {
  it('names the place, and what stood there before and after', () => {
    const before = { status: 'active', details: { engineers: 2 } }
    const after = { status: 'suspended', details: { engineers: 2, until: '2025-01-01' } }
    expect(differences(before, after)).toEqual([
      { path: '/details/until', before: null, after: '"2025-01-01"' },
      { path: '/status', before: '"active"', after: '"suspended"' },
    ])
  })

  it('tells an empty list from none', () => {
    expect(differences({ lines: [] }, {})).toEqual([
      { path: '', before: null, after: '{}' },
      { path: '/lines', before: '[]', after: null },
    ])
  })

  it('are none between equals, whatever they are', () => {
    for (const value of [null, [], {}, 'x', 1, { a: [{ b: null }, []] }])
      expect(differences(value, structuredClone(value))).toEqual([])
  })
})
