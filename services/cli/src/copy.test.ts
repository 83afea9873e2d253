import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { copyLedger, openLedger, openLedgerReader } from '@fireledger/event-store'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStandIn } from '../../../packages/event-store/src/eventstoredb/stand-in.test-kit.ts'
import { sampleFacts } from '../../../projections/src/sample-history.ts'
import { ledgerWith } from '../../../projections/src/test-kit.ts'
import { fireledger, startPart, temporaryFolder } from './running.test-kit.ts'

/** `fireledger copy` as a user runs it: between folders, to a cluster and back, killed on the way. */

const events = 6000
const folder = temporaryFolder()
const data = (name: string) => join(folder.path, name)
const embedded = (name: string) => `embedded:${data(name)}`
const real = process.env.FIRELEDGER_TEST_ESDB_EMPTY

beforeAll(async () => {
  const to = await openLedger({ kind: 'embedded', directory: join(data('source'), 'ledger') })
  await copyLedger({ from: await ledgerWith(sampleFacts(events)), to, inFlightMax: 512 })
  await to.close()
})
afterAll(() => folder.remove())

function copy(from: string, to: string) {
  return fireledger(['copy', '--from', from, '--to', to], {})
}

const proven = {
  code: 0,
  stdout: expect.stringMatching(/every revision, id and byte the same[\s\S]*equal row for row[\s\S]*Proven/),
}

async function thereAndBack(address: string, back: string) {
  expect(await copy(embedded('source'), address)).toMatchObject(proven)
  expect(await copy(address, embedded(back))).toMatchObject(proven)
  // Not only each copy of the one before: the last is the first again.
  expect(await copy(embedded('source'), embedded(back))).toMatchObject({
    ...proven,
    stdout: expect.stringContaining(`0 events copied, ${events} were there already`),
  })
}

describe('fireledger copy', { timeout: 240_000 }, () => {
  it('is killed, goes on where it was, and proves that nothing differs', async () => {
    const killed = startPart(['copy', '--from', embedded('source'), '--to', embedded('killed')], {})
    await killed.until(/Copying [1-9]0 %/)
    await killed.kill()
    expect(killed.output()).not.toContain('Proven')
    const again = await copy(embedded('source'), embedded('killed'))
    expect(again).toMatchObject(proven)
    const resumed = /(\d+) events copied, (\d+) were there already/.exec(again.stdout)?.slice(1).map(Number)
    expect(resumed?.[0]).toBeGreaterThan(0)
    expect(resumed?.[1]).toBeGreaterThan(0)
    expect((resumed?.[0] ?? 0) + (resumed?.[1] ?? 0)).toBe(events)
  })

  it('moves to a cluster and back (stand-in)', async () => {
    const standIn = await startStandIn()
    try {
      await thereAndBack(standIn.address, 'back-from-stand-in')
    } finally {
      standIn.stop()
    }
  })

  if (real) it('moves to a real cluster and back', () => thereAndBack(real, 'back-from-cluster'))
  else {
    it.skip('moves to a real cluster and back: name an empty one with FIRELEDGER_TEST_ESDB_EMPTY=esdb://…', () => {})
  }

  it('refuses a target that holds another ledger, and leaves it as it is', async () => {
    const to = await openLedger({ kind: 'embedded', directory: join(data('other'), 'ledger') })
    await copyLedger({ from: await ledgerWith(sampleFacts(5).slice(1)), to })
    await to.close()
    const { code, stderr } = await copy(embedded('source'), embedded('other'))
    expect(code).toBe(1)
    expect(stderr.trim().split('\n').at(-1)).toMatch(/no copy of it\. Name an empty target$/)
    const reader = await openLedgerReader({ kind: 'embedded', directory: join(data('other'), 'ledger') })
    expect(await reader.head()).toBe(3n)
    await reader.close()
    rmSync(data('other'), { recursive: true })
  })

  it.each([
    [['copy', '--from', 'here', '--to', 'there'], /embedded:<data folder>/],
    [['copy', '--from', 'embedded:x', '--to', 'embedded:x'], /the same ledger/],
  ])('says how ledgers are named: %o', async (args, message) => {
    const { code, stderr } = await fireledger(args, {})
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})
