import { openDatabase } from '@fireledger/sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRefoldStates } from './refold-states.ts'

function statesIn(bytesMax: number) {
  return createRefoldStates(openDatabase(''), 'states', 0, bytesMax)
}

describe('states of a fold over a whole ledger', () => {
  it('are what a map would hold, whenever some of them left memory', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', '消防'), spills: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const states = statesIn(0)
        const expected = new Map<string, number>()
        for (const { key, spills } of steps) {
          states.set(key, (states.get(key) as number) + 1)
          expected.set(key, (expected.get(key) ?? 0) + 1)
          if (spills) states.spill()
        }
        const all = [...states.all()]
        expect(new Map(all.map(({ key, state }) => [key, state]))).toEqual(expected)
        expect(all.every(({ state, json }) => json === JSON.stringify(state))).toBe(true)
      }),
    )
  })

  it('are full by the bytes that states were seen to have, not by their number alone', () => {
    const states = statesIn(100_000)
    const large = 'x'.repeat(10_000)
    for (let number = 0; number < 60; number++) states.set(`key-${number}`, large)
    expect(states.isFull()).toBe(false)
    states.spill()
    expect(states.isFull()).toBe(true)
    for (let times = 0; times < 3; times++) states.spill()
    expect(states.isFull()).toBe(false)
  })
})
