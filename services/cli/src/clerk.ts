import { type CheckpointStore, type Clerk, createClerk, openCheckpointStore } from '@fireledger/clerk'
import type { Position } from '@fireledger/event-store'
import type { Logger } from 'pino'
import type { Writing } from './services.ts'

export type RunningClerk = {
  readonly clerk: Clerk
  /** Resolves when everything up to the position is worked off; rejects when the clerk has stopped before. */
  reached(position: Position): Promise<void>
  stop(): Promise<void>
}

/** Starts the clerk on the ledger, under the given clock (the world's when absent). */
export function startClerk(
  writing: Writing,
  logger: Logger,
  clock: () => string = () => new Date().toISOString(),
): RunningClerk {
  const store = openCheckpointStore(writing.folder.clerk)
  const stop = new AbortController()
  const waiting = new Set<{ position: Position; settle: (error?: unknown) => void }>()
  const observed: CheckpointStore = {
    get checkpoint() {
      return store.checkpoint
    },
    get: store.get,
    entries: store.entries,
    close: store.close,
    commit(position, changes) {
      store.commit(position, changes)
      for (const waiter of waiting) if (waiter.position <= position) waiter.settle()
    },
  }
  const clerk = createClerk({
    ledger: writing.ledger,
    submit: (command) => writing.submit(command, clock()),
    now: clock,
    checkpointStore: observed,
    logger: logger.child({ component: 'clerk' }),
  })
  let failure: unknown = null
  const running = clerk.run(stop.signal).catch((error) => {
    failure = error
    logger.error(
      { err: error },
      'the clerk has stopped: no credit follows from facts and no deadline is kept until a restart',
    )
    for (const waiter of waiting) waiter.settle(error)
  })
  return {
    clerk,
    reached(position) {
      if (failure !== null) return Promise.reject(failure)
      if ((store.checkpoint ?? -1n) >= position) return Promise.resolve()
      return new Promise((resolve, reject) => {
        const waiter = {
          position,
          settle: (error?: unknown) => {
            waiting.delete(waiter)
            if (error === undefined) resolve()
            else reject(error)
          },
        }
        waiting.add(waiter)
      })
    },
    async stop() {
      stop.abort()
      await running
      store.close()
    },
  }
}
