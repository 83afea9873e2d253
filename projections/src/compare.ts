import type { Database } from '@fireledger/sqlite'
import type { Projection, Row, Table } from './projection.ts'

/** Row for row: what a fresh fold of the ledger gives against what stands in the tables. */

export type TableDifference = {
  readonly table: string
  /** Rows that the fresh fold gives. */
  readonly rows: number
  /** Given by the fold, not in the table. */
  readonly missing: number
  /** In the table, not given by the fold. */
  readonly unexpected: number
  /** In both under one key, with other values. */
  readonly different: number
  /** The first few. Without what stands in the columns: it may be personal, and findings are passed on. */
  readonly examples: readonly Example[]
}

export type Example = {
  readonly kind: 'missing' | 'unexpected' | 'different'
  /** Values of the primary key: ids, days, positions. */
  readonly key: Row
  /** In which the two differ; empty when one of them is not there. */
  readonly columns: readonly string[]
}

export function isEqual({ missing, unexpected, different }: TableDifference): boolean {
  return missing + unexpected + different === 0
}

/** Names of the two sides of a table: `expected` from the fresh fold, `found` as it stands. */
type Sides = (table: string) => { readonly expected: string; readonly found: string }

export function compareTables(database: Database, projection: Projection, sides: Sides): TableDifference[] {
  return Object.entries(projection.tables).map(([name, table]) => {
    const { expected, found } = sides(name)
    return compareTable(database, name, table, expected, found)
  })
}

const examplesMax = 5

function compareTable(
  database: Database,
  name: string,
  table: Table,
  expected: string,
  found: string,
): TableDifference {
  const columns = Object.keys(table.columns)
  const on = table.primaryKey.map((column) => `e.${column} IS f.${column}`).join(' AND ')
  const differs = columns.map((column) => `e.${column} IS NOT f.${column}`).join(' OR ')
  const absent = (side: 'e' | 'f') => `${side}.${table.primaryKey[0]} IS NULL`
  const changed = `${expected} e LEFT JOIN ${found} f ON ${on} WHERE (${differs})`
  const extra = `${found} f LEFT JOIN ${expected} e ON ${on} WHERE ${absent('e')}`
  const count = (from: string) =>
    (database.prepare(`SELECT count(*) AS n FROM ${from}`).get() as { n: number }).n
  const rows = count(expected)
  const either = count(changed)
  // All expected rows are there as they are, and no more: nothing else can differ.
  if (either === 0 && count(found) === rows) {
    return { table: name, rows, missing: 0, unexpected: 0, different: 0, examples: [] }
  }
  const missing = count(`${changed} AND ${absent('f')}`)
  const unexpected = count(extra)
  const both = columns.map((column) => `e.${column} AS e_${column}, f.${column} AS f_${column}`).join(', ')
  const example = (from: string) =>
    database.prepare(`SELECT ${both} FROM ${from} LIMIT ${examplesMax}`).all() as Record<string, never>[]
  const examples = [...example(changed), ...example(extra)]
  return {
    table: name,
    rows,
    missing,
    unexpected,
    different: either - missing,
    examples: examples.slice(0, examplesMax).map((pair) => exampleOf(pair, table)),
  }
}

function exampleOf(pair: Readonly<Record<string, never>>, table: Table): Example {
  const isThere = (side: 'e' | 'f') => table.primaryKey.some((column) => pair[`${side}_${column}`] !== null)
  const kind = !isThere('f') ? 'missing' : !isThere('e') ? 'unexpected' : 'different'
  const side = kind === 'unexpected' ? 'f' : 'e'
  const differs = (column: string) => pair[`e_${column}`] !== pair[`f_${column}`]
  return {
    kind,
    key: Object.fromEntries(table.primaryKey.map((column) => [column, pair[`${side}_${column}`] ?? null])),
    columns: kind === 'different' ? Object.keys(table.columns).filter(differs) : [],
  }
}
