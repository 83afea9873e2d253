import type { LedgerEvent, OpenedPerson, SealedPerson } from '@fireledger/domain'

/**
 * A projection is a pure fold and the tables it fills; nothing in it does I/O, reads a clock or knows SQL. The runner
 * loads the touched states, folds a whole batch in memory and writes each changed row once, with the checkpoint, in one
 * transaction. Change `version` when fold or tables change: the runner then rebuilds beside the old rows and switches.
 */

export type ColumnType = 'text' | 'integer' | 'real' | 'boolean' | 'json'

export type Table = {
  /** A column that is `json` or `boolean` in one table is so in every table: results are parsed by column name. */
  readonly columns: Readonly<Record<string, ColumnType>>
  readonly primaryKey: readonly string[]
  readonly indexes?: readonly (readonly string[])[]
  /** Text columns found by substring, two characters and more (Chinese names, codes). */
  readonly searchable?: readonly string[]
}

export type Value = string | number | boolean | null | readonly unknown[] | object
/** Exactly the columns of its table. */
export type Row = Readonly<Record<string, Value>>
/** Rows by table name. */
export type Rows = Readonly<Record<string, readonly Row[]>>

/** Opens a sealed person for a row; the runner remembers which keys hold whom and renders them anew on erasure. */
export type Open = (person: SealedPerson) => OpenedPerson

type Described = {
  /** kebab-case; also names its tables' owner in `projection_status`. */
  readonly name: string
  readonly version: number
  /** Which categories' events it wants; absent: all. */
  readonly categories?: readonly string[]
  /** By table name, snake_case, unique over all projections. */
  readonly tables: Readonly<Record<string, Table>>
}

/**
 * One state per key; its rows are a function of the state and of what all keys share. States are kept as JSON: plain
 * objects, arrays, strings, finite numbers, truth values and null, nothing else.
 */
export type FoldProjection<State, Shared = null> = Described & {
  readonly kind: 'fold'
  /** The keys whose state the event changes. */
  keysOf(event: LedgerEvent): readonly string[]
  readonly initialState: State
  /** Must not change `state` in place: a batch that fails is dropped as if it had not been. */
  evolve(state: State, event: LedgerEvent, key: string): State
  /** State that every key's rows depend on (rulebooks). When it changes, all rows are rendered anew. */
  readonly shared?: {
    readonly initialState: Shared
    readonly categories: readonly string[]
    evolve(shared: Shared, event: LedgerEvent): Shared
  }
  rows(state: State, key: string, shared: Shared, open: Open): Rows
}

/** Rows that depend on one event alone and are only ever added. */
export type JournalProjection = Described & {
  readonly kind: 'journal'
  rows(event: LedgerEvent): Rows
}

// biome-ignore lint/suspicious/noExplicitAny: the runner handles projections of every state; each keeps its own types inside
export type Projection = FoldProjection<any, any> | JournalProjection

/**
 * A position as a column: sorted by number in SQL.
 * @throws when it does not fit a double exactly. A position counts events, or the bytes of a cluster's log: nine petabytes.
 */
export function positionColumn(position: bigint): number {
  const value = Number(position)
  if (!Number.isSafeInteger(value)) throw new Error(`position ${position} does not fit a column`)
  return value
}
