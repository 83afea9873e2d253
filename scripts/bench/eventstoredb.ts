import { randomUUID } from 'node:crypto'
import { createBareClient } from '../../packages/event-store/src/eventstoredb/bare-client.test-kit.ts'
import { ledgerStart, type NewEvent, openClusterStore } from '../../packages/event-store/src/index.ts'

/**
 * The EventStoreDB engine beside the bare client on the same server, in turns in one run: only the ratio means anything.
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

function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, () => ({ id: randomUUID(), type: 'Measured', data, metadata }))
}

type Append = (stream: string, events: readonly NewEvent[], expected: number) => Promise<unknown>
type Side = {
  readonly append: Append
  readonly readStream: (stream: string, events: number) => Promise<number>
  readonly readAll: (events: number) => Promise<number>
  readonly subscribe: (events: number) => Promise<number>
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
const bare = createBareClient(address)
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
  console.log(
    `${name}: engine ${spread(rates('engine'))}; bare ${spread(rates('bare'))}; ratio ${ratio.toFixed(2)}; ` +
      `CPU µs per event ${cpu('engine').toFixed(1)} / ${cpu('bare').toFixed(1)}`,
  )
}
await store.close()
await bare.close()
process.exit(0)

function spread(values: number[]): string {
  const [min, middle, max] = [Math.min(...values), median(values), Math.max(...values)].map(Math.round)
  return `${min} / ${middle} / ${max} per s`
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
