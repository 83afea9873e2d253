import type { DatabaseSync, StatementSync } from 'node:sqlite'

/**
 * SQLite through the `node:sqlite` API: built into Node from 22.13, and from `@photostructure/sqlite` (the same API with
 * the binaries in its package) before that. Nobody else imports either.
 */

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const builtIn = major > 22 || (major === 22 && minor >= 13)
const driver: { DatabaseSync: typeof DatabaseSync } = builtIn
  ? await importBuiltIn()
  : ((await import('@photostructure/sqlite')) as unknown as { DatabaseSync: typeof DatabaseSync })

/** Node 22 calls the module experimental, once in every thread; that is no news for the people who run a ledger. */
async function importBuiltIn() {
  const { emitWarning } = process
  process.emitWarning = ((warning: string | Error, ...rest: []) => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) {
      emitWarning.call(process, warning, ...rest)
    }
  }) as typeof process.emitWarning
  try {
    return await import('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
}

export type Database = DatabaseSync
export type { StatementSync as Statement } from 'node:sqlite'

/** Older SQLite can corrupt a database when a WAL is reset while a reader starts. */
const versionMin = '3.51.3'

/**
 * Opens a database file; creates it unless `readOnly`.
 * @throws the driver's own error (`errcode`, `errstr`) when the file cannot be opened or is no database.
 */
export function openDatabase(
  path: string,
  options: { readOnly?: boolean; busyTimeoutMs?: number } = {},
): Database {
  const database = new driver.DatabaseSync(path, { readOnly: options.readOnly ?? false })
  database.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs ?? 5000}`)
  return database
}

/** What a column holds. */
export type Value = ReturnType<StatementSync['all']>[number][string]
type Parameter = Parameters<StatementSync['iterate']>[number] | Record<string, string | number | null>

/**
 * Reads rows one by one as lists of values, in the order of the columns: where many are read they cost a quarter less
 * than objects do. The statement is not to be used otherwise after that.
 */
export function rowLists(
  statement: StatementSync,
): (...parameters: readonly Parameter[]) => Iterable<readonly Value[]> {
  const iterate = (parameters: readonly Parameter[]) =>
    statement.iterate(...(parameters as [])) as Iterable<unknown>
  if (statement.setReturnArrays as unknown) {
    statement.setReturnArrays(true)
    return (...parameters) => iterate(parameters) as Iterable<Value[]>
  }
  // Node before 22.16 knows objects only.
  return (...parameters) => listsOf(iterate(parameters) as Iterable<Record<string, Value>>)
}

function* listsOf(rows: Iterable<Record<string, Value>>): Generator<readonly Value[]> {
  for (const row of rows) yield Object.values(row)
}

/** Runs `work` in one write transaction; what it throws undoes everything. */
export function inTransaction<Result>(database: Database, work: () => Result): Result {
  return between(database, 'BEGIN IMMEDIATE', work)
}

/** Runs `work`, which only reads, over one state of the file: nothing that is committed meanwhile is seen. */
export function inSnapshot<Result>(database: Database, work: () => Result): Result {
  return between(database, 'BEGIN', work)
}

function between<Result>(database: Database, begin: string, work: () => Result): Result {
  database.exec(begin)
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    try {
      database.exec('ROLLBACK')
    } catch {
      // The engine has rolled back by itself: a full disk, a broken file.
    }
    throw error
  }
}

/** The version of the SQLite library in use, and whether it is new enough to be trusted with a ledger. */
export function sqliteVersion(): { version: string; safe: boolean } {
  const database = new driver.DatabaseSync(':memory:')
  const { version } = database.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  database.close()
  return { version, safe: version.localeCompare(versionMin, undefined, { numeric: true }) >= 0 }
}
