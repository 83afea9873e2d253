import type { Row } from '../frame.ts'

/**
 * Every row of the table of aims, in its order, by the file that measures it. Each is loaded when its turn comes, so that
 * a part that does not run here costs its own row and no other.
 */
const files: readonly (readonly [name: string, load: () => Promise<Row>])[] = [
  ['append-single', async () => (await import('./appends.ts')).appendSingleRow],
  ['append-concurrent', async () => (await import('./appends.ts')).appendConcurrentRow],
  ['append-batch', async () => (await import('./appends.ts')).appendBatchRow],
  ['command', async () => (await import('./command.ts')).commandRow],
  ['read-all', async () => (await import('./read-all.ts')).readAllRow],
  ['rebuild', async () => (await import('./rebuild.ts')).rebuildRow],
  ['history', async () => (await import('./history.ts')).historyRow],
  ['live', async () => (await import('./live.ts')).liveRow],
  ['transparency', async () => (await import('./transparency.ts')).transparencyRow],
  ['memory', async () => (await import('./memory.ts')).memoryRow],
  ['eventstoredb', async () => (await import('./eventstoredb.ts')).eventstoredbRow],
  ['start-up', async () => (await import('./start-up.ts')).startUpRow],
  ['curves', async () => (await import('./curves.ts')).curvesRow],
]

export const rowNames: readonly string[] = files.map(([name]) => name)

/** @throws when there is no such row, or it cannot be loaded. */
export async function loadRow(name: string): Promise<Row> {
  const found = files.find(([known]) => known === name)
  if (!found) throw new Error(`no such row: ${name}. Rows: ${rowNames.join(', ')}`)
  return found[1]()
}
