import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row, Side } from '../frame.ts'
import { materialOf } from '../material.ts'

/** V8 collects late where a machine has much memory; with this limit it works, or ends, as on a small one. */
const oldSpaceMegabytes = 256

/** The most that a process of its own held while it rebuilt all read models. */
export const memoryRow: Row = {
  name: 'memory',
  aim: 'rebuild of 3 M events within 512 MB resident',
  async *measurements(options) {
    const sides: Record<string, Side> = {}
    for (const events of options.sizes) {
      const material = await materialOf(events, options.keepIn)
      sides[`${events} events`] = async () => {
        const folder = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
        const script = join(import.meta.dirname, '..', 'rebuild-once.ts')
        const limit = `--max-old-space-size=${oldSpaceMegabytes}`
        const args = [limit, '--import', 'tsx', script, options.keepIn, String(material.events), folder]
        const { status, stdout } = spawnSync(process.execPath, args, {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        rmSync(folder, { recursive: true, force: true })
        if (status !== 0) throw new Error('the rebuild failed')
        return { value: Number(stdout), cpuMicroseconds: null }
      }
    }
    yield {
      name: `resident memory of a rebuild, at its most; V8’s old space limited to ${oldSpaceMegabytes} MB`,
      unit: 'MB',
      sides: { ...sides, bound: async () => ({ value: 512, cpuMicroseconds: null }) },
      comparisons: Object.keys(sides).map((side) => ({ of: side, to: 'bound', atMost: 1 })),
      roundsMax: 1,
      close: async () => {},
    }
  },
}
