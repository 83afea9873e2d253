import {
  type Command,
  type EventStore,
  openEmbeddedLedger,
  type Submission,
  submitCommand,
} from '@fireledger/event-store'
import type { GatewayConfig } from '@fireledger/gateway'
import { openReadStore, type Projector, type ReadStore, startProjector } from '@fireledger/projections'
import type { Vault } from '@fireledger/vault'
import type { Logger } from 'pino'
import { type DataFolder, masterKeyOf, openDataFolder, openFolderVault } from './data-folder.ts'

/** The parts that every way of running shares: ledger, keys, and the one door through which commands go. */
export type Writing = {
  readonly folder: DataFolder
  readonly ledger: EventStore
  readonly vault: Vault
  /** Submits under the given clock; the clock of the world when none is given. */
  submit(command: Command, now?: string): Promise<Submission>
  close(): Promise<void>
}

/** @throws LedgerUnavailableError when another process holds the ledger, or it cannot be used. */
export async function openWriting(config: GatewayConfig): Promise<Writing> {
  const folder = openDataFolder(config)
  const ledger = await openEmbeddedLedger(folder.ledger)
  let vault: Vault
  try {
    vault = openFolderVault(config, folder)
  } catch (error) {
    await ledger.close()
    throw error
  }
  return {
    folder,
    ledger,
    vault,
    submit: (command, now) =>
      submitCommand(command, {
        ledger,
        seal: vault.seal,
        now: () => now ?? new Date().toISOString(),
      }),
    async close() {
      await ledger.close()
      vault.close()
    },
  }
}

export type Reading = {
  readonly projector: Projector
  readonly readStore: ReadStore
  close(): Promise<void>
}

/** Starts the projector in its thread and opens what it writes; resolves when the read models have caught up. */
export async function openReading(
  config: GatewayConfig,
  folder: DataFolder,
  logger: Logger,
): Promise<Reading> {
  const projector = await startProjector(
    {
      ledgerDirectory: folder.ledger,
      readStorePath: folder.readStore,
      vault: { path: folder.keys, masterKey: masterKeyOf(config, folder) },
    },
    {
      info: (fields, message) => logger.info(fields, message),
      error: (fields, message) => logger.error(fields, message),
    },
  )
  const readStore = openReadStore(folder.readStore)
  return {
    projector,
    readStore,
    async close() {
      readStore.close()
      await projector.stop()
    },
  }
}
