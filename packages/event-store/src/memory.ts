import {
  type EventFilter,
  type EventStore,
  ledgerStart,
  type NewEvent,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
  type SubscriptionMessage,
  WrongExpectedRevisionError,
} from './event-store.ts'

const pageSizeDefault = 512

/** A ledger that lives as long as the process: for tests of rules and folds, and for simulations. Same contract. */
export function createMemoryEventStore(now: () => string = () => new Date().toISOString()): EventStore {
  const all: StoredEvent[] = []
  const streams = new Map<string, StoredEvent[]>()
  const closed = new AbortController()
  const sleepers: (() => void)[] = []

  async function append(stream: string, events: readonly NewEvent[], expected: number) {
    const existing = streams.get(stream) ?? []
    const actual = existing.length - 1
    if (actual !== expected) {
      const there = existing.slice(expected + 1, expected + 1 + events.length)
      const last = there.at(-1)
      const retried =
        there.length === events.length && there.every((event, index) => event.id === events[index]?.id)
      if (retried && last) return { revision: last.revision, position: last.position }
      throw new WrongExpectedRevisionError(stream, expected, actual)
    }
    for (const event of events) {
      const stored = {
        ...event,
        stream,
        revision: existing.length,
        position: BigInt(all.length),
        storedAt: now(),
      }
      existing.push(stored)
      all.push(stored)
    }
    streams.set(stream, existing)
    for (const wake of sleepers.splice(0)) wake()
    return { revision: existing.length - 1, position: BigInt(all.length - 1) }
  }

  async function* readStream(stream: string, options: ReadStreamOptions = {}) {
    const existing = streams.get(stream) ?? []
    const chosen =
      options.direction === 'backwards'
        ? existing.slice(0, (options.from ?? existing.length - 1) + 1).reverse()
        : existing.slice(options.from ?? 0)
    yield* pages(chosen.slice(0, options.limit), options.pageSize)
  }

  async function* readAll(options: ReadAllOptions = {}) {
    const backwards = options.direction === 'backwards'
    const from = options.from === undefined ? undefined : Number(options.from)
    const range = backwards ? all.slice(0, from ?? all.length).reverse() : all.slice((from ?? -1) + 1)
    yield* pages(range.filter(matches(options.filter)).slice(0, options.limit), options.pageSize)
  }

  async function* subscribeToAll(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage> {
    const wanted = matches(options.filter)
    const stop = AbortSignal.any([closed.signal, ...(options.signal ? [options.signal] : [])])
    const stopped = new Promise<void>((resolve) => {
      if (stop.aborted) resolve()
      stop.addEventListener('abort', () => resolve(), { once: true })
    })
    let next = Number(options.after) + 1
    while (!stop.aborted) {
      const more = new Promise<void>((resolve) => sleepers.push(resolve))
      while (next < all.length) {
        const slice = all.slice(next, next + (options.batchMax ?? pageSizeDefault))
        next += slice.length
        const events = slice.filter(wanted)
        if (events.length > 0) yield { kind: 'events', events }
        else yield { kind: 'checkpoint', position: BigInt(next - 1) }
        if (stop.aborted) return
      }
      yield { kind: 'caughtUp', position: BigInt(next - 1) }
      await Promise.race([more, stopped])
    }
  }

  return {
    append,
    readStream,
    readAll,
    subscribeToAll,
    head: async () => all.at(-1)?.position ?? ledgerStart,
    close: async () => closed.abort(),
  }
}

function matches(filter: EventFilter = {}): (event: StoredEvent) => boolean {
  const categories = filter.categories && new Set(filter.categories)
  const types = filter.types && new Set(filter.types)
  return (event) =>
    (!categories || categories.has(event.stream.slice(0, event.stream.indexOf('-')))) &&
    (!types || types.has(event.type))
}

function* pages(events: readonly StoredEvent[], pageSize = pageSizeDefault) {
  for (let start = 0; start < events.length; start += pageSize) yield events.slice(start, start + pageSize)
}
