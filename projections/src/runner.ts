import { setTimeout } from 'node:timers/promises'
import type { LedgerEvent, OpenedPerson, SealedPerson } from '@fireledger/domain'
import { decodeEvent, type EventReader, ledgerStart, type StoredEvent } from '@fireledger/event-store'
import { type Database, inTransaction } from '@fireledger/sqlite'
import { filterFor } from './event-filter.ts'
import { createFolding, type Folding } from './folding.ts'
import { type Projection, positionColumn } from './projection.ts'
import { lowest, openWritableReadStore, prepared, readStatus } from './read-store.ts'
import {
  type RebuildOptions,
  type RebuildResult,
  RebuildRunningError,
  rebuildProjections,
} from './rebuild.ts'

/**
 * Keeps the read models up to date. One catch-up subscription serves all projections, from the lowest checkpoint: each
 * event is read and decoded once, and one transaction moves every checkpoint, so all views stand at the same position.
 * A projection that is ahead skips what it has; one that fails stops at its checkpoint and leaves the others running.
 */

/** The part of a pino logger that is used here. */
export type Logger = {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type RunOptions = {
  readonly reader: EventReader
  readonly readStorePath: string
  readonly projections: readonly Projection[]
  readonly open: (person: SealedPerson) => OpenedPerson
  /** Called when a subject's key was destroyed, before its rows are rendered anew. */
  readonly forget?: (subjectId: string) => void
  /** After every commit: all projections that have not failed reach this position. */
  readonly onCommit?: (checkpoint: bigint, caughtUp: boolean) => void
  readonly signal?: AbortSignal
  readonly logger?: Logger
  /** Most events folded between two commits while catching up. */
  readonly flushEvents?: number
}

type Running = {
  readonly projection: Projection
  readonly generation: number
  /** As stored. */
  checkpoint: bigint
  /** Position of the last event that is folded or passed over. */
  reached: bigint
  readonly folding: Folding
  failed: Failure | null
}

type Failure = { readonly event: LedgerEvent | StoredEvent | null; readonly reason: string }

/** Rebuilt rows have taken the place of those that a running fold had begun with. */
class SupersededError extends Error {
  override readonly name = 'SupersededError'
}

const flushEventsDefault = 8192
const messageEventsMax = 512

/**
 * Runs until `signal` aborts.
 * @throws when the ledger or the read store cannot be used; a projection's own failure only stops that projection.
 */
export async function runProjections(options: RunOptions): Promise<void> {
  const database = openWritableReadStore(options.readStorePath, options.projections)
  try {
    while (!options.signal?.aborted) {
      try {
        await follow(database, options)
      } catch (error) {
        if (!(error instanceof SupersededError)) throw error
        options.logger?.info({}, 'rows were rebuilt by another process; starting again from them')
      }
    }
  } finally {
    database.close()
  }
}

/**
 * Follows the ledger with all projections whose rows are of the current version, and rebuilds the others meanwhile.
 * Ends when those are rebuilt, to go on with all.
 */
async function follow(database: Database, options: RunOptions): Promise<void> {
  const versions = new Map(readStatus(database).map(({ name, version }) => [name, version]))
  const current = options.projections.filter(({ name, version }) => versions.get(name) === version)
  const stale = options.projections.filter((projection) => !current.includes(projection))
  const end = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, end.signal]) : end.signal
  // What is served meanwhile is as old as it is.
  if (current.length === 0) options.onCommit?.(servedCheckpoint(database), true)
  const parts = [
    current.length > 0 && keepUp(database, { ...options, projections: current, signal }),
    stale.length > 0 && rebuildStale(database, { ...options, projections: stale, signal }, end),
    aborted(signal),
  ]
  try {
    await Promise.all(parts)
  } finally {
    end.abort()
    await Promise.allSettled(parts)
  }
}

function servedCheckpoint(database: Database): bigint {
  return lowest(readStatus(database).map(({ checkpoint }) => checkpoint))
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

async function rebuildStale(
  database: Database,
  options: RunOptions & { signal: AbortSignal },
  end: AbortController,
): Promise<void> {
  const { reader, projections, open, signal, logger } = options
  const names = projections.map(({ name }) => name)
  logger?.info({ projections: names }, 'rebuilding: fold or tables have changed')
  try {
    const results = await rebuildWhenFree(database, {
      reader,
      projections,
      open,
      signal,
    })
    for (const { projection, failedReason } of results) {
      if (failedReason !== null) logger?.error({ projection, reason: failedReason }, 'rebuild failed')
    }
    if (results.some(({ failedReason }) => failedReason === null)) end.abort()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Another process may be at it already; its result may do, or be of yet another version. */
async function rebuildWhenFree(database: Database, options: RebuildOptions): Promise<RebuildResult[]> {
  for (;;) {
    try {
      return await rebuildProjections(database, options)
    } catch (error) {
      if (!(error instanceof RebuildRunningError)) throw error
      await setTimeout(1000, undefined, options.signal ? { signal: options.signal } : {})
    }
  }
}

async function keepUp(database: Database, options: RunOptions & { signal: AbortSignal }): Promise<void> {
  const { reader, projections, signal, flushEvents = flushEventsDefault } = options
  const running = startAll(database, options)
  let position = lowest(running.map(({ checkpoint }) => checkpoint))
  await refuseOtherLedger(reader, running)
  let waiting = 0
  let erased = false
  const batchMax = Math.min(flushEvents, messageEventsMax)
  const subscription = { after: position, ...filterFor(projections), signal, batchMax }
  for await (const message of reader.subscribeToAll(subscription)) {
    if (message.kind === 'events') {
      for (const stored of message.events) {
        const event = take(running, stored)
        if (event?.type === 'SubjectKeyDestroyed') {
          options.forget?.(event.streamId)
          erased = true
        }
      }
      waiting += message.events.length
      position = message.events.at(-1)?.position ?? position
    } else if (message.position > position) position = message.position
    const caughtUp = message.kind === 'caughtUp'
    if (caughtUp || waiting >= flushEvents) {
      commit(database, running, position, options)
      waiting = 0
      if (erased) erased = !truncateLog(database)
      options.onCommit?.(running.length > 0 ? position : servedCheckpoint(database), caughtUp)
    }
  }
}

/** Rows of events that the ledger does not have come from another ledger, or from before it was restored. */
async function refuseOtherLedger(reader: EventReader, running: readonly Running[]): Promise<void> {
  const head = await reader.head()
  const ahead = running.find(({ checkpoint }) => checkpoint > head)
  if (!ahead) return
  throw new Error(
    `the read store reaches position ${ahead.checkpoint}, the ledger ends at ${head}: the store belongs to another ledger. Delete the read store; it is folded again from the ledger`,
  )
}

const restartStatus = `UPDATE projection_status
  SET status = 'running', failed_event = NULL, failed_position = NULL, failed_reason = NULL, rebuild = NULL
  WHERE name = ? AND status <> 'running'`

function startAll(database: Database, { projections, open }: RunOptions): Running[] {
  const statuses = new Map(readStatus(database).map((status) => [status.name, status]))
  const restart = prepared(database, restartStatus)
  return projections.map((projection) => {
    restart.run(projection.name)
    const status = statuses.get(projection.name)
    const checkpoint = status?.checkpoint ?? ledgerStart
    const fresh = checkpoint === ledgerStart
    return {
      projection,
      generation: status?.generation ?? 1,
      checkpoint,
      reached: checkpoint,
      folding: createFolding(projection, { database, open, fresh }),
      failed: null,
    }
  })
}

function take(running: readonly Running[], stored: StoredEvent): LedgerEvent | null {
  let event: LedgerEvent
  try {
    event = decodeEvent(stored)
  } catch (error) {
    for (const one of running) {
      if (stored.position > one.checkpoint) one.failed ??= { event: stored, reason: reasonOf(error) }
    }
    return null
  }
  for (const one of running) {
    if (one.failed || event.position <= one.checkpoint) continue
    try {
      one.folding.apply(event)
      one.reached = event.position
    } catch (error) {
      one.failed = { event, reason: reasonOf(error) }
    }
  }
  return event
}

/** What was erased may still stand in the write-ahead log. False while a reader is in the way: try again later. */
function truncateLog(database: Database): boolean {
  const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
  return busy === 0
}

function commit(database: Database, running: Running[], position: bigint, options: RunOptions): void {
  const moved = running.some((one) => position > one.checkpoint)
  if (!moved) return
  inTransaction(database, () => {
    const statuses = new Map(readStatus(database).map((status) => [status.name, status]))
    for (const one of running) {
      const status = statuses.get(one.projection.name)
      if (status?.generation !== one.generation || status.checkpoint !== one.checkpoint) {
        throw new SupersededError(`${one.projection.name} has other rows now`)
      }
      flushOne(database, one, position)
    }
  })
  for (const one of running) {
    one.checkpoint = one.reached
    if (one.failed) options.logger?.error(failureFields(one), 'projection stopped at its checkpoint')
  }
  // A failed projection starts again from its checkpoint when the process does.
  for (const one of running.filter(({ failed }) => failed)) running.splice(running.indexOf(one), 1)
}

const updateStatus = `UPDATE projection_status
  SET checkpoint = ?, status = coalesce(?, status), failed_event = ?, failed_position = ?, failed_reason = ?
  WHERE name = ?`

/** Rows and checkpoint of one projection; its own failure undoes its own rows only. */
function flushOne(database: Database, one: Running, position: bigint): void {
  if (!one.failed && position > one.reached) one.reached = position
  database.exec('SAVEPOINT flush')
  try {
    one.folding.flush()
    database.exec('RELEASE flush')
  } catch (error) {
    if (isStoreFailure(error)) throw error
    database.exec('ROLLBACK TO flush; RELEASE flush')
    one.failed = { event: null, reason: reasonOf(error) }
    one.reached = one.checkpoint
  }
  const event = one.failed?.event
  prepared(database, updateStatus).run(
    positionColumn(one.reached),
    one.failed ? 'failed' : null,
    event ? describeEvent(event) : null,
    event ? positionColumn(event.position) : null,
    one.failed?.reason ?? null,
    one.projection.name,
  )
}

function describeEvent(event: LedgerEvent | StoredEvent): string {
  return `${event.type} ${event.stream}@${event.revision}`
}

function failureFields({ projection, checkpoint, failed }: Running): object {
  return {
    projection: projection.name,
    checkpoint: String(checkpoint),
    event: failed?.event ? describeEvent(failed.event) : null,
    reason: failed?.reason,
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const sqliteConstraint = 19

/** Full disk, broken file, lock held too long: no projection's fault. Two keys that claim one row are its fault. */
function isStoreFailure(error: unknown): boolean {
  const errcode = (error as { errcode?: unknown }).errcode
  return typeof errcode === 'number' && (errcode & 0xff) !== sqliteConstraint
}
