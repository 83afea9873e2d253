import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { acquireProcessLock, type LedgerLocation } from '@fireledger/event-store'
import { ConfigError, type GatewayConfig } from '@fireledger/gateway'

/** Where everything lies that a process keeps for itself, and where the ledger is. */
export type DataFolder = {
  readonly root: string
  readonly ledger: LedgerLocation
  readonly readStore: string
  /** Keys of persons: one file for all processes of this machine that use the ledger. */
  readonly keys: string
  /** Of a single machine; others name it by a setting. */
  readonly masterKey: string
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
    keys: join(keysRoot, 'keys.db'),
    masterKey: join(keysRoot, 'vault.key'),
    clerk: join(root, 'clerk.db'),
    scenario: join(root, 'scenario.loading'),
  }
}

/** Two of one role would write the same rows, memory or token secret; each role belongs to one process of a data folder. */
export type Role = 'gateway' | 'projector' | 'clerk'

/**
 * Takes the roles for this process until it ends, or gives them back.
 * @throws LedgerUnavailableError naming the process that has one of them.
 */
export function holdRoles({ root }: DataFolder, roles: readonly Role[]): () => Promise<void> {
  const held: { release(): void }[] = []
  const release = async () => {
    for (const lock of held.splice(0)) lock.release()
  }
  try {
    for (const role of roles) held.push(acquireProcessLock(root, role))
  } catch (error) {
    release()
    throw error
  }
  return release
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
