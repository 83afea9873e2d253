import { existsSync } from 'node:fs'
import { ledgerStart } from '@fireledger/event-store'
import { type Database, inSnapshot, inTransaction, openDatabase, type Statement } from '@fireledger/sqlite'
import type { ColumnType, Projection, Table } from './projection.ts'
import { readModels } from './read-models.ts'
import { createIndexes, createSearch, createTables, type SqlValue, searchTable } from './tables.ts'

/**
 * One SQLite file with the rows of every read model. Rows and checkpoint are written in one transaction, so a tail lost
 * with the power (`synchronous=NORMAL`) is merely folded again. Everything in it can be thrown away and rebuilt.
 */

export type ProjectionStatus = {
  readonly name: string
  /** Of the fold and tables that made the rows now served. */
  readonly version: number
  /** Raised each time rebuilt rows take the place of old ones. */
  readonly generation: number
  readonly checkpoint: bigint
  readonly status: 'running' | 'rebuilding' | 'failed'
  /** `<type> <stream>@<revision>` of the event that could not be folded. */
  readonly failedEvent: string | null
  readonly failedPosition: bigint | null
  readonly failedReason: string | null
  readonly rebuild: RebuildProgress | null
}

export type RebuildProgress = {
  readonly eventsDone: number
  /** Null while nobody knows. */
  readonly eventsTotal: number | null
  readonly eventsPerSecond: number
  readonly secondsLeft: number | null
  /** When this was told, in milliseconds since 1970: a rebuild that fell silent was killed. */
  readonly toldAtMs: number
}

/** Queries of a store whose projection is being rebuilt in a new shape: ask again when it has switched. */
export class ReadModelRebuildingError extends Error {
  override readonly name = 'ReadModelRebuildingError'
}

const statusTable = `CREATE TABLE IF NOT EXISTS projection_status (
  name TEXT PRIMARY KEY, version INTEGER NOT NULL, generation INTEGER NOT NULL, checkpoint INTEGER NOT NULL,
  status TEXT NOT NULL, tables TEXT NOT NULL, failed_event TEXT, failed_position INTEGER, failed_reason TEXT,
  rebuild TEXT) WITHOUT ROWID`

/** Opens the file for writing, creating what is missing. One process writes; a rebuild in another takes turns with it. */
export function openWritableReadStore(path: string, projections: readonly Projection[]): Database {
  const database = openDatabase(path, { busyTimeoutMs: 30_000 })
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON')
  // 64 MB of cache; a log of 32 MB before it is copied back, so that hot pages are copied once for many commits.
  database.exec('PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 8192')
  inTransaction(database, () => {
    database.exec(statusTable)
    const known = new Set(readStatus(database).map((status) => status.name))
    for (const projection of projections) if (!known.has(projection.name)) create(database, projection)
  })
  return database
}

function create(database: Database, projection: Projection): void {
  createTables(database, projection)
  createIndexes(database, projection, 1)
  createSearch(database, projection)
  database
    .prepare(
      `INSERT INTO projection_status (name, version, generation, checkpoint, status, tables)
       VALUES (?, ?, 1, ?, 'running', ?)`,
    )
    .run(
      projection.name,
      projection.version,
      Number(ledgerStart),
      JSON.stringify(Object.keys(projection.tables)),
    )
}

/** Of positions; where the ledger starts when there are none. */
export function lowest(positions: readonly bigint[]): bigint {
  const sorted = positions.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[0] ?? ledgerStart
}

type StatusRow = {
  readonly name: string
  readonly version: number
  readonly generation: number
  readonly checkpoint: number
  readonly status: ProjectionStatus['status']
  readonly failed_event: string | null
  readonly failed_position: number | null
  readonly failed_reason: string | null
  readonly rebuild: string | null
}

const preparedStatements = new WeakMap<Database, Map<string, Statement>>()

/** The statement, prepared once for this connection: what every commit needs is not parsed again for each. */
export function prepared(database: Database, sql: string): Statement {
  const known = preparedStatements.get(database) ?? new Map<string, Statement>()
  preparedStatements.set(database, known)
  const statement = known.get(sql) ?? database.prepare(sql)
  known.set(sql, statement)
  return statement
}

export function readStatus(database: Database): ProjectionStatus[] {
  const rows = prepared(database, 'SELECT * FROM projection_status ORDER BY name').all()
  return (rows as StatusRow[]).map((row) => ({
    name: row.name,
    version: row.version,
    generation: row.generation,
    checkpoint: BigInt(row.checkpoint),
    status: row.status,
    failedEvent: row.failed_event,
    failedPosition: row.failed_position === null ? null : BigInt(row.failed_position),
    failedReason: row.failed_reason,
    rebuild: row.rebuild === null ? null : progressOf(row.rebuild),
  }))
}

/** Without whose it is: that concerns rebuilds only. */
function progressOf(mark: string): RebuildProgress {
  const { owner: _, ...progress } = JSON.parse(mark) as RebuildProgress & { owner?: string }
  return progress
}

export type SqlParameters = readonly SqlValue[] | Readonly<Record<string, SqlValue>>

export type ReadStore = {
  /** Columns declared `json` come parsed and `boolean` as truth values, by their name in the result. */
  all<Result = Record<string, unknown>>(sql: string, parameters?: SqlParameters): Result[]
  get<Result = Record<string, unknown>>(sql: string, parameters?: SqlParameters): Result | undefined
  /**
   * A condition for `WHERE`: rows of `table` where a searchable column contains `text` (two characters and more).
   * One parameter, `?`.
   */
  search(table: string, text: string): { readonly sql: string; readonly parameters: readonly [string] }
  status(): ProjectionStatus[]
  /** How far the rows of a projection reach; without a name: how far all of them do. */
  checkpoint(name?: string): bigint
  /**
   * All that `read` asks is of one moment: rows of several tables and the checkpoint belong together. It must not be
   * asynchronous, since other requests use the same connection between its steps.
   */
  snapshot<Result>(read: () => Result): Result
  close(): void
}

/** The query side, read-only. Creates the file with its tables when there is none yet. */
export function openReadStore(path: string, projections: readonly Projection[] = readModels): ReadStore {
  if (!existsSync(path)) openWritableReadStore(path, projections).close()
  const database = openDatabase(path, { readOnly: true })
  const tables = new Map<string, Table>(projections.flatMap(({ tables }) => Object.entries(tables)))
  const columnsOf = (type: ColumnType) =>
    new Set(
      [...tables.values()].flatMap(({ columns }) =>
        Object.keys(columns).filter((column) => columns[column] === type),
      ),
    )
  const jsonColumns = columnsOf('json')
  const booleanColumns = columnsOf('boolean')
  const statements = new Map<string, Statement>()

  function prepare(sql: string): Statement {
    const known = statements.get(sql)
    if (known) return known
    if (statements.size >= statementsMax) statements.clear()
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  function all<Result>(sql: string, parameters: SqlParameters = []): Result[] {
    let rows: Record<string, unknown>[]
    try {
      const statement = prepare(sql)
      rows = (isList(parameters) ? statement.all(...parameters) : statement.all(parameters)) as typeof rows
    } catch (error) {
      throw explain(error, readStatus(database))
    }
    for (const row of rows) {
      for (const column in row) {
        const value = row[column]
        if (typeof value === 'string' && jsonColumns.has(column)) row[column] = JSON.parse(value)
        else if (typeof value === 'number' && booleanColumns.has(column)) row[column] = value !== 0
      }
    }
    return rows as Result[]
  }

  return {
    all,
    get: <Result>(sql: string, parameters?: SqlParameters) => all<Result>(sql, parameters)[0],
    search(name, text) {
      const columns = tables.get(name)?.searchable
      if (!columns) throw new Error(`table ${name} has no searchable columns`)
      return searchCondition(name, columns, text)
    },
    status: () => readStatus(database),
    checkpoint(name) {
      const found = readStatus(database).filter((status) => name === undefined || status.name === name)
      return lowest(found.map(({ checkpoint }) => checkpoint))
    },
    snapshot: (read) => inSnapshot(database, read),
    close: () => database.close(),
  }
}

const statementsMax = 500

/** Trigrams need three characters; a full scan serves two. */
function searchCondition(table: string, columns: readonly string[], text: string) {
  const wanted = text.normalize('NFC').trim()
  if ([...wanted].length >= 3) {
    const sql = `${table}.rowid IN (SELECT rowid FROM ${searchTable(table)} WHERE ${searchTable(table)} MATCH ?)`
    return { sql, parameters: [`"${wanted.replaceAll('"', '""')}"`] as const }
  }
  const joined = columns.map((column) => `coalesce(${table}.${column}, '')`).join(` || char(10) || `)
  return { sql: `(${joined}) LIKE ? ESCAPE '\\'`, parameters: [likePattern(wanted)] as const }
}

/** What `LIKE ? ESCAPE '\'` takes for "contains this text". */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}

function isList(parameters: SqlParameters): parameters is readonly SqlValue[] {
  return Array.isArray(parameters)
}

function explain(error: unknown, statuses: readonly ProjectionStatus[]): unknown {
  const rebuilding = statuses.filter((status) => status.status === 'rebuilding').map(({ name }) => name)
  const shape = error instanceof Error && /no such (column|table)/.test(error.message)
  if (!shape || rebuilding.length === 0) return error
  return new ReadModelRebuildingError(`being rebuilt in a new shape: ${rebuilding.join(', ')}`, {
    cause: error,
  })
}
