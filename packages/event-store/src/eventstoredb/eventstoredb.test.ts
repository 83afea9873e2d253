import { randomUUID } from 'node:crypto'
import { describe, it } from 'vitest'
import { eventStoreContract } from '../event-store.contract.ts'
import { openClusterStore } from './cluster-store.ts'
import { isolated } from './isolated.test-kit.ts'

/** Any real server, one node or a cluster, named by its connection string. */
const address = process.env.FIRELEDGER_TEST_ESDB

if (address) {
  eventStoreContract('a real EventStoreDB', async () => {
    const nonce = randomUUID().slice(0, 8)
    let current = await openClusterStore(address)
    const origin = await current.head()
    return {
      store: isolated(current, nonce, origin),
      reopen: async () => {
        await current.close()
        current = await openClusterStore(address)
        return isolated(current, nonce, origin)
      },
      close: () => current.close(),
    }
  })
} else {
  describe('a real EventStoreDB', () => {
    it.skip('is not tested: name a server, FIRELEDGER_TEST_ESDB=esdb://…', () => {})
  })
}
