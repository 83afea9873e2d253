import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventStoreContract } from '../event-store.contract.ts'
import { openEmbeddedLedger } from './embedded.ts'

eventStoreContract('embedded', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-'))
  let store = await openEmbeddedLedger(directory)
  return {
    store,
    reopen: async () => {
      await store.close()
      store = await openEmbeddedLedger(directory)
      return store
    },
    close: async () => {
      await store.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
})
