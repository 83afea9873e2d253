import type { EventReader } from './event-store.ts'

/**
 * Tells ledgers apart, and a ledger from its copy on another engine, where everything lies at other positions: the first
 * event and its place. Null while the ledger is empty.
 */
export async function ledgerIdentity(reader: Pick<EventReader, 'readAll'>): Promise<string | null> {
  for await (const [first] of reader.readAll({ limit: 1 })) {
    if (first) return `${first.id}@${first.position}`
  }
  return null
}
