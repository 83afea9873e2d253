import { randomUUID } from 'node:crypto'
import { createBareClient } from '../../../packages/event-store/src/eventstoredb/bare-client.test-kit.ts'
import { startStandIn } from '../../../packages/event-store/src/eventstoredb/stand-in.test-kit.ts'
import { openClusterStore } from '../../../packages/event-store/src/index.ts'
import { perSecond, type Row } from '../frame.ts'
import { newEvents, prepareAppends } from '../load.ts'

/**
 * The engine beside the bare client, on one server: that of `FIRELEDGER_BENCH_ESDB` (it is filled: take one to throw
 * away), or a stand-in in this process that speaks the protocol.
 */
export const eventstoredbRow: Row = {
  name: 'eventstoredb',
  aim: '≥ 90 % of the bare client on read and on batched append',
  async *measurements(options) {
    const named = process.env.FIRELEDGER_BENCH_ESDB
    const standIn = named === undefined ? await startStandIn() : null
    const address = named ?? standIn?.address ?? ''
    const store = await openClusterStore(address)
    const bare = createBareClient(address)
    const events = options.quick ? 400 : 20_000
    const stream = `bench-${randomUUID()}`
    const batch = Math.min(1000, events)
    for (let written = 0; written < events; written += batch) {
      await store.append(stream, newEvents(batch), written - 1)
    }
    const comparisons = [{ of: 'fireledger', to: 'bare client', atLeast: 0.9 }]
    const skipped = named === undefined ? ['a real server: name one in FIRELEDGER_BENCH_ESDB'] : []
    yield {
      name: `reading a stream of ${events}, ${standIn ? 'stand-in' : 'server'}`,
      unit: 'events/s',
      sides: {
        fireledger: () =>
          perSecond(events, async () => {
            let seen = 0
            for await (const page of store.readStream(stream, { limit: events })) seen += page.length
            if (seen !== events) throw new Error(`${seen} events were read`)
          }),
        'bare client': () => perSecond(events, () => bare.readStream(stream, events)),
      },
      comparisons,
      skipped,
      close: async () => {},
    }
    const load = { appenders: 1, batch, appendsEach: options.quick ? 2 : 10 }
    const appended = load.batch * load.appendsEach
    yield {
      name: `appending ${batch} a call, ${standIn ? 'stand-in' : 'server'}`,
      unit: 'events/s',
      sides: {
        fireledger: async () => perSecond(appended, prepareAppends(store.append, load)),
        'bare client': async () => perSecond(appended, prepareAppends(bare.append, load)),
      },
      comparisons,
      skipped,
      async close() {
        await store.close()
        // Not awaited: the client waits for the end of its batch stream, which no server sends.
        void bare.close()
        standIn?.stop()
      },
    }
  },
}
