import {
  type Command,
  type EventStore,
  openLedger,
  openLedgerReader,
  type Submission,
  submitCommand,
} from '@fireledger/event-store'
import type { GatewayConfig, ProjectionOperations } from '@fireledger/gateway'
import {
  awaitRows,
  lastEvent,
  openReadStore,
  openWritableReadStore,
  type Projector,
  type ProjectorOptions,
  type ReadStore,
  readModels,
  rebuildInThread,
  startProjector,
} from '@fireledger/projections'
import type { PersonKeys } from '@fireledger/vault'
import type { Logger } from 'pino'
import { worldClock } from './clock.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import {
  type Keys,
  keysOptions,
  letPass,
  loggerOf,
  openKeys,
  requireKeys,
  requireSharedSettings,
} from './keys.ts'
import { type Supervised, supervise } from './supervised.ts'

/** The parts that every way of running shares: ledger, keys, and the one door through which commands go. */
export type Writing = {
  readonly folder: DataFolder
  readonly ledger: EventStore
  readonly keys: PersonKeys
  /** Submits under the given clock; the clock of the world when none is given. */
  submit(command: Command, now?: string): Promise<Submission>
  close(): Promise<void>
}

/** @throws ConfigError, LedgerUnavailableError when another process holds the ledger, or it cannot be used. */
export async function openWriting(config: GatewayConfig, logger?: Logger): Promise<Writing> {
  requireSharedSettings(config)
  const folder = openDataFolder(config)
  const opened = await openLedger(folder.ledger, {
    onTrouble: (trouble) => logger?.info({ trouble }, 'the ledger does not answer; trying again'),
  })
  let own: Keys
  try {
    own = await openKeys(config, folder, opened, logger)
  } catch (error) {
    await opened.close()
    throw error
  }
  const { keys } = own
  const ledger = keys.readable(opened, letPass(logger))
  return {
    folder,
    ledger,
    keys,
    submit: submitTo(ledger, keys),
    async close() {
      await own.close()
      await ledger.close()
    },
  }
}

export function submitTo(ledger: EventStore, { seal }: PersonKeys): Writing['submit'] {
  return (command, now) =>
    submitCommand(command, { ledger, seal, now: now === undefined ? worldClock : () => now })
}

/** How long rows may stand still at the end before they are left to the next start. */
const lastRowsMs = 1000

export type Reading = {
  readonly readStore: ReadStore
  readonly operations: ProjectionOperations
  close(): Promise<void>
}

/** The rows that a projector writes, wherever it runs. Nobody has to come first. */
export function openRows(
  config: GatewayConfig,
  folder: DataFolder,
  retry: ProjectionOperations['retry'] = null,
): Reading {
  openWritableReadStore(folder.readStore, readModels).close()
  const readStore = openReadStore(folder.readStore)
  const stop = new AbortController()
  return {
    readStore,
    operations: {
      retry,
      async rebuild(projection) {
        const request = { ...foldingOptions(config, folder), projections: [projection] }
        const [result] = await rebuildInThread(request, stop.signal)
        if (!result) throw new Error(`there is no read model ${projection}`)
        return result
      },
    },
    async close() {
      stop.abort()
      readStore.close()
    },
  }
}

function foldingOptions(config: GatewayConfig, folder: DataFolder): ProjectorOptions {
  return { ledger: folder.ledger, readStorePath: folder.readStore, keys: keysOptions(config, folder) }
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
  return startProjector(foldingOptions(config, folder), loggerOf(logger), signal)
}

/** Both in one process; the projector is started again when it ends by an error. */
export async function openReading(
  config: GatewayConfig,
  { folder, ledger }: Writing,
  logger: Logger,
): Promise<Reading & Pick<Supervised, 'fault'>> {
  const start = (signal: AbortSignal) => startFolding(config, folder, logger, signal)
  const projector = await supervise('projector', start, logger)
  const { close, ...rows } = openRows(config, folder, projector.restart)
  return {
    ...rows,
    fault: projector.fault,
    async close() {
      await close()
      // Nobody writes any more: whoever verifies the stopped folder finds rows that are up to the ledger's end.
      if (folder.ledger.kind === 'embedded') {
        const options = { readStorePath: folder.readStore, projections: readModels, standstillMs: lastRowsMs }
        await awaitRows(options, await lastEvent(ledger))
      }
      await projector.stop()
    },
  }
}
