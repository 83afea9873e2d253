import { accessSync, constants, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { GatewayConfig } from '@fireledger/gateway'
import { openVault, parseMasterKey, readOrCreateMasterKey, type Vault } from '@fireledger/vault'

/** Where everything of one ledger lies. */
export type DataFolder = {
  readonly root: string
  readonly ledger: string
  readonly readStore: string
  readonly keys: string
  /** How far the clerk has read, and what it remembers. */
  readonly clerk: string
  /** Says that the scenario is being loaded; gone when it is complete. */
  readonly scenario: string
}

/** @throws when the folder cannot be made or written (EACCES, EROFS, ENOTDIR …). */
export function openDataFolder(config: GatewayConfig): DataFolder {
  const root = resolve(config.dataDir)
  const ledger = join(root, 'ledger')
  mkdirSync(ledger, { recursive: true, mode: 0o700 })
  accessSync(root, constants.W_OK)
  return {
    root,
    ledger,
    readStore: join(root, 'read.db'),
    keys: join(root, 'keys.db'),
    clerk: join(root, 'clerk.db'),
    scenario: join(root, 'scenario.loading'),
  }
}

/** The master key comes from the configuration, or on a single machine from a file beside the keys. */
export function masterKeyOf(config: GatewayConfig, folder: DataFolder): Uint8Array {
  return config.vaultKey === undefined
    ? readOrCreateMasterKey(join(folder.root, 'vault.key'))
    : parseMasterKey(config.vaultKey)
}

export function openFolderVault(config: GatewayConfig, folder: DataFolder): Vault {
  return openVault({ path: folder.keys, masterKey: masterKeyOf(config, folder) })
}
