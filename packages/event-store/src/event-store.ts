import type { EventId, Instant } from '@fireledger/domain'

/**
 * The port: one append-only ledger of streams. Two engines implement it (embedded SQLite, EventStoreDB); both must
 * pass `event-store.contract.ts`. Bytes in, bytes out: what an event means is the codec's concern.
 */

/** Place in the ledger: ordered, with gaps, opaque. Compare two, never calculate with one. As text in JSON. */
export type Position = bigint

/** Before the first event. */
export const ledgerStart: Position = -1n

export type NewEvent = {
  readonly id: EventId
  readonly type: string
  /** UTF-8 JSON. */
  readonly data: Uint8Array
  /** UTF-8 JSON of `EventMetadata`. */
  readonly metadata: Uint8Array
}

export type StoredEvent = NewEvent & {
  readonly stream: string
  /** From 0, without gaps. */
  readonly revision: number
  readonly position: Position
  /** When the engine stored it. For people; `metadata.recordedAt` is the ledger's clock. */
  readonly storedAt: Instant
}

/** The revision of the last event that the writer has seen; -1 for a stream that must not exist yet. */
export type ExpectedRevision = number

export type AppendResult = {
  /** Revision of the last event appended. */
  readonly revision: number
  /** Position of the last event appended. */
  readonly position: Position
}

/** Which events a reader wants; the parts are joined by "and", the entries of a part by "or". */
export type EventFilter = {
  /** Category names: streams that begin with `<category>-`. */
  readonly categories?: readonly string[]
  readonly types?: readonly string[]
}

/** What a subscription yields. */
export type SubscriptionMessage =
  /** One or more events in order; at most `batchMax`. */
  | { readonly kind: 'events'; readonly events: readonly StoredEvent[] }
  /** Everything up to here has been seen, though the filter let none of it through. Safe to resume from. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  /** Nothing more was there at this moment; what follows is live. Yielded once each time the end is reached. */
  | { readonly kind: 'caughtUp'; readonly position: Position }

export type ReadAllOptions = {
  /** Exclusive in both directions; from the start (forwards) or the end (backwards) when absent. */
  readonly from?: Position
  readonly direction?: 'forwards' | 'backwards'
  readonly filter?: EventFilter
  /** Stop after so many events. */
  readonly limit?: number
  /** Events per page; 512 when absent. */
  readonly pageSize?: number
}

export type ReadStreamOptions = {
  /** Inclusive in both directions; the first (forwards) or the last revision (backwards) when absent. */
  readonly from?: number
  readonly direction?: 'forwards' | 'backwards'
  readonly limit?: number
  readonly pageSize?: number
}

export type SubscribeOptions = {
  /** Exclusive; `ledgerStart` for the whole ledger. */
  readonly after: Position
  readonly filter?: EventFilter
  /** Most events in one message; 512 when absent. */
  readonly batchMax?: number
  /** Ends the subscription quietly. */
  readonly signal?: AbortSignal
}

export interface EventReader {
  /** Yields pages in order; nothing for a stream that does not exist. A page is never empty. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<readonly StoredEvent[]>

  /** Yields pages of what was in the ledger when each page was read. A page is never empty. */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]>

  /**
   * Everything after `after`, in order, each event once: first what is there, then what comes. The consumer sets the
   * pace: nothing is read ahead of it by more than one message, so a slow consumer costs no memory.
   * MUST NOT end but by `signal` or `close`; MUST throw when it cannot go on, with `PositionBeyondEndError` when
   * `after` lies beyond the last event.
   */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<SubscriptionMessage>

  /** Position of the last event; `ledgerStart` when the ledger is empty. */
  head(): Promise<Position>

  /** Ends every read and subscription. Idempotent. */
  close(): Promise<void>
}

export interface EventStore extends EventReader {
  /**
   * Appends all of `events` (at least one) to one stream, or none.
   * MUST NOT resolve before the events are durable.
   * MUST reject with `WrongExpectedRevisionError` when the stream is at another revision, except when the events at
   * that place are these very events (same ids): then it is a retry, and MUST resolve to the first outcome.
   * A rejection with `AppendOutcomeUnknownError` means the append may or may not have happened: retry it identically.
   */
  append(stream: string, events: readonly NewEvent[], expected: ExpectedRevision): Promise<AppendResult>
}

export class WrongExpectedRevisionError extends Error {
  override readonly name = 'WrongExpectedRevisionError'
  readonly stream: string
  readonly expected: ExpectedRevision
  readonly actual: number
  constructor(stream: string, expected: ExpectedRevision, actual: number) {
    super(`stream ${stream} is at revision ${actual}, not ${expected}: read it again and decide again`)
    this.stream = stream
    this.expected = expected
    this.actual = actual
  }
}

/** The engine cannot say whether the append happened (time-out, broken connection). */
export class AppendOutcomeUnknownError extends Error {
  override readonly name = 'AppendOutcomeUnknownError'
}

/** A checkpoint of another ledger, or of this one before it was restored from an older backup. */
export class PositionBeyondEndError extends Error {
  override readonly name = 'PositionBeyondEndError'
  constructor(position: Position, head: Position) {
    super(`position ${position} lies beyond the end of the ledger (${head}): it belongs to another ledger`)
  }
}

/** The ledger cannot be used as it stands: locked by another process, foreign, torn, full, read-only. */
export class LedgerUnavailableError extends Error {
  override readonly name = 'LedgerUnavailableError'
}

/** More is asked of the ledger at once than it lets wait. Nothing was appended: try again in a moment. */
export class LedgerBusyError extends Error {
  override readonly name = 'LedgerBusyError'
}
