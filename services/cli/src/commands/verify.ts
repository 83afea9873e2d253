import { existsSync } from 'node:fs'
import { openLedgerReader } from '@fireledger/event-store'
import { loadConfig } from '@fireledger/gateway'
import { isEqual, readModels, type Verification, verifyReadStore } from '@fireledger/projections'
import type { Command } from 'commander'
import { openDataFolder } from '../data-folder.ts'
import { UsageError } from '../failure.ts'
import { insist, openKeys } from '../keys.ts'
import { startProgress } from '../progress.ts'

const exitNotVerified = 3

/** `fireledger verify`: decode every event, check every stream, fold everything anew, compare row for row. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description(
      'check every event, fold everything anew and compare it with what is served; exit code 3 if not equal',
    )
    .option('--json', 'the findings as JSON')
    .action(verify)
}

async function verify(options: { json?: boolean }): Promise<void> {
  const config = loadConfig(process.env)
  const folder = openDataFolder(config)
  if (!existsSync(folder.readStore)) {
    throw new UsageError(
      'there are no read models to compare with: run `fireledger rebuild` first, or start once',
    )
  }
  const opened = await openLedgerReader(folder.ledger)
  const { keys, forget, close } = await openKeys(config, folder, opened)
  const reader = keys.readable(opened, insist)
  const head = await reader.head()
  const progress = startProgress('Verifying', 1000)
  try {
    const verification = await verifyReadStore({
      reader,
      readStorePath: folder.readStore,
      projections: readModels,
      open: keys.vault.open,
      forget,
      // Positions have gaps but grow evenly enough for a bar.
      onProgress: (done, position) =>
        progress.update(Number((1000n * position) / (head + 1n)), `${done} events`),
    })
    progress.stop()
    if (options.json) {
      console.log(
        JSON.stringify(verification, (_, value) => (typeof value === 'bigint' ? String(value) : value), 2),
      )
    } else print(verification)
    if (!verification.ok) process.exitCode = exitNotVerified
  } finally {
    progress.stop()
    await close()
    await reader.close()
  }
}

function print(verification: Verification): void {
  const { events, streams, faultCount, faults, projections, ok } = verification
  console.log(`${events} events in ${streams} streams, ${faultCount} faults`)
  for (const { stream, revision, problem } of faults)
    console.log(`✗ ${stream} revision ${revision}: ${problem}`)
  for (const { projection, verdict, rows, differences, failedReason } of projections) {
    if (verdict === 'equal') console.log(`✓ ${projection}: ${rows} rows, equal row for row`)
    else if (verdict === 'stale')
      console.log(`! ${projection}: rows of another version; run \`fireledger rebuild ${projection}\``)
    else if (verdict === 'failed') console.log(`✗ ${projection}: ${failedReason}`)
    else {
      for (const { table, missing, unexpected, different } of differences.filter((each) => !isEqual(each))) {
        console.log(
          `✗ ${projection}, table ${table}: ${missing} missing, ${unexpected} unexpected, ${different} different`,
        )
      }
    }
  }
  console.log(ok ? 'Verified: replaying all events gives exactly what is served.' : 'Not verified.')
}
