import type { Database } from '@fireledger/sqlite'
import { AppendOutcomeUnknownError, LedgerUnavailableError } from '../event-store.ts'
import { appendFailure, isStorageFailure } from './ledger-failure.ts'
import type { Append, Outcome } from './protocol.ts'

/** Streams whose last revision is kept in memory; forgotten all at once when there are more. */
const knownStreamsMax = 100_000
/** After so many bytes of WAL a checkpoint is due; after so many it waits for readers to leave. */
const checkpointBytes = 16 * 1024 * 1024
const restartBytes = 128 * 1024 * 1024

type StreamHead = { readonly id: number; revision: number }

/**
 * The one writer. Many appends in one transaction, one sync for all of them; each succeeds or conflicts by itself.
 * Everything here is synchronous: it runs on a thread of its own.
 */
export function createGroupCommit(database: Database, path: string, now: () => number) {
  const insertEvent = database.prepare(
    'INSERT INTO events (position, stream, revision, kind, stored_at, id, data, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const findStream = database.prepare('SELECT id FROM streams WHERE name = ?')
  const insertStream = database.prepare('INSERT INTO streams (name) VALUES (?)')
  const lastRevision = database.prepare('SELECT max(revision) AS revision FROM events WHERE stream = ?')
  const insertKind = database.prepare('INSERT INTO kinds (category, type) VALUES (?, ?)')
  const findIds = database.prepare(
    'SELECT id, position FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision',
  )

  const streams = new Map<string, StreamHead>()
  const kinds = new Map<string, number>()
  let head = -1
  let walBytes = 0
  forget()

  /** Memory runs ahead of the file inside a transaction; after a rollback it is read again. */
  function forget() {
    streams.clear()
    kinds.clear()
    for (const row of database.prepare('SELECT id, category, type FROM kinds').all()) {
      kinds.set(`${row.category}-${row.type}`, row.id as number)
    }
    head = (database.prepare('SELECT max(position) AS head FROM events').get()?.head as number | null) ?? -1
  }

  function streamHead(name: string): StreamHead | null {
    const known = streams.get(name)
    if (known) return known
    const row = findStream.get(name)
    if (!row) return null
    const revision = (lastRevision.get(row.id as number)?.revision as number | null) ?? -1
    return remember(name, { id: row.id as number, revision })
  }

  function remember(name: string, stream: StreamHead): StreamHead {
    if (streams.size >= knownStreamsMax) streams.clear()
    streams.set(name, stream)
    return stream
  }

  function kindOf(category: string, type: string): number {
    const key = `${category}-${type}`
    const known = kinds.get(key)
    if (known !== undefined) return known
    const id = Number(insertKind.run(category, type).lastInsertRowid)
    kinds.set(key, id)
    return id
  }

  /** A retry finds its own events at its place: it gets the first outcome. */
  function retried(stream: StreamHead | null, { expected, events }: Append): Outcome | null {
    if (!stream) return null
    const there = findIds.all(stream.id, expected + 1, expected + events.length)
    if (there.length !== events.length || there.some((row, index) => row.id !== events[index]?.id))
      return null
    return {
      kind: 'appended',
      revision: expected + events.length,
      position: there.at(-1)?.position as number,
    }
  }

  function insert(append: Append): Outcome {
    const existing = streamHead(append.stream)
    const actual = existing?.revision ?? -1
    if (actual !== append.expected) return retried(existing, append) ?? { kind: 'conflict', actual }
    const stream =
      existing ??
      remember(append.stream, { id: Number(insertStream.run(append.stream).lastInsertRowid), revision: -1 })
    const category = append.stream.slice(0, append.stream.indexOf('-'))
    const storedAt = now()
    for (const event of append.events) {
      const kind = kindOf(category, event.type)
      const { id, data, metadata } = event
      insertEvent.run(head + 1, stream.id, stream.revision + 1, kind, storedAt, id, data, metadata)
      head += 1
      stream.revision += 1
      walBytes += data.length + metadata.length
    }
    // Leaves of the table and of both indexes.
    walBytes += 3 * 8192
    return { kind: 'appended', revision: stream.revision, position: head }
  }

  function transact(appends: readonly Append[]): Outcome[] {
    let committing = false
    try {
      database.exec('BEGIN IMMEDIATE')
      const outcomes = appends.map(insert)
      committing = true
      database.exec('COMMIT')
      return outcomes
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      forget()
      // One append that SQLite cannot take must not fail its neighbours.
      if (appends.length > 1 && !isStorageFailure(error))
        return appends.flatMap((append) => transact([append]))
      const failed = failedOutcome(appendFailure(error, path, committing))
      return appends.map(() => failed)
    }
  }

  /** Moves the WAL into the file when it has grown enough. Only the writer does this, after it has answered. */
  function checkpointIfDue() {
    if (walBytes < checkpointBytes) return
    walBytes = 0
    try {
      const result = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()
      if (Number(result?.log) * 8192 > restartBytes) {
        // Pages are read in milliseconds; whoever reads for longer must not stop the writer.
        database.exec('PRAGMA busy_timeout = 50; PRAGMA wal_checkpoint(RESTART); PRAGMA busy_timeout = 5000')
      }
    } catch (error) {
      // Nothing is lost: the events stay in the WAL, and the next checkpoint tries again.
      if (!isStorageFailure(error)) throw error
    }
  }

  /** Leaves one file where no reader is in the way. */
  function close() {
    try {
      database.exec('PRAGMA busy_timeout = 100; PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      if (!isStorageFailure(error)) throw error
    }
    database.close()
  }

  return { commit: transact, checkpointIfDue, head: () => head, close }
}

function failedOutcome(failure: unknown): Outcome {
  const why =
    failure instanceof AppendOutcomeUnknownError
      ? 'unknown'
      : failure instanceof LedgerUnavailableError
        ? 'unavailable'
        : 'bug'
  return { kind: 'failed', why, message: failure instanceof Error ? failure.message : String(failure) }
}
