import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase, sqliteVersion } from '@fireledger/sqlite'
import { LedgerUnavailableError } from '../event-store.ts'
import { unavailable } from './ledger-failure.ts'

/** The file of the embedded ledger: its name, its tables, and how to tell it from any other file. */

export const ledgerFile = 'ledger.db'

/** In the SQLite header, so that `file` and we know a ledger when we see one: "FLdg". */
const applicationId = 0x46_4c_64_67
/** Raised when the tables change. */
const formatVersion = 1

/** Up to this size the writer checks every page on opening (about a second); beyond it only the newest ones. */
const fullCheckBytesMax = 1024 * 1024 * 1024

/**
 * Lean on purpose: every single append writes one leaf of `events` and one of each index. A kind is a category with a
 * type: one small integer answers both filters. The stream's revisions are unique by index, whatever the writer does.
 */
const tables = `
  CREATE TABLE kinds (
    id INTEGER PRIMARY KEY,
    category TEXT NOT NULL,
    type TEXT NOT NULL,
    UNIQUE (category, type)
  ) STRICT;
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    data BLOB NOT NULL,
    metadata BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  CREATE INDEX events_by_kind ON events (kind);
`

const appendOnly = ['kinds', 'streams', 'events'].flatMap((table) =>
  ['UPDATE', 'DELETE'].map(
    (act) => `CREATE TRIGGER ${table}_no_${act.toLowerCase()} BEFORE ${act} ON ${table}
      BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;`,
  ),
)

/**
 * Opens the ledger of a directory for the one writer; creates it when there is none. Call under the lock only.
 * @throws LedgerUnavailableError when the file is foreign, torn, newer, or cannot be written.
 */
export function openLedgerForWriting(directory: string): Database {
  const { version, safe } = sqliteVersion()
  if (!safe) {
    throw new LedgerUnavailableError(
      `SQLite ${version} is too old to be trusted with a ledger: use a newer Node`,
    )
  }
  const path = join(directory, ledgerFile)
  try {
    if (!existsSync(path)) createLedger(directory, path)
    verifyLedger(path)
    const database = openDatabase(path)
    database.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON')
    // The writer checkpoints by itself, after it has answered.
    database.exec(
      'PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536',
    )
    expectPragma(database, 'journal_mode', 'wal')
    expectPragma(database, 'synchronous', 2)
    return database
  } catch (error) {
    throw unavailable(error, path)
  }
}

/** @throws LedgerUnavailableError when there is no ledger, or it is foreign, torn or newer. */
export function openLedgerForReading(directory: string): Database {
  const path = join(directory, ledgerFile)
  if (!existsSync(path)) {
    throw new LedgerUnavailableError(`there is no ledger in ${directory}: start fireledger there first`)
  }
  try {
    const database = openDatabase(path, { readOnly: true })
    try {
      verifyIdentity(database, path)
      database.exec('PRAGMA cache_size = -32768')
      return database
    } catch (error) {
      database.close()
      throw error
    }
  } catch (error) {
    throw unavailable(error, path)
  }
}

/** Whole or not at all: built beside its place, synced, then moved there. A crash leaves nothing that looks like a ledger. */
function createLedger(directory: string, path: string) {
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0) {
    throw new LedgerUnavailableError(
      `${path} is missing but its ${ledgerFile}-wal is there: events would be lost; put ${ledgerFile} back`,
    )
  }
  const draft = `${path}.new`
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${draft}${suffix}`, { force: true })
  const database = openDatabase(draft)
  try {
    database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec(`BEGIN; ${tables} ${appendOnly.join('\n')}
      PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}; COMMIT`)
  } finally {
    // The last connection to close moves the WAL into the file and removes it.
    database.close()
  }
  syncPath(draft)
  renameSync(draft, path)
  syncPath(directory)
}

function syncPath(path: string) {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/**
 * Looks at the file through a read-only connection, so that a foreign one is left as it is. Never through `fs`: closing
 * a file drops every POSIX lock that this process holds on it, those of SQLite included.
 */
function verifyLedger(path: string) {
  const database = openDatabase(path, { readOnly: true })
  try {
    verifyIdentity(database, path)
    if (statSync(path).size > fullCheckBytesMax) return
    const [finding] = database.prepare('PRAGMA quick_check(1)').all()
    const text = Object.values(finding ?? {})[0]
    if (text !== 'ok') throw torn(path, String(text))
  } finally {
    database.close()
  }
}

function verifyIdentity(database: Database, path: string) {
  const foreign = `${path} is not a fireledger ledger: it was left as it is; name another directory`
  if (readPragma(database, 'application_id') !== applicationId) throw new LedgerUnavailableError(foreign)
  const version = Number(readPragma(database, 'user_version'))
  if (version > formatVersion) {
    throw new LedgerUnavailableError(
      `${path} has format ${version}, this fireledger knows up to ${formatVersion}: upgrade it`,
    )
  }
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  if (
    version < 1 ||
    !['events', 'kinds', 'streams'].every((table) => names.some(({ name }) => name === table))
  ) {
    throw torn(path, 'tables are missing')
  }
  // The newest rows of each table and index: SQLite does not notice by itself that a file was cut.
  database
    .prepare('SELECT sum(length(data)) FROM (SELECT data FROM events ORDER BY position DESC LIMIT 64)')
    .get()
  database.prepare('SELECT max(stream) FROM events INDEXED BY events_by_stream').get()
  database.prepare('SELECT max(kind) FROM events INDEXED BY events_by_kind').get()
  database.prepare('SELECT id, name FROM streams ORDER BY id DESC LIMIT 64').all()
}

function torn(path: string, finding: string): LedgerUnavailableError {
  return new LedgerUnavailableError(
    `${path} is damaged (${finding}): it was left as it is; restore it from a backup with its -wal file`,
  )
}

function readPragma(database: Database, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

function expectPragma(database: Database, name: string, expected: string | number) {
  const actual = readPragma(database, name)
  if (actual !== expected)
    throw new LedgerUnavailableError(`SQLite runs with ${name} = ${actual}, not ${expected}`)
}
