import {
  type EventReader,
  ledgerIdentity,
  ledgerStart,
  PositionBeyondEndError,
} from '@fireledger/event-store'
import type { Database } from '@fireledger/sqlite'

/** Which ledger the rows come from. */

const table =
  'CREATE TABLE IF NOT EXISTS followed_ledger (id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT NOT NULL)'

/**
 * Rows of events that the ledger does not have, or has at other places, come from another ledger, engine or backup.
 * @param reached the highest checkpoint of the rows.
 * @throws when they do; otherwise the ledger is the store's from now on.
 */
export async function refuseOtherLedger(
  database: Database,
  reader: EventReader,
  reached: bigint,
): Promise<void> {
  const identity = await ledgerIdentity(reader)
  database.exec(table)
  const row = database.prepare('SELECT identity FROM followed_ledger').get()
  // A store without an identity is older than clusters: it followed an embedded ledger, which begins at position 0.
  const ours = row ? row.identity === identity : (identity?.endsWith('@0') ?? true)
  if (reached > ledgerStart && !ours) throw otherLedger('its first event differs')
  if (identity !== null && row?.identity !== identity) {
    database.prepare('INSERT OR REPLACE INTO followed_ledger (id, identity) VALUES (1, ?)').run(identity)
  }
  try {
    // Only the ledger knows whether it reaches so far: what lies behind its last event may have been passed over.
    for await (const _ of reader.subscribeToAll({ after: reached })) break
  } catch (error) {
    if (error instanceof PositionBeyondEndError) throw otherLedger(error.message)
    throw error
  }
}

function otherLedger(why: string): Error {
  return new Error(
    `the read store belongs to another ledger, or to this one on another engine (${why}). Delete the read store; it is folded again from the ledger`,
  )
}
