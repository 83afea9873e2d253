import { Worker } from 'node:worker_threads'
import { type LedgerLocation, ledgerStart } from '@fireledger/event-store'
import type { PersonKeysOptions } from '@fireledger/vault'
import type { Logger } from './runner.ts'

export type ProjectorOptions = {
  /** The thread opens a reader of its own there. */
  readonly ledger: LedgerLocation
  readonly readStorePath: string
  readonly keys: PersonKeysOptions
}

export type ToProjector = { readonly kind: 'stop' }

export type FromProjector =
  | { readonly kind: 'committed'; readonly checkpoint: bigint; readonly caughtUp: boolean }
  | {
      readonly kind: 'log'
      readonly level: 'info' | 'error'
      readonly fields: object
      readonly message: string
    }

/** The runner in a thread of its own, so that folding and writing never hold up requests. */
export type Projector = {
  /** All projections that have not failed reach this position. */
  checkpoint(): bigint
  /** True as soon as the rows reach the position; false when they do not within `timeoutMs`, or the projector ended. */
  waitFor(position: bigint, timeoutMs: number): Promise<boolean>
  /** Resolves when the projector has ended; rejects when it ended by an error (ledger or read store unusable). */
  readonly ended: Promise<void>
  /** Ends; what is not committed yet is folded again next time. Idempotent. */
  stop(): Promise<void>
}

type Waiter = { readonly position: bigint; readonly settle: (reached: boolean) => void }

/**
 * Starts the projector and resolves when it has caught up with what was in the ledger, or `signal` has ended it.
 * @throws what kept the projector from starting.
 */
export async function startProjector(
  options: ProjectorOptions,
  logger?: Logger,
  signal?: AbortSignal,
): Promise<Projector> {
  const worker = new Worker(new URL('./projector-boot.mjs', import.meta.url), {
    workerData: options,
    // Flags of the parent (loaders, inspectors) are not for this thread.
    execArgv: [],
    name: 'fireledger-projector',
  })
  let checkpoint = ledgerStart
  let running = true
  const waiters = new Set<Waiter>()
  const ended = new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    worker.once('exit', () => resolve())
  })
  // Whoever does not ask has been told by the log.
  ended.catch((error) => logger?.error({ reason: String(error) }, 'projector ended'))

  const caughtUp = new Promise<void>((resolve) => {
    worker.on('message', (message: FromProjector) => {
      if (message.kind === 'log') return logger?.[message.level](message.fields, message.message)
      checkpoint = message.checkpoint
      for (const waiter of waiters) if (waiter.position <= checkpoint) waiter.settle(true)
      if (message.caughtUp) resolve()
    })
  })
  worker.once('exit', () => {
    running = false
    for (const waiter of waiters) waiter.settle(false)
  })

  function waitFor(position: bigint, timeoutMs: number): Promise<boolean> {
    if (position <= checkpoint) return Promise.resolve(true)
    if (!running) return Promise.resolve(false)
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiter.settle(false), timeoutMs)
      const waiter: Waiter = {
        position,
        settle: (reached) => {
          clearTimeout(timer)
          waiters.delete(waiter)
          resolve(reached)
        },
      }
      waiters.add(waiter)
    })
  }

  async function stop(): Promise<void> {
    worker.postMessage({ kind: 'stop' } satisfies ToProjector)
    await ended.catch(() => {})
  }

  const stopEarly = () => void stop()
  signal?.addEventListener('abort', stopEarly, { once: true })
  if (signal?.aborted) stopEarly()
  await Promise.race([caughtUp, ended])
  signal?.removeEventListener('abort', stopEarly)
  if (!running && !signal?.aborted) throw new Error('the projector ended before it had caught up')
  return { checkpoint: () => checkpoint, waitFor, ended, stop }
}
