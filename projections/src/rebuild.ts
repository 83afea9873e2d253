import { randomUUID } from 'node:crypto'
import { type EventReader, ledgerStart, type StoredEvent } from '@fireledger/event-store'
import { type Database, inTransaction } from '@fireledger/sqlite'
import { compareTables, type TableDifference } from './compare.ts'
import { filterFor } from './event-filter.ts'
import { createFolding, type Folding } from './folding.ts'
import { type Open, type Projection, positionColumn } from './projection.ts'
import {
  openWritableReadStore,
  type ProjectionStatus,
  type RebuildProgress,
  readStatus,
} from './read-store.ts'
import { createRebuildMark, type RebuildMark, RebuildRunningError } from './rebuild-mark.ts'
import { attachScratch, createRefold, type Refold } from './refold.ts'
import {
  createIndexes,
  createSearch,
  createTables,
  nextSuffix,
  physicalTables,
  searchTable,
} from './tables.ts'
import { describeEvent, flushTarget, foldInto, stopTarget, type Target } from './target.ts'

/**
 * Folds the ledger anew into tables beside those in use, compares the two row for row, and lets the new ones take their
 * place in one transaction. The old rows are served, and kept up to date by whoever runs, until then. May run in another
 * process than the runner: that one notices the switch at its next commit and goes on from the new rows.
 */

export type RebuildOptions = {
  readonly reader: EventReader
  readonly projections: readonly Projection[]
  readonly open: Open
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: RebuildProgress) => void
  /** Bytes of states and rows that stay in memory, about; more waits in a file. */
  readonly memoryBytesMax?: number
  /** Before the switch: how the old rows differ from the new ones. Not called when the versions differ. */
  readonly onCompared?: (projection: string, differences: readonly TableDifference[]) => void
}

export type RebuildResult = {
  readonly projection: string
  readonly checkpoint: bigint
  /** Null when there were no rows of this version and place to compare with. */
  readonly differences: readonly TableDifference[] | null
  /** Why it could not be rebuilt; the old rows stay. Null when it was. */
  readonly failedReason: string | null
}

const progressIntervalMs = 250

/** First folded whole without any rows; then, with rows, over what has come since. */
type Rebuild = Omit<Target, 'folding'> & {
  folding: Folding
  readonly refold: Refold
  readonly mark: RebuildMark
}

/** Rebuilds in a file that may be in use by a running server. */
export async function rebuildReadStore(
  options: RebuildOptions & { readonly readStorePath: string },
): Promise<RebuildResult[]> {
  const database = openWritableReadStore(options.readStorePath, options.projections)
  try {
    attachScratch(database)
    return await rebuildProjections(database, options)
  } finally {
    database.close()
  }
}

async function rebuildProjections(database: Database, options: RebuildOptions): Promise<RebuildResult[]> {
  const rebuilds: Rebuild[] = []
  const mark = createRebuildMark(database, randomUUID())
  try {
    for (const projection of options.projections) {
      rebuilds.push(begin(database, projection, mark, options.open))
    }
    await foldAll(database, rebuilds, options)
    const results: RebuildResult[] = []
    for (const rebuild of rebuilds) results.push(await finish(database, rebuild, options))
    return results
  } catch (error) {
    inTransaction(database, () => {
      for (const rebuild of rebuilds) if (mark.isOwn(rebuild.projection.name)) giveUp(database, rebuild)
    })
    throw error
  }
}

function begin(database: Database, projection: Projection, mark: RebuildMark, open: Open): Rebuild {
  inTransaction(database, () => {
    mark.take(projection.name)
    for (const table of physicalTables(projection, nextSuffix)) database.exec(`DROP TABLE IF EXISTS ${table}`)
    createTables(database, projection, nextSuffix)
  })
  const transaction = <Result>(work: () => Result) => mark.within(projection.name, work)
  const refold = createRefold(projection, { database, open, transaction })
  const folding = { apply: refold.apply, flush: () => {}, pending: () => 0 }
  const nothing = { checkpoint: ledgerStart, reached: ledgerStart, until: null, failed: null }
  return { projection, folding, refold, mark, ...nothing }
}

/** One pass over the ledger for all of them, each up to where its old rows reach (or, of another version, the end). */
async function foldAll(
  database: Database,
  rebuilds: readonly Rebuild[],
  options: RebuildOptions,
): Promise<void> {
  const head = await options.reader.head()
  let last = ledgerStart
  for (const rebuild of rebuilds) {
    rebuild.until = targetOf(database, rebuild.projection) ?? head
    if (rebuild.until > last) last = rebuild.until
  }
  const report = progressReport(last, (progress) => {
    const [first] = rebuilds
    const names = rebuilds.map(({ projection }) => projection.name)
    first?.mark.tell(names, progress)
    options.onProgress?.(progress)
  })
  for await (const events of eventsBetween(options, ledgerStart, last)) {
    for (const stored of events) foldInto(rebuilds, stored)
    spillHeaviest(rebuilds, options.memoryBytesMax ?? memoryBytesDefault)
    report.page(events)
  }
  report.end()
  for (const rebuild of rebuilds) await writeWhole(database, rebuild, { ...options, last, alive: report.end })
}

/** Counted as JSON; as objects, and with what waits to be collected, it takes some times as much. */
const memoryBytesDefault = 24 * 1024 * 1024

/** Where most is in memory, moving it out costs least for what it frees. */
function spillHeaviest(rebuilds: readonly Rebuild[], bytesMax: number): void {
  for (;;) {
    const heavy = rebuilds.filter(({ failed, refold }) => !failed && refold.weight() > 0)
    const bytes = heavy.reduce((sum, { refold }) => sum + refold.weight(), 0)
    if (bytes <= bytesMax) return
    const [heaviest] = heavy.toSorted((a, b) => b.refold.weight() - a.refold.weight())
    if (heaviest) attempt(heaviest, heaviest.refold.spill)
  }
}

type Writing = RebuildOptions & { readonly last: bigint; readonly alive: () => void }

/** Rows and indexes of what was folded; others have their turn at the file in between. */
async function writeWhole(database: Database, rebuild: Rebuild, options: Writing): Promise<void> {
  const { projection, refold, mark } = rebuild
  const rows = refold.write()
  for (let done = rebuild.failed !== null; !done; ) {
    attempt(rebuild, () => {
      done = rows.next().done ?? false
    })
    done ||= rebuild.failed !== null
    options.alive()
    await turn()
    options.signal?.throwIfAborted()
  }
  if (rebuild.failed) return
  const next = (statusOf(database, projection).generation ?? 0) + 1
  mark.within(projection.name, () => createIndexes(database, projection, next, nextSuffix))
  rebuild.reached = rebuild.until ?? options.last
  rebuild.folding = createFolding(projection, { database, open: options.open, suffix: nextSuffix })
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** A projection that makes what cannot be written stops; the others go on. */
function attempt(rebuild: Rebuild, work: () => void): void {
  if (rebuild.failed) return
  try {
    work()
  } catch (error) {
    if (error instanceof RebuildRunningError) throw error
    stopTarget(rebuild, error)
  }
}

async function* eventsBetween(options: RebuildOptions, after: bigint, until: bigint) {
  if (until <= after) return
  const { reader, projections, signal } = options
  for await (const page of reader.readAll({ from: after, ...filterFor(projections) })) {
    signal?.throwIfAborted()
    const wanted = page.filter((stored) => stored.position <= until)
    yield wanted
    if (wanted.length < page.length) return
  }
}

/** Everything up to the position has been read; what was folded of it is written. */
function passTo(database: Database, rebuild: Rebuild, position: bigint): void {
  const { projection, mark } = rebuild
  if (!rebuild.failed) mark.within(projection.name, () => flushTarget(database, rebuild))
  if (!rebuild.failed) rebuild.reached = position
}

/** Catches up to the old rows under the write lock, compares, switches. */
async function finish(database: Database, rebuild: Rebuild, options: RebuildOptions): Promise<RebuildResult> {
  const { projection, mark } = rebuild
  const { name } = projection
  while (!rebuild.failed) {
    const result = mark.within(name, () => switchOver(database, rebuild, options))
    if (result) return result
    // The old rows have moved on meanwhile.
    const until = targetOf(database, projection) ?? rebuild.reached
    rebuild.until = until
    for await (const events of eventsBetween(options, rebuild.reached, until)) {
      for (const stored of events) foldInto([rebuild], stored)
      mark.tellAlive()
    }
    passTo(database, rebuild, until)
  }
  mark.within(name, () => {
    for (const table of physicalTables(projection, nextSuffix)) database.exec(`DROP TABLE ${table}`)
    giveUp(database, rebuild)
  })
  const { checkpoint } = statusOf(database, projection)
  const at = describeEvent(rebuild.failed)
  const failedReason = at === null ? rebuild.failed.reason : `${at}: ${rebuild.failed.reason}`
  return { projection: name, checkpoint, differences: null, failedReason }
}

/** The old rows stay, and what is true of them stays true; but nobody keeps rows of another version up to date. */
function giveUp(database: Database, { projection, failed }: Target): void {
  const { version, failedReason } = statusOf(database, projection)
  if (failed && version !== projection.version) {
    database
      .prepare(
        `UPDATE projection_status SET failed_event = ?, failed_position = ?, failed_reason = ? WHERE name = ?`,
      )
      .run(
        describeEvent(failed),
        failed.event ? positionColumn(failed.event.position) : null,
        failed.reason,
        projection.name,
      )
    endMark(database, projection.name, 'failed')
  } else endMark(database, projection.name, failedReason === null ? 'running' : 'failed')
}

function endMark(database: Database, name: string, status: ProjectionStatus['status']): void {
  database.prepare('UPDATE projection_status SET status = ?, rebuild = NULL WHERE name = ?').run(status, name)
}

function switchOver(database: Database, rebuild: Rebuild, options: RebuildOptions): RebuildResult | null {
  const { projection, reached } = rebuild
  const target = targetOf(database, projection)
  if (target !== null && target > reached) return null
  // Rows of another version, or rows that have not come as far, are no measure of these.
  const differences =
    target === reached
      ? compareTables(database, projection, (table) => ({ expected: `${table}${nextSuffix}`, found: table }))
      : null
  if (differences) options.onCompared?.(projection.name, differences)
  dropLive(database, projection)
  for (const table of physicalTables(projection)) {
    database.exec(`ALTER TABLE ${table}${nextSuffix} RENAME TO ${table}`)
  }
  createSearch(database, projection)
  database
    .prepare(
      `UPDATE projection_status SET version = ?, generation = generation + 1, checkpoint = ?, tables = ?,
         status = 'running', failed_event = NULL, failed_position = NULL, failed_reason = NULL, rebuild = NULL
       WHERE name = ?`,
    )
    .run(
      projection.version,
      positionColumn(reached),
      JSON.stringify(Object.keys(projection.tables)),
      projection.name,
    )
  return { projection: projection.name, checkpoint: reached, differences, failedReason: null }
}

/** Tables as the version that made them declared them; there may have been others than now. */
function dropLive(database: Database, projection: Projection): void {
  const row = database.prepare('SELECT tables FROM projection_status WHERE name = ?').get(projection.name)
  const declared = JSON.parse((row as { tables: string }).tables) as string[]
  const own = physicalTables({ ...projection, tables: {} })
  for (const table of declared) database.exec(`DROP TABLE IF EXISTS ${searchTable(table)}`)
  for (const table of [...declared, ...own]) database.exec(`DROP TABLE IF EXISTS ${table}`)
}

/** Where the old rows stand; null when there are none yet, or they are of another version and cannot be compared. */
function targetOf(database: Database, projection: Projection): bigint | null {
  const { version, checkpoint } = statusOf(database, projection)
  return version === projection.version && checkpoint > ledgerStart ? checkpoint : null
}

function statusOf(database: Database, projection: Projection): ProjectionStatus {
  const status = readStatus(database).find(({ name }) => name === projection.name)
  if (!status) throw new Error(`the read store does not know the projection ${projection.name}`)
  return status
}

/** Positions have gaps, so the total is an estimate: as many events a position as so far. */
function progressReport(last: bigint, tell: (progress: RebuildProgress) => void) {
  const startedMs = performance.now()
  let toldMs = startedMs
  let eventsDone = 0

  function rate(): number {
    return Math.round((eventsDone * 1000) / Math.max(performance.now() - startedMs, 1))
  }

  return {
    page(events: readonly StoredEvent[]): void {
      eventsDone += events.length
      const position = events.at(-1)?.position
      if (position === undefined || performance.now() - toldMs < progressIntervalMs) return
      toldMs = performance.now()
      const share = (Number(position) + 1) / (Number(last) + 1)
      const eventsTotal = Math.round(eventsDone / share)
      const secondsLeft = Math.ceil((eventsTotal - eventsDone) / Math.max(rate(), 1))
      tell({ eventsDone, eventsTotal, eventsPerSecond: rate(), secondsLeft, toldAtMs: Date.now() })
    },
    end(): void {
      const eventsPerSecond = rate()
      tell({ eventsDone, eventsTotal: eventsDone, eventsPerSecond, secondsLeft: 0, toldAtMs: Date.now() })
    },
  }
}
