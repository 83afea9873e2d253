import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Measurement, measure, type Result } from './frame.ts'
import { loadRow, rowNames } from './rows/index.ts'

/** That the benchmark works; what it finds is no concern of a test. */

describe('the benchmark', () => {
  it('has a row for every aim, and each loads', async () => {
    for (const name of rowNames) expect(await loadRow(name)).toMatchObject({ name, aim: expect.any(String) })
  }, 120_000)

  it('measures, judges and writes what it found, in seconds', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fireledger-bench-test-'))
    const out = join(folder, 'results.json')
    const main = join(import.meta.dirname, 'main.ts')
    const wanted = ['append-single', 'append-batch', 'read-all', 'rebuild', 'transparency']
    const flags = ['--quick', '--no-peers', '--keep-in', join(folder, 'kept'), '--out', out]
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', main, ...wanted, ...flags], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const { results } = JSON.parse(readFileSync(out, 'utf8')) as { results: Result[] }
    rmSync(folder, { recursive: true })
    expect([...new Set(results.map(({ row }) => row))]).toEqual(wanted)
    for (const { sides, verdicts, skipped } of results) {
      const measured = Object.values(sides)
      if (skipped.length === 0) expect(measured.length).toBeGreaterThan(1)
      for (const { value } of measured) expect(value.min).toBeGreaterThan(0)
      for (const { ratio } of verdicts) expect(ratio.median).toBeGreaterThan(0)
    }
  }, 300_000)

  it('lets sides take turns and compares neighbours, so that a machine that slows down deceives nobody', async () => {
    const order: string[] = []
    let speed = 64
    const side = (name: string, share: number) => async () => {
      order.push(name)
      speed /= 2
      return { value: speed * share, cpuMicroseconds: null }
    }
    const measurement: Measurement = {
      name: 'made up',
      unit: 'events/s',
      sides: { ours: side('ours', 1), limit: side('limit', 1) },
      comparisons: [
        { of: 'ours', to: 'limit', atLeast: 0.5 },
        { of: 'ours', to: 'absent', atLeast: 9 },
      ],
      close: async () => {},
    }
    const { verdicts } = await measure('made-up', measurement, 2)
    expect(order).toEqual(['ours', 'limit', 'limit', 'ours'])
    expect(verdicts).toEqual([
      expect.objectContaining({
        of: 'ours',
        ratio: { min: 0.5, median: 2, max: 2 },
        cpuRatio: null,
        met: true,
      }),
    ])
  })
})
