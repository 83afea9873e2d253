import { describe, expect, it } from 'vitest'
import { collect, contentOf, eventsOf, newEvent, newEvents, untilCaughtUp } from '../contract/engine.ts'
import {
  type EventStore,
  LedgerUnavailableError,
  ledgerStart,
  type StoredEvent,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../event-store.ts'
import { openOn, standInForTest } from './faults.test-kit.ts'
import type { ReadFault } from './stand-in.test-kit.ts'

/** Everything up to the event of type `Last`. */
async function untilLast(store: EventStore, options: Partial<SubscribeOptions> = {}): Promise<StoredEvent[]> {
  const seen: StoredEvent[] = []
  for await (const message of store.subscribeToAll({ after: ledgerStart, batchMax: 4, ...options })) {
    seen.push(...eventsOf([message]))
    if (seen.at(-1)?.type === 'Last') return seen
  }
  return seen
}

/** Takes what is there, in however many messages it comes; gives the message that says it is all. */
async function catchUp(live: AsyncIterator<SubscriptionMessage>): Promise<SubscriptionMessage> {
  for (;;) {
    const { value, done } = await live.next()
    if (done) throw new Error('the subscription ended before it had caught up')
    if (value.kind === 'caughtUp') return value
  }
}

const faults: [string, ReadFault[]][] = [
  ['drops it', [{ kind: 'drop', after: 5 }]],
  ['ends it', [{ kind: 'end', after: 5 }]],
  ['falls silent', [{ kind: 'silent', after: 5 }]],
  ['repeats itself', [{ kind: 'repeat' }]],
  [
    'drops and ends it again and again',
    [3, 0, 1, 0].map((after, index) => ({ kind: index % 2 ? 'end' : 'drop', after })),
  ],
  ['drops it live', [{ kind: 'drop', after: 20, live: true }]],
  ['ends it live', [{ kind: 'end', after: 20, live: true }]],
  ['falls silent live', [{ kind: 'silent', after: 20, live: true }]],
]

describe('a subscription', () => {
  it.each(faults)('yields each event once and in order when the server %s', async (_, befalling) => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    await store.append('unit-a', newEvents(20), -1)
    standIn.readFaults.push(...befalling)
    const pending = untilLast(store)
    await expect.poll(() => standIn.seen.subscriptions).toBeGreaterThan(1)
    await store.append('unit-a', newEvents(10), 19)
    await store.append('unit-a', [newEvent('last', 'Last')], 29)
    expect(await pending).toEqual(await collect(store.readAll()))
    expect(standIn.log.all).toHaveLength(31)
  })

  it.each(faults)('with a filter does the same when the server %s', async (_, befalling) => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    const filter = { categories: ['unit'] }
    for (let round = 0; round < 20; round++) {
      await store.append('unit-a', newEvents(1), round - 1)
      await store.append('project-b', newEvents(2), 2 * round - 1)
    }
    standIn.readFaults.push(...befalling, ...befalling)
    const pending = untilLast(store, { filter })
    await expect.poll(() => standIn.seen.subscriptions).toBeGreaterThan(1)
    await store.append('project-b', newEvents(10), 39)
    await store.append('unit-a', [newEvent('last', 'Last')], 19)
    expect(await pending).toEqual(await collect(store.readAll({ filter })))
  })

  it('outlasts an outage that is longer than the patience of a read', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn, { patienceMs: 300 })
    await store.append('unit-a', newEvents(5), -1)
    const live = store.subscribeToAll({ after: ledgerStart })[Symbol.asyncIterator]()
    await catchUp(live)
    const pending = live.next()
    standIn.stop()
    await expect.poll(() => troubles.length, { timeout: 20_000 }).toBeGreaterThan(5)
    await standIn.start()
    const event = { ...newEvent('after'), contentType: 'application/octet-stream' }
    standIn.log.append('unit-a', [event], 4)
    const { value } = await pending
    expect(value.kind === 'events' && value.events.map(contentOf)).toEqual(['after'])
    await live.return?.()
  })

  it('moves at once to the new connection when another read found the old one dead', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn, { deadlineMs: 1500 })
    await store.append('unit-a', newEvents(3), -1)
    const live = store.subscribeToAll({ after: ledgerStart })[Symbol.asyncIterator]()
    await catchUp(live)
    const pending = live.next()
    const before = standIn.seen.subscriptions
    standIn.readFaults.push({ kind: 'silent', after: 1 })
    expect(await collect(store.readStream('unit-a'))).toHaveLength(3)
    await expect.poll(() => standIn.seen.subscriptions, { timeout: 1000 }).toBe(before + 1)
    await store.append('unit-a', newEvents(1), 2)
    expect((await pending).value.kind).toBe('events')
    expect(troubles).toContain('reading: the connection was replaced')
    await live.return?.()
  })

  it('does not say twice that it caught up when nothing came in between', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn)
    const { position } = await store.append('unit-a', newEvents(3), -1)
    const live = store.subscribeToAll({ after: ledgerStart })[Symbol.asyncIterator]()
    expect(await catchUp(live)).toEqual({ kind: 'caughtUp', position })
    const pending = live.next()
    standIn.stop()
    await standIn.start()
    await expect.poll(() => troubles.length > 0 && standIn.seen.subscriptions >= 3).toBe(true)
    await store.append('unit-a', newEvents(1), 2)
    expect((await pending).value.kind).toBe('events')
    await live.return?.()
  })

  it('ends by its signal in the middle of an outage', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn)
    const stop = new AbortController()
    const live = store.subscribeToAll({ after: ledgerStart, signal: stop.signal })[Symbol.asyncIterator]()
    expect((await live.next()).value.kind).toBe('caughtUp')
    const pending = live.next()
    standIn.stop()
    await expect.poll(() => troubles.length).toBeGreaterThan(2)
    stop.abort()
    expect(await pending).toEqual({ done: true, value: undefined })
  })

  it('throws when the user may not read', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    standIn.readFaults.push({ kind: 'denied' })
    const refused = untilCaughtUp(store, { after: ledgerStart })
    await expect(refused).rejects.toBeInstanceOf(LedgerUnavailableError)
    await expect(refused).rejects.toThrow(/denies access/)
  })

  it('makes the server wait for a slow consumer instead of piling up what it did not take', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    const data = new Uint8Array(4096).fill(120)
    for (let round = 0; round < 20; round++) {
      const events = newEvents(250).map((event) => ({ ...event, data }))
      await store.append('unit-a', events, 250 * round - 1)
    }
    const slow = store.subscribeToAll({ after: ledgerStart, batchMax: 8 })[Symbol.asyncIterator]()
    await slow.next()
    let sent = -1
    // Until it has stopped sending.
    await expect
      .poll(
        () => {
          const still = sent === standIn.seen.sent
          sent = standIn.seen.sent
          return still
        },
        { interval: 100 },
      )
      .toBe(true)
    expect(sent).toBeLessThan(1500)
    let count = 8
    while (count < 5000) count += eventsOf([(await slow.next()).value]).length
    expect(count).toBe(5000)
    await slow.return?.()
  })

  it('takes a position of the server’s own events for one within the ledger', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    await store.append('unit-a', newEvents(1), -1)
    standIn.log.configure('others-1', { $maxAge: 7 })
    const after = standIn.log.all.at(-1)?.position ?? 0n
    expect(await untilCaughtUp(store, { after })).toEqual([{ kind: 'caughtUp', position: after }])
  })
})
