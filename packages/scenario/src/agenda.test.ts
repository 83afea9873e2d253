import { describe, expect, it } from 'vitest'
import { weave } from './agenda.ts'
import { calendarUntil } from './calendar.ts'
import { randomOf } from './random.ts'
import type { Step, Strand } from './wave.ts'

const calendar = calendarUntil('2026-10-31T15:59:59.000Z')
const actor = { id: 'officer-320402-001', role: 'registrar', division: '320402' }
const unitA = '01HE0000000000000000000001'
const unitB = '01HE0000000000000000000002'

function closing(slot: number, id: string, data: Record<string, unknown> = {}, reads?: string[]): Step {
  const order = { category: 'unit', type: 'CloseUnit', id, data, actor }
  return reads ? { slot, order, reads } : { slot, order }
}
const strand = (key: string, ...steps: Step[]): Strand => ({ key, from: 0, steps: () => steps.values() })
const shapeOf = (strands: readonly Strand[]) =>
  [...weave('story', calendar, strands)].map(({ at, commands }) => [
    at,
    commands.map(({ commandId }) => commandId),
  ])

describe('weaving strands into waves', () => {
  it('puts what happens in one slot to different streams into one wave', () => {
    expect(shapeOf([strand('a', closing(0, unitA)), strand('b', closing(0, unitB))])).toEqual([
      ['2023-11-01T01:00:00.000Z', ['story/a/0', 'story/b/0']],
    ])
  })

  it.each([
    ['writes the same stream', closing(0, unitA)],
    ['names a stream that is written', closing(0, unitB, { unit: unitA })],
    ['reads a stream that is written', closing(0, unitB, {}, [unitA])],
  ])('puts off by a minute what %s', (_, later) => {
    expect(shapeOf([strand('a', closing(0, unitA)), strand('b', later)])).toEqual([
      ['2023-11-01T01:00:00.000Z', ['story/a/0']],
      ['2023-11-01T01:01:00.000Z', ['story/b/0']],
    ])
  })

  it('begins a strand from within another, not before its time', () => {
    const child: Strand = { key: 'child', from: 9, steps: () => [closing(9, unitB)].values() }
    const parent = strand('parent', { slot: 2, begin: [child] }, closing(3, unitA))
    expect(shapeOf([parent])).toEqual([
      ['2023-11-01T05:00:00.000Z', ['story/parent/0']],
      ['2023-11-02T02:00:00.000Z', ['story/child/0']],
    ])
  })

  it('ends with the story, though strands would go on', () => {
    expect(
      shapeOf([strand('a', closing(calendar.slots - 1, unitA), closing(calendar.slots, unitA))]),
    ).toHaveLength(1)
  })

  it('refuses a strand that walks backwards', () => {
    const backwards = strand('a', closing(5, unitA), closing(5, unitA))
    expect(() => shapeOf([backwards])).toThrow('a: step 1 comes before its time')
  })

  it('keeps the order of time, of each strand and of each stream, whatever the strands are', () => {
    for (let turn = 0; turn < 60; turn++) {
      const random = randomOf('weave', turn)
      const ids = Array.from({ length: 4 }, (_, index) => `01HE000000000000000000001${index}`)
      const strands = Array.from({ length: 12 }, (_, index) => {
        let slot = random.int(0, 4)
        const steps = Array.from({ length: random.int(1, 9) }, () => {
          slot += random.int(1, 3)
          return closing(slot, random.pick(ids), {}, [random.pick(ids)])
        })
        return strand(`s${index}`, ...steps)
      })
      const waves = [...weave('story', calendar, strands)]
      expect(waves.map(({ at }) => at)).toEqual(waves.map(({ at }) => at).sort())
      const seen = waves.flatMap(({ commands }) => commands.map(({ commandId }) => commandId))
      for (const { key } of strands) {
        const own = seen.filter((id) => id.startsWith(`story/${key}/`))
        expect(own).toEqual(own.map((_, count) => `story/${key}/${count}`))
      }
      for (const { commands } of waves) {
        expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length)
      }
    }
  })
})
