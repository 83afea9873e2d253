import { existsSync } from 'node:fs'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { sealedPerson } from '@fireledger/domain'
import type { EventReader } from '@fireledger/event-store'
import { ConfigError, type GatewayConfig } from '@fireledger/gateway'
import {
  carryOutErasures,
  type Logger as FoldingLogger,
  type Forget,
  followErasures,
  openEraser,
} from '@fireledger/projections'
import {
  holdsKeys,
  KeyStoreSilentError,
  openPersonKeys,
  type PersonKeys,
  type PersonKeysOptions,
  parseMasterKey,
  readOrCreateMasterKey,
} from '@fireledger/vault'
import type { Logger } from 'pino'
import type { DataFolder } from './data-folder.ts'

/** The keys of persons for one process: where they are, and that none of them outlives an erasure. */
export type Keys = { readonly keys: PersonKeys; readonly forget: Forget; close(): Promise<void> }

const retryMs = 5000

/** Where the keys are; makes a master key on a single machine that has none yet. */
export function keysOptions(config: GatewayConfig, folder: DataFolder): PersonKeysOptions {
  const masterKey =
    config.vaultKey === undefined ? readOrCreateMasterKey(folder.masterKey) : parseMasterKey(config.vaultKey)
  return { path: folder.keys, masterKey, ...(config.keys === undefined ? {} : { store: config.keys }) }
}

/**
 * The keys of persons, without those of whom the ledger says that they were erased.
 * @throws ConfigError, VaultUnavailableError when they are lost, or out of reach and not here either.
 */
export async function openKeys(
  config: GatewayConfig,
  folder: DataFolder,
  ledger: EventReader,
  logger?: Logger,
): Promise<Keys> {
  await requireKeys(config, folder, ledger)
  const hasReplica = existsSync(folder.keys)
  const keys = openPersonKeys(keysOptions(config, folder))
  const stop = new AbortController()
  const eraser = openEraser(keys, logger && loggerOf(logger))
  const working: Promise<void>[] = []
  const close = async () => {
    stop.abort()
    await Promise.all(working)
    await eraser.close()
    await keys.close()
  }
  try {
    await exchangeOrGoOn()
    const head = await ledger.head()
    await carryOutErasures(ledger, eraser.forget)
    if (config.keys !== undefined) working.push(follow(head))
  } catch (error) {
    await close()
    throw error
  }
  return { keys, forget: eraser.forget, close }

  /** Whoever is known here can be read without the store. */
  async function exchangeOrGoOn(): Promise<void> {
    try {
      await keys.exchange()
    } catch (error) {
      if (!(error instanceof KeyStoreSilentError) || !hasReplica) throw error
      logger?.warn(
        { reason: error.message },
        'going on with the keys that are here; no new person can be recorded',
      )
      working.push(exchangeLater())
    }
  }

  async function exchangeLater(): Promise<void> {
    while (await pause()) {
      try {
        await keys.exchange()
        logger?.info({}, 'the key store answers again')
        return
      } catch (error) {
        if (!(error instanceof KeyStoreSilentError)) logger?.error({ err: error }, 'keys cannot be exchanged')
      }
    }
  }

  /** Others erase too, and not every process folds what they do. */
  async function follow(after: bigint): Promise<void> {
    do {
      try {
        await followErasures(ledger, after, eraser.forget, stop.signal)
      } catch (error) {
        if (!stop.signal.aborted) logger?.error({ err: error }, 'erasures cannot be followed; trying again')
      }
    } while (await pause())
  }

  async function pause(): Promise<boolean> {
    await pauseFor(retryMs, undefined, { signal: stop.signal }).catch(() => {})
    return !stop.signal.aborted
  }
}

/** For reads that must not wait: persons whose key is out of reach are withheld meanwhile. */
export function letPass(logger: Logger | undefined) {
  let toldAt = Number.NEGATIVE_INFINITY
  return ({ message }: KeyStoreSilentError): 'let-pass' => {
    const now = performance.now()
    if (now - toldAt > 60_000) {
      toldAt = now
      logger?.warn({ reason: message }, 'keys of some persons are out of reach: they are withheld')
    }
    return 'let-pass'
  }
}

/** For what is proven or written: nothing without the keys. */
export function insist(error: KeyStoreSilentError): never {
  throw error
}

/**
 * Over a cluster nobody makes keys for itself: two processes that each did would seal persons under keys that the other
 * lacks, in a ledger that cannot be put right any more.
 * @throws ConfigError that says what to set.
 */
export function requireSharedSettings({ ledger, vaultKey, keys, keysDir }: GatewayConfig): void {
  if (ledger === 'embedded') return
  const missing = [
    ...(vaultKey === undefined
      ? ['FIRELEDGER_VAULT_KEY(_FILE) to one master key (`openssl rand -hex 32` makes one)']
      : []),
    ...(keys === undefined && keysDir === undefined
      ? [
          'FIRELEDGER_KEYS(_FILE) to the database of the keys, or FIRELEDGER_KEYS_DIR to one folder when all processes run on this machine',
        ]
      : []),
  ]
  if (missing.length === 0) return
  throw new ConfigError(
    `FIRELEDGER_LEDGER=esdb://…: all processes on a cluster must share the keys of persons, or each would seal persons under keys that the others do not have, and nobody could read them there. Set ${missing.join('; and ')}: the same for every process.`,
  )
}

/**
 * Keys are made where there are none yet, but never in place of lost ones: those would open nobody in the ledger.
 * @throws ConfigError naming what to put back.
 */
export async function requireKeys(
  config: GatewayConfig,
  folder: DataFolder,
  ledger: EventReader,
): Promise<void> {
  const hasKeys = existsSync(folder.keys)
  const hasMasterKey = config.vaultKey !== undefined || existsSync(folder.masterKey)
  if (hasKeys && hasMasterKey) return
  if (config.keys !== undefined) return requireSharedKeys(config, folder, ledger)
  if (!hasKeys && !(await holdsPersons(ledger))) return
  const missing = hasKeys ? folder.masterKey : folder.keys
  throw new ConfigError(
    `${missing} is missing, and without it no person in the ledger can be read. Put it back from a backup or from where it was moved to; keys.db and vault.key belong together.`,
  )
}

/** A fresh machine takes its keys from the store: there must be some when the ledger holds persons. */
async function requireSharedKeys(
  config: GatewayConfig,
  folder: DataFolder,
  ledger: EventReader,
): Promise<void> {
  if (!(await holdsPersons(ledger))) return
  const { masterKey } = keysOptions(config, folder)
  if (config.keys === undefined || (await holdsKeys(config.keys, masterKey))) return
  throw new ConfigError(
    `The database that FIRELEDGER_KEYS names holds no key, and ${folder.keys} is not there either: without them no person in the ledger can be read. Restore the database, or put keys.db of an earlier machine there: its keys are then given to the database.`,
  )
}

async function holdsPersons(ledger: EventReader): Promise<boolean> {
  for await (const page of ledger.readAll()) if (page.some(({ data }) => holdsPerson(data))) return true
  return false
}

function holdsPerson(data: Uint8Array): boolean {
  let found = false
  JSON.parse(Buffer.from(data).toString(), (_, value: unknown) => {
    found ||= sealedPerson.safeParse(value).success
    return value
  })
  return found
}

export function loggerOf(logger: Logger): FoldingLogger {
  return {
    info: (fields, message) => logger.info(fields, message),
    error: (fields, message) => logger.error(fields, message),
  }
}
