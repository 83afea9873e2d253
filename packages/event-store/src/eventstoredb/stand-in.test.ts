import { eventStoreContract } from '../event-store.contract.ts'
import { openClusterStore } from './cluster-store.ts'
import { startStandIn } from './stand-in.test-kit.ts'

eventStoreContract('EventStoreDB stand-in', async () => {
  const standIn = await startStandIn()
  let current = await openClusterStore(standIn.address)
  return {
    store: current,
    reopen: async () => {
      await current.close()
      current = await openClusterStore(standIn.address)
      return current
    },
    close: async () => {
      await current.close()
      standIn.stop()
    },
  }
})
