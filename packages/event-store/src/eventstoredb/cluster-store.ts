import { checkAppend } from '../append-limits.ts'
import { type EventStore, ledgerStart, type Position, type StoredEvent } from '../event-store.ts'
import { appendUntilKnown } from './appending.ts'
import { createClusterReader } from './cluster-reader.ts'
import { type ClusterOptions, createLink } from './link.ts'
import { limitInFlight } from './patience.ts'
import {
  refuseUnlessKeptForEver,
  searchedEvent,
  searchedPosition,
  searchedStream,
  worthRemembering,
} from './retention.ts'

/** The server's queue of appends breaks near 8,000. */
const inFlightDefault = 512

/**
 * The ledger on an EventStoreDB or KurrentDB cluster, from server 23.10 on. The user needs to read $all (by default
 * only administrators may) and to write to the streams of the ledger.
 * @param connectionString `esdb://user:password@host:2113?tlsCAFile=…`, several hosts with commas, or
 * `esdb+discover://` with a DNS name.
 * @throws LedgerUnavailableError when no server answers, the user is refused, or a ledger stream may lose events.
 */
export async function openClusterStore(
  connectionString: string,
  options: ClusterOptions = {},
): Promise<EventStore> {
  // Two connections, so that a read that fails or floods its connection does not touch the appends.
  const appends = createLink(connectionString, options)
  const reads = createLink(connectionString, { ...options, oneByOne: true })
  const limited = limitInFlight(options.inFlightMax ?? inFlightDefault)
  const reader = createClusterReader(reads)

  /** An event that is stored is read soon: at once from the leader, a moment later from a follower. */
  async function positionAt(stream: string, revision: number): Promise<Position | null> {
    for await (const page of reader.readStream(stream, { from: revision, limit: 1 })) {
      return page[0]?.position ?? null
    }
    return null
  }

  async function close() {
    appends.close()
    reads.close()
  }

  /** The last event of the stream that remembers, if there is one. */
  async function lastSearch(): Promise<StoredEvent | null> {
    for await (const page of reader.readStream(searchedStream, { direction: 'backwards', limit: 1 })) {
      return page[0] ?? null
    }
    return null
  }

  async function searchForRetention(): Promise<void> {
    const last = await lastSearch()
    const searched = (last && searchedPosition(last)) ?? ledgerStart
    const head = await reader.head()
    await refuseUnlessKeptForEver(reads, searched)
    if (head - searched < worthRemembering) return
    // Others may be as far, or this user may only read: then the next one searches as much again.
    await append(searchedStream, [searchedEvent(head)], last?.revision ?? -1).catch(() => {})
  }

  async function append(...[stream, events, expected]: Parameters<EventStore['append']>) {
    checkAppend(stream, events, expected)
    return limited(() => appendUntilKnown(appends, stream, events, expected, positionAt))
  }

  try {
    await searchForRetention()
  } catch (error) {
    await close()
    throw error
  }
  return {
    ...reader,
    append,
    close,
  }
}
