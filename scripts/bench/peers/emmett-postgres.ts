import { consume } from './emmett-sqlite.ts'
import { importPeer, type Peer, peerData } from './peer.ts'

/** Emmett on PostgreSQL; `best` has its tables made beforehand and reads in larger batches. */
export async function emmettPostgres(url: string, configuration: 'default' | 'best'): Promise<Peer> {
  const { getPostgreSQLEventStore } = await importPeer('@event-driven-io/emmett-postgresql')
  const made = getPostgreSQLEventStore(url)
  await made.schema.migrate()
  const store =
    configuration === 'default' ? made : getPostgreSQLEventStore(url, { schema: { autoMigration: 'None' } })
  return {
    append: (stream, events) =>
      store.appendToStream(
        stream,
        Array.from({ length: events }, () => ({ type: 'Measured', data: peerData })),
      ),
    replay: (events) => consume(store, events, configuration === 'default' ? undefined : 1000),
    async close() {
      await store.close()
      if (store !== made) await made.close()
    },
  }
}
