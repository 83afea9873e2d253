import { eventStoreContract } from './event-store.contract.ts'
import { createMemoryEventStore } from './memory.ts'

eventStoreContract('memory', async () => {
  const store = createMemoryEventStore()
  return { store, close: () => store.close() }
})
