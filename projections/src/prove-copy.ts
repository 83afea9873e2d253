import { createHash } from 'node:crypto'
import type { LedgerEvent, OpenedPerson, SealedPerson } from '@fireledger/domain'
import {
  decodeEvent,
  type EventReader,
  inStep,
  type Position,
  type StoredEvent,
} from '@fireledger/event-store'
import { type Database, openDatabase } from '@fireledger/sqlite'
import { compareTables, isEqual, type TableDifference } from './compare.ts'
import { createFolding, type Folding } from './folding.ts'
import type { Projection } from './projection.ts'
import { createTables, nextSuffix } from './tables.ts'

/**
 * Proves that a ledger and its copy are the same: every stream, revision, id, type and byte, and every row of every read
 * model folded from each. Engines put events at other positions, so on both sides an event's position is replaced by its
 * place in the order (0, 1, 2 …): then all columns are compared, those of positions too. Persons stand in the rows as
 * the digest of their sealed bytes: the proof needs no key, and sees a changed one.
 */

export type ProveOptions = {
  readonly from: EventReader
  readonly copy: EventReader
  readonly projections: readonly Projection[]
  /** Position in the source up to which the copy must reach. */
  readonly last: Position
  readonly signal?: AbortSignal
  readonly onProgress?: (position: Position, events: number) => void
}

export type ProvenProjection = {
  readonly projection: string
  readonly rows: number
  readonly differences: readonly TableDifference[]
  readonly failedReason: string | null
}

export type Proof = {
  readonly ok: boolean
  readonly events: number
  readonly streams: number
  /** Events that came to the source after `last`. */
  readonly newer: number
  readonly projections: readonly ProvenProjection[]
}

type Pair = {
  readonly projection: Projection
  readonly sides: readonly [Folding, Folding]
  failedReason: string | null
}

/** Rows waiting in memory before they are written. */
const pendingMax = 10_000

/** @throws LedgersDifferError at the first event that differs. */
export async function proveCopy(options: ProveOptions): Promise<Proof> {
  const { from, copy, projections, last, signal, onProgress } = options
  // A temporary file of SQLite's own: nobody else can open it, and it is gone with the connection.
  const database = openDatabase('')
  try {
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN')
    const pairs = projections.map((projection) => openPair(database, projection))
    const streams = new Set<string>()
    let events = 0
    let newer = 0
    let missing = 0
    for await (const [event, there] of inStep(from, copy)) {
      signal?.throwIfAborted()
      if (!there) {
        if (event.position > last) newer++
        else missing++
        continue
      }
      const sides = [inOrder(event, events), inOrder(there, events)] as const
      for (const pair of pairs) take(pair, sides)
      streams.add(event.stream)
      events++
      if (events % 1024 === 0) onProgress?.(event.position, events)
    }
    const proven = pairs.map((pair) => judge(database, pair))
    const ok =
      missing === 0 &&
      proven.every(({ differences, failedReason }) => failedReason === null && differences.length === 0)
    return { ok, events, streams: streams.size, newer, projections: proven }
  } finally {
    database.close()
  }
}

function openPair(database: Database, projection: Projection): Pair {
  const fold = (suffix: string) => {
    createTables(database, projection, suffix)
    return createFolding(projection, { database, open: asDigest, suffix, fresh: true })
  }
  return { projection, sides: [fold(''), fold(nextSuffix)], failedReason: null }
}

function inOrder(stored: StoredEvent, index: number): LedgerEvent {
  return decodeEvent({ ...stored, position: BigInt(index) })
}

function asDigest({ subjectId, sealed }: SealedPerson): OpenedPerson {
  return { subjectId, name: createHash('sha256').update(sealed).digest('hex') }
}

function take(pair: Pair, events: readonly [LedgerEvent, LedgerEvent]): void {
  attempt(pair, () => {
    for (const side of [0, 1] as const) {
      pair.sides[side].apply(events[side])
      if (pair.sides[side].pending() > pendingMax) pair.sides[side].flush()
    }
  })
}

function attempt(pair: Pair, work: () => void): void {
  if (pair.failedReason !== null) return
  try {
    work()
  } catch (error) {
    pair.failedReason = error instanceof Error ? error.message : String(error)
  }
}

function judge(database: Database, pair: Pair): ProvenProjection {
  const { projection } = pair
  attempt(pair, () => {
    for (const side of pair.sides) side.flush()
  })
  const sides = (table: string) => ({ expected: table, found: `${table}${nextSuffix}` })
  const compared = pair.failedReason === null ? compareTables(database, projection, sides) : []
  return {
    projection: projection.name,
    rows: compared.reduce((sum, { rows }) => sum + rows, 0),
    differences: compared.filter((table) => !isEqual(table)),
    failedReason: pair.failedReason,
  }
}
