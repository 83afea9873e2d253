import { checkAppend } from './append-limits.ts'
import {
  type AppendResult,
  type EventStore,
  LedgerUnavailableError,
  ledgerStart,
  type NewEvent,
  PositionBeyondEndError,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
  type SubscriptionMessage,
  WrongExpectedRevisionError,
} from './event-store.ts'
import { matches } from './filter.ts'

const pageSizeDefault = 512

/** A ledger that lives as long as the process: for tests of rules and folds, and for simulations. Same contract. */
export function createMemoryEventStore(now: () => string = () => new Date().toISOString()): EventStore {
  const all: StoredEvent[] = []
  const streams = new Map<string, StoredEvent[]>()
  const closed = new AbortController()
  const sleepers = new Set<() => void>()

  function mustBeOpen() {
    if (closed.signal.aborted) throw new LedgerUnavailableError('the ledger is closed')
  }

  async function append(
    stream: string,
    events: readonly NewEvent[],
    expected: number,
  ): Promise<AppendResult> {
    checkAppend(stream, events, expected)
    mustBeOpen()
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
    for (const { id, type, data, metadata } of events) {
      const place = { stream, revision: existing.length, position: BigInt(all.length), storedAt: now() }
      // Copies: the caller may use its buffers again.
      const stored = { id, type, data: data.slice(), metadata: metadata.slice(), ...place }
      existing.push(stored)
      all.push(stored)
    }
    streams.set(stream, existing)
    for (const wake of [...sleepers]) wake()
    return { revision: existing.length - 1, position: BigInt(all.length - 1) }
  }

  async function* readStream(stream: string, options: ReadStreamOptions = {}) {
    mustBeOpen()
    const existing = streams.get(stream) ?? []
    const chosen =
      options.direction === 'backwards'
        ? existing.slice(0, (options.from ?? existing.length - 1) + 1).reverse()
        : existing.slice(options.from ?? 0)
    yield* pages(chosen, options)
  }

  async function* readAll(options: ReadAllOptions = {}) {
    mustBeOpen()
    const from = options.from === undefined ? undefined : Number(options.from)
    const range =
      options.direction === 'backwards'
        ? all.slice(0, from ?? all.length).reverse()
        : all.slice((from ?? -1) + 1)
    yield* pages(range.filter(matches(options.filter)), options)
  }

  function* pages(chosen: readonly StoredEvent[], options: { limit?: number; pageSize?: number }) {
    const events = chosen.slice(0, options.limit)
    const pageSize = options.pageSize ?? pageSizeDefault
    for (let start = 0; start < events.length && !closed.signal.aborted; start += pageSize) {
      yield events.slice(start, start + pageSize)
    }
  }

  async function* subscribeToAll(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage> {
    const stop = AbortSignal.any([closed.signal, ...(options.signal ? [options.signal] : [])])
    if (stop.aborted) return
    const head = BigInt(all.length - 1)
    if (options.after > head) throw new PositionBeyondEndError(options.after, head)
    const wanted = matches(options.filter)
    let next = Number(options.after) + 1
    while (!stop.aborted) {
      while (next < all.length) {
        const slice = all.slice(next, next + (options.batchMax ?? pageSizeDefault))
        next += slice.length
        const events = slice.filter(wanted)
        if (events.length > 0) yield { kind: 'events', events }
        else yield { kind: 'checkpoint', position: BigInt(next - 1) }
        if (stop.aborted) return
      }
      yield { kind: 'caughtUp', position: BigInt(next - 1) }
      // What was appended while the consumer held the message is seen before sleeping.
      if (next === all.length && !stop.aborted) await more(stop)
    }
  }

  function more(stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        sleepers.delete(wake)
        stop.removeEventListener('abort', wake)
        resolve()
      }
      sleepers.add(wake)
      stop.addEventListener('abort', wake)
    })
  }

  return {
    append,
    readStream,
    readAll,
    subscribeToAll,
    head: async () => {
      mustBeOpen()
      return all.at(-1)?.position ?? ledgerStart
    },
    close: async () => closed.abort(),
  }
}
