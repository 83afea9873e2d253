import { checkAppend } from '../append-limits.ts'
import type { EventStore, Position } from '../event-store.ts'
import { appendUntilKnown } from './appending.ts'
import { createClusterReader } from './cluster-reader.ts'
import { type ClusterOptions, createLink } from './link.ts'
import { limitInFlight } from './patience.ts'
import { refuseUnlessKeptForEver } from './retention.ts'

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
  const reads = createLink(connectionString, options)
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

  try {
    await refuseUnlessKeptForEver(reads)
  } catch (error) {
    await close()
    throw error
  }
  return {
    ...reader,
    async append(stream, events, expected) {
      checkAppend(stream, events, expected)
      return limited(() => appendUntilKnown(appends, stream, events, expected, positionAt))
    },
    close,
  }
}
