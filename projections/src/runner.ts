import { setTimeout } from 'node:timers/promises'
import { type EventReader, ledgerStart } from '@fireledger/event-store'
import { type Database, inTransaction } from '@fireledger/sqlite'
import { carryOutErasures, erasedBy, type Forget } from './erasure.ts'
import { filterFor } from './event-filter.ts'
import { createFolding } from './folding.ts'
import { refuseOtherLedger, rememberLedger } from './followed-ledger.ts'
import { type Open, type Projection, positionColumn } from './projection.ts'
import { lowest, openWritableReadStore, type ProjectionStatus, prepared, readStatus } from './read-store.ts'
import { type RebuildOptions, type RebuildResult, rebuildReadStore } from './rebuild.ts'
import { isBeingRebuilt, RebuildRunningError } from './rebuild-mark.ts'
import { describeEvent, flushTarget, foldInto, type Target } from './target.ts'

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
  readonly open: Open
  /** Called for everyone whom the ledger says to be erased: at the start, and before rows are rendered without them. */
  readonly forget?: Forget
  /** After every commit: all projections that have not failed reach this position. */
  readonly onCommit?: (checkpoint: bigint, caughtUp: boolean) => void
  readonly signal?: AbortSignal
  readonly logger?: Logger
  /** Most events folded between two commits while catching up. */
  readonly flushEvents?: number
  /** A ledger so long is folded into an empty store as a whole, as a rebuild does: several times faster. */
  readonly wholeEventsMin?: number
}

type Running = Target & { readonly generation: number }

/** Rebuilt rows have taken the place of those that a running fold had begun with. */
class SupersededError extends Error {
  override readonly name = 'SupersededError'
}

const flushEventsDefault = 8192
const messageEventsMax = 512
const wholeEventsDefault = 20_000

/**
 * Runs until `signal` aborts.
 * @throws when the ledger or the read store cannot be used; a projection's own failure only stops that projection.
 */
export async function runProjections(options: RunOptions): Promise<void> {
  const database = openWritableReadStore(options.readStorePath, options.projections)
  try {
    if (options.forget) await carryOutErasures(options.reader, options.forget)
    await fillEmpty(database, options)
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

/** Nobody misses the rows of moments that are over. What fails is folded again from the start, to be told where. */
async function fillEmpty(database: Database, options: RunOptions): Promise<void> {
  const { reader, readStorePath, projections, open, signal, logger } = options
  if (readStatus(database).some(({ checkpoint }) => checkpoint > ledgerStart)) return
  const wholeEventsMin = options.wholeEventsMin ?? wholeEventsDefault
  let seen = 0
  for await (const page of reader.readAll({ limit: wholeEventsMin })) seen += page.length
  if (seen < wholeEventsMin) return
  await refuseOtherLedger(database, reader, ledgerStart)
  logger?.info({}, 'folding the whole ledger into an empty read store')
  try {
    await rebuildWhenFree({ reader, readStorePath, projections, open, ...(signal ? { signal } : {}) })
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}

/**
 * Follows the ledger with all projections whose rows are of the current version, and rebuilds the others meanwhile.
 * Ends when those are rebuilt, to go on with all. With none to keep up it still follows the erasures.
 */
async function follow(database: Database, options: RunOptions): Promise<void> {
  const versions = new Map(readStatus(database).map(({ name, version }) => [name, version]))
  const current = options.projections.filter(({ name, version }) => versions.get(name) === version)
  const stale = options.projections.filter((projection) => !current.includes(projection))
  const end = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, end.signal]) : end.signal
  const parts = [
    keepUp(database, { ...options, projections: current, signal }),
    stale.length > 0 && rebuildStale({ ...options, projections: stale, signal }, end),
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
  options: RunOptions & { signal: AbortSignal },
  end: AbortController,
): Promise<void> {
  const { reader, readStorePath, projections, open, signal, logger } = options
  const names = projections.map(({ name }) => name)
  logger?.info({ projections: names }, 'rebuilding: fold or tables have changed')
  try {
    const results = await rebuildWhenFree({ reader, readStorePath, projections, open, signal })
    for (const { projection, failedReason } of results) {
      if (failedReason !== null) logger?.error({ projection, reason: failedReason }, 'rebuild failed')
    }
    if (results.some(({ failedReason }) => failedReason === null)) end.abort()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** Another process may be at it already; its result may do, or be of yet another version. */
async function rebuildWhenFree(
  options: RebuildOptions & { readonly readStorePath: string },
): Promise<RebuildResult[]> {
  for (;;) {
    try {
      return await rebuildReadStore(options)
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
  await refuseOtherLedger(database, reader, highest(running))
  let isRemembered = false
  let waiting = 0
  let erased = false
  const batchMax = Math.min(flushEvents, messageEventsMax)
  const subscription = { after: position, ...filterFor(projections), signal, batchMax }
  for await (const message of reader.subscribeToAll(subscription)) {
    if (message.kind === 'events') {
      for (const stored of message.events) {
        const subjectId = erasedBy(stored)
        if (subjectId !== null) {
          await options.forget?.(subjectId)
          erased = true
        }
        foldInto(running, stored)
      }
      waiting += message.events.length
      position = message.events.at(-1)?.position ?? position
    } else if (message.position > position) position = message.position
    const caughtUp = message.kind === 'caughtUp'
    if (caughtUp || waiting >= flushEvents) {
      commit(database, running, position, options)
      if (!isRemembered) isRemembered = await rememberLedger(database, reader)
      waiting = 0
      if (erased) erased = !truncateLog(database)
      // Rows that are being rebuilt are served as old as they are.
      options.onCommit?.(running.length > 0 ? position : servedCheckpoint(database), caughtUp)
    }
  }
}

function highest(running: readonly Running[]): bigint {
  let reached = ledgerStart
  for (const { checkpoint } of running) if (checkpoint > reached) reached = checkpoint
  return reached
}

const restartStatus = `UPDATE projection_status
  SET status = 'running', failed_event = NULL, failed_position = NULL, failed_reason = NULL, rebuild = NULL
  WHERE name = ? AND status <> 'running'`

/** Whoever rebuilds it goes on, and has nothing to say of a failure that is tried again now. */
const restartBesideRebuild = `UPDATE projection_status
  SET status = 'rebuilding', failed_event = NULL, failed_position = NULL, failed_reason = NULL
  WHERE name = ?`

/** As they stand when they are started. */
function restartAll(database: Database, projections: readonly Projection[]): Map<string, ProjectionStatus> {
  return inTransaction(database, () => {
    const statuses = new Map(readStatus(database).map((status) => [status.name, status]))
    const nowMs = Date.now()
    for (const { name } of projections) {
      const status = statuses.get(name)
      const isBuilt = status !== undefined && isBeingRebuilt(status, nowMs)
      prepared(database, isBuilt ? restartBesideRebuild : restartStatus).run(name)
    }
    return statuses
  })
}

function startAll(database: Database, { projections, open }: RunOptions): Running[] {
  const statuses = restartAll(database, projections)
  return projections.map((projection) => {
    const status = statuses.get(projection.name)
    const checkpoint = status?.checkpoint ?? ledgerStart
    const fresh = checkpoint === ledgerStart
    return {
      projection,
      generation: status?.generation ?? 1,
      checkpoint,
      reached: checkpoint,
      until: null,
      folding: createFolding(projection, { database, open, fresh }),
      failed: null,
    }
  })
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

/** Rows and checkpoint of one projection. */
function flushOne(database: Database, one: Running, position: bigint): void {
  if (!one.failed && position > one.reached) one.reached = position
  flushTarget(database, one)
  const { failed } = one
  prepared(database, updateStatus).run(
    positionColumn(one.reached),
    failed && 'failed',
    failed && describeEvent(failed),
    failed?.event ? positionColumn(failed.event.position) : null,
    failed?.reason ?? null,
    one.projection.name,
  )
}

function failureFields({ projection, checkpoint, failed }: Running): object {
  return {
    projection: projection.name,
    checkpoint: String(checkpoint),
    event: failed && describeEvent(failed),
    reason: failed?.reason,
  }
}
