import type { EventFilter, EventReader, Position } from '@fireledger/event-store'
import type { Audience } from '../present-event.ts'
import type { Hub } from './hub.ts'
import { type LiveEvent, toLiveEvents } from './live-event.ts'

/**
 * What one client gets, in order and each event once, in three phases:
 * backfill – what the ledger holds after the client's cursor, read at the client's pace;
 * cutover – the hub is tapped, and what came between the last page and the tap is read;
 * live – what comes through the tap, without what the cutover has delivered already.
 */
export type FeedMessage =
  | { readonly kind: 'event'; readonly event: LiveEvent; readonly position: Position }
  /** Nothing more was there; what follows is live. Everything up to `position` has been delivered. */
  | { readonly kind: 'caughtUp'; readonly position: Position }

export type FeedOptions = {
  readonly reader: Pick<EventReader, 'readAll' | 'readStream' | 'subscribeToAll' | 'head'>
  readonly hub: Hub
  /** Deliver what comes after this position; null: only what comes from now on. */
  readonly after: Position | null
  /** The part of the wish that the ledger itself can filter by. */
  readonly filter: EventFilter
  /** The whole wish, and what the client may see. */
  readonly wants: (event: LiveEvent) => boolean
  readonly audience: Audience
  readonly bufferBytesMax: number
  readonly onOverflow: () => void
  readonly signal: AbortSignal
}

/** A pass over the ledger that found less than this leaves little for the cutover. */
const nearlyThere = 512

export async function* feed(options: FeedOptions): AsyncGenerator<FeedMessage> {
  let position = options.after
  if (position !== null) position = yield* backfill(options, position)
  const tap = options.hub.tap({
    wants: options.wants,
    bytesOf: (event) => event.encoded(options.audience).byteLength,
    bufferBytesMax: options.bufferBytesMax,
    onOverflow: options.onOverflow,
  })
  const stop = () => tap.end()
  options.signal.addEventListener('abort', stop, { once: true })
  try {
    if (position === null) position = tap.since
    else position = yield* cutover(options, position, tap.since)
    if (options.signal.aborted) return
    yield { kind: 'caughtUp', position }
    yield* live(options, tap, position)
  } finally {
    options.signal.removeEventListener('abort', stop)
    tap.end()
  }
}

async function* backfill(options: FeedOptions, after: Position): AsyncGenerator<FeedMessage, Position> {
  let position = after
  for (;;) {
    // Read before the pass: what the filter leaves out up to here has been dealt with when the pass ends.
    const head = await options.reader.head()
    let events = 0
    for await (const page of options.reader.readAll({ from: position, filter: options.filter })) {
      for (const event of await toLiveEvents(page, options.reader)) {
        if (options.signal.aborted) return position
        position = event.event.position
        events++
        if (options.wants(event)) yield { kind: 'event', event, position }
      }
    }
    if (head > position) position = head
    if (events < nearlyThere || options.signal.aborted) return position
  }
}

async function* cutover(
  options: FeedOptions,
  after: Position,
  until: Position,
): AsyncGenerator<FeedMessage, Position> {
  let position = after
  if (position >= until) return position
  // A subscription, since it tells how far it has come where no event lies.
  for await (const message of options.reader.subscribeToAll({ after, signal: options.signal })) {
    if (message.kind === 'events') {
      for (const event of await toLiveEvents(message.events, options.reader)) {
        if (options.signal.aborted || event.event.position > until) return position
        position = event.event.position
        if (options.wants(event)) yield { kind: 'event', event, position }
      }
    } else if (message.position >= until) position = until
    if (position >= until) break
  }
  return position
}

async function* live(
  options: FeedOptions,
  tap: ReturnType<Hub['tap']>,
  after: Position,
): AsyncGenerator<FeedMessage> {
  while (!options.signal.aborted) {
    const events = await tap.take()
    if (events.length === 0) return
    for (const event of events) {
      if (options.signal.aborted) return
      const { position } = event.event
      // The backfill may have read further than the hub had come when it was tapped.
      if (position > after) yield { kind: 'event', event, position }
    }
  }
}
