import { Worker } from 'node:worker_threads'
import type { ProjectorOptions } from './projector.ts'
import type { RebuildResult } from './rebuild.ts'

export type RebuildRequest = ProjectorOptions & {
  /** Names of read models. */
  readonly projections: readonly string[]
}

/**
 * Folds read models anew beside the rows in use, without holding up the thread that asks. Ended by the signal, it leaves
 * the old rows as they are.
 * @throws RebuildRunningError (by name) when one of them is being rebuilt already; what kept it from reading or writing.
 */
export async function rebuildInThread(
  request: RebuildRequest,
  signal?: AbortSignal,
): Promise<readonly RebuildResult[]> {
  const worker = new Worker(new URL('./rebuild-boot.mjs', import.meta.url), {
    workerData: request,
    // Flags of the parent (loaders, inspectors) are not for this thread.
    execArgv: [],
    name: 'fireledger-rebuild',
  })
  const end = () => void worker.terminate()
  signal?.addEventListener('abort', end, { once: true })
  if (signal?.aborted) end()
  try {
    return await new Promise<readonly RebuildResult[]>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('the rebuild was ended before it was done')))
    })
  } finally {
    signal?.removeEventListener('abort', end)
  }
}
