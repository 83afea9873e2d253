import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collect, newEvent, newEvents } from '../contract/engine.ts'
import { type EventStore, LedgerUnavailableError, ledgerStart, type StoredEvent } from '../event-store.ts'
import { openClusterStore } from './cluster-store.ts'
import { elapsedMs, impatient, openOn, standInForTest, tlsServerForTest } from './faults.test-kit.ts'
import type { ReadFault, StandIn } from './stand-in.test-kit.ts'

const worstMs = impatient.deadlineMs + impatient.patienceMs + 1500

/** 40 events of two streams and two types, some of the server's own among them. */
async function filled(standIn: StandIn, store: EventStore) {
  for (let round = 0; round < 10; round++) {
    await store.append('unit-a', newEvents(3, round % 2 === 0 ? 'Even' : 'Odd'), 3 * round - 1)
    await store.append('project-b', [newEvent(round)], round - 1)
    standIn.log.configure('other-stream', { $maxAge: 7 })
  }
}

const reads: [string, (store: EventStore) => AsyncIterable<readonly StoredEvent[]>][] = [
  ['a stream forwards', (store) => store.readStream('unit-a', { pageSize: 4 })],
  ['a stream backwards', (store) => store.readStream('unit-a', { direction: 'backwards', pageSize: 4 })],
  ['a part of a stream', (store) => store.readStream('unit-a', { from: 2, limit: 17 })],
  ['everything forwards', (store) => store.readAll({ pageSize: 7 })],
  ['everything backwards', (store) => store.readAll({ direction: 'backwards' })],
  ['one category', (store) => store.readAll({ filter: { categories: ['unit'] } })],
  ['one type, at most so many', (store) => store.readAll({ filter: { types: ['Odd'] }, limit: 11 })],
]
const faults: [string, ReadFault[]][] = [
  ['drops', [{ kind: 'drop', after: 5 }]],
  ['drops again and again', [0, 3, 0, 0, 2].map((after) => ({ kind: 'drop', after }))],
  ['falls silent', [{ kind: 'silent', after: 3 }]],
  ['repeats itself', [{ kind: 'repeat' }]],
]

describe.each(reads)('a read of %s', (_, read) => {
  it.each(faults)('misses nothing and doubles nothing when the server %s', async (_, befalling) => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    await filled(standIn, store)
    const expected = await collect(read(store))
    expect(expected.length).toBeGreaterThan(10)
    standIn.readFaults.push(...befalling)
    expect(await collect(read(store))).toEqual(expected)
    expect(standIn.readFaults).toEqual([])
  })
})

describe('a read', () => {
  it('of one category goes on when the server ends it early', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    await filled(standIn, store)
    standIn.readFaults.push({ kind: 'end', after: 4 })
    expect(await collect(store.readAll({ filter: { categories: ['unit'] } }))).toHaveLength(30)
  })

  it('survives a restart of its server', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn, { patienceMs: 20_000 })
    await filled(standIn, store)
    const seen: StoredEvent[] = []
    for await (const page of store.readAll({ pageSize: 10 })) {
      if (seen.length === 0) {
        standIn.stop()
        await standIn.start()
      }
      seen.push(...page)
    }
    expect(seen).toEqual(await collect(store.readAll()))
    expect(seen).toHaveLength(40)
  })

  it('goes on when its connection is replaced because another read found it dead', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn)
    const data = new Uint8Array(4096).fill(120)
    for (let round = 0; round < 10; round++) {
      const events = newEvents(200).map((event) => ({ ...event, data }))
      await store.append('unit-a', events, 200 * round - 1)
    }
    const pages = store.readStream('unit-a', { pageSize: 10 })[Symbol.asyncIterator]()
    const seen = [...((await pages.next()).value ?? [])]
    standIn.readFaults.push({ kind: 'silent', after: 1 })
    await collect(store.readStream('unit-a', { limit: 5 }))
    for (let page = await pages.next(); !page.done; page = await pages.next()) seen.push(...page.value)
    expect(seen.map(({ revision }) => revision)).toEqual(Array.from({ length: 2000 }, (_, index) => index))
    expect(troubles).toHaveLength(2)
  })

  it('fails within its patience when the server stays silent', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    await filled(standIn, store)
    standIn.mute(true)
    for (const read of [() => collect(store.readStream('unit-a')), () => store.head()]) {
      const pending = read()
      const rejected = expect(pending).rejects.toBeInstanceOf(LedgerUnavailableError)
      expect(await elapsedMs(pending)).toBeLessThan(worstMs)
      await rejected
    }
  })

  it('is refused at once where the user may not read, or the stream is tombstoned', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn)
    await filled(standIn, store)
    standIn.readFaults.push({ kind: 'denied' })
    await expect(collect(store.readAll())).rejects.toThrow(/denies access/)
    standIn.log.tombstone('unit-a')
    await expect(collect(store.readStream('unit-a'))).rejects.toThrow(/unit-a was tombstoned/)
    expect(troubles).toEqual([])
  })

  it('ends when the ledger is closed under it', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    await filled(standIn, store)
    standIn.readFaults.push({ kind: 'silent', after: 4 })
    const pages = store.readAll({ pageSize: 2 })[Symbol.asyncIterator]()
    await pages.next()
    await pages.next()
    const pending = pages.next()
    await store.close()
    expect(await pending).toEqual({ done: true, value: undefined })
  })
})

describe('opening', () => {
  it.each([
    ['$maxAge', { $maxAge: 60 }],
    ['$maxCount', { $maxCount: 10 }],
    ['$tb', { $tb: 3 }],
  ])('refuses a ledger stream with %s', async (name, settings) => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    await store.append('institution-1', newEvents(1), -1)
    standIn.log.configure('institution-1', settings)
    const opening = openClusterStore(standIn.address, impatient)
    await expect(opening).rejects.toBeInstanceOf(LedgerUnavailableError)
    await expect(opening).rejects.toThrow(`institution-1 has ${name}`)
  })

  it('searches for such settings only where nobody has searched before, and finds them always', async () => {
    const standIn = await standInForTest()
    const remembered = () => standIn.log.stream('retentionSearch-ledger')?.length ?? 0
    const open = () => openOn(standIn).then(({ store }) => store.close())
    await open()
    expect(remembered()).toBe(0)
    standIn.log.configure('unit-1', { $maxAge: 60 })
    standIn.log.configure('unit-1', {})
    standIn.log.pass(100n * 1024n * 1024n)
    const { store: other } = await openOn(standIn)
    await other.append('unit-2', newEvents(1), -1)
    await open()
    await open()
    expect(remembered()).toBe(1)
    standIn.log.configure('unit-2', { $maxCount: 5 })
    standIn.log.pass(100n * 1024n * 1024n)
    await other.append('unit-2', newEvents(1), 0)
    for (let time = 0; time < 2; time++) await expect(open()).rejects.toThrow('unit-2 has $maxCount')
    expect(remembered()).toBe(1)
  })

  it('refuses a tombstoned ledger stream', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    await store.append('institution-1', newEvents(1), -1)
    standIn.log.tombstone('institution-1')
    await expect(openClusterStore(standIn.address, impatient)).rejects.toThrow(
      'institution-1 has a tombstone',
    )
  })

  it('takes settings that keep everything, that are gone again, or of streams of other programs', async () => {
    const standIn = await standInForTest()
    standIn.log.configure('institution-1', { $maxCount: 10 })
    standIn.log.configure('institution-1', { $acl: { $r: ['auditor'] } })
    standIn.log.configure('others-1', { $maxCount: 10 })
    const { store } = await openOn(standIn)
    expect(await store.head()).toBe(ledgerStart)
  })

  it.each([
    ['a connection string of something else', 'http://127.0.0.1:1', /connection string/],
    [
      'conflicts that look like success',
      'esdb://127.0.0.1:1?throwOnAppendFailure=false',
      /throwOnAppendFailure/,
    ],
    [
      'a CA file that is not there',
      'esdb://127.0.0.1:1?tlsCAFile=/none/ca.pem',
      /tlsCAFile=\/none\/ca\.pem cannot be read/,
    ],
    ['a port where nobody listens', 'esdb://127.0.0.1:1?tls=false', /does not answer/],
    ['several hosts of which none answers', 'esdb://127.0.0.1:1,127.0.0.1:2?tls=false', /does not answer/],
  ])('refuses %s', async (_, address, message) => {
    const opening = openClusterStore(address, impatient)
    const rejected = expect(opening).rejects.toThrow(message)
    expect(await elapsedMs(opening)).toBeLessThan(worstMs)
    await rejected
    await expect(opening).rejects.toBeInstanceOf(LedgerUnavailableError)
  })

  it('says what may be wrong when no host leads to a node', async () => {
    const address = 'esdb://127.0.0.1:1,127.0.0.1:2?tls=false&maxDiscoverAttempts=1&discoveryInterval=1'
    await expect(openClusterStore(address, impatient)).rejects.toThrow(/no host leads to a node/)
  })

  it('asks the hosts one by one when none leads to a node, and reads from whichever answers', async () => {
    const standIn = await standInForTest()
    const { port } = new URL(standIn.address.replace('esdb', 'http'))
    const hosts = `127.0.0.1:1,127.0.0.1:${port},127.0.0.1:2`
    const address = `esdb://${hosts}?tls=false&maxDiscoverAttempts=1&discoveryInterval=1`
    const { store: writer } = await openOn(standIn)
    await writer.append('unit-1', newEvents(3), -1)
    const store = await openClusterStore(address, impatient)
    onTestFinished(() => store.close())
    expect(await collect(store.readAll())).toHaveLength(3)
    expect(await collect(store.readStream('unit-1'))).toHaveLength(3)
  })

  it.each([
    ['one host', 1],
    ['several', 3],
  ])('tells soon that the authority of the server is unknown, with %s', async (_, count) => {
    const port = await tlsServerForTest()
    const hosts = Array.from({ length: count }, () => `localhost:${port}`).join(',')
    const address = `esdb://${hosts}?tls=true&maxDiscoverAttempts=2&discoveryInterval=1`
    // Patient: it is told long before patience is at its end.
    const opening = openClusterStore(address, { deadlineMs: 5000, patienceMs: 60_000 })
    await expect(opening).rejects.toThrow(/certificate of the server cannot be trusted: .*tlsCAFile/)
  })

  it('says that the node speaks no TLS', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const opening = openClusterStore(`esdb://127.0.0.1:${port}?tls=true`, {
      deadlineMs: 5000,
      patienceMs: 60_000,
    })
    await expect(opening).rejects.toThrow(/speaks no TLS; .*tls=false/)
  })

  it('goes on when the server answers late', async () => {
    const standIn = await standInForTest()
    standIn.readFaults.push(
      { kind: 'silent', after: 0 },
      { kind: 'drop', after: 0 },
      // The end of a stream that holds nothing, twice: what is asked first; then of a search, too early.
      { kind: 'end', after: 0 },
      { kind: 'end', after: 0 },
      { kind: 'end', after: 0 },
    )
    const { troubles } = await openOn(standIn)
    expect(troubles).toHaveLength(3)
  })
})
