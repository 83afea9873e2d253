import type { LedgerEvent } from '@fireledger/domain'
import type { Database } from '@fireledger/sqlite'
import type { FoldProjection, JournalProjection, Open, Projection, Table } from './projection.ts'
import { createRefoldStates } from './refold-states.ts'
import {
  createHeap,
  nextSuffix,
  type RowInserter,
  rowInserter,
  rowKeyOf,
  type SqlValue,
  sharedKey,
  stateTable,
  subjectsTable,
} from './tables.ts'

/**
 * Folds a whole ledger from its start, for which nobody needs the rows of a moment in between: states are folded, and
 * each key's rows are rendered and written once, at the end, in the order of the keys. What does not fit in memory waits
 * in a scratch file, which nobody else sees and no sync protects.
 */
export type Refold = {
  /** Takes one event. Throws what the fold throws. */
  apply(event: LedgerEvent): void
  /** Bytes in memory that `spill` can move, about. */
  weight(): number
  /** Moves what is in memory into the scratch file. Outside any transaction. */
  spill(): void
  /** Writes all rows into the empty tables of the rebuild, in transactions of its own; yields between two of them. */
  write(): Generator<void>
}

export type RefoldOptions = {
  /** The read store, with a scratch file attached. */
  readonly database: Database
  readonly open: Open
  /** Runs the work in a transaction on the read store, in which the tables of the rebuild are sure to be its own. */
  readonly transaction: <Result>(work: () => Result) => Result
}

/** A schema name on a connection of its own; see `attachScratch`. */
const scratch = 'scratch'
/** Rows of one transaction: the read store is locked for the time that it takes. */
const rowsPerTransaction = 50_000
/** Of a value of a row that waits: most are short texts and numbers. */
const valueBytes = 48
/** So many are sorted and written within a second or two. */
const rowsSortedAtOnceMax = 400_000

/**
 * Gives the connection a file for what has to wait: SQLite's own temporary one, gone with the connection. Large sorts go
 * to files as well.
 */
export function attachScratch(database: Database): void {
  database.exec(`PRAGMA temp_store = FILE; ATTACH DATABASE '' AS ${scratch}`)
  database.exec(`PRAGMA ${scratch}.journal_mode = OFF; PRAGMA ${scratch}.synchronous = OFF`)
  // Whatever is written comes in the order of its key: no page is needed twice.
  database.exec(`PRAGMA ${scratch}.cache_size = -16384; PRAGMA main.cache_size = -16384`)
}

export function createRefold(projection: Projection, options: RefoldOptions): Refold {
  return projection.kind === 'fold' ? refoldStates(projection, options) : refoldJournal(projection, options)
}

function refoldJournal(projection: JournalProjection, { database, transaction }: RefoldOptions): Refold {
  const wanted = projection.categories && new Set(projection.categories)
  const heaps = Object.entries(projection.tables).map(([name, table]) => {
    const heap = `${scratch}.${name}`
    createHeap(database, table, heap)
    return {
      name,
      table,
      heap,
      inserter: rowInserter(database, name, table, heap),
      waiting: [] as SqlValue[],
    }
  })

  function spill(): void {
    database.exec('BEGIN')
    for (const each of heaps) {
      each.inserter.insertAll(each.waiting)
      each.waiting = []
    }
    database.exec('COMMIT')
  }

  return {
    apply(event) {
      if (wanted && !wanted.has(event.category)) return
      const rows = projection.rows(event)
      for (const { name, inserter, waiting } of heaps) {
        for (const row of rows[name] ?? []) inserter.encode(row, waiting)
      }
    },
    weight: () => heaps.reduce((sum, { waiting }) => sum + waiting.length * valueBytes, 0),
    spill,
    *write() {
      spill()
      for (const { name, table, heap } of heaps) {
        yield* moveSorted({ database, transaction }, heap, `main.${name}${nextSuffix}`, table)
        database.exec(`DROP TABLE ${heap}`)
      }
    },
  }
}

/** In the order of the key, so that the table grows at its end instead of everywhere. */
function* moveSorted(
  { database, transaction }: Pick<RefoldOptions, 'database' | 'transaction'>,
  heap: string,
  into: string,
  table: Table,
): Generator<void> {
  const order = `ORDER BY ${table.primaryKey.join(', ')}`
  const { rows } = database.prepare(`SELECT count(*) AS rows FROM ${heap}`).get() as { rows: number }
  if (rows <= rowsSortedAtOnceMax) {
    transaction(() => database.exec(`INSERT INTO ${into} SELECT * FROM ${heap} ${order}`))
    yield
    return
  }
  // Sorted outside the read store first: its lock must be short.
  const sorted = `${heap}_sorted`
  createHeap(database, table, sorted)
  database.exec(`INSERT INTO ${sorted} SELECT * FROM ${heap} ${order}`)
  const copy = database.prepare(`INSERT INTO ${into} SELECT * FROM ${sorted} WHERE rowid > ? AND rowid <= ?`)
  for (let from = 0; from < rows; from += rowsPerTransaction) {
    transaction(() => copy.run(from, from + rowsPerTransaction))
    yield
  }
  database.exec(`DROP TABLE ${sorted}`)
}

// biome-ignore lint/suspicious/noExplicitAny: see Projection
function refoldStates(projection: FoldProjection<any, any>, options: RefoldOptions): Refold {
  const { database, open, transaction } = options
  const wanted = projection.categories && new Set(projection.categories)
  const sharedWanted = new Set(projection.shared?.categories)
  const table = `${scratch}.${stateTable(projection)}`
  const states = createRefoldStates(database, table, projection.initialState)
  const inserters = Object.entries(projection.tables).map(([name, table]) =>
    rowInserter(database, name, table, `main.${name}${nextSuffix}`),
  )
  const insertState = database.prepare(
    `INSERT INTO main.${stateTable(projection, nextSuffix)} (key, state, row_keys) VALUES (?, ?, ?)`,
  )
  const insertSubject = database.prepare(
    `INSERT INTO main.${subjectsTable(projection, nextSuffix)} (subject, key) VALUES (?, ?)`,
  )
  let shared = projection.shared?.initialState ?? null
  let sharedChanged = false

  function writeKey(key: string, state: unknown, json: string): number {
    const opened = new Set<string>()
    const rows = projection.rows(state, key, shared, (person) => {
      opened.add(person.subjectId)
      return open(person)
    })
    const rowKeys: string[] = []
    for (let index = 0; index < inserters.length; index++) {
      const inserter = inserters[index] as RowInserter
      const all: SqlValue[] = []
      for (const row of rows[inserter.name] ?? []) {
        const values = inserter.encode(row)
        rowKeys.push(rowKeyOf(index, inserter.keyOf(values)))
        for (const value of values) all.push(value)
      }
      inserter.insertAll(all)
    }
    insertState.run(key, json, JSON.stringify(rowKeys))
    for (const subject of opened) insertSubject.run(subject, key)
    return rowKeys.length + 1
  }

  return {
    apply(event) {
      if (sharedWanted.has(event.category)) {
        const next = projection.shared?.evolve(shared, event)
        if (next !== shared) sharedChanged = true
        shared = next
      }
      if (wanted && !wanted.has(event.category)) return
      const keys = projection.keysOf(event)
      for (const key of keys) states.set(key, projection.evolve(states.get(key), event, key))
    },
    weight: states.weight,
    spill: states.spill,
    *write() {
      const all = states.all()
      for (let done = false; !done; ) {
        transaction(() => {
          for (let written = 0; written < rowsPerTransaction && !done; ) {
            const next = all.next()
            if (next.done) done = true
            else written += writeKey(next.value.key, next.value.state, next.value.json)
          }
        })
        yield
      }
      if (sharedChanged) transaction(() => insertState.run(sharedKey, JSON.stringify(shared), '[]'))
    },
  }
}
