import { setMaxListeners } from 'node:events'
import type { Duplex, Readable, Transform } from 'node:stream'
import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  FORWARDS,
  NO_STREAM,
  type ReadPosition,
  START,
  streamNameFilter,
} from '@eventstore/db-client'
import type { NewEvent, Position } from '../event-store.ts'
import { AppendAttemptError, appendFailureOf } from './failures.ts'
import { toWire, type WireEvent } from './wire.ts'

/**
 * The only file that knows the client of EventStoreDB and KurrentDB: each call of the protocol that the engine needs, as
 * one attempt, with the answers turned into our own terms. What to do about a failure is decided by those who call.
 */

/** What the server filters by: stream prefixes or a pattern over types. It takes one or the other. */
export type ServerFilter = { readonly streamPrefixes: readonly string[] } | { readonly typePattern: string }

/** Types of the server's own events begin with a dollar sign. */
export const withoutSystemEvents: ServerFilter = { typePattern: '^[^\\$].*' }
/** Settings of streams, and their end. */
export const settingsAndTombstones: ServerFilter = { typePattern: '^\\$(metadata|streamDeleted)$' }

/** A read or subscription under way. */
export type Incoming = {
  /** Of `WireEvent`s. */
  readonly stream: Readable
  close(): void
}

export type Notices = {
  /** The server has sent everything that was there; what follows is live. */
  caughtUp(): void
  /** The server has passed over everything up to here. */
  checkpoint(position: Position): void
}

export type Connection = ReturnType<typeof connect>

/** Events that the server looks at in one step of a filtered subscription, and after which it tells how far it is. */
const searchWindow = 4096
/** Objects that wait in a read for its consumer. */
const buffered = { highWaterMark: 128 }

/**
 * @param connectionString `esdb://` or `esdb+discover://`, with TLS, user, CA file and certificates as the client reads
 * them; see its documentation for every setting.
 * @throws when the connection string is malformed or names a file that is not there.
 */
export function connect(connectionString: string) {
  const client = createClient(connectionString)
  const closeChannel = makeSafe(client)
  const retired = new AbortController()
  // Every read and subscription listens.
  setMaxListeners(0, retired.signal)

  function incoming<T extends Readable>(stream: T, cancel: (stream: T) => Promise<void>): Incoming {
    passEventsUnread(stream)
    return {
      stream,
      close: () => {
        // When the call could not even begin, there is nothing to cancel.
        cancel(stream).catch(() => {})
        stream.on('error', () => {})
      },
    }
  }

  return {
    /** One attempt. The caller sets the time limit: the client has none on its shared append stream. */
    async append(stream: string, events: readonly NewEvent[], expected: number) {
      try {
        const result = await client.appendToStream(stream, events.map(toWire), {
          expectedRevision: expected === -1 ? NO_STREAM : BigInt(expected),
          requiresLeader: true,
        })
        return { revision: Number(result.nextExpectedRevision), position: result.position?.commit ?? null }
      } catch (error) {
        throw new AppendAttemptError(appendFailureOf(error, stream))
      }
    },

    readStream(stream: string, from: number | null, backwards: boolean, maxCount: number): Incoming {
      const fromRevision = from === null ? (backwards ? END : START) : BigInt(from)
      const direction = backwards ? BACKWARDS : FORWARDS
      const read = client.readStream(stream, { fromRevision, direction, maxCount }, buffered)
      return incoming(read, (reading) => reading.cancel())
    },

    /** Includes the event at `from`. */
    readAll(from: Position | null, backwards: boolean, maxCount: number, requiresLeader = false): Incoming {
      const fromPosition = positionOf(from, backwards ? END : START)
      const direction = backwards ? BACKWARDS : FORWARDS
      const read = client.readAll({ fromPosition, direction, maxCount, requiresLeader }, buffered)
      return incoming(read, (reading) => reading.cancel())
    },

    /** Excludes the event at `after`. */
    subscribeToAll(after: Position | null, filter: ServerFilter, notices: Notices): Incoming {
      const fromPosition = positionOf(after, START)
      const subscription = client.subscribeToAll(
        { fromPosition, filter: clientFilter(filter, notices) },
        buffered,
      )
      subscription.on('caughtUp', notices.caughtUp)
      return incoming(subscription, (subscribed) => subscribed.unsubscribe())
    },

    /** Lets these users or groups read `$all`, beside whoever may already; for administrators. */
    letReadAll: (names: readonly string[]) => letReadAll(client, names),

    /** Aborted when this connection is replaced: the client ends its reads without a word. */
    retired: retired.signal,

    /** Ends all calls. The client would wait for each to say that it ended, and some never do. */
    dispose() {
      retired.abort()
      client.dispose().catch(() => {})
      closeChannel()
    },
  }
}

function createClient(connectionString: string): EventStoreDBClient {
  // With it, a conflict would look like a success at revision 1.
  if (/[?&]throw_?-?on_?-?append_?-?failure=false/i.test(connectionString)) {
    throw new Error('throwOnAppendFailure must not be false')
  }
  return EventStoreDBClient.connectionString(connectionString)
}

function clientFilter(filter: ServerFilter, notices: Notices) {
  const options = {
    maxSearchWindow: searchWindow,
    checkpointInterval: 1,
    checkpointReached: (_: unknown, position: { commit: bigint }) => notices.checkpoint(position.commit),
  }
  return 'streamPrefixes' in filter
    ? streamNameFilter({ prefixes: [...filter.streamPrefixes], ...options })
    : eventTypeFilter({ regex: filter.typePattern, ...options })
}

async function letReadAll(client: EventStoreDBClient, names: readonly string[]): Promise<void> {
  const { metadata } = await client.getStreamMetadata('$all')
  const known = [metadata?.acl?.readRoles ?? '$admins'].flat()
  const readRoles = [...new Set([...known, ...names])]
  await client.setStreamMetadata('$all', { ...metadata, acl: { ...metadata?.acl, readRoles } })
}

type ClientInside = {
  GRPCStreamCreator(
    stub: unknown,
    name: string,
    open: (grpc: unknown) => Duplex,
    cache?: unknown,
  ): () => Promise<unknown>
  getChannel(): Promise<{ close(): void }>
  handleError(grpc: unknown, error: Error): Promise<void>
}

/**
 * Mends what the client does to the process around it. Returns what closes its channel, which `dispose` forgets.
 */
function makeSafe(client: EventStoreDBClient): () => void {
  const inside = client as unknown as ClientInside
  const { GRPCStreamCreator, getChannel, handleError } = inside
  let channel: { close(): void } | null = null

  inside.GRPCStreamCreator = (stub, name, open, cache) => {
    // Only the shared append stream is kept in a cache.
    const opening = cache === undefined ? open : (grpc: unknown) => makeAppendStreamSafe(open(grpc))
    return GRPCStreamCreator(stub, name, opening, cache)
  }
  inside.getChannel = async () => {
    const used = await getChannel()
    channel = used
    return used
  }
  // It runs by itself: were it to fail, the process would end.
  inside.handleError = (grpc, error) => handleError(grpc, error).catch(() => {})
  return () => channel?.close()
}

/**
 * All clients of a process keep their pending appends in one table, which any broken append stream empties. An answer
 * that then comes on another stream, or twice, finds no entry, and the client throws where nobody can catch. Here it is
 * passed over: whoever waited has been told to try again. A stream that the server ends would take further appends and
 * never answer: it is broken instead. Appends that wait for the stream to drain would fail where nobody can catch; as
 * the number under way is bounded by us, they need not wait.
 */
function makeAppendStreamSafe(stream: Duplex): Duplex {
  for (const name of ['data', 'error']) {
    for (const listener of stream.listeners(name)) {
      stream.removeListener(name, listener as () => void)
      stream.on(name, (value: unknown) => {
        try {
          listener.call(stream, value)
        } catch {}
      })
    }
  }
  let broken = false
  stream.on('error', () => {
    broken = true
  })
  stream.on('end', () => {
    if (!broken) stream.destroy(new Error('the server ended the append stream'))
  })
  const write = stream.write.bind(stream) as (chunk: unknown) => boolean
  stream.write = (chunk: unknown) => {
    write(chunk)
    return true
  }
  return stream
}

type Message = { hasEvent?(): boolean; getEvent(): WireEvent }

/**
 * The client parses metadata, and data that say they are JSON: what came as `1.0` would leave as `1`. Here the messages
 * of events go through as they came, to be read byte for byte; all others are the client's business.
 */
function passEventsUnread(reading: Readable) {
  // Every read and subscription of the client is one.
  const stream = reading as Transform
  const transform = stream._transform.bind(stream)
  stream._transform = (message: Message, encoding, next) => {
    if (message.hasEvent?.()) next(null, message.getEvent())
    else transform(message, encoding, next)
  }
}

/**
 * A write through gRPC has its prepare at its commit position, so one number says where an event is. Transactions of
 * the retired TCP protocol differed; nothing here can make one.
 */
function positionOf(position: Position | null, otherwise: typeof START | typeof END): ReadPosition {
  return position === null ? otherwise : { commit: position, prepare: position }
}
