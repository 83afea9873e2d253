import type { LedgerEvent } from '@fireledger/domain'
import { decodeEvent, type StoredEvent } from '@fireledger/event-store'
import type { Database } from '@fireledger/sqlite'
import type { Folding } from './folding.ts'
import type { Projection } from './projection.ts'

/**
 * A projection while it is folded, into its live tables or into those of a rebuild. Whatever its fold or its rows do
 * wrong stops this one and no other; what is wrong with the store itself (full disk, broken file) is thrown.
 */
export type Target = {
  readonly projection: Projection
  readonly folding: Folding
  /** Position that the written rows reach. */
  checkpoint: bigint
  /** Position of the last event that is folded or passed over. */
  reached: bigint
  /** Events beyond this position are not for it; null: all are. */
  until: bigint | null
  failed: Failure | null
}

export type Failure = {
  /** Null when it cannot be told which one it was. */
  readonly event: LedgerEvent | StoredEvent | null
  readonly reason: string
}

/** Folds an event into all targets that lack it, decoded once. One that does not decode stops all of them. */
export function foldInto(targets: readonly Target[], stored: StoredEvent): void {
  let event: LedgerEvent | null = null
  for (const target of targets) {
    if (target.failed || stored.position <= target.reached) continue
    if (target.until !== null && stored.position > target.until) continue
    try {
      event ??= decodeEvent(stored)
      target.folding.apply(event)
      target.reached = stored.position
    } catch (error) {
      target.failed = { event: event ?? stored, reason: reasonOf(error) }
    }
  }
}

/** Writes what is folded, inside the transaction that the caller has begun. A failure undoes this target's rows only. */
export function flushTarget(database: Database, target: Target): void {
  database.exec('SAVEPOINT flush')
  try {
    target.folding.flush()
    database.exec('RELEASE flush')
  } catch (error) {
    stopTarget(target, error)
    database.exec('ROLLBACK TO flush; RELEASE flush')
  }
}

/** What was folded cannot be written. Throws what is the store's own failure. */
export function stopTarget(target: Target, error: unknown): void {
  if (isStoreFailure(error)) throw error
  target.failed = { event: null, reason: reasonOf(error) }
  target.reached = target.checkpoint
}

/** `<type> <stream>@<revision>`; null when no event is known. */
export function describeEvent({ event }: Failure): string | null {
  return event && `${event.type} ${event.stream}@${event.revision}`
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
