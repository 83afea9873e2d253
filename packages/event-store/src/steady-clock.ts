import type { Instant } from '@fireledger/domain'

/**
 * The world's clock, made never to run backwards: while the machine's is set back, it stands still. With one of these
 * for all commands of a process, `recordedAt` never falls as positions rise among what the process appended to an
 * embedded ledger. It says nothing across processes, restarts or machines, whose clocks are their own, nor of an append
 * that a cluster takes in another order: the order of the ledger is that of its positions.
 */
export function steadyClock(readMs: () => number = Date.now): () => Instant {
  let latestMs = Number.NEGATIVE_INFINITY
  return () => {
    latestMs = Math.max(latestMs, readMs())
    return new Date(latestMs).toISOString()
  }
}
