import { setMaxListeners } from 'node:events'
import type { Database } from '@fireledger/sqlite'
import {
  type EventReader,
  LedgerUnavailableError,
  ledgerStart,
  type Position,
  PositionBeyondEndError,
  type ReadAllOptions,
  type ReadStreamOptions,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../event-store.ts'
import { unavailable } from './ledger-failure.ts'
import { createPageReader, type Page } from './page-reader.ts'
import type { Wake } from './wake.ts'

const pageSizeDefault = 512

/**
 * Reads on the caller's thread, by its own read-only connection, one bounded page at a time. A subscription is only a
 * read that goes on: it reads by position after each wake-up, so backfill and live are the same path and nothing can
 * fall between them.
 */
export function createReader(database: Database, path: string, wake: Wake): EventReader {
  const pages = createPageReader(database)
  const closed = new AbortController()
  // Every sleeping subscription listens to it: many are no leak.
  setMaxListeners(0, closed.signal)

  function guard<Result>(read: () => Result): Result {
    if (closed.signal.aborted) throw new LedgerUnavailableError('the ledger is closed')
    try {
      return read()
    } catch (error) {
      throw unavailable(error, path)
    }
  }

  async function* readStream(stream: string, options: ReadStreamOptions = {}) {
    const backwards = options.direction === 'backwards'
    const pageSize = options.pageSize ?? pageSizeDefault
    let from = options.from ?? (backwards ? Number.MAX_SAFE_INTEGER : 0)
    let left = options.limit ?? Number.POSITIVE_INFINITY
    while (left > 0) {
      const page = guard(() => pages.ofStream(stream, from, backwards, Math.min(pageSize, left)))
      if (page.events.length > 0) yield page.events
      if (page.end) return
      left -= page.events.length
      if (left <= 0) return
      from = page.next
      await turn()
      if (closed.signal.aborted) return
    }
  }

  async function* readAll(options: ReadAllOptions = {}) {
    const backwards = options.direction === 'backwards'
    const pageSize = options.pageSize ?? pageSizeDefault
    const { filter } = options
    let from = options.from === undefined ? undefined : Number(options.from)
    let left = options.limit ?? Number.POSITIVE_INFINITY
    while (left > 0) {
      const max = Math.min(pageSize, left)
      const page: Page = guard(() =>
        backwards ? pages.backwards(from, filter, max) : pages.forwards(from ?? -1, filter, max),
      )
      if (page.events.length > 0) yield page.events
      if (page.end) return
      left -= page.events.length
      if (left <= 0) return
      from = page.next
      await turn()
      if (closed.signal.aborted) return
    }
  }

  async function* subscribeToAll(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage> {
    const stop = options.signal ? AbortSignal.any([closed.signal, options.signal]) : closed.signal
    if (stop.aborted) return
    const batchMax = options.batchMax ?? pageSizeDefault
    const head = guard(pages.head)
    if (options.after > BigInt(head)) throw new PositionBeyondEndError(options.after, BigInt(head))
    let from = Number(options.after)
    while (!stop.aborted) {
      // Counted before looking: a wake-up between the look and the sleep is not lost.
      const since = wake.count()
      const page = guard(() => pages.forwards(from, options.filter, batchMax))
      const moved = page.next > from
      from = page.next
      if (page.events.length > 0) yield { kind: 'events', events: page.events }
      else if (moved) yield { kind: 'checkpoint', position: BigInt(from) }
      if (!page.end) {
        await turn()
        continue
      }
      if (stop.aborted) return
      yield { kind: 'caughtUp', position: BigInt(from) }
      await sleepUntilMore(since, from, stop)
    }
  }

  /** Other processes' readers wake by the clock: they look at the head before they call it news. */
  async function sleepUntilMore(since: number, from: number, stop: AbortSignal) {
    let count = since
    while (!stop.aborted) {
      await wake.sleep(count, stop)
      if (stop.aborted) return
      count = wake.count()
      if (guard(pages.head) > from) return
    }
  }

  return {
    readStream,
    readAll,
    subscribeToAll,
    head: async (): Promise<Position> => {
      const head = guard(pages.head)
      return head < 0 ? ledgerStart : BigInt(head)
    },
    close: async () => {
      if (closed.signal.aborted) return
      closed.abort()
      wake.close()
      database.close()
    },
  }
}

/** Lets timers and sockets have their turn between two pages of a long read. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
