import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeEvent, openEmbeddedReader } from '../../../packages/event-store/src/index.ts'
import { readModels, rebuildReadStore } from '../../../projections/src/index.ts'
import { type BenchOptions, type Measurement, perSecond, type Row } from '../frame.ts'
import { writeSameRows } from '../limits/same-rows.ts'
import { materialOf, vaultOf } from '../material.ts'

/**
 * Folding all read models anew, beside nothing but decoding the same events. What lies between is told by the rows limit:
 * decoding, and then writing the very rows that result, with bare prepared statements, in the order of their keys.
 */
export const rebuildRow: Row = {
  name: 'rebuild',
  aim: '≥ 60 % of decode-only; two workers ≥ 1.6 × one',
  async *measurements(options) {
    for (const events of options.sizes.slice(0, 1)) yield await rebuildOf(events, options)
  },
}

async function rebuildOf(events: number, options: BenchOptions): Promise<Measurement> {
  const material = await materialOf(events, options.keepIn)
  const reader = await openEmbeddedReader(material.ledger)
  const vault = vaultOf(material)
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
  const decodeOnly = async () => {
    let decoded = 0
    for await (const page of reader.readAll()) for (const stored of page) if (decodeEvent(stored)) decoded++
    return decoded
  }
  let stores = 0
  const rebuild = async (readStorePath: string) => {
    const results = await rebuildReadStore({
      reader,
      readStorePath,
      projections: readModels,
      open: vault.open,
    })
    const failed = results.find(({ failedReason }) => failedReason !== null)
    if (failed) throw new Error(`${failed.projection}: ${failed.failedReason}`)
  }
  const like = join(directory, 'like.db')
  await rebuild(like)
  return {
    name: `all read models, ${events} events`,
    unit: 'events/s',
    sides: {
      fireledger: () =>
        perSecond(events, async () => {
          const path = join(directory, `read-${stores++}.db`)
          await rebuild(path)
          rmSync(path)
        }),
      'decode only': () => perSecond(events, decodeOnly),
      'rows limit': () =>
        perSecond(events, async () => {
          await decodeOnly()
          writeSameRows(like, join(directory, `rows-${stores++}.db`))
        }),
    },
    comparisons: [
      { of: 'fireledger', to: 'decode only', atLeast: 0.6 },
      { of: 'fireledger', to: 'rows limit' },
      { of: 'rows limit', to: 'decode only' },
    ],
    roundsMax: 3,
    async close() {
      await reader.close()
      vault.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
