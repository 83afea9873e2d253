import { parentPort, workerData } from 'node:worker_threads'
import { openLedgerReader } from '@fireledger/event-store'
import { openPersonKeys } from '@fireledger/vault'
import { readModels } from './read-models.ts'
import { rebuildReadStore } from './rebuild.ts'
import type { RebuildRequest } from './rebuild-in-thread.ts'

/** A rebuild in a thread of its own, with a reader of the ledger of its own; tells the results and ends. */

const request = workerData as RebuildRequest
const reader = await openLedgerReader(request.ledger)
const keys = openPersonKeys(request.keys)
try {
  const results = await rebuildReadStore({
    // A row without a person whose key is only out of reach would stay so: rather no rebuild.
    reader: keys.readable(reader, (error) => {
      throw error
    }),
    readStorePath: request.readStorePath,
    projections: readModels.filter(({ name }) => request.projections.includes(name)),
    open: keys.vault.open,
  })
  parentPort?.postMessage(results)
} finally {
  await keys.close()
  await reader.close()
}
