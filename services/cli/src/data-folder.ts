import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { sealedPerson } from '@fireledger/domain'
import type { EventReader, LedgerLocation } from '@fireledger/event-store'
import { ConfigError, type GatewayConfig } from '@fireledger/gateway'
import { openVault, parseMasterKey, readOrCreateMasterKey, type Vault } from '@fireledger/vault'

/** Where everything lies that a process keeps for itself, and where the ledger is. */
export type DataFolder = {
  readonly root: string
  readonly ledger: LedgerLocation
  readonly readStore: string
  /** Of persons: shared by all processes that use the ledger. */
  readonly keysRoot: string
  readonly keys: string
  /** How far the clerk has read, and what it remembers. */
  readonly clerk: string
  /** Says that the scenario is being loaded; gone when it is complete. */
  readonly scenario: string
}

/** Level by level: `recursive` never ends on a file system that answers ENOENT to a new folder, such as /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** @throws when the folder cannot be made or written (EACCES, EROFS, ENOTDIR …). */
export function openDataFolder(config: GatewayConfig): DataFolder {
  const root = resolve(config.dataDir)
  const keysRoot = resolve(config.keysDir ?? config.dataDir)
  const ledger = ledgerLocation(config)
  for (const folder of [ledger.kind === 'embedded' ? ledger.directory : root, keysRoot]) {
    makeFolder(folder)
  }
  accessSync(root, constants.W_OK)
  return {
    root,
    ledger,
    readStore: join(root, 'read.db'),
    keysRoot,
    keys: join(keysRoot, 'keys.db'),
    clerk: join(root, 'clerk.db'),
    scenario: join(root, 'scenario.loading'),
  }
}

/** Which engine, and where: the one place that reads the setting. */
export function ledgerLocation(config: Pick<GatewayConfig, 'ledger' | 'dataDir'>): LedgerLocation {
  return config.ledger === 'embedded'
    ? { kind: 'embedded', directory: join(resolve(config.dataDir), 'ledger') }
    : { kind: 'cluster', connectionString: config.ledger }
}

/** @throws ConfigError when the ledger is embedded: what runs apart needs one that several processes can share. */
export function requireCluster(config: GatewayConfig, part: string): void {
  if (config.ledger !== 'embedded') return
  throw new ConfigError(
    `FIRELEDGER_LEDGER=embedded: one process holds an embedded ledger, so the ${part} cannot run apart. Run \`fireledger serve\`, which holds everything, or name a cluster: FIRELEDGER_LEDGER=esdb://…`,
  )
}

/** The master key comes from the configuration, or on a single machine from a file beside the keys. */
export function masterKeyOf(config: GatewayConfig, folder: DataFolder): Uint8Array {
  return config.vaultKey === undefined
    ? readOrCreateMasterKey(masterKeyPath(folder))
    : parseMasterKey(config.vaultKey)
}

function masterKeyPath(folder: DataFolder): string {
  return join(folder.keysRoot, 'vault.key')
}

/**
 * Keys are made where there are none yet, but never in place of lost ones: those would open nobody in the ledger.
 * @throws ConfigError naming the file to put back.
 */
export async function requireKeys(
  config: GatewayConfig,
  folder: DataFolder,
  ledger: EventReader,
): Promise<void> {
  const hasKeys = existsSync(folder.keys)
  const hasMasterKey = config.vaultKey !== undefined || existsSync(masterKeyPath(folder))
  if (hasKeys && hasMasterKey) return
  if (!hasKeys && !(await holdsPersons(ledger))) return
  const missing = hasKeys ? masterKeyPath(folder) : folder.keys
  throw new ConfigError(
    `${missing} is missing, and without it no person in the ledger can be read. Put it back from a backup or from where it was moved to; keys.db and vault.key belong together.`,
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

export function openFolderVault(config: GatewayConfig, folder: DataFolder): Vault {
  return openVault({ path: folder.keys, masterKey: masterKeyOf(config, folder) })
}
