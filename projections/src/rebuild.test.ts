import { join } from 'node:path'
import { openDatabase } from '@fireledger/sqlite'
import { describe, expect, it } from 'vitest'
import { isEqual } from './compare.ts'
import { readModels } from './read-models.ts'
import { openReadStore, type RebuildProgress } from './read-store.ts'
import { rebuildReadStore } from './rebuild.ts'
import { RebuildRunningError } from './rebuild-mark.ts'
import { runProjections } from './runner.ts'
import { sampleFacts } from './sample-history.ts'
import { appendFacts, catchUp, dumpTables, ledgerWith, temporaryFolder, testVault } from './test-kit.ts'

async function filledStore(count: number) {
  const facts = sampleFacts(count)
  const ledger = await ledgerWith(facts)
  const readStorePath = join(temporaryFolder(), 'read.db')
  await catchUp(ledger, readStorePath, readModels)
  return { ledger, readStorePath, facts }
}

describe('rebuilding', () => {
  it('gives exactly the rows that were there', async () => {
    const { ledger, readStorePath } = await filledStore(800)
    const before = dumpTables(readStorePath, readModels)
    const results = await rebuildReadStore({
      reader: ledger,
      readStorePath,
      projections: readModels,
      open: testVault().open,
    })
    expect(
      results.flatMap(({ differences }) => differences ?? []).filter((table) => !isEqual(table)),
    ).toEqual([])
    expect(results.every(({ checkpoint }) => checkpoint === 799n)).toBe(true)
    expect(dumpTables(readStorePath, readModels)).toEqual(before)
    const store = openReadStore(readStorePath)
    expect(store.status().every(({ generation, status }) => generation === 2 && status === 'running')).toBe(
      true,
    )
    const { sql, parameters } = store.search('institution', '消防技术')
    expect(store.all(`SELECT uscc FROM institution WHERE ${sql}`, parameters).length).toBeGreaterThan(0)
    store.close()
  })

  it('fills a store that nothing has filled yet', async () => {
    const { ledger, readStorePath } = await filledStore(200)
    const fresh = join(temporaryFolder(), 'read.db')
    const results = await rebuildReadStore({
      reader: ledger,
      readStorePath: fresh,
      projections: readModels,
      open: testVault().open,
    })
    expect(results.map(({ differences }) => differences)).toEqual(readModels.map(() => null))
    expect(dumpTables(fresh, readModels)).toEqual(dumpTables(readStorePath, readModels))
  })

  it('gives the same rows however little may stay in memory', async () => {
    const { ledger, readStorePath } = await filledStore(600)
    for (const memoryBytesMax of [0, 40_000]) {
      const fresh = join(temporaryFolder(), 'read.db')
      const { open } = testVault()
      await rebuildReadStore({
        reader: ledger,
        readStorePath: fresh,
        projections: readModels,
        open,
        memoryBytesMax,
      })
      expect(dumpTables(fresh, readModels)).toEqual(dumpTables(readStorePath, readModels))
    }
  })

  it('goes on from rebuilt rows as from any others', async () => {
    const { ledger, readStorePath } = await filledStore(500)
    const fresh = join(temporaryFolder(), 'read.db')
    const { open } = testVault()
    await rebuildReadStore({ reader: ledger, readStorePath: fresh, projections: readModels, open })
    await appendFacts(ledger, sampleFacts(700).slice(500), 500)
    for (const path of [fresh, readStorePath]) await catchUp(ledger, path, readModels)
    expect(dumpTables(fresh, readModels)).toEqual(dumpTables(readStorePath, readModels))
  })

  it('reports rows that someone altered, removed or added, before it puts them right', async () => {
    const { ledger, readStorePath } = await filledStore(800)
    const before = dumpTables(readStorePath, readModels)
    const raw = openDatabase(readStorePath)
    raw.exec(`UPDATE penalty_case SET fine_fen = 1 WHERE id = (SELECT min(id) FROM penalty_case)`)
    raw.exec(
      `DELETE FROM institution_history WHERE position = (SELECT min(position) FROM institution_history)`,
    )
    raw.exec(`INSERT INTO daily_count VALUES ('320402', '1999-01-01', 'Made', 'up', 7)`)
    raw.close()
    const reported: string[] = []
    await rebuildReadStore({
      reader: ledger,
      readStorePath,
      projections: readModels,
      open: testVault().open,
      onCompared: (_, differences) => {
        for (const { table, missing, unexpected, different, examples } of differences) {
          if (missing + unexpected + different === 0) continue
          reported.push(`${table} ${missing} ${unexpected} ${different}`)
          expect(examples.length).toBeGreaterThan(0)
        }
      },
    })
    expect(reported.sort()).toEqual(['daily_count 0 1 0', 'institution_history 1 0 0', 'penalty_case 0 0 1'])
    expect(dumpTables(readStorePath, readModels)).toEqual(before)
  })

  it('tells how far it is', async () => {
    const { ledger, readStorePath } = await filledStore(6000)
    const told: RebuildProgress[] = []
    await rebuildReadStore({
      reader: ledger,
      readStorePath,
      projections: readModels,
      open: testVault().open,
      onProgress: (progress) => told.push(progress),
    })
    expect(told.at(-1)).toMatchObject({ eventsDone: 6000, eventsTotal: 6000, secondsLeft: 0 })
    expect(told.every(({ eventsTotal }) => eventsTotal === 6000)).toBe(true)
  })

  it('refuses to begin beside another rebuild, but not after one that was killed', async () => {
    const { ledger, readStorePath } = await filledStore(300)
    const options = { reader: ledger, readStorePath, projections: readModels, open: testVault().open }
    const first = rebuildReadStore(options)
    await expect(rebuildReadStore(options)).rejects.toThrow(RebuildRunningError)
    await first
    const raw = openDatabase(readStorePath)
    const progress = { eventsDone: 1, eventsTotal: 2, eventsPerSecond: 1, secondsLeft: 1, toldAtMs: 0 }
    raw
      .prepare(`UPDATE projection_status SET status = 'rebuilding', rebuild = ?`)
      .run(JSON.stringify(progress))
    raw.close()
    expect((await rebuildReadStore(options)).every(({ failedReason }) => failedReason === null)).toBe(true)
  })

  it('that fails leaves the rows, and what is said of them, as they were', async () => {
    const { ledger, readStorePath } = await filledStore(300)
    const failing = readModels.map((projection) =>
      projection.name === 'unit-register' && projection.kind === 'fold'
        ? {
            ...projection,
            rows: () => {
              throw new Error('cannot render this')
            },
          }
        : projection,
    )
    const options = { reader: ledger, readStorePath, open: testVault().open }
    const results = await rebuildReadStore({ ...options, projections: failing })
    expect(results.filter(({ failedReason }) => failedReason !== null)).toMatchObject([
      { projection: 'unit-register', failedReason: 'cannot render this', checkpoint: 299n },
    ])
    const store = openReadStore(readStorePath)
    const unit = store.status().find(({ name }) => name === 'unit-register')
    expect(unit).toMatchObject({ status: 'running', generation: 1, rebuild: null, failedReason: null })
    expect(store.status().filter(({ generation }) => generation === 2)).toHaveLength(readModels.length - 1)
    store.close()
  })

  it('does not take a projection for running that had failed', async () => {
    const { ledger, readStorePath } = await filledStore(300)
    const raw = openDatabase(readStorePath)
    raw.exec(
      `UPDATE projection_status SET status = 'failed', failed_reason = 'a fold threw' WHERE name = 'unit-register'`,
    )
    raw.close()
    const signal = AbortSignal.abort()
    const options = { reader: ledger, readStorePath, projections: readModels, open: testVault().open, signal }
    await expect(rebuildReadStore(options)).rejects.toThrow()
    const store = openReadStore(readStorePath)
    expect(store.status().filter(({ status }) => status !== 'running')).toMatchObject([
      { name: 'unit-register', status: 'failed', failedReason: 'a fold threw' },
    ])
    store.close()
  })

  it('beside a running server ends with the rows of the whole ledger, served without a break', async () => {
    const { ledger, readStorePath, facts } = await filledStore(1000)
    const more = sampleFacts(1400).slice(1000)
    expect(sampleFacts(1400).slice(0, 1000)).toEqual(facts)
    const stop = new AbortController()
    let reached = -1n
    const running = runProjections({
      reader: ledger,
      readStorePath,
      projections: readModels,
      open: testVault().open,
      signal: stop.signal,
      onCommit: (checkpoint) => {
        reached = checkpoint
        if (reached === 1399n) stop.abort()
      },
    })
    const store = openReadStore(readStorePath)
    const appending = (async () => {
      for (const [index, fact] of more.entries()) {
        await appendFacts(ledger, [fact], 1000 + index)
        const served = store.get<{ n: number }>('SELECT count(*) AS n FROM institution_history')?.n
        expect(served).toBeGreaterThan(900)
        if (index % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    const rebuilt = rebuildReadStore({
      reader: ledger,
      readStorePath,
      projections: readModels,
      open: testVault().open,
    })
    const [results] = await Promise.all([rebuilt, appending])
    await running
    store.close()
    expect(
      results.flatMap(({ differences }) => differences ?? []).filter((table) => !isEqual(table)),
    ).toEqual([])
    const whole = join(temporaryFolder(), 'read.db')
    await catchUp(ledger, whole, readModels)
    expect(dumpTables(readStorePath, readModels)).toEqual(dumpTables(whole, readModels))
  })
})
