import { join } from 'node:path'
import type { EventReader, EventStore } from '@fireledger/event-store'
import { openDatabase } from '@fireledger/sqlite'
import { describe, expect, it } from 'vitest'
import { readModels } from './read-models.ts'
import { openReadStore } from './read-store.ts'
import { rebuildReadStore } from './rebuild.ts'
import { isBeingRebuilt, RebuildRunningError, withoutDeadRebuild } from './rebuild-mark.ts'
import { sampleFacts } from './sample-history.ts'
import { appendFacts, catchUp, dumpTables, ledgerWith, temporaryFolder, testVault } from './test-kit.ts'

const facts = sampleFacts(300)
const only = readModels.filter(({ name }) => name === 'institution-history')
const { open } = testVault()

async function givenStore() {
  const ledger = await ledgerWith(facts.slice(0, 290))
  const readStorePath = join(temporaryFolder(), 'read.db')
  await catchUp(ledger, readStorePath, readModels)
  return { ledger, readStorePath }
}

function gate() {
  let pass: () => void = () => {}
  const passed = new Promise<void>((resolve) => {
    pass = resolve
  })
  return { passed, pass }
}

/** A rebuild that waits before its n-th reading of the ledger: 1 folds all, 2 catches up with the rows in use. */
function pausedRebuild(ledger: EventStore, readStorePath: string, reading: number) {
  const reached = gate()
  const goOn = gate()
  let readings = 0
  const reader: EventReader = {
    ...ledger,
    async *readAll(options) {
      const number = ++readings
      if (number === reading) {
        reached.pass()
        await goOn.passed
      }
      yield* ledger.readAll(options)
      if (number > 1 || reading === 1) return
      // The server goes on meanwhile, so that there is something to catch up with.
      await appendFacts(ledger, facts.slice(290), 290)
      await catchUp(ledger, readStorePath, readModels)
    },
  }
  const ended = rebuildReadStore({ reader, readStorePath, projections: only, open })
  ended.catch(() => {})
  return { reached: Promise.race([reached.passed, ended]), goOn: goOn.pass, ended }
}

function fallSilent(readStorePath: string): void {
  const raw = openDatabase(readStorePath)
  raw.exec(`UPDATE projection_status SET rebuild = json_set(rebuild, '$.toldAtMs', 0)`)
  raw.close()
}

function statusOf(readStorePath: string) {
  const store = openReadStore(readStorePath)
  const status = store.status().find(({ name }) => name === only[0]?.name)
  store.close()
  if (!status) throw new Error('no such read model')
  return status
}

async function expectWholeRows(ledger: EventStore, readStorePath: string): Promise<void> {
  await catchUp(ledger, readStorePath, readModels)
  const whole = join(temporaryFolder(), 'read.db')
  await catchUp(ledger, whole, readModels)
  expect(dumpTables(readStorePath, only)).toEqual(dumpTables(whole, only))
}

describe.each([
  ['folds the ledger', 1],
  ['catches up with the rows in use', 2],
])('a rebuild that %s', (_, reading) => {
  it('keeps others out, also when the projector begins anew', async () => {
    const { ledger, readStorePath } = await givenStore()
    const first = pausedRebuild(ledger, readStorePath, reading)
    await first.reached
    await catchUp(ledger, readStorePath, readModels)
    expect(isBeingRebuilt(statusOf(readStorePath), Date.now())).toBe(true)
    const second = rebuildReadStore({ reader: ledger, readStorePath, projections: only, open })
    await expect(second).rejects.toThrow(RebuildRunningError)
    first.goOn()
    expect(await first.ended).toMatchObject([{ failedReason: null }])
    expect(statusOf(readStorePath)).toMatchObject({ status: 'running', generation: 2, rebuild: null })
    await expectWholeRows(ledger, readStorePath)
  })

  it.each([true, false])(
    'gives way to one that took it for dead (projector begun anew: %s)',
    async (anew) => {
      const { ledger, readStorePath } = await givenStore()
      const first = pausedRebuild(ledger, readStorePath, reading)
      await first.reached
      fallSilent(readStorePath)
      if (anew) await catchUp(ledger, readStorePath, readModels)
      const second = pausedRebuild(ledger, readStorePath, 1)
      await second.reached
      first.goOn()
      await expect(first.ended).rejects.toThrow(RebuildRunningError)
      // What the first leaves behind is not the second's mark.
      expect(statusOf(readStorePath)).toMatchObject({ status: 'rebuilding', generation: 1 })
      await expectWholeRows(ledger, readStorePath)
      second.goOn()
      expect(await second.ended).toMatchObject([{ failedReason: null }])
      expect(statusOf(readStorePath)).toMatchObject({ status: 'running', generation: 2, rebuild: null })
      await expectWholeRows(ledger, readStorePath)
    },
  )
})

describe('the mark of a rebuild', () => {
  const told = { eventsDone: 1, eventsTotal: 2, eventsPerSecond: 1, secondsLeft: 1, toldAtMs: 100_000 }
  const status = {
    name: 'unit-register',
    version: 1,
    generation: 1,
    checkpoint: 7n,
    status: 'rebuilding' as const,
    failedEvent: null,
    failedPosition: null,
    failedReason: null,
    rebuild: told,
  }

  it('counts while it is told', () => {
    expect(isBeingRebuilt(status, 114_999)).toBe(true)
    expect(withoutDeadRebuild(status, 114_999)).toBe(status)
  })

  it('of one that was killed blocks nobody and is not shown', () => {
    expect(isBeingRebuilt(status, 115_000)).toBe(false)
    expect(withoutDeadRebuild(status, 115_000)).toMatchObject({ status: 'running', rebuild: null })
    const failed = { ...status, failedReason: 'a fold threw' }
    expect(withoutDeadRebuild(failed, 115_000)).toMatchObject({ status: 'failed', rebuild: null })
  })

  it('does not show whose it is', async () => {
    const { ledger, readStorePath } = await givenStore()
    const rebuild = pausedRebuild(ledger, readStorePath, 1)
    await rebuild.reached
    expect(Object.keys(statusOf(readStorePath).rebuild ?? {})).not.toContain('owner')
    rebuild.goOn()
    await rebuild.ended
  })
})
