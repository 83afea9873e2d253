import type { LedgerEvent } from '@fireledger/domain'
import type { Database } from '@fireledger/sqlite'
import type { FoldProjection, JournalProjection, Open, Projection } from './projection.ts'
import {
  rowKeyOf,
  type SqlValue,
  sharedKey,
  stateTable,
  subjectsTable,
  type TableWriter,
  tableWriter,
} from './tables.ts'

/**
 * Folds events of one projection in memory and, when asked, writes what changed since the last flush: each state and
 * each row once, however many events touched it.
 */
export type Folding = {
  /** Takes one event. Throws what the fold throws; nothing of the event is then taken. */
  apply(event: LedgerEvent): void
  /** Writes what is pending. Call it inside a transaction; after an error throw the folding away. */
  flush(): void
  /** How many keys or rows wait to be written. */
  pending(): number
}

export type FoldingOptions = {
  readonly database: Database
  readonly open: Open
  /** Table name ending: '' for live tables. */
  readonly suffix?: string
  /** True when the tables are empty: nothing has to be looked up that is not in memory. */
  readonly fresh?: boolean
  /** Most states kept in memory between flushes. */
  readonly statesMax?: number
}

export function createFolding(projection: Projection, options: FoldingOptions): Folding {
  return projection.kind === 'fold'
    ? createStateFolding(projection, options)
    : createJournalFolding(projection, options)
}

function createJournalFolding(projection: JournalProjection, { database, suffix }: FoldingOptions): Folding {
  const writers = writersOf(projection, database, suffix)
  const waiting = writers.map((writer) => ({ writer, encoded: [] as SqlValue[], rows: 0 }))
  const wanted = projection.categories && new Set(projection.categories)
  /** Rows that are encoded whole; what a failed event left behind them is cut off. */
  const wholeLength = (table: (typeof waiting)[number]) => table.rows * table.writer.columnCount
  let pending = 0
  return {
    apply(event) {
      if (wanted && !wanted.has(event.category)) return
      const rows = projection.rows(event)
      try {
        for (const table of waiting) {
          for (const row of rows[table.writer.name] ?? []) table.writer.encode(row, table.encoded)
        }
      } catch (error) {
        for (const table of waiting) table.encoded.length = wholeLength(table)
        throw error
      }
      for (const table of waiting) {
        const added = rows[table.writer.name]?.length ?? 0
        table.rows += added
        pending += added
      }
    },
    flush() {
      for (const table of waiting) {
        table.writer.insertAll(table.encoded)
        table.encoded = []
        table.rows = 0
      }
      pending = 0
    },
    pending: () => pending,
  }
}

type Entry = {
  state: unknown
  /** Encoded rows by row key as last written; null for a row that was written before this folding began. */
  rows: Map<string, readonly SqlValue[] | null>
  subjects: Set<string>
  dirty: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: see Projection
function createStateFolding(projection: FoldProjection<any, any>, options: FoldingOptions): Folding {
  const { database, open, suffix = '', statesMax = 50_000 } = options
  const writers = writersOf(projection, database, suffix)
  const states = stateTable(projection, suffix)
  const subjects = subjectsTable(projection, suffix)
  const selectState = database.prepare(`SELECT state, row_keys FROM ${states} WHERE key = ?`)
  const selectKeys = database.prepare(`SELECT key FROM ${states} WHERE key > ? ORDER BY key LIMIT 1000`)
  const replaceState = database.prepare(
    `INSERT INTO ${states} (key, state, row_keys) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET state = excluded.state, row_keys = excluded.row_keys`,
  )
  const selectKeysOf = database.prepare(`SELECT key FROM ${subjects} WHERE subject = ?`)
  const insertSubject = database.prepare(`INSERT OR IGNORE INTO ${subjects} (subject, key) VALUES (?, ?)`)

  const wanted = projection.categories && new Set(projection.categories)
  const sharedWanted = new Set(projection.shared?.categories)
  const entries = new Map<string, Entry>()
  const dirty = new Set<string>()
  const erased = new Set<string>()
  let allInMemory = options.fresh ?? false
  let sharedChanged = false
  let shared = projection.shared ? loadShared() : null

  function loadShared() {
    const row = allInMemory ? undefined : (selectState.get(sharedKey) as { state: string } | undefined)
    return row ? JSON.parse(row.state) : projection.shared?.initialState
  }

  function load(key: string): Entry {
    const known = entries.get(key)
    if (known) return known
    const row = allInMemory
      ? undefined
      : (selectState.get(key) as { state: string; row_keys: string } | undefined)
    const entry: Entry = {
      state: row ? JSON.parse(row.state) : projection.initialState,
      rows: new Map(row ? (JSON.parse(row.row_keys) as string[]).map((rowKey) => [rowKey, null]) : []),
      subjects: new Set(),
      dirty: false,
    }
    entries.set(key, entry)
    return entry
  }

  function touch(key: string, entry: Entry) {
    entry.dirty = true
    dirty.add(key)
  }

  function apply(event: LedgerEvent) {
    if (event.type === 'SubjectKeyDestroyed') erased.add(event.streamId)
    const nextShared = sharedWanted.has(event.category) ? projection.shared?.evolve(shared, event) : shared
    if (!wanted || wanted.has(event.category)) {
      const changed = projection.keysOf(event).map((key) => {
        const entry = load(key)
        return { key, entry, state: projection.evolve(entry.state, event, key) }
      })
      for (const { key, entry, state } of changed) {
        entry.state = state
        touch(key, entry)
      }
    }
    if (nextShared !== shared) {
      shared = nextShared
      sharedChanged = true
    }
  }

  function touchErased() {
    for (const subject of erased) {
      for (const { key } of selectKeysOf.all(subject) as { key: string }[]) touch(key, load(key))
    }
    erased.clear()
  }

  function touchAll() {
    for (const [key, entry] of entries) touch(key, entry)
    if (allInMemory) return
    for (let after = ''; ; ) {
      const page = selectKeys.all(after) as { key: string }[]
      for (const { key } of page) if (key !== sharedKey) touch(key, load(key))
      const last = page.at(-1)
      if (!last) return
      after = last.key
    }
  }

  /** Writes one key's rows and remembers them; rows that are no longer there are removed first. */
  function render(key: string, entry: Entry) {
    const opened = new Set<string>()
    const rows = projection.rows(entry.state, key, shared, (person) => {
      opened.add(person.subjectId)
      return open(person)
    })
    const encoded = new Map<string, readonly SqlValue[]>()
    for (let index = 0; index < writers.length; index++) {
      const writer = writers[index] as TableWriter
      for (const row of rows[writer.name] ?? []) {
        const values = writer.encode(row)
        encoded.set(rowKeyOf(index, writer.keyOf(values)), values)
      }
    }
    for (const subject of opened) {
      if (entry.subjects.has(subject)) continue
      insertSubject.run(subject, key)
      entry.subjects.add(subject)
    }
    return encoded
  }

  function flush() {
    if (erased.size > 0) touchErased()
    if (sharedChanged) {
      touchAll()
      replaceState.run(sharedKey, JSON.stringify(shared), '[]')
      sharedChanged = false
    }
    const rendered: [Entry, Map<string, readonly SqlValue[]>][] = []
    for (const key of dirty) {
      const entry = load(key)
      const rows = render(key, entry)
      for (const rowKey of entry.rows.keys()) if (!rows.has(rowKey)) removeRow(writers, rowKey)
      replaceState.run(key, JSON.stringify(entry.state), JSON.stringify([...rows.keys()]))
      rendered.push([entry, rows])
    }
    // Only now, since a row may pass from one key to another.
    for (const [entry, rows] of rendered) {
      writeRows(writers, entry.rows, rows)
      entry.rows = rows
      entry.dirty = false
    }
    dirty.clear()
    if (entries.size > statesMax) {
      entries.clear()
      allInMemory = false
    }
  }

  return { apply, flush, pending: () => dirty.size }
}

function writeRows(
  writers: readonly TableWriter[],
  before: ReadonlyMap<string, readonly SqlValue[] | null>,
  after: ReadonlyMap<string, readonly SqlValue[]>,
) {
  for (const [rowKey, values] of after) {
    const writer = writers[Number(rowKey.slice(0, rowKey.indexOf(' ')))] as TableWriter
    const old = before.get(rowKey)
    if (old === undefined) writer.insert(values)
    else if (old === null || !same(old, values)) writer.replace(values)
  }
}

function same(a: readonly SqlValue[], b: readonly SqlValue[]): boolean {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false
  return true
}

function removeRow(writers: readonly TableWriter[], rowKey: string) {
  const split = rowKey.indexOf(' ')
  writers[Number(rowKey.slice(0, split))]?.remove(JSON.parse(rowKey.slice(split + 1)))
}

function writersOf(projection: Projection, database: Database, suffix?: string): TableWriter[] {
  return Object.entries(projection.tables).map(([name, table]) => tableWriter(database, name, table, suffix))
}
