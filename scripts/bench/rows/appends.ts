import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWriter } from '../../../packages/event-store/src/embedded/writer.ts'
import { openEmbeddedLedger } from '../../../packages/event-store/src/index.ts'
import {
  type BenchOptions,
  type Comparison,
  type Measurement,
  perSecond,
  type Row,
  type Side,
} from '../frame.ts'
import { makeRoom } from '../limits/file-records.ts'
import { type AppendLoad, eventBytes, prepareAppends } from '../load.ts'
import { castorePostgres } from '../peers/castore.ts'
import { emmettPostgres } from '../peers/emmett-postgres.ts'
import { emmettSqlite } from '../peers/emmett-sqlite.ts'
import { nodeEventstore } from '../peers/node-eventstore.ts'
import type { Peer } from '../peers/peer.ts'
import { startPostgres } from '../peers/postgres.ts'

/**
 * Durable appends through the port. The limit is a file under the same group commit: the ledger's own front end, its
 * messages and its thread, with a file in the place of SQLite.
 */

const ours = 'fireledger'

type Opened = { readonly sides: Record<string, Side>; readonly skipped: string[]; close(): Promise<void> }

function appendRow(name: string, aim: string, load: AppendLoad, comparisons: readonly Comparison[]): Row {
  return {
    name,
    aim,
    async *measurements(options) {
      const scaled = options.quick ? { ...load, appendsEach: 3 } : load
      const opened = await open(options, scaled)
      const measurement: Measurement = {
        name: `${load.appenders} appenders, ${load.batch} events each time`,
        unit: 'durable events/s',
        warmsUp: true,
        sides: opened.sides,
        comparisons: [...comparisons, { of: ours, to: 'bare loop' }],
        skipped: opened.skipped,
        close: opened.close,
      }
      yield measurement
    },
  }
}

async function open(options: BenchOptions, load: AppendLoad): Promise<Opened> {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
  const ledger = await openEmbeddedLedger(join(directory, 'ledger'))
  const units = load.appenders * load.batch * load.appendsEach
  // A line for each append comes to its bytes.
  makeRoom(directory, (options.rounds + 2) * units * 1.25 * eventBytes)
  const boot = new URL('../limits/append-file-boot.mjs', import.meta.url)
  const file = await startWriter(directory, () => {}, boot)
  const timed = (append: Parameters<typeof prepareAppends>[0]) => async () =>
    perSecond(units, prepareAppends(append, load))
  const peers = options.peers
    ? await openPeers(directory, load)
    : { sides: {}, skipped: [], close: async () => {} }
  return {
    sides: {
      fireledger: timed(ledger.append),
      file: timed(file.append),
      'bare loop': async () => perSecond(units, () => bareLoop(directory, load)),
      ...peers.sides,
    },
    skipped: peers.skipped,
    async close() {
      await ledger.close()
      await file.close()
      await peers.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** No ledger at all: the bytes of what may share a sync, written and synced by the calling thread. Told, not judged. */
function bareLoop(directory: string, { appenders, batch, appendsEach }: AppendLoad): void {
  const file = openSync(join(directory, 'bare-loop'), 'a')
  const group = Buffer.alloc(eventBytes * batch * appenders, 'z')
  for (let index = 0; index < appendsEach; index++) {
    writeSync(file, group)
    fdatasyncSync(file)
  }
  closeSync(file)
}

/** So few appends of a peer are enough to know its rate, and a peer is slow. */
const peerAppendsMax = 400

async function openPeers(directory: string, load: AppendLoad): Promise<Opened> {
  const sides: Record<string, Side> = {}
  const skipped: string[] = []
  const closers: (() => Promise<void>)[] = []
  const appendsEach = Math.max(1, Math.min(load.appendsEach, Math.floor(peerAppendsMax / load.appenders)))
  const add = async (name: string, make: () => Promise<Peer>, concurrent = true) => {
    if (load.appenders > 1 && !concurrent) return
    try {
      const peer = await make()
      closers.push(peer.close)
      const units = load.appenders * load.batch * appendsEach
      const append = (stream: string, events: readonly unknown[], revision: number) =>
        peer.append(stream, events.length, revision)
      sides[name] = async () => perSecond(units, prepareAppends(append, { ...load, appendsEach }))
    } catch (error) {
      skipped.push(`${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
  // It answers concurrent appenders with SQLITE_BUSY.
  for (const configuration of ['default', 'best'] as const) {
    await add(`Emmett SQLite ${configuration}`, () => emmettSqlite(directory, configuration), false)
  }
  await add('node-eventstore in memory', nodeEventstore)
  try {
    const postgres = await startPostgres()
    await add('Emmett PostgreSQL default', () => emmettPostgres(postgres.url, 'default'))
    await add('Emmett PostgreSQL best', () => emmettPostgres(postgres.url, 'best'))
    // One event a call, one after the other: a batch would only measure that.
    if (load.batch === 1) await add('Castore PostgreSQL', () => castorePostgres(postgres.url))
    closers.push(postgres.stop)
  } catch (error) {
    skipped.push(`peers on PostgreSQL: ${error instanceof Error ? error.message : error}`)
  }
  return {
    sides,
    skipped,
    async close() {
      for (const close of closers) await close()
    },
  }
}

export const appendSingleRow = appendRow(
  'append-single',
  '≥ 65 % of the file; ≥ 20 × Emmett SQLite default, ≥ 4 × its best',
  { appenders: 1, batch: 1, appendsEach: 2000 },
  [
    { of: ours, to: 'file', atLeast: 0.65 },
    { of: ours, to: 'Emmett SQLite default', atLeast: 20 },
    { of: ours, to: 'Emmett SQLite best', atLeast: 4 },
    { of: ours, to: 'Castore PostgreSQL' },
    { of: ours, to: 'node-eventstore in memory' },
  ],
)

export const appendConcurrentRow = appendRow(
  'append-concurrent',
  '≥ 65 % of the file under the same group commit; ≥ 10 × Emmett PostgreSQL',
  { appenders: 64, batch: 1, appendsEach: 300 },
  [
    { of: ours, to: 'file', atLeast: 0.65 },
    { of: ours, to: 'Emmett PostgreSQL best', atLeast: 10 },
    { of: ours, to: 'Emmett PostgreSQL default' },
    { of: ours, to: 'Castore PostgreSQL' },
  ],
)

export const appendBatchRow = appendRow(
  'append-batch',
  '≥ 60 % of the file',
  { appenders: 1, batch: 1024, appendsEach: 40 },
  [
    { of: ours, to: 'file', atLeast: 0.6 },
    { of: ours, to: 'Emmett SQLite best' },
    { of: ours, to: 'Emmett PostgreSQL best' },
  ],
)
