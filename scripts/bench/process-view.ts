import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeEvent, type EventReader, openEmbeddedLedger } from '../../packages/event-store/src/index.ts'
import { canonicalText, trailOf } from '../../packages/process-logs/src/index.ts'
import {
  assessmentSteps,
  assessmentTrail,
  casesWhere,
  openReadStore,
  processCases,
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
  return canonicalText(trailOf(events, []))
}

/** In a process of its own, with a heap that could not hold the export. */
function exportApart(format: string): void {
  const heapMegabytes = 128
  const child = spawnSync(
    process.execPath,
    [
      `--max-old-space-size=${heapMegabytes}`,
      ...['--import', 'tsx', fileURLToPath(new URL('export-once.ts', import.meta.url)), folder, format],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  console.log(
    `${format}, heap of ${heapMegabytes} MB: ${child.stdout.trim() || `ended with ${child.status}`}`,
  )
}

try {
  const events = await fill()
  console.log(`Node ${process.version}: ${count} assessments, ${events} events`)
  const ledger = await openEmbeddedLedger(join(folder, 'ledger'))
  const readStorePath = join(folder, 'read.db')
  for (const projection of projections) {
    const begin = performance.now()
    const before = process.cpuUsage()
    await rebuildReadStore({ reader: ledger, readStorePath, projections: [projection], open })
    const seconds = (performance.now() - begin) / 1000
    const used = process.cpuUsage(before)
    const cpu = ((used.user + used.system) / 1e6).toFixed(1)
    const rate = Math.round(events / seconds)
    console.log(
      `rebuild ${projection.name}: ${seconds.toFixed(1)} s (${cpu} s of processor), ${rate} events/s`,
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
  store.close()
  await ledger.close()
  for (const format of ['xes', 'ocel']) exportApart(format)
} finally {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
}
