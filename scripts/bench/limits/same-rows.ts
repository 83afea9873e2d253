import { rmSync } from 'node:fs'
import { openDatabase } from '../../../packages/sqlite/src/index.ts'

/**
 * Writes the rows of a finished read store again: tables and indexes as they are, rows in the order of their keys, one
 * prepared statement a table, no sync. Nothing that makes these rows from JavaScript can be faster than that.
 */
export function writeSameRows(from: string, to: string): number {
  const source = openDatabase(from, { readOnly: true })
  const target = openDatabase(to)
  target.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536')
  const made = source
    .prepare("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '%search%'")
    .all() as { type: string; name: string; sql: string }[]
  let rows = 0
  target.exec('BEGIN')
  for (const { name, sql } of made.filter(({ type }) => type === 'table')) {
    target.exec(sql)
    const columns = source.prepare(`PRAGMA table_info(${name})`).all() as { name: string; pk: number }[]
    const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk)
    const order = key.length > 0 ? `ORDER BY ${key.map((column) => column.name).join(', ')}` : ''
    const insert = target.prepare(`INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`)
    for (const row of source.prepare(`SELECT * FROM ${name} ${order}`).iterate()) {
      insert.run(...(Object.values(row) as (string | number | null)[]))
      rows++
    }
  }
  for (const { sql } of made.filter(({ type }) => type === 'index')) target.exec(sql)
  target.exec('COMMIT')
  target.close()
  source.close()
  rmSync(to)
  return rows
}
