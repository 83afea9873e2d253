import {
  type Command,
  type EventStore,
  openLedger,
  type Submission,
  submitCommand,
} from '@fireledger/event-store'
import type { GatewayConfig } from '@fireledger/gateway'
import {
  openReadStore,
  openWritableReadStore,
  type Projector,
  type ReadStore,
  readModels,
  startProjector,
} from '@fireledger/projections'
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
export async function openWriting(config: GatewayConfig, logger?: Logger): Promise<Writing> {
  const folder = openDataFolder(config)
  const ledger = await openLedger(folder.ledger, {
    onTrouble: (trouble) => logger?.info({ trouble }, 'the ledger does not answer; trying again'),
  })
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
    submit: submitTo(ledger, vault),
    async close() {
      await ledger.close()
      vault.close()
    },
  }
}

export function submitTo(ledger: EventStore, vault: Vault): Writing['submit'] {
  return (command, now) =>
    submitCommand(command, { ledger, seal: vault.seal, now: () => now ?? new Date().toISOString() })
}

export type Reading = {
  readonly readStore: ReadStore
  close(): Promise<void>
}

/** The rows that a projector writes, wherever it runs. Nobody has to come first. */
export function openRows(folder: DataFolder): Reading {
  openWritableReadStore(folder.readStore, readModels).close()
  const readStore = openReadStore(folder.readStore)
  return { readStore, close: async () => readStore.close() }
}

/** Starts the projector in its thread; resolves when the read models have caught up, or the signal has ended it. */
export function startFolding(
  config: GatewayConfig,
  folder: DataFolder,
  logger: Logger,
  signal?: AbortSignal,
): Promise<Projector> {
  return startProjector(
    {
      ledger: folder.ledger,
      readStorePath: folder.readStore,
      vault: { path: folder.keys, masterKey: masterKeyOf(config, folder) },
    },
    {
      info: (fields, message) => logger.info(fields, message),
      error: (fields, message) => logger.error(fields, message),
    },
    signal,
  )
}

/** Both in one process. */
export async function openReading(
  config: GatewayConfig,
  folder: DataFolder,
  logger: Logger,
): Promise<Reading> {
  const projector = await startFolding(config, folder, logger)
  const { readStore, close } = openRows(folder)
  return {
    readStore,
    async close() {
      await close()
      await projector.stop()
    },
  }
}
