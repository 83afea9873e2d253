import { parseArgs } from 'node:util'
import { openClusterStore } from '../../packages/event-store/src/index.ts'
import { runCommand, say, seconds, startLoad, until } from './load.ts'

/**
 * Kills a node under load, starts it again, and counts: what was acknowledged, lost, doubled, and the longest pause.
 * Run: `node --import tsx scripts/cluster/kill-under-load.ts <connection string> --kill '<command>' --start '<command>'
 * [--writers 8] [--rounds 3]`. The commands are yours: `kill -9 <pid>`, and whatever starts your node and returns.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kill: { type: 'string' },
    start: { type: 'string' },
    writers: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
  },
})
const [address] = positionals
const { kill, start } = values
if (!address || !kill || !start) {
  console.error("usage: kill-under-load.ts <connection string> --kill '<command>' --start '<command>'")
  process.exit(2)
}

const store = await openClusterStore(address)
const load = startLoad(store, Number(values.writers))
for (let round = 1; round <= Number(values.rounds); round++) {
  await seconds(2)
  load.forgetPauses()
  const before = load.acknowledged()
  await runCommand(kill)
  await seconds(1)
  await runCommand(start)
  await until('appends go on', () => load.acknowledged() > before + 500, 120_000)
  say(`round ${round}`, {
    acknowledgedSoFar: load.acknowledged(),
    longestPauseMs: Math.round(load.longestPauseMs()),
  })
}
const report = await load.stop()
await store.close()
say('after all rounds', report)
process.exit(report.lost + report.doubled === 0 ? 0 : 1)
