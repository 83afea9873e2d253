import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EventStore, Position, StoredEvent } from '../event-store.ts'
import { collect, newEvent, newEvents, type OpenEngine, openFor, turns } from './engine.ts'

/** How an appender and a subscriber meet: pauses are in turns of the event loop, so that every order can come up. */
const meeting = fc.record({
  appends: fc.array(
    fc.record({
      pause: fc.nat({ max: 4 }),
      category: fc.constantFrom('unit', 'project', 'inspection'),
      count: fc.integer({ min: 1, max: 9 }),
      awaited: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  /** Appended before the subscriber comes. */
  before: fc.nat({ max: 12 }),
  /** How many of the events already there the subscriber has seen in an earlier life. */
  seenBefore: fc.nat({ max: 12 }),
  startPause: fc.nat({ max: 12 }),
  consumerPauses: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 8 }),
  /** After so many messages it leaves and resumes from its cursor; again and again. */
  leaveAfter: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 4 }),
  batchMax: fc.integer({ min: 1, max: 12 }),
  categories: fc.option(fc.subarray(['unit', 'project', 'inspection'], { minLength: 1 }), { nil: undefined }),
})
type Meeting = typeof meeting extends fc.Arbitrary<infer Value> ? Value : never

export function timingContract(open: OpenEngine) {
  it('delivers each event exactly once and in order, for any timing', async () => {
    const { store } = await openFor(open)
    let run = 0
    await fc.assert(
      fc.asyncProperty(meeting, async (given) => {
        run += 1
        const start = await store.head()
        if (given.before > 0) await store.append(`unit-before${run}`, newEvents(given.before), -1)
        const earlier = await collect(store.readAll({ from: start }))
        const after = earlier[given.seenBefore - 1]?.position ?? start
        const [seen] = await Promise.all([consume(store, after, given, run), produce(store, given, run)])
        const expected = (await collect(store.readAll({ from: after }))).filter(
          ({ stream }) => !given.categories || given.categories.includes(stream.split('-')[0] ?? ''),
        )
        expect(seen.map(({ position }) => position)).toEqual(expected.map(({ position }) => position))
        expect(seen).toEqual(expected)
      }),
      { numRuns: 60, interruptAfterTimeLimit: 30_000 },
    )
  })
}

async function produce(store: EventStore, given: Meeting, run: number) {
  const pending: Promise<unknown>[] = []
  for (const [index, { pause, category, count, awaited }] of given.appends.entries()) {
    await turns(pause)
    const appended = store.append(`${category}-${run}x${index}`, newEvents(count), -1)
    pending.push(appended)
    if (awaited) await appended
  }
  await Promise.all(pending)
  // In a category that the subscriber wants: it tells it to stop.
  await store.append(`${given.categories?.[0] ?? 'unit'}-last${run}`, [newEvent('last', `Last${run}`)], -1)
}

async function consume(
  store: EventStore,
  after: Position,
  given: Meeting,
  run: number,
): Promise<StoredEvent[]> {
  await turns(given.startPause)
  const seen: StoredEvent[] = []
  const leaves = [...given.leaveAfter]
  let cursor = after
  let pauses = 0
  for (;;) {
    let messagesLeft = leaves.shift() ?? Number.POSITIVE_INFINITY
    const filter = given.categories ? { filter: { categories: given.categories } } : {}
    for await (const message of store.subscribeToAll({
      after: cursor,
      batchMax: given.batchMax,
      ...filter,
    })) {
      const position = message.kind === 'events' ? message.events.at(-1)?.position : message.position
      expect(position).toBeGreaterThanOrEqual(cursor)
      cursor = position ?? cursor
      if (message.kind === 'events') seen.push(...message.events)
      if (seen.at(-1)?.type === `Last${run}`) return seen
      await turns(given.consumerPauses[pauses++ % given.consumerPauses.length] ?? 0)
      messagesLeft -= 1
      if (messagesLeft <= 0) break
    }
  }
}
