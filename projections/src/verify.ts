import { findEvent, type LedgerEvent } from '@fireledger/domain'
import {
  decodeEvent,
  type EventReader,
  ledgerStart,
  type Position,
  type StoredEvent,
} from '@fireledger/event-store'
import { openDatabase } from '@fireledger/sqlite'
import { awaitRows, lastEvent } from './await-rows.ts'
import { compareTables, isEqual, type TableDifference } from './compare.ts'
import { carryOutErasures, erasedBy, type Forget } from './erasure.ts'
import { createFolding, type Folding } from './folding.ts'
import type { Open, Projection } from './projection.ts'
import { lowest, type ProjectionStatus, readStatus } from './read-store.ts'
import { createTables } from './tables.ts'

/**
 * Folds the whole ledger into a file of its own and compares row for row with what is served, at the same checkpoint.
 * Reads only, apart from erasures that are still to be carried out; may run beside a server. The file is SQLite's own temporary one: nobody else can open it, and it is gone
 * with the connection.
 */

export type VerifyOptions = {
  readonly reader: EventReader
  readonly readStorePath: string
  readonly projections: readonly Projection[]
  readonly open: Open
  /** Called first for everyone whom the ledger says to be erased. */
  readonly forget?: Forget
  readonly signal?: AbortSignal
  /** Called for every event that decodes, in order; again from the first when a second look is needed. */
  readonly onEvent?: (event: LedgerEvent) => void
  readonly onProgress?: (eventsDone: number, position: Position) => void
  /** How long rows that lie behind may stand still, before nobody is taken to be folding them; 3000 when absent. */
  readonly standstillMs?: number
}

export type EventFault = {
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly problem: string
}

export type VerifiedProjection = {
  readonly projection: string
  readonly checkpoint: bigint
  /**
   * equal · different · stale (rows of another version, a rebuild is due) · failed (the fold itself) · stopped (whoever
   * keeps it up could not go on) · behind (equal as far as it goes, and events that were there are not in it)
   */
  readonly verdict: 'equal' | 'different' | 'stale' | 'failed' | 'stopped' | 'behind'
  /** Events after the checkpoint that were there when it began. */
  readonly behind: number
  readonly rows: number
  readonly differences: readonly TableDifference[]
  readonly failedReason: string | null
}

export type Verification = {
  readonly ok: boolean
  readonly events: number
  readonly streams: number
  readonly faultCount: number
  /** The first hundred. */
  readonly faults: readonly EventFault[]
  readonly projections: readonly VerifiedProjection[]
}

const faultsMax = 100
const pendingMax = 10_000

type Checked = {
  readonly projection: Projection
  readonly folding: Folding
  readonly checkpoint: bigint
  readonly stale: boolean
  /** Why whoever keeps the rows up has stopped. */
  readonly stoppedReason: string | null
  behind: number
  failedReason: string | null
}

/** Someone erased while it runs is withheld by the fold and still shown by the older rows: a second look settles that. */
const looksMax = 3

export async function verifyReadStore(options: VerifyOptions): Promise<Verification> {
  if (options.forget) await carryOutErasures(options.reader, options.forget)
  for (let look = 1; ; look++) {
    const due = await lastEvent(options.reader)
    await awaitRows(options, due)
    const { verification, erasedSince } = await verifyOnce(options, due)
    const suspicious = verification.projections.some(({ verdict }) => verdict === 'different')
    if (!suspicious || !erasedSince || look === looksMax) return verification
  }
}

type Look = {
  readonly verification: Verification
  /** Someone was erased after the rows that were looked at. */
  readonly erasedSince: boolean
}

/** `due`: up to here the rows are to be. What came later is no fault of theirs. */
async function verifyOnce(options: VerifyOptions, due: Position): Promise<Look> {
  const database = openDatabase('')
  try {
    database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
    database.exec(`ATTACH DATABASE '${options.readStorePath.replaceAll("'", "''")}' AS served`)
    // One read transaction from here to the end: the server may go on writing, this connection does not see it.
    database.exec('BEGIN')
    const statuses = new Map(readStatus(database).map((status) => [status.name, status]))
    const checked = options.projections.map((projection): Checked => {
      createTables(database, projection)
      const status = statuses.get(projection.name)
      return {
        projection,
        folding: createFolding(projection, { database, open: options.open, fresh: true }),
        checkpoint: status?.checkpoint ?? ledgerStart,
        stale: status?.version !== projection.version,
        stoppedReason: stoppedReasonOf(status),
        behind: 0,
        failedReason: null,
      }
    })
    const checkEvent = eventChecker()
    const looked = lowest(checked.map(({ checkpoint }) => checkpoint))
    let events = 0
    let last = ledgerStart
    let erasedSince = false
    const notice = (stored: StoredEvent) => {
      if (stored.position > looked && erasedBy(stored) !== null) erasedSince = true
    }
    for await (const page of options.reader.readAll()) {
      options.signal?.throwIfAborted()
      for (const stored of page) {
        notice(stored)
        if (stored.position <= due)
          for (const each of checked) if (stored.position > each.checkpoint) each.behind += 1
        const event = checkEvent.check(stored)
        if (!event) continue
        options.onEvent?.(event)
        for (const each of checked) take(each, event)
      }
      for (const each of checked) if (each.folding.pending() > pendingMax) write(each)
      events += page.length
      last = page.at(-1)?.position ?? last
      options.onProgress?.(events, last)
    }
    for (const each of checked) write(each)
    for await (const page of options.reader.readAll({ from: last })) page.forEach(notice)
    const projections = checked.map((each) => judge(each, () => compareServed(each.projection)))
    const { faults, faultCount, streams } = checkEvent.result()
    const ok = faultCount === 0 && projections.every(({ verdict }) => verdict === 'equal')
    return { verification: { ok, events, streams, faultCount, faults, projections }, erasedSince }
  } finally {
    database.close()
  }

  function compareServed(projection: Projection): TableDifference[] {
    return compareTables(database, projection, (table) => ({
      expected: `main.${table}`,
      found: `served.${table}`,
    }))
  }
}

function take(each: Checked, event: LedgerEvent): void {
  if (each.failedReason !== null || each.stale || event.position > each.checkpoint) return
  attempt(each, () => each.folding.apply(event))
}

function write(each: Checked): void {
  if (each.failedReason === null) attempt(each, () => each.folding.flush())
}

function attempt(each: Checked, work: () => void): void {
  try {
    work()
  } catch (error) {
    each.failedReason = error instanceof Error ? error.message : String(error)
  }
}

function judge(each: Checked, compare: () => TableDifference[]): VerifiedProjection {
  const { projection, checkpoint, stale, stoppedReason, behind } = each
  const failedReason = each.failedReason ?? stoppedReason
  const compared = stale || each.failedReason !== null ? [] : compare()
  const differences = compared.filter((table) => !isEqual(table))
  const rows = compared.reduce((sum, table) => sum + table.rows, 0)
  const verdict = verdictOf()
  return { projection: projection.name, checkpoint, verdict, behind, rows, differences, failedReason }

  function verdictOf(): VerifiedProjection['verdict'] {
    if (each.failedReason !== null) return 'failed'
    if (stale) return 'stale'
    if (differences.length > 0) return 'different'
    if (stoppedReason !== null) return 'stopped'
    return behind > 0 ? 'behind' : 'equal'
  }
}

function stoppedReasonOf(status: ProjectionStatus | undefined): string | null {
  if (status === undefined || status.failedReason === null) return null
  return status.failedEvent === null ? status.failedReason : `${status.failedEvent}: ${status.failedReason}`
}

/** Every event must decode, fit its schema, bear its metadata, and follow its stream without a gap. */
function eventChecker() {
  const revisions = new Map<string, number>()
  const faults: EventFault[] = []
  let faultCount = 0
  let lastPosition = ledgerStart

  function fault({ stream, revision, position }: StoredEvent, problem: string): void {
    faultCount++
    if (faults.length < faultsMax) faults.push({ stream, revision, position, problem })
  }

  function check(stored: StoredEvent): LedgerEvent | null {
    const expected = (revisions.get(stored.stream) ?? -1) + 1
    if (stored.revision !== expected) fault(stored, `revision ${stored.revision} where ${expected} follows`)
    revisions.set(stored.stream, stored.revision)
    if (stored.position <= lastPosition) fault(stored, `position does not follow ${lastPosition}`)
    lastPosition = stored.position
    let event: LedgerEvent
    try {
      event = decodeEvent(stored)
    } catch (error) {
      fault(stored, `does not decode: ${error instanceof Error ? error.message : String(error)}`)
      return null
    }
    const parsed = findEvent(event.type)?.definition.data.safeParse(event.data)
    if (parsed && !parsed.success) {
      const [issue] = parsed.error.issues
      fault(stored, `data do not fit ${event.type}: /${issue?.path.join('/')} ${issue?.message}`)
    }
    const absent = requiredMetadata.filter((name) => event.metadata[name] === undefined)
    if (absent.length > 0) fault(stored, `metadata lack ${absent.join(', ')}`)
    return event
  }

  return { check, result: () => ({ faults, faultCount, streams: revisions.size }) }
}

const requiredMetadata = [
  'schemaVersion',
  'effectiveAt',
  'recordedAt',
  'commandId',
  'commandDigest',
  'correlationId',
  'causationId',
  'actor',
  'legalBasis',
  'reliedOn',
  'division',
  'institutions',
  'practitioners',
  'units',
  'refusal',
] as const
