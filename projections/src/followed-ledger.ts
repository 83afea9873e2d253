import {
  type EventReader,
  ledgerIdentity,
  ledgerStart,
  PositionBeyondEndError,
} from '@fireledger/event-store'
import type { Database } from '@fireledger/sqlite'

/** Which ledger the rows come from. */

/** Of a store that began with an empty ledger and has seen no event yet. */
const none = ''
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
  const known = database.prepare('SELECT identity FROM followed_ledger').get()?.identity
  // A store without an entry is older than clusters: it followed an embedded ledger, which begins at position 0.
  const ours = known === undefined ? (identity?.endsWith('@0') ?? true) : known === none || known === identity
  if (reached > ledgerStart && !ours) throw otherLedger('its first event differs')
  record(database, identity)
  try {
    // Only the ledger knows whether it reaches so far: what lies behind its last event may have been passed over.
    for await (const _ of reader.subscribeToAll({ after: reached })) break
  } catch (error) {
    if (error instanceof PositionBeyondEndError) throw otherLedger(error.message)
    throw error
  }
}

/** To be called after each commit until it is true: an empty ledger has no first event to know it by. */
export async function rememberLedger(database: Database, reader: EventReader): Promise<boolean> {
  const known = database.prepare('SELECT identity FROM followed_ledger').get()?.identity
  if (known !== undefined && known !== none) return true
  const identity = await ledgerIdentity(reader)
  record(database, identity)
  return identity !== null
}

function record(database: Database, identity: string | null): void {
  database
    .prepare('INSERT OR REPLACE INTO followed_ledger (id, identity) VALUES (1, ?)')
    .run(identity ?? none)
}

function otherLedger(why: string): Error {
  return new Error(
    `the read store belongs to another ledger, or to this one on another engine (${why}). Delete the read store; it is folded again from the ledger`,
  )
}
