import { describe } from 'vitest'
import { appendingContract } from './contract/appending.contract.ts'
import type { OpenEngine } from './contract/engine.ts'
import { readingContract } from './contract/reading.contract.ts'
import { subscribingContract } from './contract/subscribing.contract.ts'
import { timingContract } from './contract/timing.contract.ts'

/**
 * What every engine must do. `open` gives a ledger of its own, empty, for each test; `reopen` (engines that keep
 * anything) closes it and opens the same ledger again.
 */
export function eventStoreContract(name: string, open: OpenEngine) {
  describe(`${name}: the contract of an event store`, () => {
    describe('append', () => appendingContract(open))
    describe('reading', () => readingContract(open))
    describe('subscribeToAll', () => subscribingContract(open))
    describe('backfill, cutover, live', () => timingContract(open))
  })
}
