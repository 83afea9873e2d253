import { describe, it } from 'vitest'
import { eventStoreContract } from '../event-store.contract.ts'
import { onRealServer } from './real-server.test-kit.ts'

/** Any real server, one node or a cluster, named by its connection string. */
const address = process.env.FIRELEDGER_TEST_ESDB

if (address) {
  eventStoreContract(
    'a real EventStoreDB',
    onRealServer(() => address),
  )
} else {
  describe('a real EventStoreDB', () => {
    it.skip('is not tested: name a server, FIRELEDGER_TEST_ESDB=esdb://…', () => {})
  })
}
