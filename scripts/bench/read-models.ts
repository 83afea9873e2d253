import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openEmbeddedReader } from '../../packages/event-store/src/index.ts'
import { openReadStore, readModels, rebuildReadStore } from '../../projections/src/index.ts'
import { type Material, vaultOf } from './material.ts'

/** The read store of a material, folded once and again when fold or tables have changed since. */
export async function readStoreOf(material: Material): Promise<string> {
  const readStorePath = join(material.folder, 'read.db')
  if (existsSync(readStorePath) && isCurrent(readStorePath)) return readStorePath
  console.log(`  folding all read models of ${material.events} events (once)`)
  const reader = await openEmbeddedReader(material.ledger)
  const vault = vaultOf(material)
  try {
    await rebuildReadStore({ reader, readStorePath, projections: readModels, open: vault.open })
  } finally {
    vault.close()
    await reader.close()
  }
  return readStorePath
}

function isCurrent(path: string): boolean {
  const store = openReadStore(path)
  try {
    const versions = new Map(store.status().map(({ name, version }) => [name, version]))
    return readModels.every(({ name, version }) => versions.get(name) === version) && store.checkpoint() > 0n
  } finally {
    store.close()
  }
}
