import { type Database, rowLists, type Value } from '@fireledger/sqlite'
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

// As text, since the driver makes a string several times faster than an array of bytes. Names are looked up here, once
// for each stream: joined, each event would bring its own copies.
const columns = `
  SELECT e.position, e.stream, e.revision, e.kind, e.stored_at, e.id,
    CAST(e.data AS TEXT), CAST(e.metadata AS TEXT), length(e.data) + length(e.metadata)
  FROM events e`
type Row = readonly [
  position: number,
  stream: number,
  revision: number,
  kind: number,
  storedAtMs: number,
  id: string,
  data: string,
  metadata: string,
  bytes: number,
]
/** Stream names kept in memory; forgotten all at once when there are more. */
const knownStreamsMax = 50_000

// The kinds are chosen inside the same statement: one that is stored a moment later cannot be missed.
const wanted = `e.kind IN (
  SELECT id FROM kinds
  WHERE (:categories IS NULL OR category IN (SELECT value FROM json_each(:categories)))
    AND (:types IS NULL OR type IN (SELECT value FROM json_each(:types))))`

/** The SQL of the embedded engine's reads: synchronous, each call one bounded look at the ledger. */
export function createPageReader(database: Database) {
  const read = (sql: string) => rowLists(database.prepare(sql))
  const headOf = database.prepare('SELECT max(position) AS head FROM events')
  const ofStream = {
    forwards: read(`${columns} WHERE e.stream = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`),
    backwards: read(`${columns} WHERE e.stream = ? AND e.revision <= ? ORDER BY e.revision DESC LIMIT ?`),
  }
  const ofAll = {
    forwards: read(`${columns} WHERE e.position > ? ORDER BY e.position LIMIT ?`),
    backwards: read(`${columns} WHERE e.position < ? ORDER BY e.position DESC LIMIT ?`),
  }
  const filtered = {
    forwards: read(
      `${columns} WHERE ${wanted} AND e.position > :low AND e.position <= :high ORDER BY e.position LIMIT :max`,
    ),
    backwards: read(
      `${columns} WHERE ${wanted} AND e.position >= :low AND e.position < :high ORDER BY e.position DESC LIMIT :max`,
    ),
  }

  const findStream = database.prepare('SELECT id FROM streams WHERE name = ?')
  const findName = database.prepare('SELECT name FROM streams WHERE id = ?')
  const findKind = database.prepare('SELECT type FROM kinds WHERE id = ?')
  const findBytes = database.prepare('SELECT data, metadata FROM events WHERE position = ?')
  const names = new Map<number, string>()
  const types = new Map<number, string>()

  function nameOf(stream: number): string {
    const known = names.get(stream)
    if (known !== undefined) return known
    if (names.size >= knownStreamsMax) names.clear()
    const name = findName.get(stream)?.name as string | undefined
    if (name === undefined) throw new Error(`an event names stream ${stream}, which the ledger does not have`)
    names.set(stream, name)
    return name
  }

  function typeOf(kind: number): string {
    const known = types.get(kind)
    if (known !== undefined) return known
    const type = findKind.get(kind)?.type as string | undefined
    if (type === undefined) throw new Error(`an event names kind ${kind}, which the ledger does not have`)
    types.set(kind, type)
    return type
  }

  function collect(rows: Iterable<readonly Value[]>): { events: StoredEvent[]; cut: boolean } {
    const events: StoredEvent[] = []
    const bytesOf = createByteRoom()
    let bytes = 0
    for (const row of rows as Iterable<Row>) {
      const position = row[0]
      let { data, metadata } = contentOf(row, bytesOf)
      // What is no UTF-8, or holds a zero, does not come through as text: such bytes are read as they are.
      if (data.length + metadata.length !== row[8]) {
        ;({ data, metadata } = findBytes.get(position) as { data: Uint8Array; metadata: Uint8Array })
      }
      const stored: StoredEvent = {
        id: row[5],
        type: typeOf(row[3]),
        data,
        metadata,
        stream: nameOf(row[1]),
        revision: row[2],
        position: BigInt(position),
        storedAt: new Date(row[4]).toISOString(),
      }
      events.push(stored)
      bytes += stored.data.length + stored.metadata.length
      if (bytes >= pageBytesMax) return { events, cut: true }
    }
    return { events, cut: false }
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
      const rows = filtered[backwards ? 'backwards' : 'forwards']({
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
      const id = findStream.get(stream)?.id
      if (id === undefined) return { events: [], next: from, end: true }
      const rows = ofStream[backwards ? 'backwards' : 'forwards'](id as number, from, max)
      const { events, cut } = collect(rows)
      const last = events.at(-1)?.revision ?? from
      return { events, next: backwards ? last - 1 : last + 1, end: !cut && events.length < max }
    },
    forwards(from: number, filter: EventFilter | undefined, max: number): Page {
      if (filter?.categories || filter?.types) return filteredPage(from, filter, max, false)
      const { events, cut } = collect(ofAll.forwards(from, max))
      return { events, next: Number(events.at(-1)?.position ?? from), end: !cut && events.length < max }
    },
    /** `from` undefined: from the end. */
    backwards(from: number | undefined, filter: EventFilter | undefined, max: number): Page {
      const start = from ?? head() + 1
      if (filter?.categories || filter?.types) return filteredPage(start, filter, max, true)
      const { events, cut } = collect(ofAll.backwards(start, max))
      return { events, next: Number(events.at(-1)?.position ?? start), end: !cut && events.length < max }
    },
  }
}

/** What a driver puts in the place of bytes that are no UTF-8; they may be as many. */
const replacement = '\uFFFD'
/** As far as it is text; nothing where it may be none. */
function contentOf(row: Row, bytesOf: (text: string) => Uint8Array) {
  const data = row[6]
  const metadata = row[7]
  if (data.includes(replacement) || metadata.includes(replacement)) return nothing
  return { data: bytesOf(data), metadata: bytesOf(metadata) }
}

const nothing = { data: new Uint8Array(0), metadata: new Uint8Array(0) }
const roomBytesMin = 4 * 1024
const roomBytesMax = 64 * 1024

/** UTF-8 of many texts in few buffers. Nothing of them is written again, so whoever keeps an event keeps its buffer. */
function createByteRoom() {
  let room: Buffer = Buffer.alloc(0)
  let used = 0
  return (text: string): Uint8Array => {
    // No character of a text takes more than three bytes.
    if (room.length - used < 3 * text.length) {
      const larger = Math.min(Math.max(roomBytesMin, 2 * room.length), roomBytesMax)
      room = Buffer.allocUnsafeSlow(Math.max(larger, 3 * text.length))
      used = 0
    }
    const begin = used
    used += room.write(text, begin, 'utf8')
    return new Uint8Array(room.buffer, begin, used - begin)
  }
}
