import { importPeer, type Peer, peerData } from './peer.ts'

type Stream = { lastRevision: number; addEvents(events: object[]): void; commit(done: Done): void }
type Done = (error: Error | null) => void

/** node-eventstore on its built-in store, which is memory: the fastest it has, and not durable. */
export async function nodeEventstore(): Promise<Peer> {
  const { default: create } = await importPeer('eventstore')
  const store = create()
  await promised((done) => store.init(done))
  return {
    async append(stream, events, revision) {
      const found = await promised<Stream>((done) =>
        revision < 0
          ? store.getEventStream({ aggregateId: stream, aggregate: 'bench', context: 'bench' }, 0, 1, done)
          : store.getEventStream(
              { aggregateId: stream, aggregate: 'bench', context: 'bench' },
              revision,
              done,
            ),
      )
      found.addEvents(Array.from({ length: events }, () => ({ type: 'Measured', ...peerData })))
      await promised((done) => found.commit(done as Done))
    },
    async replay(events) {
      const all = await promised<unknown[]>((done) => store.getEvents({}, 0, events, done))
      return all.length
    },
    close: async () => {},
  }
}

function promised<Result>(start: (done: (error: Error | null, result: Result) => void) => void) {
  return new Promise<Result>((resolve, reject) => {
    start((error, result) => (error ? reject(error) : resolve(result)))
  })
}
