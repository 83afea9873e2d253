import { type Database, openDatabase } from '@fireledger/sqlite'
import type { CheckpointStore } from './memory.ts'
import { createRangeMemory } from './range-memory.ts'

/** Raised when what is remembered, or how, changes: older files are emptied and folded again from the ledger. */
const memoryVersion = 3

/**
 * Checkpoint and memory in one SQLite file. Not the ledger's: it holds nothing that the ledger does not say, so it may
 * be deleted while the clerk is stopped.
 * @param ledger identity of the ledger that is followed; what was remembered of another one is forgotten. Null: unknown.
 */
export function openCheckpointStore(path: string, ledger: string | null = null): CheckpointStore {
  const database = openMemoryFile(path)
  if (ledger !== null) forgetOtherLedger(database, ledger)
  const readCheckpoint = database.prepare('SELECT position FROM checkpoint')
  const writeCheckpoint = database.prepare('INSERT OR REPLACE INTO checkpoint (id, position) VALUES (1, ?)')
  const read = database.prepare('SELECT document FROM memory WHERE key = ?')
  const readFrom = database.prepare(
    'SELECT key, document FROM memory WHERE key >= ? AND key < ? ORDER BY key LIMIT ?',
  )
  const write = database.prepare('INSERT OR REPLACE INTO memory (key, document) VALUES (?, ?)')
  const forget = database.prepare('DELETE FROM memory WHERE key = ?')
  const ranges = createRangeMemory()

  return {
    get checkpoint() {
      const row = readCheckpoint.get() as { position: string } | undefined
      return row ? BigInt(row.position) : null
    },
    get(key) {
      const row = read.get(key) as { document: string } | undefined
      return row && JSON.parse(row.document)
    },
    *entries(prefix) {
      const known = ranges.recall(prefix)
      if (known) {
        yield* known
        return
      }
      const reading = ranges.read(prefix)
      // Who looks for what is due stops early: a first page is small.
      for (let from = prefix, limit = 64; ; limit = 1024) {
        // Keys are ASCII, so that this is the first text after all that begin with the prefix.
        const rows = readFrom.all(from, `${prefix}\u{10ffff}`, limit) as { key: string; document: string }[]
        for (const { key, document } of rows) {
          const entry = [key, JSON.parse(document)] as const
          reading.passed(entry, document.length)
          yield entry
        }
        const last = rows.at(-1)
        if (!last || rows.length < limit) break
        from = `${last.key}\u0000`
      }
      reading.ended()
    },
    commit(position, changes) {
      database.exec('BEGIN IMMEDIATE')
      try {
        for (const [key, document] of changes) {
          if (document === null) forget.run(key)
          else write.run(key, JSON.stringify(document))
        }
        writeCheckpoint.run(String(position))
        database.exec('COMMIT')
        ranges.forget(changes.keys())
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    close: () => database.close(),
  }
}

function openMemoryFile(path: string): Database {
  const database = openDatabase(path)
  database.exec('PRAGMA journal_mode = WAL')
  // A commit lost with the power is work done twice, and the same command twice is one command.
  database.exec('PRAGMA synchronous = NORMAL')
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number }
  if (version !== memoryVersion) {
    database.exec(`
      BEGIN IMMEDIATE;
      DROP TABLE IF EXISTS checkpoint;
      DROP TABLE IF EXISTS memory;
      CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), position TEXT NOT NULL) STRICT;
      CREATE TABLE memory (key TEXT PRIMARY KEY, document TEXT NOT NULL) STRICT, WITHOUT ROWID;
      PRAGMA user_version = ${memoryVersion};
      COMMIT;`)
  }
  database.exec(
    'CREATE TABLE IF NOT EXISTS ledger (id INTEGER PRIMARY KEY CHECK (id = 1), identity TEXT NOT NULL)',
  )
  return database
}

/** Positions of another ledger, or of this one on another engine, mean nothing here; all is folded again. */
function forgetOtherLedger(database: Database, identity: string): void {
  const row = database.prepare('SELECT identity FROM ledger').get() as { identity: string } | undefined
  if (row?.identity === identity) return
  database.exec('BEGIN IMMEDIATE')
  // A file without an identity is older than clusters: it followed an embedded ledger, which begins at position 0.
  if (row || !identity.endsWith('@0')) database.exec('DELETE FROM checkpoint; DELETE FROM memory')
  database.prepare('INSERT OR REPLACE INTO ledger (id, identity) VALUES (1, ?)').run(identity)
  database.exec('COMMIT')
}
