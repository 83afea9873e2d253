import { decodeEvent, openLedgerReader } from '@fireledger/event-store'
import { type EvidenceStore, openEvidenceStore } from '@fireledger/evidence'
import { evidenceLocation, loadConfig } from '@fireledger/gateway'
import { openFileList } from '@fireledger/projections'
import { type Command, InvalidArgumentError } from 'commander'
import { openDataFolder } from '../data-folder.ts'

const hourMs = 3_600_000

type Options = { unreferenced?: boolean; olderThan: number; json?: boolean }

/** `fireledger evidence`: what lies in the store of files, and what of it nothing names. Nothing is ever deleted. */
export function addEvidenceCommand(program: Command): void {
  program
    .command('evidence')
    .description('how many files of evidence are stored; with --unreferenced those that no event names')
    .option('--unreferenced', 'list the files that no event names')
    .option(
      '--older-than <hours>',
      'only those stored for longer: an upload is named a moment later',
      hours,
      24,
    )
    .option('--json', 'as JSON')
    .action(evidence)
}

async function evidence(options: Options): Promise<void> {
  const config = loadConfig(process.env)
  const store = await openEvidenceStore(evidenceLocation(config))
  const named = openFileList()
  try {
    const reader = await openLedgerReader(openDataFolder(config).ledger)
    for await (const page of reader.readAll()) for (const stored of page) named.take(decodeEvent(stored))
    await reader.close()
    await list(store, named.names, options)
  } finally {
    named.close()
    await store.close()
  }
}

async function list(
  store: EvidenceStore,
  isNamed: (sha256: string) => boolean,
  options: Options,
): Promise<void> {
  const before = new Date(Date.now() - options.olderThan * hourMs).toISOString()
  const total = { files: 0, bytes: 0, unreferenced: 0, unreferencedBytes: 0 }
  for await (const { sha256, bytes, storedAt } of store.list()) {
    total.files++
    total.bytes += bytes
    if (isNamed(sha256) || storedAt > before) continue
    total.unreferenced++
    total.unreferencedBytes += bytes
    if (!options.unreferenced) continue
    console.log(
      options.json ? JSON.stringify({ sha256, bytes, storedAt }) : `${sha256}  ${bytes}  ${storedAt}`,
    )
  }
  if (options.unreferenced) return
  if (options.json) console.log(JSON.stringify(total))
  else {
    console.log(`${total.files} files, ${total.bytes} bytes`)
    console.log(
      `${total.unreferenced} files, ${total.unreferencedBytes} bytes, are older than ${options.olderThan} hours and named by no event`,
    )
  }
}

function hours(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('expected a number of hours')
  return value
}
