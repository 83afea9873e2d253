import { openDatabase } from '@fireledger/sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRefoldStates } from './refold-states.ts'

function givenStates() {
  return createRefoldStates(openDatabase(''), 'states', 0)
}

describe('states of a fold over a whole ledger', () => {
  it('are what a map would hold, whenever some of them left memory', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', '消防'), spills: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const states = givenStates()
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

  it('weigh what states were seen to have, and half as much after each spill', () => {
    const states = givenStates()
    const large = 'x'.repeat(10_000)
    for (let number = 0; number < 64; number++) states.set(`key-${number}`, large)
    states.spill()
    expect(states.weight()).toBeCloseTo(32 * 10_002, -3)
    states.spill()
    expect(states.weight()).toBeCloseTo(16 * 10_002, -3)
    expect([...states.all()]).toHaveLength(64)
  })
})
