import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { type CheckpointStore, type Clerk, createClerk, openCheckpointStore } from '@fireledger/clerk'
import {
  type HeldLease,
  type LeaseChange,
  LeaseLostError,
  ledgerIdentity,
  type Position,
  underLease,
} from '@fireledger/event-store'
import type { Logger } from 'pino'
import { worldClock } from './clock.ts'
import { submitTo, type Writing } from './services.ts'

export type RunningClerk = {
  readonly clerk: Clerk
  /** Resolves when everything up to the position is worked off; rejects when the clerk has stopped before. */
  reached(position: Position): Promise<void>
  /** Resolves when it was stopped; rejects with what kept it from going on. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

/** Starts the clerk on the ledger, under the given clock (the world's when absent). */
export async function startClerk(
  writing: Writing,
  logger: Logger,
  clock?: () => string,
): Promise<RunningClerk> {
  const store = openCheckpointStore(writing.folder.clerk, await ledgerIdentity(writing.ledger))
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
    submit: (command) => writing.submit(command, clock?.()),
    now: clock ?? worldClock,
    checkpointStore: observed,
    logger: logger.child({ component: 'clerk' }),
    // A story's clock goes from tick to tick: what is told depends on its days only, not on how fast it is read.
    promptly: clock === undefined,
    ...(clock === undefined ? {} : { schedule: () => () => {} }),
  })
  let failure: unknown = null
  const ended = clerk.run(stop.signal)
  const settled = ended.catch((error) => {
    failure = error
    for (const waiter of waiting) waiter.settle(error)
  })
  return {
    clerk,
    ended,
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
      await settled
      store.close()
    },
  }
}

/**
 * The clerk where other processes may run one too: it acts while it holds the lease, and stands by otherwise. Each looks
 * at the lease right before it writes, whatever it has read or decided before.
 */
export function startLeasedClerk(
  writing: Writing,
  logger: Logger,
): { readonly ended: Promise<void>; stop(): Promise<void> } {
  const stop = new AbortController()
  const told = logger.child({ component: 'clerk' })
  const lease = {
    ledger: writing.ledger,
    name: 'clerk',
    holder: `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`,
    onChange: (change: LeaseChange) => tell(told, change),
  }
  const ended = underLease(lease, stop.signal, async (held, signal) => {
    const clerk = await startClerk(fenced(writing, held), logger)
    try {
      await Promise.race([aborted(signal), clerk.ended])
    } finally {
      await clerk.stop()
    }
  })
  const settled = ended.catch(() => {})
  return {
    ended,
    async stop() {
      stop.abort()
      await settled
    },
  }
}

/** Writes nothing once the lease is lost. */
function fenced(writing: Writing, lease: HeldLease): Writing {
  const ledger = {
    ...writing.ledger,
    append: async (...append: Parameters<Writing['ledger']['append']>) => {
      if (!lease.holds()) throw new LeaseLostError('another clerk may be active by now')
      return writing.ledger.append(...append)
    },
  }
  return { ...writing, ledger, submit: submitTo(ledger, writing.keys) }
}

function tell(logger: Logger, change: LeaseChange): void {
  if (change.kind === 'held') logger.info({ leaseRevision: change.token }, 'this clerk is the active one')
  else if (change.kind === 'waiting') {
    logger.info({ holder: change.holder }, 'another clerk is active; this one stands by')
  } else if (change.kind === 'lost') {
    logger.warn({ leaseRevision: change.token }, 'the lease was lost: this clerk has stopped acting')
  } else logger.warn({ reason: change.reason }, 'the lease could not be looked at or renewed; trying again')
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
