import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SimulationPlan, shippedRulebooks } from '@fireledger/domain'
import { openEmbeddedLedger } from '@fireledger/event-store'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSimulationDesk, type SimulationDesk } from './desk.ts'

const [shipped] = shippedRulebooks
if (!shipped) throw new Error('no rulebook is shipped')
const { id: rulebook, division, content } = shipped
const plan = {
  ...{ rulebook, reference: `${rulebook}@0`, division, subjectKind: 'institution', asOf: '2026-03-02' },
  ...{ from: null, draft: { content } },
} as unknown as SimulationPlan

describe('the desk of simulations', () => {
  const directory = mkdtempSync(join(tmpdir(), 'fireledger-desk-'))
  let desk: SimulationDesk
  let ledger: Awaited<ReturnType<typeof openEmbeddedLedger>>
  let begun = 0
  beforeAll(async () => {
    ledger = await openEmbeddedLedger(directory)
    desk = openSimulationDesk({
      ledger: { kind: 'embedded', directory },
      now: () => '2026-03-02T04:00:00.000Z',
      newId: () => `run-${++begun}`,
      logger: pino({ level: 'silent' }),
    })
  })
  afterAll(async () => {
    await desk.close()
    await ledger.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const begin = (startedBy: string) => desk.begin({ plan, position: 0n, startedBy })

  it('counts one that was dropped until its threads are gone, and shows it to nobody', async () => {
    const first = begin('one')
    const gone = desk.drop(first.id)
    expect(desk.find(first.id)).toBeNull()
    expect(desk.list()).toEqual([])
    expect(() => begin('one')).toThrow()
    const second = begin('two')
    const alsoGone = desk.drop(second.id)
    expect(() => begin('three')).toThrow()
    await Promise.all([gone, alsoGone])
    const again = begin('one')
    expect(desk.list()).toEqual([again])
    await desk.drop(again.id)
    await desk.drop(again.id)
    expect(desk.list()).toEqual([])
  })
})
