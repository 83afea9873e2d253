import {
  type Command,
  type EventReader,
  type EventStore,
  openLedger,
  openLedgerReader,
  type Submission,
  submitCommand,
} from '@fireledger/event-store'
import type { GatewayConfig } from '@fireledger/gateway'
import {
  carryOutErasures,
  type Logger as FoldingLogger,
  type Forget,
  openEraser,
  openReadStore,
  openWritableReadStore,
  type Projector,
  type ReadStore,
  readModels,
  startProjector,
} from '@fireledger/projections'
import type { Vault } from '@fireledger/vault'
import type { Logger } from 'pino'
import { worldClock } from './clock.ts'
import { type DataFolder, masterKeyOf, openDataFolder, openFolderVault, requireKeys } from './data-folder.ts'
import { type Supervised, supervise } from './supervised.ts'

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
  let keys: Keys
  try {
    keys = await openKeys(config, folder, ledger, logger)
  } catch (error) {
    await ledger.close()
    throw error
  }
  const { vault } = keys
  return {
    folder,
    ledger,
    vault,
    submit: submitTo(ledger, vault),
    async close() {
      await ledger.close()
      keys.close()
    },
  }
}

export function submitTo(ledger: EventStore, vault: Vault): Writing['submit'] {
  return (command, now) =>
    submitCommand(command, { ledger, seal: vault.seal, now: now === undefined ? worldClock : () => now })
}

export type Keys = { readonly vault: Vault; readonly forget: Forget; close(): void }

/** The keys of persons, without those of whom the ledger says that they were erased. */
export async function openKeys(
  config: GatewayConfig,
  folder: DataFolder,
  ledger: EventReader,
  logger?: Logger,
): Promise<Keys> {
  await requireKeys(config, folder, ledger)
  const vault = openFolderVault(config, folder)
  const eraser = openEraser(vault, logger && loggerOf(logger))
  const close = () => {
    eraser.close()
    vault.close()
  }
  try {
    await carryOutErasures(ledger, eraser.forget)
  } catch (error) {
    close()
    throw error
  }
  return { vault, forget: eraser.forget, close }
}

function loggerOf(logger: Logger): FoldingLogger {
  return {
    info: (fields, message) => logger.info(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
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
export async function startFolding(
  config: GatewayConfig,
  folder: DataFolder,
  logger: Logger,
  signal?: AbortSignal,
): Promise<Projector> {
  const reader = await openLedgerReader(folder.ledger)
  await requireKeys(config, folder, reader).finally(() => reader.close())
  return startProjector(
    {
      ledger: folder.ledger,
      readStorePath: folder.readStore,
      vault: { path: folder.keys, masterKey: masterKeyOf(config, folder) },
    },
    loggerOf(logger),
    signal,
  )
}

/** Both in one process; the projector is started again when it ends by an error. */
export async function openReading(
  config: GatewayConfig,
  folder: DataFolder,
  logger: Logger,
): Promise<Reading & Pick<Supervised, 'fault'>> {
  const start = (signal: AbortSignal) => startFolding(config, folder, logger, signal)
  const projector = await supervise('projector', start, logger)
  const { readStore, close } = openRows(folder)
  return {
    readStore,
    fault: projector.fault,
    async close() {
      await close()
      await projector.stop()
    },
  }
}
