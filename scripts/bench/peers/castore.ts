import { importPeer, type Peer, peerData } from './peer.ts'

/** Castore's PostgreSQL adapter: one event a call, its version named by the caller. */
export async function castorePostgres(url: string): Promise<Peer> {
  const { PostgresEventStorageAdapter } = await importPeer('@castore/event-storage-adapter-postgres')
  await PostgresEventStorageAdapter.createEventTable({
    connectionString: url,
    aggregateId: { type: 'VARCHAR', length: 80 },
  })
  const adapter = new PostgresEventStorageAdapter({ connectionString: url })
  const context = { eventStoreId: 'bench' }
  return {
    async append(stream, events, revision) {
      for (let index = 0; index < events; index++) {
        await adapter.pushEvent(
          { aggregateId: stream, version: revision + 2 + index, type: 'Measured', payload: peerData },
          context,
        )
      }
    },
    async replay(events) {
      let seen = 0
      const { aggregateIds } = await adapter.listAggregateIds(context)
      for (const { aggregateId } of aggregateIds) {
        seen += (await adapter.getEvents(aggregateId, context)).events.length
        if (seen >= events) break
      }
      return seen
    },
    // The adapter offers no way to close its connections; they end with the server.
    close: async () => {},
  }
}
