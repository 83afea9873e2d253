import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decodeEvent,
  type EventStore,
  type NewEvent,
  openEmbeddedLedger,
} from '../../../packages/event-store/src/index.ts'
import { sampleFacts } from '../../../projections/src/sample-history.ts'
import { appendFacts } from '../../../projections/src/test-kit.ts'
import { type BenchOptions, type Measurement, perSecond, type Row, type Side } from '../frame.ts'
import { newEvents, prepareAppends } from '../load.ts'
import { commandsByConnections, commandsByLength, deliveryBySockets } from './curves-of-clients.ts'

/** How cost grows: each side is a point, its name begins with the number that grows. Drawn from the results: `plot.ts`. */
export const curvesRow: Row = {
  name: 'curves',
  aim: 'told: what is flat and what is not',
  async *measurements(options) {
    yield await byAppenders(options)
    yield await byStreams(options)
    yield await byLength(options)
    yield await commandsByLength(options)
    yield await commandsByConnections(options)
    yield await deliveryBySockets(options)
  },
}

async function givenLedger(): Promise<{ ledger: EventStore; close(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
  const ledger = await openEmbeddedLedger(join(directory, 'ledger'))
  return {
    ledger,
    async close() {
      await ledger.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

const roundsMax = 3

async function byAppenders({ quick }: BenchOptions): Promise<Measurement> {
  const { ledger, close } = await givenLedger()
  const sides: Record<string, Side> = {}
  for (const appenders of quick ? [1, 4] : [1, 4, 16, 64, 256, 1000]) {
    const appendsEach = quick ? 2 : Math.max(10, Math.floor(10_000 / appenders))
    sides[`${appenders} appenders`] = async () =>
      perSecond(appenders * appendsEach, prepareAppends(ledger.append, { appenders, batch: 1, appendsEach }))
  }
  const name = 'durable appends by concurrent appenders'
  return { name, unit: 'events/s', sides, comparisons: [], roundsMax, close }
}

/** Streams that hold one event each; then a second event goes to any of them. */
async function byStreams({ quick }: BenchOptions): Promise<Measurement> {
  const { ledger, close } = await givenLedger()
  const sides: Record<string, Side> = {}
  let made = 0
  const next = new Map<number, number>()
  for (const streams of quick ? [20, 40] : [5000, 50_000, 500_000]) {
    sides[`${streams} streams`] = async () => {
      while (made < streams) {
        const more = Array.from({ length: Math.min(1000, streams - made) }, (_, index) => made + index)
        await Promise.all(more.map((number) => ledger.append(`bench-${number}`, newEvents(1), -1)))
        made += more.length
      }
      const appends = quick ? 10 : 2000
      return perSecond(appends, async () => {
        for (let done = 0; done < appends; done++) {
          const number = (done * 7919) % streams
          const expected = next.get(number) ?? 0
          await ledger.append(`bench-${number}`, newEvents(1), expected)
          next.set(number, expected + 1)
        }
      })
    }
  }
  const name = 'single durable appends to any of so many streams'
  return { name, unit: 'events/s', sides, comparisons: [], roundsMax: 1, close }
}

/** What every command pays that is put to a long stream: all its events, read and decoded. */
async function byLength({ quick }: BenchOptions): Promise<Measurement> {
  const { ledger, close } = await givenLedger()
  const sides: Record<string, Side> = {}
  const [fact] = sampleFacts(40).filter(({ stream }) => stream.startsWith('unit-'))
  if (!fact) throw new Error('the sample has no unit')
  for (const events of quick ? [4, 40] : [40, 400, 4000, 40_000]) {
    const stream = `unit-${String(events).padStart(26, '0')}`
    const first = await seeded(ledger, { ...fact, stream })
    for (let written = 1; written < events; written += 1000) {
      const more = Array.from({ length: Math.min(1000, events - written) }, () => ({
        ...first,
        id: crypto.randomUUID(),
      }))
      await ledger.append(stream, more, written - 1)
    }
    const times = quick ? 2 : Math.max(3, Math.floor(40_000 / events))
    sides[`${events} events in the stream`] = async () => {
      const { value, cpuMicroseconds } = await perSecond(times, async () => {
        for (let time = 0; time < times; time++) {
          for await (const page of ledger.readStream(stream)) for (const stored of page) decodeEvent(stored)
        }
      })
      return { value: 1000 / value, cpuMicroseconds }
    }
  }
  const name = 'a stream read and decoded, by its length'
  return { name, unit: 'ms', sides, comparisons: [], roundsMax, close }
}

async function seeded(
  ledger: EventStore,
  fact: Parameters<typeof appendFacts>[1][number],
): Promise<NewEvent> {
  await appendFacts(ledger, [fact], Math.floor(performance.now() * 1000))
  for await (const [first] of ledger.readStream(fact.stream)) if (first) return first
  throw new Error('the first event is not there')
}
