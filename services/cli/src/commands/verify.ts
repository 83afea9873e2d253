import { existsSync } from 'node:fs'
import { openLedgerReader } from '@fireledger/event-store'
import { type EvidenceStore, EvidenceStoreUnavailableError, openEvidenceStore } from '@fireledger/evidence'
import { evidenceLocation, type GatewayConfig, loadConfig } from '@fireledger/gateway'
import {
  type FileList,
  type FileState,
  type FilesVerification,
  isEqual,
  openFileList,
  readModels,
  type Verification,
  verifyReadStore,
} from '@fireledger/projections'
import type { Command } from 'commander'
import { openDataFolder } from '../data-folder.ts'
import { UsageError } from '../failure.ts'
import { insist, openKeys } from '../keys.ts'
import { startProgress } from '../progress.ts'

const exitNotVerified = 3

/**
 * `fireledger verify`: decode every event, check every stream, fold everything anew, compare row for row; then read and
 * hash every file that an event names.
 */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description(
      'check every event, fold everything anew and compare it with what is served, hash every file that is named; exit code 3 if anything differs',
    )
    .option('--json', 'the findings as JSON')
    .option('--no-files', 'leave the files of evidence out')
    .action(verify)
}

async function verify(options: { json?: boolean; files: boolean }): Promise<void> {
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
  const named = options.files ? openFileList() : null
  try {
    const verification = await verifyReadStore({
      reader,
      readStorePath: folder.readStore,
      projections: readModels,
      open: keys.vault.open,
      forget,
      ...(named ? { onEvent: named.take } : {}),
      // Positions have gaps but grow evenly enough for a bar.
      onProgress: (done, position) =>
        progress.update(Number((1000n * position) / (head + 1n)), `${done} events`),
    })
    progress.stop()
    const files = named && (await verifyFiles(config, named))
    const ok = verification.ok && (files?.ok ?? true)
    if (options.json) {
      const findings = { ...verification, files, ok }
      console.log(
        JSON.stringify(findings, (_, value) => (typeof value === 'bigint' ? String(value) : value), 2),
      )
    } else print(verification, files, ok)
    if (!ok) process.exitCode = exitNotVerified
  } finally {
    progress.stop()
    named?.close()
    await close()
    await reader.close()
  }
}

async function verifyFiles(config: GatewayConfig, named: FileList): Promise<FilesVerification> {
  const store = await openEvidenceStore(evidenceLocation(config))
  const progress = startProgress('Hashing files', named.count())
  try {
    return await named.verify({
      check: checkerOf(store),
      onProgress: (done, all, bytes) => progress.update(done, `${done} of ${all}, ${megabytes(bytes)}`),
    })
  } finally {
    progress.stop()
    await store.close()
  }
}

/** So many in a row, and it is not the files. */
const unreadableMax = 10

/** One file that cannot be read is a finding; a store that cannot be read ends the verification. */
function checkerOf(store: EvidenceStore): (sha256: string) => Promise<FileState> {
  let inARow = 0
  return async (sha256) => {
    try {
      const state = await store.verify(sha256)
      inARow = 0
      return state
    } catch (error) {
      if (!(error instanceof EvidenceStoreUnavailableError) || ++inARow >= unreadableMax) throw error
      return { kind: 'unreadable' }
    }
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

function print(verification: Verification, files: FilesVerification | null, ok: boolean): void {
  const { events, streams, faultCount, faults, projections } = verification
  console.log(`${events} events in ${streams} streams, ${faultCount} faults`)
  for (const { stream, revision, problem } of faults)
    console.log(`✗ ${stream} revision ${revision}: ${problem}`)
  for (const { projection, verdict, rows, differences, failedReason, behind } of projections) {
    if (verdict === 'equal') console.log(`✓ ${projection}: ${rows} rows, equal row for row`)
    else if (verdict === 'stale')
      console.log(`! ${projection}: rows of another version; run \`fireledger rebuild ${projection}\``)
    else if (verdict === 'behind')
      console.log(
        `! ${projection}: ${rows} rows, equal as far as they go; ${behind} events are not in them. Nobody folds them: start the projector`,
      )
    else if (verdict === 'stopped')
      console.log(`✗ ${projection}: has stopped ${behind} events behind the ledger: ${failedReason}`)
    else if (verdict === 'failed') console.log(`✗ ${projection}: ${failedReason}`)
    else {
      for (const { table, missing, unexpected, different } of differences.filter((each) => !isEqual(each))) {
        console.log(
          `✗ ${projection}, table ${table}: ${missing} missing, ${unexpected} unexpected, ${different} different`,
        )
      }
    }
  }
  if (files) printFiles(files)
  console.log(ok ? 'Verified: replaying all events gives exactly what is served.' : 'Not verified.')
}

const hows = {
  missing: 'is missing',
  altered: 'is altered',
  unreadable: 'cannot be read',
  unlike: 'has another length',
} as const

function printFiles(files: FilesVerification): void {
  const { named, sound, elsewhere, hashOnly, altered, missing, bytes, faultCount, faults } = files
  console.log(
    `${faultCount === 0 ? '✓' : '✗'} ${named} files named: ${sound} present and sound (${megabytes(bytes)} read), ${altered} altered, ${missing} missing, ${elsewhere} held elsewhere (recorded by whom), ${hashOnly} known by hash alone`,
  )
  for (const { kind, sha256, found, stream, revision, type, evidence, title, name } of faults) {
    const what = [evidence && `evidence ${evidence}`, title && `「${title}」`, name].filter(Boolean).join(' ')
    const how = kind === 'altered' ? `${hows.altered}, now ${found}` : hows[kind]
    console.log(`✗ ${stream} revision ${revision} ${type} ${what}: file ${sha256} ${how}`)
  }
}
