import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { importPeer, type Peer, peerData } from './peer.ts'

/**
 * Emmett on SQLite as it comes (a connection for each call), and as fast as its options allow: one connection, tables
 * made beforehand. Both in WAL with the driver's `synchronous=FULL`.
 */
export async function emmettSqlite(directory: string, configuration: 'default' | 'best'): Promise<Peer> {
  const { getSQLiteEventStore, sqliteConnection } = await importPeer('@event-driven-io/emmett-sqlite')
  const fileName = join(directory, `emmett-${configuration}.db`)
  const byDefault = getSQLiteEventStore({ fileName, schema: { autoMigration: 'CreateOrUpdate' } })
  await byDefault.schema.migrate()
  const store =
    configuration === 'default'
      ? byDefault
      : getSQLiteEventStore({
          fileName,
          schema: { autoMigration: 'None' },
          connectionOptions: { singleton: true, connection: sqliteConnection({ fileName }) },
        })
  return {
    append: (stream, events) =>
      untilFree(() =>
        store.appendToStream(
          stream,
          Array.from({ length: events }, () => ({ type: 'Measured', data: peerData })),
        ),
      ),
    replay: (events) => consume(store, events, configuration === 'default' ? undefined : 1000),
    async close() {
      await store.close?.()
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${fileName}${suffix}`, { force: true })
    },
  }
}

/** Now and then a connection is not ready when it is first used; the caller is expected to try again. */
async function untilFree<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'SQLITE_BUSY' || attempt === 5) throw error
    }
  }
}

let consumers = 0

/** Emmett's own way to read everything: a consumer with a processor. */
// biome-ignore lint/suspicious/noExplicitAny: no types without an installation
export async function consume(store: any, events: number, batchSize: number | undefined): Promise<number> {
  let seen = 0
  const consumer = store.consumer(batchSize === undefined ? {} : { pulling: { batchSize } })
  const processor = {
    processorId: `bench-${consumers++}`,
    startFrom: 'BEGINNING',
    stopAfter: () => seen >= events,
    eachMessage() {
      seen += 1
    },
  }
  if (consumer.processor) consumer.processor(processor)
  else consumer.reactor(processor)
  await consumer.start()
  await consumer.close()
  return seen
}
