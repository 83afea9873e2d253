import {
  ledgerStart,
  type Position,
  PositionBeyondEndError,
  type ReadAllOptions,
  type ReadStreamOptions,
  type SubscribeOptions,
  type SubscriptionMessage,
} from '../event-store.ts'
import { matches } from '../filter.ts'
import type { ServerFilter } from './eventstoredb.ts'
import { isNotFound } from './failures.ts'
import type { Link } from './link.ts'
import { attempt, readPages, recover } from './read-pages.ts'
import { serverFilterOf, subscribe } from './subscription.ts'
import { placeOf } from './wire.ts'

/** The reading half of the engine: each kind of read in terms of what the server offers. */

const everything = Number.MAX_SAFE_INTEGER

export type ClusterReader = ReturnType<typeof createClusterReader>

export function createClusterReader(link: Link) {
  async function* readStream(stream: string, options: ReadStreamOptions = {}) {
    const backwards = options.direction === 'backwards'
    let next: number | null = options.from ?? null
    yield* readPages(link, {
      pageSize: options.pageSize,
      limit: options.limit,
      open: (used, left) =>
        next === -1 ? 'done' : used.readStream(stream, next, backwards, Math.min(left, everything)),
      keep: ({ revision }) => {
        // The server sends in order; what does not fit was sent before.
        if (next !== null && (backwards ? revision > next : revision < next)) return false
        next = backwards ? revision - 1 : revision + 1
        return true
      },
      absent: isNotFound,
    })
  }

  async function* readAll(options: ReadAllOptions = {}) {
    const narrow = serverFilterOf(options.filter)
    if (options.direction === 'backwards') yield* readAllBackwards(options)
    else if (narrow) yield* readAllFiltered(narrow, options)
    else yield* readAllForwards(options)
  }

  function readAllForwards({ from = ledgerStart, filter, limit, pageSize }: ReadAllOptions) {
    const wanted = matches(filter)
    let last = from
    return readPages(link, {
      pageSize,
      limit,
      open: (used) => used.readAll(last === ledgerStart ? null : last, false, everything),
      keep: (event) => {
        // The server begins with the event at the position it is given.
        if (event.position <= last) return false
        last = event.position
        return wanted(event)
      },
    })
  }

  function readAllBackwards({ from, filter, limit, pageSize }: ReadAllOptions) {
    const wanted = matches(filter)
    let last = from
    return readPages(link, {
      pageSize,
      limit,
      open: (used) => (last === ledgerStart ? 'done' : used.readAll(last ?? null, true, everything)),
      keep: (event) => {
        if (last !== undefined && event.position >= last) return false
        last = event.position
        return wanted(event)
      },
    })
  }

  /** The client cannot filter a read on the server, but it can filter a subscription: read until that has caught up. */
  function readAllFiltered(
    narrow: ServerFilter,
    { from = ledgerStart, filter, limit, pageSize }: ReadAllOptions,
  ) {
    const wanted = matches(filter)
    let last = from
    let caughtUp = false
    return readPages(link, {
      pageSize,
      limit,
      open(used, _, wake) {
        caughtUp = false
        const notices = {
          caughtUp() {
            caughtUp = true
            wake()
          },
          checkpoint: wake,
        }
        const after = last === ledgerStart ? null : last
        return used.subscribeToAll(after, narrow, notices)
      },
      complete: () => caughtUp,
      keep: (event) => {
        if (event.position <= last) return false
        last = event.position
        return wanted(event)
      },
    })
  }

  async function head(): Promise<Position> {
    for await (const page of readAll({ direction: 'backwards', limit: 1 })) {
      const [event] = page
      if (event) return event.position
    }
    return ledgerStart
  }

  /** The end of everything, the server's own events included; as this node has it, or its leader. */
  async function end(requiresLeader: boolean): Promise<Position> {
    const patience = link.patience()
    while (!link.closed.aborted) {
      const used = link.current()
      try {
        const open = () => used.readAll(null, true, 1, requiresLeader)
        for await (const [item] of attempt(link, used, open)) {
          return (item && placeOf(item)) ?? ledgerStart
        }
        return ledgerStart
      } catch (error) {
        await recover(link, used, error, patience)
      }
    }
    return ledgerStart
  }

  async function refuseBeyondEnd(after: Position) {
    // A follower may not have yet what the leader has acknowledged.
    if (after === ledgerStart || after <= (await end(false))) return
    const last = await end(true)
    if (after > last && !link.closed.aborted) throw new PositionBeyondEndError(after, last)
  }

  async function* subscribeToAll(options: SubscribeOptions): AsyncGenerator<SubscriptionMessage> {
    const signal = AbortSignal.any([link.closed, ...(options.signal ? [options.signal] : [])])
    if (signal.aborted) return
    await refuseBeyondEnd(options.after)
    yield* subscribe(link, { ...options, signal }, head)
  }

  return { readStream, readAll, subscribeToAll, head }
}
