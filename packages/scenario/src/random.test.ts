import { describe, expect, it } from 'vitest'
import { randomOf } from './random.ts'

describe('a source of chance', () => {
  it('deals the same hand under the same name, and another under another', () => {
    const hand = (...name: (string | number)[]) => {
      const random = randomOf(...name)
      return Array.from({ length: 20 }, () => random.int(0, 999)).join()
    }
    expect(hand('seed', 'person', 7)).toBe(hand('seed', 'person', 7))
    expect(hand('seed', 'person', 7)).not.toBe(hand('seed', 'person', 8))
    expect(hand('seed', 'person', 7)).not.toBe(hand('other', 'person', 7))
  })

  it('keeps to its bounds, reaches both, and is even', () => {
    const random = randomOf('bounds')
    const counts = new Map<number, number>()
    for (let turn = 0; turn < 6000; turn++) {
      const value = random.int(3, 8)
      counts.set(value, (counts.get(value) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual([3, 4, 5, 6, 7, 8])
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })

  it('samples without repeating, and all there are when more are wanted', () => {
    const list = ['a', 'b', 'c', 'd']
    expect(new Set(randomOf('sample').sample(list, 3)).size).toBe(3)
    expect(randomOf('sample').sample(list, 9).sort()).toEqual(list)
  })

  it('weighs as told and never picks what weighs nothing', () => {
    const random = randomOf('weights')
    const picks = Array.from({ length: 2000 }, () => random.weighted({ often: 9, seldom: 1, never: 0 }))
    expect(picks).not.toContain('never')
    expect(picks.filter((pick) => pick === 'often').length).toBeGreaterThan(1700)
  })
})
