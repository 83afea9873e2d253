import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { categories, findEvent } from './catalogue.ts'
import type { AnyCategory, CommandDefinition } from './category.ts'
import type { DecisionContext } from './decider.ts'
import { arbitraryInput, eventIds, moments, ulids, usccs } from './test-kit/arbitrary-data.ts'
import { type RecordedEvent, readGolden, replay } from './test-kit/golden.ts'
import { dayOf } from './values.ts'

/**
 * Whole ledgers from arbitrary commands: whatever is asked, in whatever order and for whatever moment, every rule
 * answers, and every event that it proposes is one that the ledger can hold.
 */

type Step = {
  readonly category: AnyCategory
  readonly id: string
  readonly type: string
  readonly input: unknown
  readonly effectiveAt: string
  readonly now: string
  /** Recorded long after it happened: out of the order of the other steps. */
  readonly late: boolean
}

const golden = readGolden('valid')

/** What the recorded histories hold under each field name: numbers, codes and persons that commands can refer to. */
const seen = new Map<string, unknown[]>()
function collect(value: unknown): void {
  if (Array.isArray(value)) value.forEach(collect)
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return
  for (const [key, part] of Object.entries(value)) {
    seen.set(key, [...(seen.get(key) ?? []), part])
    collect(part)
  }
}
const recordedData: RecordedEvent['data'][] = golden.flatMap(({ json }) =>
  json.events.map((event: RecordedEvent) => event.data),
)
collect(recordedData)

/** Any data that the command takes: each field as often as not what a recorded history has under its name, or all. */
function arbitraryCommand(data: CommandDefinition['data']): fc.Arbitrary<unknown> {
  const fields = Object.entries(data.shape).map(([key, field]) => {
    const known = (seen.get(key) ?? []).filter((value) => (field as z.ZodType).safeParse(value).success)
    const any = arbitraryInput(field)
    return [key, known.length === 0 ? any : fc.oneof(any, fc.constantFrom(...known))] as const
  })
  const mixed: fc.Arbitrary<unknown> = fc.record(Object.fromEntries(fields), { noNullPrototype: true })
  const keys = new Set(Object.keys(data.shape))
  const whole = recordedData
    .map((recorded) => Object.fromEntries(Object.entries(recorded).filter(([key]) => keys.has(key))))
    .filter((candidate) => data.safeParse(candidate).success)
  return whole.length === 0 ? mixed : fc.oneof(mixed, fc.constantFrom(...whole))
}

const pooledIds = [ulids[0], usccs[0], usccs[1], 'CZ-DEFAULT-1', 'officer-3204-017.2025-03-02']
const kinds = categories.map((category) => ({
  category,
  ids: pooledIds.filter((id) => category.id.safeParse(id).success) as string[],
  command: fc.oneof(
    ...Object.entries<CommandDefinition>(category.commands).map(([type, { data }]) =>
      arbitraryCommand(data).map((input) => ({ type, input })),
    ),
  ),
}))

/** Steps that mostly go to the given streams, sometimes to others. */
function walkOver(streams: readonly string[]): fc.Arbitrary<Step[]> {
  const step = fc.oneof(
    ...kinds.map(({ category, ids, command }) => {
      const prefix = `${category.name}-`
      const recorded = streams
        .filter((stream) => stream.startsWith(prefix))
        .map((stream) => stream.slice(prefix.length))
      const id = fc.constantFrom(...(recorded.length > 0 ? recorded : ids))
      const late = fc.nat(4).map((n) => n === 0)
      const arbitrary = fc
        .record({ command, id, effectiveAt: moments, now: moments, late })
        .map(({ command, ...rest }): Step => ({ category, ...command, ...rest }))
      return { weight: recorded.length > 0 ? 20 : 1, arbitrary }
    }),
  )
  return fc.array(step, { minLength: 20, maxLength: 150, size: 'max' }).map(inOrder)
}

function inOrder(steps: readonly Step[]): Step[] {
  const moments = steps.map((step) => step.effectiveAt).sort()
  return steps.map((step, at) => ({ ...step, effectiveAt: moments[at] ?? step.effectiveAt }))
}

/** A recorded history, cut off anywhere, and a walk from there: rules deep in a process are reached that way. */
const history = fc
  .tuple(fc.constantFrom(...golden), fc.integer({ min: 0, max: 20 }))
  .chain(([{ json }, part]) => {
    const events: RecordedEvent[] = json.events.slice(0, Math.round((json.events.length * part) / 20))
    const streams = [...new Set<string>(json.events.map((event: RecordedEvent) => event.stream))]
    return fc.record({ events: fc.constant(events), steps: walkOver(streams) })
  })

/** A person in clear becomes a sealed one, as the vault would do. */
function seal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(seal)
  if (value === null || typeof value !== 'object') return value
  if ('subjectId' in value && 'name' in value) return { subjectId: value.subjectId, sealed: 'c2VhbGVk' }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, seal(part)]))
}

type World = { states: Map<string, unknown>; types: Set<string>; refusals: Set<string> }

function take(step: Step, world: World) {
  const { category, id, type, effectiveAt, now } = step
  const stream = `${category.name}-${id}`
  const before = world.states.get(stream) ?? category.initialState
  const data = seal(category.commands[type].data.parse(step.input))
  const command = { type, id, data, effectiveAt }
  const named = new Set(
    (category.reliesOn?.(command, before) ?? []).map((other) => `${other.category}-${other.id}`),
  )
  const context: DecisionContext = {
    now,
    today: dayOf(now),
    stateOf: (other, otherId) => {
      const name = `${other.name}-${otherId}`
      if (!named.has(name)) throw new Error(`${type} reads ${name} without naming it in reliesOn`)
      return (world.states.get(name) as typeof other.initialState) ?? other.initialState
    },
  }
  const decision = category.decide(command, before, context)
  if (!decision.accepted) {
    const { code, message, legalBasis } = decision.refusal
    world.refusals.add(code)
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(legalBasis.length, code).toBeGreaterThan(0)
    expect(message.zh, code).toMatch(/\p{Script=Han}/u)
    expect(message.en, code).not.toBe('')
  }
  let after = before
  for (const event of decision.accepted ? decision.events : decision.recorded) {
    const stored = JSON.parse(JSON.stringify(event.data))
    expect(stored, `${event.type} is JSON`).toEqual(event.data)
    const parsed = findEvent(event.type)?.definition.data.safeParse(stored)
    expect(parsed?.error?.issues, `${event.type} fits its schema`).toBeUndefined()
    const eventId = eventIds[world.types.size % eventIds.length] ?? ''
    after = category.evolve(after, {
      ...event,
      data: stored,
      effectiveAt: event.effectiveAt ?? effectiveAt,
      id: eventId,
    })
    const concerns = category.concerns(after, id)
    expect(concerns.division, `${event.type} has a division`).toSatisfy(
      (division: string | null) => division !== null || placeless.has(category.name),
    )
    world.types.add(event.type)
  }
  world.states.set(stream, after)
}

/** The steps of a walk, pressed into the month after the recorded history. */
function after(last: string, { effectiveAt }: Step) {
  const elapsed = (Date.parse(effectiveAt) - Date.parse('2024-12-31T16:00:00.000Z')) / 12
  const at = new Date(Date.parse(last) + elapsed).toISOString()
  return { effectiveAt: at, now: at }
}

const placeless = new Set(['rulebook', 'subjectKey', 'personalRead'])

describe('rules', () => {
  const reached = { types: new Set<string>(), refusals: new Set<string>() }

  it('answer every valid command on every reachable state, and propose only what the ledger can hold', () => {
    fc.assert(
      fc.property(history, ({ events, steps }) => {
        const world: World = { states: replay(events), ...reached }
        const last =
          events
            .map((event) => event.effectiveAt)
            .sort()
            .at(-1) ?? '2025-01-01T00:00:00.000Z'
        for (const step of steps) take(step.late ? step : { ...step, ...after(last, step) }, world)
        for (const [stream, state] of world.states) {
          expect(JSON.parse(JSON.stringify(state)), `${stream} survives JSON`).toEqual(state)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('were reached by those histories: half of all events at least, and many a refusal', () => {
    const all = categories.flatMap((category) => Object.keys(category.events))
    const missed = all.filter((type) => !reached.types.has(type))
    expect(missed.length, `of ${all.length} never proposed: ${missed.join(', ')}`).toBeLessThan(
      all.length / 2,
    )
    expect(reached.refusals.size).toBeGreaterThan(50)
  })
})
