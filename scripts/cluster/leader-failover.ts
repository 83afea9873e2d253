import { parseArgs } from 'node:util'
import {
  type EventStore,
  LedgerUnavailableError,
  ledgerStart,
  openClusterStore,
} from '../../packages/event-store/src/index.ts'
import { runCommand, say, seconds, startLoad, until } from './load.ts'

/**
 * Kills the leader of a cluster of three under load, then takes its quorum away and gives it back; measures the pauses
 * that an appender and a subscriber see, and counts what was acknowledged, lost and doubled, by content.
 * Run: `node --import tsx scripts/cluster/leader-failover.ts <connection string> --kill-leader '<command>'
 * --restart '<command>' --kill-two '<command>' --restart-two '<command>'`. The commands are yours.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'kill-leader': { type: 'string' },
    restart: { type: 'string' },
    'kill-two': { type: 'string' },
    'restart-two': { type: 'string' },
    rounds: { type: 'string', default: '3' },
  },
})
const [address] = positionals
const { 'kill-leader': killLeader, restart, 'kill-two': killTwo, 'restart-two': restartTwo } = values
if (!address || !killLeader || !restart) {
  console.error(
    'usage: leader-failover.ts <connection string> --kill-leader … --restart … [--kill-two … --restart-two …]',
  )
  process.exit(2)
}

/** Follows the ledger from now on; remembers how long it heard nothing, and every event id. */
function follow(reader: EventStore, after: bigint) {
  const stop = new AbortController()
  const seen: string[] = []
  let lastAt = performance.now()
  let longestPauseMs = 0
  const following = (async () => {
    for await (const message of reader.subscribeToAll({ after, signal: stop.signal })) {
      if (message.kind !== 'events') continue
      longestPauseMs = Math.max(longestPauseMs, performance.now() - lastAt)
      lastAt = performance.now()
      for (const event of message.events) if (event.stream.startsWith('clusterTrial-')) seen.push(event.id)
    }
  })()
  following.catch(() => {})
  return {
    seen,
    longestPauseMs: () => Math.round(longestPauseMs),
    forgetPauses() {
      longestPauseMs = 0
    },
    async stop() {
      stop.abort()
      await following
    },
  }
}

const troubles: string[] = []
const store = await openClusterStore(address, { onTrouble: (trouble) => troubles.push(trouble) })
const head = await store.head()
const subscriber = follow(store, head === ledgerStart ? ledgerStart : head)
const load = startLoad(store, 8)

for (let round = 1; round <= Number(values.rounds); round++) {
  await seconds(3)
  load.forgetPauses()
  subscriber.forgetPauses()
  const before = load.acknowledged()
  await runCommand(killLeader)
  await until('appends go on under a new leader', () => load.acknowledged() > before + 1000, 120_000)
  const pauses = { appenderMs: Math.round(load.longestPauseMs()), subscriberMs: subscriber.longestPauseMs() }
  say(`leader killed, round ${round}`, { acknowledgedSoFar: load.acknowledged(), pauses })
  await runCommand(restart)
  await seconds(5)
}

if (killTwo && restartTwo) {
  await seconds(2)
  await runCommand(killTwo)
  await seconds(1)
  const before = load.acknowledged()
  const unknownBefore = load.unknown()
  await seconds(30)
  const begin = performance.now()
  const reading = await readSome().catch((error: unknown) => {
    // A client that knows no leader finds no node; one that was connected to the node that is left reads on.
    if (!(error instanceof LedgerUnavailableError)) throw error
    return error.message
  })
  say('quorum lost for 30 s', {
    acknowledged: load.acknowledged() - before,
    outcomesUnknown: load.unknown() - unknownBefore,
    reading,
    readMs: Math.round(performance.now() - begin),
  })
  const regainedAt = performance.now()
  await runCommand(restartTwo)
  await until('appends go on', () => load.acknowledged() > before + 100, 120_000)
  say('quorum regained', { appendsGoOnAfterMs: Math.round(performance.now() - regainedAt) })
}

async function readSome(): Promise<string> {
  let events = 0
  for await (const page of store.readAll({ direction: 'backwards', limit: 100 })) events += page.length
  return `${events} events read`
}

const report = await load.stop()
await until('the subscriber has seen all', () => subscriber.seen.length >= report.acknowledged, 60_000)
await subscriber.stop()
await store.close()
const missed = report.acknowledged - new Set(subscriber.seen).size
const twice = subscriber.seen.length - new Set(subscriber.seen).size
say('at the end', {
  ...report,
  subscriberMissed: missed,
  subscriberSawTwice: twice,
  troubles: troubles.length,
})
process.exit(report.lost + report.doubled + missed + twice === 0 ? 0 : 1)
