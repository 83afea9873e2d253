import {
  type EventFilter,
  type EventStore,
  ledgerStart,
  type Position,
  type ReadAllOptions,
  type StoredEvent,
  type SubscriptionMessage,
  WrongExpectedRevisionError,
} from '../event-store.ts'

/**
 * A ledger of its own on a server that many tests share: streams get a name that no other test has and a category that
 * no ledger has, what was there before (up to `origin`) does not exist, and events of others are passed over. The store
 * underneath is the real one.
 */
export function isolated(store: EventStore, nonce: string, origin: Position): EventStore {
  // What is no name of a stream stays none.
  const outside = (stream: string) => stream.replace(/^([^-]+)-(?=.)/, `trial$1-${nonce}.`)
  const inside = (event: StoredEvent) => ({
    ...event,
    stream: event.stream.replace(/^trial/, '').replace(`-${nonce}.`, '-'),
  })
  const ours = (event: StoredEvent) => event.stream.includes(`-${nonce}.`)
  const wanted = <Options extends { readonly filter?: EventFilter }>(options: Options): Options => {
    const categories = options.filter?.categories?.map((category) => `trial${category}`)
    return categories ? { ...options, filter: { ...options.filter, categories } } : options
  }
  const begin = (position: bigint) => (position < origin ? origin : position)
  const end = (position: bigint) => (position <= origin ? ledgerStart : position)

  async function* pages(options: ReadAllOptions) {
    const { limit = Number.POSITIVE_INFINITY, pageSize = 512, ...rest } = wanted(options)
    let page: StoredEvent[] = []
    let left = limit
    for await (const events of store.readAll(rest)) {
      for (const event of events) {
        if (event.position <= origin || !ours(event) || left === 0) continue
        left -= 1
        page.push(inside(event))
        if (page.length === pageSize) {
          yield page
          page = []
        }
      }
      if (left === 0 || (events.at(-1)?.position ?? 0n) <= origin) break
    }
    if (page.length > 0) yield page
  }

  async function* messages(source: AsyncIterable<SubscriptionMessage>): AsyncGenerator<SubscriptionMessage> {
    for await (const message of source) {
      if (message.kind !== 'events') yield { ...message, position: end(message.position) }
      else if (message.events.some(ours))
        yield { kind: 'events', events: message.events.filter(ours).map(inside) }
    }
  }

  return {
    async append(stream, events, expected) {
      try {
        return await store.append(outside(stream), events, expected)
      } catch (error) {
        if (!(error instanceof WrongExpectedRevisionError)) throw error
        throw new WrongExpectedRevisionError(stream, error.expected, error.actual)
      }
    },
    async *readStream(stream, options) {
      for await (const page of store.readStream(outside(stream), options)) yield page.map(inside)
    },
    readAll(options = {}) {
      const { from } = options
      if (options.direction === 'backwards') return pages(options)
      return pages({ ...options, from: begin(from ?? ledgerStart) })
    },
    subscribeToAll: (options) =>
      messages(store.subscribeToAll({ ...wanted(options), after: begin(options.after) })),
    head: async () => end(await store.head()),
    close: () => store.close(),
  }
}
