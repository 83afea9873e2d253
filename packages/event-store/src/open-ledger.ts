import { openEmbeddedLedger, openEmbeddedReader } from './embedded/embedded.ts'
import type { EventReader, EventStore } from './event-store.ts'
import { onlyLedgerStreams } from './ledger-streams.ts'

/** Where a ledger is and which engine holds it. Plain data: it can be handed to a thread. */
export type LedgerLocation =
  | { readonly kind: 'embedded'; readonly directory: string }
  /** The connection string may hold a password: never log it. */
  | { readonly kind: 'cluster'; readonly connectionString: string }

export type OpenLedgerOptions = {
  /** Told of each failure of a cluster that is tried again, for the log. */
  readonly onTrouble?: (trouble: string) => void
}

/** `esdb://…` or `esdb+discover://…` */
export function isClusterAddress(text: string): boolean {
  return /^esdb(\+discover)?:\/\/\S+$/.test(text)
}

/** @throws LedgerUnavailableError when the ledger cannot be used as it stands. */
export async function openLedger(
  location: LedgerLocation,
  options: OpenLedgerOptions = {},
): Promise<EventStore> {
  if (location.kind === 'embedded') return openEmbeddedLedger(location.directory)
  return onlyLedgerStreams(await openCluster(location.connectionString, options))
}

/** For reading beside whoever writes. @throws LedgerUnavailableError when there is no ledger, or it cannot be used. */
export async function openLedgerReader(
  location: LedgerLocation,
  options: OpenLedgerOptions = {},
): Promise<EventReader> {
  if (location.kind === 'embedded') return openEmbeddedReader(location.directory)
  return onlyLedgerStreams(await openCluster(location.connectionString, options))
}

/** The client of the cluster takes half a second to load: only who needs it pays for it. */
async function openCluster(connectionString: string, options: OpenLedgerOptions): Promise<EventStore> {
  const { openClusterStore } = await import('./eventstoredb/cluster-store.ts')
  return openClusterStore(connectionString, options)
}
