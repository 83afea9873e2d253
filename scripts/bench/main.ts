import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BenchOptions, measure, type Result } from './frame.ts'
import { arePeersInstalled } from './peers/peer.ts'
import { curvesAmong, curvesAsCsv, curvesAsSvg } from './plot.ts'
import { describe } from './report.ts'
import { loadRow, rowNames } from './rows/index.ts'

/** Measures the rows named, or all, and writes the results as JSON. Started by `bench.mjs`, once for each Node. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    events: { type: 'string' },
    /** A ledger of 40 million events as well: hours, and 40 GB of disk. */
    huge: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
    out: { type: 'string' },
    'keep-in': { type: 'string' },
  },
})

const options: BenchOptions = {
  rounds: Number(values.rounds ?? (values.quick ? 1 : 5)),
  sizes: sizesOf(values.events, values.huge, values.quick),
  quick: values.quick,
  peers: !values['no-peers'] && arePeersInstalled(),
  keepIn: values['keep-in'] ?? join(tmpdir(), 'fireledger-bench'),
}

function sizesOf(events: string | undefined, huge: boolean, quick: boolean): number[] {
  if (events !== undefined) return events.split(',').map(Number)
  const usual = quick ? [400, 1200] : [300_000, 3_000_000]
  return huge ? [...usual, 40_000_000] : usual
}

const unknown = positionals.filter((name) => !rowNames.includes(name))
if (unknown.length > 0) {
  console.error(`no such row: ${unknown.join(', ')}. Rows: ${rowNames.join(', ')}`)
  process.exit(2)
}
console.log(
  `Node ${process.version}, ${cpus().length} cores, ledgers of ${options.sizes.join(' and ')} events; ` +
    'only ratios of one run mean anything',
)
if (!options.peers) console.log('SKIPPED: peers (not installed, or --no-peers)')
const results: Result[] = []
const broken: string[] = []
for (const name of rowNames) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  try {
    await measureRow(name)
  } catch (error) {
    broken.push(name)
    console.error(`${name} could not be measured: ${error instanceof Error ? error.stack : error}`)
  }
}

async function measureRow(name: string): Promise<void> {
  const row = await loadRow(name)
  console.log(`\n${name}: aim ${row.aim}`)
  for await (const measurement of row.measurements(options)) {
    try {
      const result = await measure(name, measurement, options.rounds)
      results.push(result)
      console.log(describe(result))
    } finally {
      await measurement.close()
    }
  }
}

const major = process.versions.node.split('.')[0]
const out = values.out ?? join(options.keepIn, `results-node-${major}.json`)
mkdirSync(dirname(out), { recursive: true })
const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model ?? 'unknown' }
writeFileSync(out, `${JSON.stringify({ ...machine, sizes: options.sizes, results }, null, 2)}\n`)
const curves = curvesAmong(results)
if (curves.length > 0) {
  writeFileSync(out.replace(/\.json$/, '.csv'), curvesAsCsv(curves))
  writeFileSync(out.replace(/\.json$/, '.svg'), curvesAsSvg(curves))
}
const judged = results.flatMap(({ verdicts }) => verdicts).filter(({ met }) => met !== null)
console.log(`\n${judged.filter(({ met }) => met).length} of ${judged.length} aims met; figures in ${out}`)
// Peers leave connections open.
process.exit(broken.length > 0 ? 1 : 0)
