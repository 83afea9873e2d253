import type { ReadStore } from '@fireledger/projections'
import type { FindReceipt } from './idempotency.ts'

/** For which stream a command was handled, from the read model of receipts. */
export function receiptIn(readStore: Pick<ReadStore, 'get'>): FindReceipt {
  return (commandId) =>
    readStore.get<{ stream: string }>('SELECT stream FROM command_receipt WHERE command_id = ? LIMIT 1', [
      commandId,
    ])?.stream ?? null
}
