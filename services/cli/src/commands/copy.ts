import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import {
  copyLedger,
  isClusterAddress,
  type LedgerLocation,
  openLedger,
  openLedgerReader,
  type Position,
} from '@fireledger/event-store'
import { type Proof, proveCopy, readModels } from '@fireledger/projections'
import type { Command } from 'commander'
import { UsageError } from '../failure.ts'
import { startProgress } from '../progress.ts'

const exitNotProven = 3
/** The embedded engine keeps the order of what is under way, and shares one sync among all of it. */
const inFlightEmbedded = 512

/** `fireledger copy`: a ledger to another engine or place, in either direction, with a proof that it is the same. */
export function addCopyCommand(program: Command): void {
  const engine = '`embedded:<data folder>`, `esdb://…`, or `@<file>` that holds one of them'
  program
    .command('copy')
    .description('copy a ledger to another engine; run it again to go on, and to add what came since')
    .requiredOption('--from <engine>', engine)
    .requiredOption('--to <engine>', `${engine}; empty, or an earlier copy of the same ledger`)
    .action(copy)
}

async function copy(options: { from: string; to: string }): Promise<void> {
  const source = locationOf(options.from)
  const target = locationOf(options.to)
  if (JSON.stringify(source) === JSON.stringify(target)) {
    throw new UsageError('--from and --to name the same ledger')
  }
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
  const from = await openLedgerReader(source)
  try {
    const to = await openLedger(target)
    try {
      const head = await from.head()
      const copied = await withProgress('Copying', head, (onProgress) =>
        copyLedger({
          from,
          to,
          inFlightMax: target.kind === 'embedded' ? inFlightEmbedded : 1,
          signal: stop.signal,
          onProgress,
        }),
      )
      console.log(`${copied.copied} events copied, ${copied.alreadyThere} were there already`)
      if (stop.signal.aborted) {
        process.exitCode = 1
        console.log('Stopped; run the same command again to go on.')
        return
      }
      const { last } = copied
      const proof = await withProgress('Proving', last, (onProgress) =>
        proveCopy({ from, copy: to, projections: readModels, last, signal: stop.signal, onProgress }),
      )
      print(proof)
      if (!proof.ok) process.exitCode = exitNotProven
    } finally {
      await to.close()
    }
  } finally {
    await from.close()
  }
}

function locationOf(text: string): LedgerLocation {
  if (text.startsWith('@')) return locationOf(readFileSync(text.slice(1), 'utf8').trim())
  if (isClusterAddress(text)) return { kind: 'cluster', connectionString: text }
  const folder = /^embedded:(.+)$/.exec(text)?.[1]
  if (folder === undefined) {
    throw new UsageError(
      'a ledger is named embedded:<data folder>, esdb://… or @<file> that holds one of them',
    )
  }
  return { kind: 'embedded', directory: join(resolve(folder), 'ledger') }
}

/** Positions have gaps, so the share is one of places, not of events. */
async function withProgress<Result>(
  title: string,
  head: Position,
  work: (onProgress: (position: Position, events: number) => void) => Promise<Result>,
): Promise<Result> {
  const progress = startProgress(title, 1000)
  const startedAt = performance.now()
  try {
    return await work((position, events) => {
      const rate = Math.round((events * 1000) / (performance.now() - startedAt))
      progress.update((1000 * (Number(position) + 1)) / (Number(head) + 1), `${events} events, ${rate}/s`)
    })
  } finally {
    progress.stop()
  }
}

function print({ ok, events, streams, newer, projections }: Proof): void {
  console.log(
    `✓ ${events} events in ${streams} streams: every revision, id and byte the same, in the same order`,
  )
  for (const { projection, rows, differences, failedReason } of projections) {
    if (failedReason !== null) console.log(`✗ ${projection}: ${failedReason}`)
    else if (differences.length === 0) console.log(`✓ ${projection}: ${rows} rows, equal row for row`)
    else
      for (const { table, missing, unexpected, different } of differences)
        console.log(
          `✗ ${projection}, table ${table}: ${missing} missing, ${unexpected} unexpected, ${different} different`,
        )
  }
  if (newer > 0)
    console.log(`${newer} events came to the source meanwhile: stop what writes it, and run this again.`)
  console.log(
    ok
      ? 'Proven: both ledgers are the same. Keys of persons are no part of a ledger: take keys.db and vault.key along.'
      : 'Not proven.',
  )
}
