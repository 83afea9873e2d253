import type { Database } from '@fireledger/sqlite'
import type { Projection, Row, Table, Value } from './projection.ts'

/**
 * How declared tables stand in the file. Live tables bear the declared name; tables of a rebuild the same name with
 * `nextSuffix`, until they are renamed in the transaction that switches.
 */

export const nextSuffix = '__next'

/** What `all` and `run` of a prepared statement take. */
export type SqlValue = string | number | null

const sqlTypes = { text: 'TEXT', integer: 'INTEGER', real: 'REAL', boolean: 'INTEGER', json: 'TEXT' } as const

export function stateTable(projection: Projection, suffix = ''): string {
  return `${snake(projection.name)}_state${suffix}`
}

/** Which keys hold which persons in clear. */
export function subjectsTable(projection: Projection, suffix = ''): string {
  return `${snake(projection.name)}_subjects${suffix}`
}

export function searchTable(table: string): string {
  return `${table}_search`
}

/** The key, among those of a fold's states, of what all keys share. */
export const sharedKey = '*shared'

/** How a fold remembers which rows are a key's: the place of the table, and the row's key. */
export function rowKeyOf(table: number, key: readonly SqlValue[]): string {
  return `${table} ${JSON.stringify(key)}`
}

function snake(name: string): string {
  return name.replaceAll('-', '_')
}

/** All physical tables of a projection, the runner's own included. */
export function physicalTables(projection: Projection, suffix = ''): string[] {
  const own = Object.keys(projection.tables).map((table) => `${table}${suffix}`)
  return projection.kind === 'fold'
    ? [...own, stateTable(projection, suffix), subjectsTable(projection, suffix)]
    : own
}

function columnsOf(table: Table): string {
  return Object.entries(table.columns)
    .map(([column, type]) => `${column} ${sqlTypes[type]}`)
    .join(', ')
}

/** A table for rows in the order in which they come, without any key. */
export function createHeap(database: Database, table: Table, into: string): void {
  database.exec(`CREATE TABLE ${into} (${columnsOf(table)})`)
}

export function createTables(database: Database, projection: Projection, suffix = ''): void {
  for (const [name, table] of Object.entries(projection.tables)) {
    const keyed = [columnsOf(table), `PRIMARY KEY (${table.primaryKey.join(', ')})`].join(', ')
    // Journal rows are short and found by their key; a search index needs row ids.
    const rowless = projection.kind === 'journal' && !table.searchable ? ' WITHOUT ROWID' : ''
    database.exec(`CREATE TABLE ${name}${suffix} (${keyed})${rowless}`)
  }
  if (projection.kind === 'journal') return
  database.exec(
    `CREATE TABLE ${stateTable(projection, suffix)} (key TEXT PRIMARY KEY, state TEXT NOT NULL, row_keys TEXT NOT NULL)`,
  )
  database.exec(
    `CREATE TABLE ${subjectsTable(projection, suffix)} (subject TEXT, key TEXT, PRIMARY KEY (subject, key)) WITHOUT ROWID`,
  )
}

/** Index names outlive a renaming of their table, so they carry the generation that made them. */
export function createIndexes(database: Database, projection: Projection, generation: number, suffix = '') {
  for (const [name, table] of Object.entries(projection.tables)) {
    for (const columns of table.indexes ?? []) {
      const index = `${name}__${columns.join('_')}__${generation}`
      database.exec(`CREATE INDEX ${index} ON ${name}${suffix} (${columns.join(', ')})`)
    }
  }
}

/** Substring search by trigrams over the live tables; triggers keep it. Call it when the tables bear their own names. */
export function createSearch(database: Database, projection: Projection): void {
  for (const [name, table] of Object.entries(projection.tables)) {
    if (!table.searchable) continue
    const search = searchTable(name)
    const columns = table.searchable.join(', ')
    const of = (row: 'new' | 'old') => table.searchable?.map((column) => `${row}.${column}`).join(', ')
    const differs = table.searchable.map((column) => `old.${column} IS NOT new.${column}`).join(' OR ')
    const remove = `INSERT INTO ${search}(${search}, rowid, ${columns}) VALUES ('delete', old.rowid, ${of('old')});`
    const add = `INSERT INTO ${search}(rowid, ${columns}) VALUES (new.rowid, ${of('new')});`
    database.exec(`
      CREATE VIRTUAL TABLE ${search} USING fts5(${columns}, content='${name}', tokenize='trigram');
      INSERT INTO ${search}(${search}, rank) VALUES ('secure-delete', 1);
      INSERT INTO ${search}(${search}) VALUES ('rebuild');
      CREATE TRIGGER ${search}_added AFTER INSERT ON ${name} BEGIN ${add} END;
      CREATE TRIGGER ${search}_removed AFTER DELETE ON ${name} BEGIN ${remove} END;
      CREATE TRIGGER ${search}_replaced AFTER UPDATE ON ${name} WHEN ${differs} BEGIN ${remove} ${add} END;`)
  }
}

/** A statement with many rows costs less a row than one with a single row; more than this gains nothing. */
const rowsPerInsert = 16

/** Rows as lists of values, and how they get into one table. */
export type RowInserter = {
  readonly name: string
  readonly columnCount: number
  /** Adds the row's values, in column order, to `target`. */
  encode(row: Row, target?: SqlValue[]): SqlValue[]
  /** The primary key's values, from encoded values. */
  keyOf(encoded: readonly SqlValue[]): SqlValue[]
  /** @throws when the key is there already: two keys of a projection claim one row. */
  insert(encoded: readonly SqlValue[]): void
  /** Rows encoded one after the other into one list. */
  insertAll(encoded: readonly SqlValue[]): void
}

export type TableWriter = RowInserter & {
  replace(encoded: readonly SqlValue[]): void
  remove(key: readonly SqlValue[]): void
}

/** @param into the physical table, with its schema's name where that is not `main`. */
export function rowInserter(database: Database, name: string, table: Table, into: string): RowInserter {
  const columns = Object.keys(table.columns)
  const isJson = columns.map((column) => table.columns[column] === 'json')
  const keyIndexes = table.primaryKey.map((column) => columns.indexOf(column))
  const group = `(${columns.map(() => '?').join(', ')})`
  const groups = (count: number) =>
    database.prepare(
      `INSERT INTO ${into} (${columns.join(', ')}) VALUES ${Array(count).fill(group).join(', ')}`,
    )
  const insert = groups(1)
  const insertGroups = groups(rowsPerInsert)
  return {
    name,
    columnCount: columns.length,
    encode(row, target = []) {
      for (let index = 0; index < columns.length; index++) {
        const column = columns[index] as string
        target.push(encodeValue(row[column], isJson[index] ?? false, name, column))
      }
      return target
    },
    keyOf: (encoded) => keyIndexes.map((index) => encoded[index] ?? null),
    insert: (encoded) => void insert.run(...encoded),
    insertAll(encoded) {
      const width = columns.length
      let next = 0
      for (; next + width * rowsPerInsert <= encoded.length; next += width * rowsPerInsert) {
        insertGroups.run(...encoded.slice(next, next + width * rowsPerInsert))
      }
      for (; next < encoded.length; next += width) insert.run(...encoded.slice(next, next + width))
    },
  }
}

export function tableWriter(database: Database, name: string, table: Table, suffix = ''): TableWriter {
  const columns = Object.keys(table.columns)
  const rest = columns.filter((column) => !table.primaryKey.includes(column))
  const values = `INTO ${name}${suffix} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  const set = rest.map((column) => `${column} = excluded.${column}`).join(', ')
  const onConflict = `ON CONFLICT (${table.primaryKey.join(', ')}) DO ${set ? `UPDATE SET ${set}` : 'NOTHING'}`
  const where = table.primaryKey.map((column) => `${column} = ?`).join(' AND ')
  const replace = database.prepare(`INSERT ${values} ${onConflict}`)
  const remove = database.prepare(`DELETE FROM ${name}${suffix} WHERE ${where}`)
  return {
    ...rowInserter(database, name, table, `${name}${suffix}`),
    replace: (encoded) => void replace.run(...encoded),
    remove: (key) => void remove.run(...key),
  }
}

function encodeValue(value: Value | undefined, json: boolean, table: string, column: string): SqlValue {
  if (value === undefined) throw new Error(`a row of ${table} lacks the column ${column}`)
  if (value === null) return null
  if (json) return JSON.stringify(value)
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'object')
    throw new Error(`column ${column} of ${table} holds an object but is not json`)
  return value
}
