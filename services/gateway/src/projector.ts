import type { ProjectionStatus, ReadStore } from '@fireledger/projections'

/** What the gateway needs to know of the runner that fills the read models, wherever it runs. */
export type Projector = {
  /** Whether the rows of a projection (or of all) reach the position, after at most `timeoutMs`. */
  waitFor(position: bigint, timeoutMs: number, projection?: string): Promise<boolean>
  status(): readonly ProjectionStatus[]
}

const pollMs = 10

/** By looking at the checkpoints: works for a runner in this process, in a worker or in another process. */
export function createProjector(readStore: Pick<ReadStore, 'checkpoint' | 'status'>): Projector {
  return {
    async waitFor(position, timeoutMs, projection) {
      const deadline = performance.now() + timeoutMs
      while (readStore.checkpoint(projection) < position) {
        if (performance.now() >= deadline) return false
        await new Promise((resolve) => setTimeout(resolve, pollMs))
      }
      return true
    },
    status: () => readStore.status(),
  }
}
