import { randomUUID } from 'node:crypto'
import type { OpenEngine } from '../contract/engine.ts'
import { openClusterStore } from './cluster-store.ts'
import { isolated } from './isolated.test-kit.ts'

/** For the contract suite: a ledger of its own for each test, on a real server that all share. */
export function onRealServer(address: () => string): OpenEngine {
  return async () => {
    const nonce = randomUUID().slice(0, 8)
    let current = await openClusterStore(address())
    const origin = await current.head()
    return {
      store: isolated(current, nonce, origin),
      reopen: async () => {
        await current.close()
        current = await openClusterStore(address())
        return isolated(current, nonce, origin)
      },
      close: () => current.close(),
    }
  }
}
