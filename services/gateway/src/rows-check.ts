import type { Position } from '@fireledger/event-store'
import type { ProjectionStatus } from '@fireledger/projections'

/** What is wrong with the read models, a sentence each; none when they are as they should be. */
export type RowsCheck = () => Promise<readonly string[]>

/** Looks whether projections have stopped, and whether the rows have been behind the ledger for too long. */
export function createRowsCheck(of: {
  head(): Promise<Position>
  status(): readonly ProjectionStatus[]
  /** How long they may be behind. */
  readonly behindMs: number
}): RowsCheck {
  /** Null until the first time: before that, the rows may be as old as the last run. */
  let caughtUpAt: number | null = null
  return async () => {
    const reasons: string[] = []
    try {
      const head = await of.head()
      const statuses = of.status()
      for (const { name, status, failedReason } of statuses) {
        if (status === 'failed')
          reasons.push(`projection ${name} has stopped: ${failedReason ?? 'unknown reason'}`)
      }
      const now = performance.now()
      const running = statuses.filter(({ status }) => status !== 'failed')
      if (running.every(({ checkpoint }) => checkpoint >= head)) caughtUpAt = now
      else if (caughtUpAt === null || now - caughtUpAt > of.behindMs)
        reasons.push(behind(running, head, caughtUpAt === null ? null : now - caughtUpAt))
    } catch (error) {
      reasons.push(
        `the ledger or the read store does not answer: ${error instanceof Error ? error.message : error}`,
      )
    }
    return reasons
  }
}

function behind(projections: readonly ProjectionStatus[], head: Position, forMs: number | null): string {
  const names = projections.filter(({ checkpoint }) => checkpoint < head).map(({ name }) => name)
  const since = forMs === null ? 'since the start' : `for ${Math.round(forMs)} ms`
  return `the projector is behind ${since}, or does not run: ledger at ${head}, not reached by ${names.join(', ')}`
}
