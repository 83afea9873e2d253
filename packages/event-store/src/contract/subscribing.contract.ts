import { expect, it } from 'vitest'
import { ledgerStart, PositionBeyondEndError } from '../event-store.ts'
import {
  collect,
  contentOf,
  eventsOf,
  newEvent,
  newEvents,
  type OpenEngine,
  openFor,
  untilCaughtUp,
} from './engine.ts'

export function subscribingContract(open: OpenEngine) {
  it('yields what is there, says that it caught up, then yields what comes', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(3), -1)
    const messages = store.subscribeToAll({ after: ledgerStart })[Symbol.asyncIterator]()
    const backfill = (await messages.next()).value
    expect(backfill.kind === 'events' && backfill.events.map(contentOf)).toEqual([0, 1, 2])
    expect((await messages.next()).value).toEqual({ kind: 'caughtUp', position: await store.head() })
    const pending = messages.next()
    const appended = await store.append('unit-a', [newEvent('live')], 2)
    const live = (await pending).value
    expect(live.kind === 'events' && live.events.map(contentOf)).toEqual(['live'])
    expect((await messages.next()).value).toEqual({ kind: 'caughtUp', position: appended.position })
    await messages.return?.()
  })

  it('has caught up at once on an empty ledger, and then sees the first event', async () => {
    const { store } = await openFor(open)
    const messages = store.subscribeToAll({ after: ledgerStart })[Symbol.asyncIterator]()
    expect((await messages.next()).value).toEqual({ kind: 'caughtUp', position: ledgerStart })
    const pending = messages.next()
    await store.append('unit-a', newEvents(1), -1)
    expect((await pending).value).toMatchObject({ kind: 'events' })
    await messages.return?.()
  })

  it('resumes after any checkpoint with exactly the rest', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(5), -1)
    await store.append('project-b', newEvents(5), -1)
    const all = await collect(store.readAll())
    for (const [index, { position }] of all.entries()) {
      for (const batchMax of [1, 2, 512]) {
        const messages = await untilCaughtUp(store, { after: position, batchMax })
        expect(eventsOf(messages)).toEqual(all.slice(index + 1))
        for (const message of messages) {
          if (message.kind === 'events') expect(message.events.length).toBeLessThanOrEqual(batchMax)
        }
      }
    }
  })

  it('refuses a checkpoint beyond the end of the ledger', async () => {
    const { store } = await openFor(open)
    const { position } = await store.append('unit-a', newEvents(1), -1)
    await expect(untilCaughtUp(store, { after: position + 1_000_000n })).rejects.toBeInstanceOf(
      PositionBeyondEndError,
    )
  })

  it('tells checkpoints where the filter lets nothing through, and can resume from them', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', [newEvent('first', 'Rare')], -1)
    for (let round = 0; round < 5; round++) await store.append(`project-${round}`, newEvents(400), -1)
    const head = await store.head()
    const filter = { types: ['Rare'] }
    const messages = await untilCaughtUp(store, { after: ledgerStart, filter, batchMax: 16 })
    expect(eventsOf(messages).map(contentOf)).toEqual(['first'])
    expect(messages.at(-1)).toEqual({ kind: 'caughtUp', position: head })
    const checkpoints = messages.flatMap((message) =>
      message.kind === 'checkpoint' ? [message.position] : [],
    )
    expect(checkpoints.length).toBeGreaterThan(0)
    await store.append('unit-a', [newEvent('second', 'Rare')], 0)
    for (const after of [...checkpoints, head]) {
      expect(eventsOf(await untilCaughtUp(store, { after, filter })).map(contentOf)).toEqual(['second'])
    }
  })

  it('lets a live subscriber with a filter move on past what it does not want', async () => {
    const { store } = await openFor(open)
    const filter = { categories: ['unit'] }
    const messages = store.subscribeToAll({ after: ledgerStart, filter })[Symbol.asyncIterator]()
    expect((await messages.next()).value.kind).toBe('caughtUp')
    const pending = messages.next()
    const { position } = await store.append('project-a', newEvents(3), -1)
    expect((await pending).value).toEqual({ kind: 'checkpoint', position })
    await messages.return?.()
  })

  endingContract(open)

  it('waits for a slow consumer and then gives it everything, in messages of bounded size', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(10), -1)
    const messages = store.subscribeToAll({ after: ledgerStart, batchMax: 8 })[Symbol.asyncIterator]()
    const first = (await messages.next()).value
    expect(first.events).toHaveLength(8)
    for (let round = 0; round < 30; round++) await store.append(`unit-${round}`, newEvents(50), -1)
    const seen = [...first.events]
    while (seen.length < 1510) {
      const message = (await messages.next()).value
      if (message.kind !== 'events') continue
      expect(message.events.length).toBeLessThanOrEqual(8)
      seen.push(...message.events)
    }
    expect(seen).toEqual(await collect(store.readAll()))
    await messages.return?.()
  })

  it('serves many subscribers, each at its own place', async () => {
    const { store } = await openFor(open)
    const { position: after } = await store.append('unit-a', newEvents(1), -1)
    const subscribers = Array.from({ length: 50 }, async () => {
      const seen: unknown[] = []
      for await (const message of store.subscribeToAll({ after, batchMax: 7 })) {
        seen.push(...eventsOf([message]).map(contentOf))
        if (seen.length === 100) return seen
      }
      return seen
    })
    for (let value = 0; value < 100; value++) await store.append('unit-a', [newEvent(value)], value)
    for (const seen of await Promise.all(subscribers)) {
      expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index))
    }
  })
}

function endingContract(open: OpenEngine) {
  it.each(['signal', 'close'])('ends quietly by %s while it waits', async (how) => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(1), -1)
    const stop = new AbortController()
    const messages = store.subscribeToAll({ after: ledgerStart, signal: stop.signal })[Symbol.asyncIterator]()
    expect((await messages.next()).value.kind).toBe('events')
    expect((await messages.next()).value.kind).toBe('caughtUp')
    const pending = messages.next()
    if (how === 'signal') stop.abort()
    else await store.close()
    expect(await pending).toEqual({ done: true, value: undefined })
  })

  it.each(['signal', 'close'])('ends quietly by %s between two messages', async (how) => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(10), -1)
    const stop = new AbortController()
    const options = { after: ledgerStart, batchMax: 2, signal: stop.signal }
    const seen: unknown[] = []
    for await (const message of store.subscribeToAll(options)) {
      seen.push(...eventsOf([message]))
      if (how === 'signal') stop.abort()
      else await store.close()
    }
    expect(seen).toHaveLength(2)
  })

  it('yields nothing when the signal is already aborted', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(1), -1)
    for await (const message of store.subscribeToAll({ after: ledgerStart, signal: AbortSignal.abort() })) {
      expect.unreachable(message.kind)
    }
  })

  it('is over before it begins on a closed ledger', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(1), -1)
    const messages = store.subscribeToAll({ after: ledgerStart })
    await store.close()
    for await (const message of messages) expect.unreachable(message.kind)
  })

  it('lets go when the consumer leaves the loop', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(3), -1)
    for await (const _ of store.subscribeToAll({ after: ledgerStart, batchMax: 1 })) break
    await store.append('unit-a', newEvents(1), 2)
    expect(await collect(store.readAll())).toHaveLength(4)
  })
}
