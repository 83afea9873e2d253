import type { Database } from '@fireledger/sqlite'

/**
 * The states of a fold over a whole ledger: as many in memory as may be, those not touched for longest in a table of the
 * scratch file. Each is written there at most once a stay, and read back when an event touches it again.
 */
export type RefoldStates = {
  get(key: string): unknown
  set(key: string, state: unknown): void
  /** Bytes of JSON that the states in memory would make, about. */
  weight(): number
  /** Moves what was not touched for longest out of memory. Outside any transaction. */
  spill(): void
  /** All keys in order. Nothing is taken after that. */
  all(): Generator<State>
}

type State = { readonly key: string; readonly state: unknown; readonly json: string }

/** Until a spill has told how large states are. */
const bytesAssumed = 1024
const pageRows = 500

export function createRefoldStates(database: Database, table: string, initialState: unknown): RefoldStates {
  database.exec(`CREATE TABLE ${table} (key TEXT PRIMARY KEY, state TEXT NOT NULL)`)
  const select = database.prepare(`SELECT state FROM ${table} WHERE key = ?`)
  const replace = database.prepare(
    `INSERT INTO ${table} (key, state) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state`,
  )
  const page = database.prepare(
    `SELECT key, state FROM ${table} WHERE key > ? ORDER BY key LIMIT ${pageRows}`,
  )
  /** A map keeps the order of insertion: the first was touched longest ago. */
  const states = new Map<string, unknown>()
  let bytesEach = bytesAssumed
  let spilled = false

  function spill(count: number): void {
    const oldest = [...states.keys()].slice(0, count)
    // A state that is no JSON is the fold's mistake: found before anything is written.
    const written = oldest.map((key) => [key, JSON.stringify(states.get(key))] as const)
    const bytes = written.reduce((sum, [, json]) => sum + json.length, 0)
    bytesEach = Math.max(64, bytes / Math.max(1, written.length))
    database.exec('BEGIN')
    for (const [key, json] of written.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      replace.run(key, json)
      states.delete(key)
    }
    database.exec('COMMIT')
    spilled = true
  }

  function* inMemory(): Generator<State> {
    for (const key of [...states.keys()].sort()) {
      const state = states.get(key)
      yield { key, state, json: JSON.stringify(state) }
    }
  }

  function* inScratch(): Generator<State> {
    for (let after = ''; ; ) {
      const rows = page.all(after) as { key: string; state: string }[]
      for (const { key, state } of rows) yield { key, state: JSON.parse(state), json: state }
      const last = rows.at(-1)
      if (!last) return
      after = last.key
    }
  }

  return {
    get(key) {
      const known = states.get(key)
      if (known !== undefined) return known
      const row = spilled ? (select.get(key) as { state: string } | undefined) : undefined
      return row ? JSON.parse(row.state) : initialState
    },
    set(key, state) {
      states.delete(key)
      states.set(key, state)
    },
    weight: () => states.size * bytesEach,
    spill: () => spill(Math.ceil(states.size / 2)),
    all() {
      if (spilled) spill(states.size)
      return spilled ? inScratch() : inMemory()
    },
  }
}
