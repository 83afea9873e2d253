import { closeSync, openSync } from 'node:fs'
import { type Database, inTransaction, openDatabase } from '@fireledger/sqlite'
import { VaultUnavailableError } from './errors.ts'
import { masterKeyCheck } from './sealing.ts'

/** `FLK1`: tells `keys.db` from any other SQLite file. */
const applicationId = 0x464c4b31
const lockedRetriesMax = 100

/**
 * The layout serves destruction. SQLite overwrites what is deleted (`secure_delete`), but when rows are moved between
 * pages it may leave pieces of them in the unused part of a page, where a later deletion does not reach. So the wrapped
 * keys have a table to themselves in which rows are only appended, all of one size, and are overwritten in place: no row
 * of it ever moves. What changes its size or order stands in `subject`, which holds no key.
 */

/**
 * Opens `keys.db`, and makes it on first use, readable by its owner only.
 * @throws VaultUnavailableError for a wrong master key, a foreign file, a folder that cannot be written.
 */
export function openKeyFile(path: string, masterKey: Uint8Array, busyTimeoutMs = 5000): Database {
  if (masterKey.length !== 32) throw new VaultUnavailableError('the master key must have 32 bytes')
  const database = openOwn(path, busyTimeoutMs)
  try {
    setUp(database, path, masterKey)
    return database
  } catch (error) {
    database.close()
    if (error instanceof VaultUnavailableError) throw error
    throw new VaultUnavailableError(`cannot use the key file ${path}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function openOwn(path: string, busyTimeoutMs: number): Database {
  try {
    // SQLite would create the file readable for all.
    closeSync(openSync(path, 'a', 0o600))
    return openDatabase(path, { busyTimeoutMs })
  } catch (error) {
    throw new VaultUnavailableError(
      `cannot open the key file ${path}: ${(error as Error).message}; the folder must exist and be writable`,
      { cause: error },
    )
  }
}

function setUp(database: Database, path: string, masterKey: Uint8Array): void {
  refuseForeign(database, path)
  withLockRetries(() => database.exec('PRAGMA journal_mode = WAL'))
  database.exec('PRAGMA synchronous = FULL; PRAGMA secure_delete = ON')
  if (pragma(database, 'synchronous') !== 2 || pragma(database, 'secure_delete') !== 1) {
    throw new VaultUnavailableError(
      'SQLite refused synchronous=FULL or secure_delete: this build cannot hold keys',
    )
  }
  inTransaction(database, () => {
    if (pragma(database, 'application_id') === applicationId) return
    database.exec(`
      CREATE TABLE vault (master_key_check BLOB NOT NULL, destroyed INTEGER NOT NULL) STRICT;
      CREATE TABLE subject (
        subject_id TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        destroyed_at TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE wrapped_key (number INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
      PRAGMA application_id = ${applicationId};
    `)
    database.prepare('INSERT INTO vault VALUES (?, 0)').run(masterKeyCheck(masterKey))
  })
  const { check } = database.prepare('SELECT master_key_check AS "check" FROM vault').get() as {
    check: Uint8Array
  }
  if (!masterKeyCheck(masterKey).equals(check)) {
    throw new VaultUnavailableError(
      `the master key is not the one that ${path} was made with: give the right key, or restore the file that belongs to it`,
    )
  }
  // A destruction that was interrupted after its commit left the old page in the write-ahead log.
  truncateLog(database)
}

function refuseForeign(database: Database, path: string): void {
  try {
    const id = pragma(database, 'application_id')
    const { tables } = database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() as {
      tables: number
    }
    if (id === applicationId || (id === 0 && tables === 0)) return
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== 26) throw error
  }
  throw new VaultUnavailableError(
    `${path} is not a key file of fireledger: it was left untouched; name another path`,
  )
}

/** @throws VaultUnavailableError when another process keeps the destroyed key's bytes in the log. */
export function cleanLog(database: Database, path: string, subjectId: string): void {
  if (truncateLog(database)) return
  throw new VaultUnavailableError(
    `the key of subject ${subjectId} is destroyed, but its bytes are still in ${path}-wal, which another process is reading: try again`,
  )
}

/** Moves the log into the file and cuts it to nothing. False: a reader of another process is in the way. */
function truncateLog(database: Database): boolean {
  const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
  return busy === 0
}

function pragma(database: Database, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

/** The switch to WAL needs the file alone and does not wait by itself. */
function withLockRetries(work: () => void): void {
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let attempt = 1; ; attempt++) {
    try {
      work()
      return
    } catch (error) {
      if ((error as { errcode?: number }).errcode !== 5 || attempt === lockedRetriesMax) throw error
      Atomics.wait(pause, 0, 0, 20)
    }
  }
}
