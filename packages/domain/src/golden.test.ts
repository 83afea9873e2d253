import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findCommand } from './catalogue.ts'
import type { DecisionContext, Refusal } from './decider.ts'
import { categoryOf, readGolden, recordedEvent, replay } from './test-kit/golden.ts'
import { dayOf, instant } from './values.ts'

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

describe('golden histories', () => {
  it.each(readGolden('valid'))('folds $name', ({ json }) => {
    const { events, expected } = validHistory.parse(json)
    const states = replay(events)
    expect([...states.keys()].sort()).toEqual(Object.keys(expected).sort())
    for (const [stream, part] of Object.entries(expected)) expect(states.get(stream)).toMatchObject(part)
  })

  it.each(readGolden('invalid'))('refuses $name', ({ json }) => {
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
