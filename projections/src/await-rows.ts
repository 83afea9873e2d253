import { setTimeout as pauseFor } from 'node:timers/promises'
import { type EventReader, ledgerStart, type Position } from '@fireledger/event-store'
import { openDatabase } from '@fireledger/sqlite'
import type { Projection } from './projection.ts'
import { lowest, readStatus } from './read-store.ts'

/** Rows follow the ledger a moment later: whoever compares the two waits for a projector that is at work. */

const standstillDefaultMs = 3000
const lookMs = 50

export async function lastEvent(reader: EventReader): Promise<Position> {
  for await (const page of reader.readAll({ direction: 'backwards', limit: 1 })) {
    return page[0]?.position ?? ledgerStart
  }
  return ledgerStart
}

/** Resolves when the rows that somebody keeps up reach the position, or nobody has moved them for so long. */
export async function awaitRows(
  options: {
    readonly readStorePath: string
    readonly projections: readonly Projection[]
    readonly standstillMs?: number
    readonly signal?: AbortSignal
  },
  due: Position,
): Promise<void> {
  const { readStorePath, projections, standstillMs = standstillDefaultMs, signal } = options
  const versions = new Map(projections.map(({ name, version }) => [name, version]))
  const database = openDatabase(readStorePath, { readOnly: true })
  try {
    let reached: Position | null = null
    let movedAt = performance.now()
    for (;;) {
      signal?.throwIfAborted()
      const kept = readStatus(database).filter(
        ({ name, version, failedReason }) => versions.get(name) === version && failedReason === null,
      )
      const now = lowest(kept.map(({ checkpoint }) => checkpoint))
      if (kept.length === 0 || now >= due) return
      if (now !== reached) movedAt = performance.now()
      reached = now
      if (performance.now() - movedAt >= standstillMs) return
      await pauseFor(lookMs)
    }
  } finally {
    database.close()
  }
}
