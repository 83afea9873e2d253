import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { z } from 'zod'
import { findCategory, findEvent } from '../catalogue.ts'
import type { AnyCategory } from '../category.ts'
import { lift } from '../upcasters.ts'
import { eventId, instant } from '../values.ts'

/** Reads and replays the recorded histories in `golden/`; the format is described in its README. */

export const recordedEvent = z.strictObject({
  stream: z.string(),
  type: z.string(),
  schemaVersion: z.int().min(1),
  effectiveAt: instant,
  id: eventId.optional(),
  data: z.record(z.string(), z.unknown()),
})
export type RecordedEvent = z.output<typeof recordedEvent>

export function readGolden(folder: 'valid' | 'invalid') {
  const url = new URL(`../../golden/${folder}/`, import.meta.url)
  return readdirSync(url)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      name: name.replace('.json', ''),
      json: JSON.parse(readFileSync(new URL(name, url), 'utf8')),
    }))
}

export function categoryOf(stream: string): { category: AnyCategory; id: string } {
  const split = stream.indexOf('-')
  const category = findCategory(stream.slice(0, split))
  if (!category) throw new Error(`no category for stream ${stream}`)
  const id = stream.slice(split + 1)
  expect(category.id.safeParse(id).success, `id of ${stream}`).toBe(true)
  return { category, id }
}

/** Folds the events into the states of their streams, lifting old shapes as the ledger does. */
export function replay(events: readonly RecordedEvent[]) {
  const states = new Map<string, unknown>()
  for (const { stream, type, schemaVersion, effectiveAt, id, data } of events) {
    const { category, id: streamId } = categoryOf(stream)
    const lifted = lift(type, schemaVersion, data)
    const parsed = findEvent(type)?.definition.data.safeParse(lifted)
    expect(parsed?.error?.issues, `${type} fits its schema`).toBeUndefined()
    const before = states.has(stream) ? states.get(stream) : category.initialState
    const after = category.evolve(before, {
      type,
      data: lifted,
      effectiveAt,
      ...(id === undefined ? {} : { id }),
    })
    expect(category.concerns(after, streamId), `concerns of ${stream}`).toBeTruthy()
    // States are remembered between commands: no fold and no rule may change one in place.
    states.set(stream, deepFrozen(after))
  }
  return states
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) deepFrozen(part)
  return Object.freeze(value)
}
