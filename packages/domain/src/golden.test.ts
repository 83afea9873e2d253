import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findCategory, findCommand, findEvent } from './catalogue.ts'
import type { AnyCategory } from './category.ts'
import type { DecisionContext, Refusal } from './decider.ts'
import { lift } from './upcasters.ts'
import { dayOf, eventId, instant } from './values.ts'

const recordedEvent = z.strictObject({
  stream: z.string(),
  type: z.string(),
  schemaVersion: z.int().min(1),
  effectiveAt: instant,
  id: eventId.optional(),
  data: z.record(z.string(), z.unknown()),
})
const validHistory = z.strictObject({
  about: z.string().min(1),
  events: z.array(recordedEvent).min(1),
  expected: z.record(z.string(), z.record(z.string(), z.unknown())),
})
const invalidHistory = z.strictObject({
  about: z.string().min(1),
  events: z.array(recordedEvent),
  command: z.strictObject({
    stream: z.string(),
    type: z.string(),
    effectiveAt: instant,
    data: z.record(z.string(), z.unknown()),
  }),
  expected: z.strictObject({ code: z.string(), recorded: z.array(z.string()) }),
})

function files(folder: 'valid' | 'invalid') {
  const url = new URL(`../golden/${folder}/`, import.meta.url)
  return readdirSync(url)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      name: name.replace('.json', ''),
      json: JSON.parse(readFileSync(new URL(name, url), 'utf8')),
    }))
}

function categoryOf(stream: string): { category: AnyCategory; id: string } {
  const split = stream.indexOf('-')
  const category = findCategory(stream.slice(0, split))
  if (!category) throw new Error(`no category for stream ${stream}`)
  const id = stream.slice(split + 1)
  expect(category.id.safeParse(id).success, `id of ${stream}`).toBe(true)
  return { category, id }
}

/** Folds the events into the states of their streams, lifting old shapes as the ledger does. */
function replay(events: readonly z.output<typeof recordedEvent>[]) {
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
    states.set(stream, after)
  }
  return states
}

describe('golden histories', () => {
  it.each(files('valid'))('folds $name', ({ json }) => {
    const { events, expected } = validHistory.parse(json)
    const states = replay(events)
    expect([...states.keys()].sort()).toEqual(Object.keys(expected).sort())
    for (const [stream, part] of Object.entries(expected)) expect(states.get(stream)).toMatchObject(part)
  })

  it.each(files('invalid'))('refuses $name', ({ json }) => {
    const { events, command, expected } = invalidHistory.parse(json)
    const states = replay(events)
    const { category, id } = categoryOf(command.stream)
    expect(findCommand(category, command.type), `${command.type} is in the catalogue`).toBeDefined()
    const context: DecisionContext = {
      now: command.effectiveAt,
      today: dayOf(command.effectiveAt),
      stateOf: (other, otherId) =>
        (states.get(`${other.name}-${otherId}`) as typeof other.initialState) ?? other.initialState,
    }
    const { type, effectiveAt, data } = command
    const state = states.get(command.stream) ?? category.initialState
    const decision = category.decide({ type, id, effectiveAt, data }, state, context)
    const refusal: Refusal | null = decision.accepted ? null : decision.refusal
    expect(refusal?.code ?? 'accepted').toBe(expected.code)
    expect(decision.accepted ? [] : decision.recorded.map((event: { type: string }) => event.type)).toEqual(
      expected.recorded,
    )
    expect(refusal?.legalBasis.length).toBeGreaterThan(0)
  })
})
