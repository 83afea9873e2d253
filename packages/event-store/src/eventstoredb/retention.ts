import { randomUUID } from 'node:crypto'
import { findCategory } from '@fireledger/domain'
import {
  LedgerUnavailableError,
  ledgerStart,
  type NewEvent,
  type Position,
  type StoredEvent,
} from '../event-store.ts'
import { settingsAndTombstones } from './eventstoredb.ts'
import type { Link } from './link.ts'
import { attempt, recover } from './read-pages.ts'
import { toRetention } from './wire.ts'

/**
 * Refuses a cluster on which a ledger stream may lose events: the history would no longer be whole, and every leaf index
 * after the lost one would be wrong. Streams of other programs on the same cluster are none of our business.
 *
 * Settings may stand anywhere in $all, which the server then has to search from the first event to the last. Up to where
 * it was searched, and nothing found, is remembered on the cluster, so that only what came since is searched again. What
 * is found is never remembered: it is looked for until it is gone.
 * @param searched up to where nothing has to be looked for any more.
 * @throws LedgerUnavailableError naming the stream and what makes it lose events, or why the cluster cannot be asked.
 */
export async function refuseUnlessKeptForEver(link: Link, searched: Position): Promise<void> {
  const patience = link.patience()
  for (;;) {
    const used = link.current()
    try {
      for (const [stream, by] of await losing()) {
        throw new LedgerUnavailableError(
          `stream ${stream} has ${by}: a ledger stream must keep every event for ever; remove the setting, or use another cluster`,
        )
      }
      return
    } catch (error) {
      if (error instanceof LedgerUnavailableError) throw error
      await recover(link, used, error, patience)
    }
  }

  /** Ledger streams that may lose events now, and by what; the last setting counts. */
  async function losing(): Promise<ReadonlyMap<string, string>> {
    const current = new Map<string, string>()
    const used = link.current()
    let caughtUp = false
    const open = (wake: () => void) =>
      used.subscribeToAll(searched === ledgerStart ? null : searched, settingsAndTombstones, {
        caughtUp() {
          caughtUp = true
          wake()
        },
        checkpoint: wake,
      })
    for await (const items of attempt(link, used, open, () => caughtUp)) {
      for (const item of items) {
        const retention = toRetention(item)
        if (!retention || !isOurs(retention.stream)) continue
        if (retention.by === null) current.delete(retention.stream)
        else current.set(retention.stream, retention.by)
      }
    }
    return current
  }
}

/** On the cluster, in a stream that is no part of the ledger. */
export const searchedStream = 'retentionSearch-ledger'

export function searchedEvent(position: Position): NewEvent {
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  return {
    id: randomUUID(),
    type: 'RetentionSearched',
    data: text({ position: String(position) }),
    metadata: text({}),
  }
}

/** The server's positions count bytes: a search of so much takes a moment. */
export const worthRemembering = 64n * 1024n * 1024n

/** Null when the event is none of ours, or unreadable: then everything is searched. */
export function searchedPosition({ data }: Pick<StoredEvent, 'data'>): Position | null {
  try {
    const { position } = JSON.parse(Buffer.from(data).toString('utf8'))
    return /^\d{1,19}$/.test(position) ? BigInt(position) : null
  } catch {
    return null
  }
}

function isOurs(stream: string): boolean {
  return findCategory(stream.slice(0, stream.indexOf('-'))) !== undefined
}
