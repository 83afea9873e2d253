import { randomUUID } from 'node:crypto'
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EventStore, type NewEvent, openEmbeddedLedger } from '../../packages/event-store/src/index.ts'

/**
 * Durable appends of the embedded engine, through the port, beside what the disk allows: a file to which the same bytes
 * are appended with one fdatasync per group. Only the ratio means anything; both are measured in turns in one run.
 * Run: `node --import tsx scripts/bench/append.ts [rounds]`.
 */

const rounds = Number(process.argv[2] ?? 5)
const data = new TextEncoder().encode(JSON.stringify({ text: 'x'.repeat(380) }))
const metadata = new TextEncoder().encode(JSON.stringify({ text: 'y'.repeat(240) }))
const eventBytes = data.length + metadata.length

function newEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, () => ({ id: randomUUID(), type: 'Measured', data, metadata }))
}

type Load = {
  readonly name: string
  readonly appenders: number
  readonly batch: number
  readonly appendsEach: number
}
const loads: readonly Load[] = [
  { name: 'one appender, one event each', appenders: 1, batch: 1, appendsEach: 2000 },
  { name: '64 appenders, one event each', appenders: 64, batch: 1, appendsEach: 200 },
  { name: 'one appender, 1024 events each', appenders: 1, batch: 1024, appendsEach: 20 },
]

/** Events per second: groups of what may share one sync. */
function measureFile(directory: string, { appenders, batch, appendsEach }: Load): number {
  const file = openSync(join(directory, 'limit'), 'a')
  const group = Buffer.alloc(eventBytes * batch * appenders, 'z')
  const begin = performance.now()
  for (let index = 0; index < appendsEach; index++) {
    writeSync(file, group)
    fdatasyncSync(file)
  }
  const seconds = (performance.now() - begin) / 1000
  closeSync(file)
  return (appenders * batch * appendsEach) / seconds
}

let streams = 0

async function measureLedger(ledger: EventStore, { appenders, batch, appendsEach }: Load): Promise<number> {
  const events = Array.from({ length: appenders * appendsEach }, () => newEvents(batch))
  const begin = performance.now()
  await Promise.all(
    Array.from({ length: appenders }, async () => {
      const stream = `bench-${streams++}`
      for (let index = 0; index < appendsEach; index++) {
        await ledger.append(stream, events.pop() ?? [], index * batch - 1)
      }
    }),
  )
  return (appenders * batch * appendsEach) / ((performance.now() - begin) / 1000)
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

const directory = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
const ledger = await openEmbeddedLedger(join(directory, 'ledger'))
try {
  console.log(`Node ${process.version}, ${eventBytes} bytes an event, medians of ${rounds} rounds`)
  for (const load of loads) {
    const file: number[] = []
    const embedded: number[] = []
    for (let round = 0; round < rounds; round++) {
      file.push(measureFile(directory, load))
      embedded.push(await measureLedger(ledger, load))
    }
    const [limit, reached] = [median(file), median(embedded)].map(Math.round) as [number, number]
    console.log(`${load.name}: ${reached}/s; file ${limit}/s; ratio ${(reached / limit).toFixed(2)}`)
  }
} finally {
  await ledger.close()
  rmSync(directory, { recursive: true, force: true })
}
