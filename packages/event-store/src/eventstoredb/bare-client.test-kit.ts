import { binaryEvent, EventStoreDBClient, FORWARDS, NO_STREAM, START } from '@eventstore/db-client'
import type { NewEvent } from '../event-store.ts'

/** The client as anyone would use it, without the engine: the measure of what the engine costs. */
export function createBareClient(connectionString: string) {
  const client = EventStoreDBClient.connectionString(connectionString)

  async function count(stream: AsyncIterable<{ event?: { streamId: string } }>, events: number) {
    let seen = 0
    for await (const { event } of stream) {
      if (!event?.streamId.startsWith('$')) seen++
      if (seen === events) break
    }
    return seen
  }

  return {
    async append(stream: string, events: readonly NewEvent[], expected: number) {
      const wire = events.map(({ id, type, data, metadata }) => binaryEvent({ id, type, data, metadata }))
      await client.appendToStream(stream, wire, {
        expectedRevision: expected === -1 ? NO_STREAM : BigInt(expected),
      })
    },
    readStream: (stream: string, events: number) => count(client.readStream(stream), events),
    /** From the start, or from the event at `from`. */
    readAll(events: number, from?: bigint) {
      const fromPosition = from === undefined ? START : { commit: from, prepare: from }
      return count(client.readAll({ direction: FORWARDS, fromPosition }), events)
    },
    subscribe: (events: number) => count(client.subscribeToAll({ fromPosition: START }), events),
    close: () => client.dispose(),
  }
}
