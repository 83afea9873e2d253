import { type Database, inTransaction } from '@fireledger/sqlite'
import { type ProjectionStatus, prepared, type RebuildProgress, readStatus } from './read-store.ts'

/**
 * Who builds in the tables beside the rows in use: one rebuild at a time, which writes its own token beside what it tells.
 * A mark that nobody has told anything in for long may be taken over, so every transaction of a rebuild asks first
 * whether the mark is still its own: what it would write belongs to another's tables otherwise.
 */

/** Two rebuilds of one projection would build in the same tables. */
export class RebuildRunningError extends Error {
  override readonly name = 'RebuildRunningError'
}

/** A rebuild that has told nothing for so long is taken for dead. */
const silenceMaxMs = 15_000

/** Whether somebody is at it now; `status` alone may be what a rebuild that was killed has left. */
export function isBeingRebuilt({ rebuild }: Pick<ProjectionStatus, 'rebuild'>, nowMs: number): boolean {
  return rebuild !== null && nowMs - rebuild.toldAtMs < silenceMaxMs
}

/** As it is said to people: a rebuild that was killed is none. */
export function withoutDeadRebuild(status: ProjectionStatus, nowMs: number): ProjectionStatus {
  if (isBeingRebuilt(status, nowMs)) return status
  const standing = status.failedReason === null ? 'running' : 'failed'
  return { ...status, status: status.status === 'rebuilding' ? standing : status.status, rebuild: null }
}

const mark = `UPDATE projection_status SET status = 'rebuilding', rebuild = json_set(?, '$.owner', ?) WHERE name = ?`
const tellProgress = `UPDATE projection_status SET status = 'rebuilding', rebuild = json_set(?, '$.owner', ?)
  WHERE name = ? AND json_extract(rebuild, '$.owner') = ?`
const tellAlive = `UPDATE projection_status SET rebuild = json_set(rebuild, '$.toldAtMs', ?)
  WHERE json_extract(rebuild, '$.owner') = ?`
const countOwn = `SELECT count(*) AS own FROM projection_status
  WHERE name = ? AND json_extract(rebuild, '$.owner') = ?`

/** Of one rebuild, for as many projections as it builds. */
export type RebuildMark = ReturnType<typeof createRebuildMark>

export function createRebuildMark(database: Database, owner: string) {
  function isOwn(name: string): boolean {
    return (prepared(database, countOwn).get(name, owner) as { own: number }).own > 0
  }

  function tellAliveNow(): void {
    prepared(database, tellAlive).run(Date.now(), owner)
  }

  return {
    /** Inside the caller's transaction. Throws while another rebuild that is alive has the mark. */
    take(name: string): void {
      const status = readStatus(database).find((each) => each.name === name)
      if (status && isBeingRebuilt(status, Date.now())) {
        throw new RebuildRunningError(`${name} is being rebuilt by another process: wait until it is done`)
      }
      const none = { eventsDone: 0, eventsTotal: null, eventsPerSecond: 0, secondsLeft: null }
      prepared(database, mark).run(JSON.stringify({ ...none, toldAtMs: Date.now() }), owner, name)
    },
    isOwn,
    /** A transaction in which the mark is this rebuild's; it tells at its end that all of the rebuild is alive. */
    within<Result>(name: string, work: () => Result): Result {
      return inTransaction(database, () => {
        if (!isOwn(name)) throw lost(name)
        const result = work()
        tellAliveNow()
        return result
      })
    },
    tell(names: readonly string[], progress: RebuildProgress): void {
      inTransaction(database, () => {
        for (const name of names) {
          const { changes } = prepared(database, tellProgress).run(
            JSON.stringify(progress),
            owner,
            name,
            owner,
          )
          if (changes === 0) throw lost(name)
        }
      })
    },
    tellAlive: tellAliveNow,
  }
}

function lost(name: string): RebuildRunningError {
  return new RebuildRunningError(
    `${name}: this rebuild was taken for dead, and another may have begun; its rows are not used`,
  )
}
