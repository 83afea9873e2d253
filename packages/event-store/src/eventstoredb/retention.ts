import { findCategory } from '@fireledger/domain'
import { LedgerUnavailableError } from '../event-store.ts'
import { settingsAndTombstones } from './eventstoredb.ts'
import type { Link } from './link.ts'
import { attempt, recover } from './read-pages.ts'
import { toRetention } from './wire.ts'

/**
 * Refuses a cluster on which a ledger stream may lose events: the history would no longer be whole, and every leaf index
 * after the lost one would be wrong. Streams of other programs on the same cluster are none of our business.
 * @throws LedgerUnavailableError naming the stream and what makes it lose events, or why the cluster cannot be asked.
 */
export async function refuseUnlessKeptForEver(link: Link): Promise<void> {
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
      used.subscribeToAll(null, settingsAndTombstones, {
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

function isOurs(stream: string): boolean {
  return findCategory(stream.slice(0, stream.indexOf('-'))) !== undefined
}
