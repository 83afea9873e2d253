import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { decodeEvent, type EventReader, openEmbeddedLedger } from '../../packages/event-store/src/index.ts'
import {
  type CaseLog,
  canonicalText,
  ocelText,
  trailOf,
  xesText,
} from '../../packages/process-logs/src/index.ts'
import {
  assessmentSteps,
  assessmentTrail,
  casesWhere,
  openReadStore,
  processCases,
  readCaseLogs,
  readProcessView,
  rebuildReadStore,
} from '../../projections/src/index.ts'
import { assessmentEvents, assessmentIdOf } from './many-assessments.ts'

/**
 * What the trail, the process view and the exports cost over many assessments.
 * Run: `node --import tsx scripts/bench/process-view.ts [assessments]`.
 */

const count = Number(process.argv[2] ?? 10_000)
const folder = mkdtempSync(join(tmpdir(), 'fireledger-process-'))
const projections = [processCases, assessmentTrail, assessmentSteps]
const open = () => {
  throw new Error('no person is in these events')
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
}

async function timed(name: string, times: number, work: (turn: number) => unknown): Promise<void> {
  const taken: number[] = []
  for (let turn = 0; turn < times; turn++) {
    const begin = performance.now()
    await work(turn)
    taken.push(performance.now() - begin)
  }
  taken.sort((a, b) => a - b)
  console.log(`${name}: p50 ${percentile(taken, 0.5)} ms, p99 ${percentile(taken, 0.99)} ms (${times} times)`)
}

async function fill(): Promise<number> {
  const ledger = await openEmbeddedLedger(join(folder, 'ledger'))
  let events = 0
  for (let start = 0; start < count; start += 64) {
    const batch = Array.from({ length: Math.min(64, count - start) }, (_, index) => start + index)
    await Promise.all(
      batch.map((number) => {
        const made = assessmentEvents(number)
        events += made.length
        return ledger.append(`assessment-${assessmentIdOf(number)}`, made, -1)
      }),
    )
  }
  await ledger.close()
  return events
}

async function readTrail(reader: EventReader, number: number): Promise<string> {
  const events = []
  for await (const page of reader.readStream(`assessment-${assessmentIdOf(number)}`))
    events.push(...page.map(decodeEvent))
  return canonicalText(trailOf(events))
}

/** Seconds, bytes and the most memory that the process held while it wrote. */
async function exported(name: string, pieces: AsyncIterable<string>): Promise<void> {
  const path = join(folder, name)
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 20)
  const begin = performance.now()
  await pipeline(Readable.from(pieces), createWriteStream(path))
  clearInterval(watch)
  const seconds = (performance.now() - begin) / 1000
  const megabytes = statSync(path).size / 1e6
  console.log(
    `${name}: ${megabytes.toFixed(0)} MB in ${seconds.toFixed(1)} s, at most ${(peak / 1e6).toFixed(0)} MB of memory`,
  )
}

try {
  const events = await fill()
  console.log(`Node ${process.version}: ${count} assessments, ${events} events`)
  const ledger = await openEmbeddedLedger(join(folder, 'ledger'))
  const readStorePath = join(folder, 'read.db')
  for (const projection of projections) {
    const begin = performance.now()
    await rebuildReadStore({ reader: ledger, readStorePath, projections: [projection], open })
    const seconds = (performance.now() - begin) / 1000
    console.log(
      `rebuild ${projection.name}: ${seconds.toFixed(1)} s, ${Math.round(events / seconds)} events/s`,
    )
  }
  console.log(`read store: ${(statSync(readStorePath).size / 1e6).toFixed(0)} MB`)
  const store = openReadStore(readStorePath, projections)
  await timed('trail', 500, (turn) => readTrail(ledger, (turn * 7919) % count))
  const everything = casesWhere('assessment', {})
  const options = { today: '2026-11-22', pathsMax: 50, institutionsMax: 50 }
  for (const basis of ['stages', 'activities'] as const) {
    await timed(`process view by ${basis}`, 50, () =>
      readProcessView(store, everything, { ...options, basis }),
    )
  }
  const { institution = '' } =
    store.get<{ institution: string }>('SELECT institution FROM process_case LIMIT 1') ?? {}
  const one = casesWhere('assessment', { institution })
  await timed('process view of one institution', 50, () =>
    readProcessView(store, one, { ...options, basis: 'stages' }),
  )
  const upTo = await ledger.head()
  const cases = (): AsyncGenerator<CaseLog> => readCaseLogs(store, ledger, everything, upTo)
  await exported('log.xes', xesText(cases()))
  await exported('log.ocel.json', ocelText(cases))
  store.close()
  await ledger.close()
} finally {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
}
