import type { Database, Statement } from '@fireledger/sqlite'
import type { EventFilter, StoredEvent } from '../event-store.ts'

/** A page ends early when its events weigh more: big events must not make big pages. */
const pageBytesMax = 4 * 1024 * 1024
/** How many positions one filtered query looks at: grows while little is found, so that sparse filters stay cheap. */
const windowMax = 1 << 20

export type Page = {
  readonly events: readonly StoredEvent[]
  /** From where to read on: the last position (or next revision) looked at. */
  readonly next: number
  /** Nothing more was there. */
  readonly end: boolean
}

const columns = `
  SELECT e.position, e.revision, e.stored_at AS storedAt, e.id, e.data, e.metadata, s.name AS stream, k.type
  FROM events e JOIN streams s ON s.id = e.stream JOIN kinds k ON k.id = e.kind`

// The kinds are chosen inside the same statement: one that is stored a moment later cannot be missed.
const wanted = `e.kind IN (
  SELECT id FROM kinds
  WHERE (:categories IS NULL OR category IN (SELECT value FROM json_each(:categories)))
    AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types))))`

/** The SQL of the embedded engine's reads: synchronous, each call one bounded look at the ledger. */
export function createPageReader(database: Database) {
  const headOf = database.prepare('SELECT max(position) AS head FROM events')
  const ofStream = {
    forwards: database.prepare(`${columns} WHERE s.name = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`),
    backwards: database.prepare(
      `${columns} WHERE s.name = ? AND e.revision <= ? ORDER BY e.revision DESC LIMIT ?`,
    ),
  }
  const ofAll = {
    forwards: database.prepare(`${columns} WHERE e.position > ? ORDER BY e.position LIMIT ?`),
    backwards: database.prepare(`${columns} WHERE e.position < ? ORDER BY e.position DESC LIMIT ?`),
  }
  const filtered = {
    forwards: database.prepare(
      `${columns} WHERE ${wanted} AND e.position > :low AND e.position <= :high ORDER BY e.position LIMIT :max`,
    ),
    backwards: database.prepare(
      `${columns} WHERE ${wanted} AND e.position >= :low AND e.position < :high ORDER BY e.position DESC LIMIT :max`,
    ),
  }

  function head(): number {
    return (headOf.get()?.head as number | null) ?? -1
  }

  function filteredPage(from: number, filter: EventFilter, max: number, backwards: boolean): Page {
    const last = head()
    const window = { span: Math.max(4 * max, 64) }
    let at = from
    while (backwards ? at > 0 : at < last) {
      const low = backwards ? Math.max(0, at - window.span) : at
      const high = backwards ? at : Math.min(last, at + window.span)
      const rows = filtered[backwards ? 'backwards' : 'forwards'].iterate({
        categories: filter.categories ? JSON.stringify(filter.categories) : null,
        types: filter.types ? JSON.stringify(filter.types) : null,
        low,
        high,
        max,
      })
      const { events, cut } = collect(rows)
      const full = cut || events.length === max
      const lastPosition = Number(events.at(-1)?.position)
      at = full ? lastPosition : backwards ? low : high
      if (events.length > 0) return { events, next: at, end: backwards ? at <= 0 : at >= last }
      if (window.span >= windowMax) return { events, next: at, end: backwards ? at <= 0 : at >= last }
      window.span = Math.min(4 * window.span, windowMax)
    }
    return { events: [], next: at, end: true }
  }

  return {
    head,
    ofStream(stream: string, from: number, backwards: boolean, max: number): Page {
      const { events, cut } = collect(
        ofStream[backwards ? 'backwards' : 'forwards'].iterate(stream, from, max),
      )
      const last = events.at(-1)?.revision ?? from
      return { events, next: backwards ? last - 1 : last + 1, end: !cut && events.length < max }
    },
    forwards(from: number, filter: EventFilter | undefined, max: number): Page {
      if (filter?.categories || filter?.types) return filteredPage(from, filter, max, false)
      const { events, cut } = collect(ofAll.forwards.iterate(from, max))
      return { events, next: Number(events.at(-1)?.position ?? from), end: !cut && events.length < max }
    },
    /** `from` undefined: from the end. */
    backwards(from: number | undefined, filter: EventFilter | undefined, max: number): Page {
      const start = from ?? head() + 1
      if (filter?.categories || filter?.types) return filteredPage(start, filter, max, true)
      const { events, cut } = collect(ofAll.backwards.iterate(start, max))
      return { events, next: Number(events.at(-1)?.position ?? start), end: !cut && events.length < max }
    },
  }
}

function collect(rows: ReturnType<Statement['iterate']>): { events: StoredEvent[]; cut: boolean } {
  const events: StoredEvent[] = []
  let bytes = 0
  for (const row of rows) {
    const data = row.data as Uint8Array
    const metadata = row.metadata as Uint8Array
    events.push({
      id: row.id as string,
      type: row.type as string,
      data,
      metadata,
      stream: row.stream as string,
      revision: row.revision as number,
      position: BigInt(row.position as number),
      storedAt: new Date(row.storedAt as number).toISOString(),
    })
    bytes += data.length + metadata.length
    if (bytes >= pageBytesMax) return { events, cut: true }
  }
  return { events, cut: false }
}
