import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LedgerEvent } from '../../packages/domain/src/index.ts'
import { createBareClient } from '../../packages/event-store/src/eventstoredb/bare-client.test-kit.ts'
import {
  encodeEvent,
  ledgerStart,
  type NewEvent,
  onlyLedgerStreams,
  openClusterStore,
} from '../../packages/event-store/src/index.ts'
import { readModels, rebuildReadStore } from '../../projections/src/index.ts'
import { sampleFacts } from '../../projections/src/sample-history.ts'
import { ledgerEvents, testVault } from '../../projections/src/test-kit.ts'

/**
 * The EventStoreDB engine beside the bare client on the same server, in turns in one run: only the ratio means anything.
 * A rebuild of all read models stands beside the bare client that reads the same events and does nothing with them.
 * Run: `node --import tsx scripts/bench/eventstoredb.ts <connection string> [rounds]`. It fills the server: take one to
 * throw away.
 */

const [address, roundsText] = process.argv.slice(2)
if (!address) {
  console.error('usage: eventstoredb.ts <connection string> [rounds]')
  process.exit(2)
}
const rounds = Number(roundsText ?? 7)
const data = new TextEncoder().encode(JSON.stringify({ text: 'x'.repeat(380) }))
const metadata = new TextEncoder().encode(JSON.stringify({ text: 'y'.repeat(240), schemaVersion: 1 }))
const readEvents = 20_000
const rebuiltEvents = 20_000

function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, () => ({ id: randomUUID(), type: 'Measured', data, metadata }))
}

type Append = (stream: string, events: readonly NewEvent[], expected: number) => Promise<unknown>
type Side = {
  readonly append: Append
  readonly readStream: (stream: string, events: number) => Promise<number>
  readonly readAll: (events: number) => Promise<number>
  readonly subscribe: (events: number) => Promise<number>
  readonly rebuild: (first: bigint, events: number) => Promise<number>
}

/** Events per second of so many appenders, each to a stream of its own. */
async function measureAppends(append: Append, appenders: number, batch: number, appendsEach: number) {
  const batches = Array.from({ length: appenders * appendsEach }, () => newEvents(batch))
  return perSecond(appenders * batch * appendsEach, async () => {
    await Promise.all(
      Array.from({ length: appenders }, async () => {
        const stream = `bench-${randomUUID()}`
        for (let index = 0; index < appendsEach; index++) {
          await append(stream, batches.pop() ?? [], index * batch - 1)
        }
      }),
    )
  })
}

type Figure = { readonly perSecond: number; readonly cpuMicroseconds: number }

/** Wall clock, and this process's processor time per event, which a loaded machine disturbs less. */
async function perSecond(events: number, work: () => Promise<unknown>): Promise<Figure> {
  const begin = performance.now()
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return {
    perSecond: events / ((performance.now() - begin) / 1000),
    cpuMicroseconds: (user + system) / events,
  }
}

const store = await openClusterStore(address)
const ledger = onlyLedgerStreams(store)
const client = createBareClient(address)
const bare: Side = { ...client, rebuild: (first, events) => client.readAll(events, first) }
const engine: Side = {
  append: store.append,
  async readStream(stream, events) {
    let seen = 0
    for await (const page of store.readStream(stream, { limit: events })) seen += page.length
    return seen
  },
  async readAll(events) {
    let seen = 0
    for await (const page of store.readAll({ limit: events })) seen += page.length
    return seen
  },
  async subscribe(events) {
    let seen = 0
    for await (const message of store.subscribeToAll({ after: ledgerStart })) {
      if (message.kind === 'events') seen += message.events.length
      if (seen >= events) break
    }
    return seen
  },
  async rebuild(_, events) {
    const folder = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
    const readStorePath = join(folder, 'read.db')
    const results = await rebuildReadStore({
      reader: ledger,
      readStorePath,
      projections: readModels,
      open: testVault().open,
    })
    const failed = results.find(({ failedReason }) => failedReason !== null)
    if (failed) throw new Error(`${failed.projection}: ${failed.failedReason}`)
    rmSync(folder, { recursive: true })
    return events
  },
}

/** A plausible mixture of the ledger's own events; appended once, however often this runs. Where it begins and ends. */
async function givenHistory(): Promise<{ first: bigint; last: bigint }> {
  const streams = new Map<string, LedgerEvent[]>()
  for (const event of ledgerEvents(sampleFacts(rebuiltEvents))) {
    const earlier = streams.get(event.stream)
    if (earlier) earlier.push(event)
    else streams.set(event.stream, [event])
  }
  const queue = streams.entries()
  const positions: bigint[] = []
  async function work() {
    for (const [stream, events] of queue) {
      const { position } = await store.append(stream, events.map(encodeEvent), -1)
      positions.push(position)
    }
  }
  await Promise.all(Array.from({ length: 32 }, work))
  const [first = 0n, last = 0n] = [(a: bigint, b: bigint) => a < b, (a: bigint, b: bigint) => a > b].map(
    (isBetter) => positions.reduce((best, next) => (isBetter(next, best) ? next : best)),
  )
  return { first, last }
}

const history = await givenHistory()
/** Between the two, whatever it is: the bare client cannot tell. */
let historyEvents = 1
for await (const page of store.readAll({ from: history.first })) {
  historyEvents += page.filter(({ position }) => position <= history.last).length
  if ((page.at(-1)?.position ?? history.last) >= history.last) break
}
const long = `bench-${randomUUID()}`
for (let written = 0; written < readEvents; written += 1000) {
  await store.append(long, newEvents(1000), written - 1)
}
const loads: [string, (side: Side) => Promise<Figure>][] = [
  ['append, one at a time', (side) => measureAppends(side.append, 1, 1, 300)],
  ['append, 64 appenders', (side) => measureAppends(side.append, 64, 1, 40)],
  ['append, 1000 per call', (side) => measureAppends(side.append, 1, 1000, 10)],
  ['readStream', (side) => perSecond(readEvents, () => side.readStream(long, readEvents))],
  ['readAll', (side) => perSecond(readEvents, () => side.readAll(readEvents))],
  ['subscribeToAll', (side) => perSecond(readEvents, () => side.subscribe(readEvents))],
  [
    'rebuild of all read models',
    (side) => perSecond(historyEvents, () => side.rebuild(history.first, historyEvents)),
  ],
]

console.log(`Node ${process.version}, ${data.length + metadata.length} bytes an event, ${rounds} rounds`)
for (const [name, measure] of loads) {
  const figures = { bare: [] as Figure[], engine: [] as Figure[] }
  await measure(bare)
  await measure(engine)
  for (let round = 0; round < rounds; round++) {
    // Whoever goes second finds warm caches: they take turns.
    const order = round % 2 === 0 ? (['bare', 'engine'] as const) : (['engine', 'bare'] as const)
    for (const side of order) figures[side].push(await measure(side === 'bare' ? bare : engine))
  }
  const rates = (side: 'bare' | 'engine') => figures[side].map((figure) => figure.perSecond)
  const cpu = (side: 'bare' | 'engine') => median(figures[side].map((figure) => figure.cpuMicroseconds))
  const ratio = median(rates('engine')) / median(rates('bare'))
  const ofCpu = cpu('bare') / cpu('engine')
  console.log(
    `${name}: engine ${spread(rates('engine'))}; bare ${spread(rates('bare'))}; ratio ${ratio.toFixed(2)}; ` +
      `CPU µs per event ${cpu('engine').toFixed(1)} / ${cpu('bare').toFixed(1)}, ratio ${ofCpu.toFixed(2)}`,
  )
}
await store.close()
await client.close()
process.exit(0)

function spread(values: number[]): string {
  const [min, middle, max] = [Math.min(...values), median(values), Math.max(...values)].map(Math.round)
  return `${min} / ${middle} / ${max} per s`
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
