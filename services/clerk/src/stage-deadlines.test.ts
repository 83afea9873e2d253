import { findShippedProcess } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { createTestLedger, type Step, startClerk } from './test-ledger.ts'

/** A permit under RECEIPT-PERMIT-1: three stages of forty working days each, whose people need no registration. */

const id = '01JD0000000000000000000021'
const code = 'RECEIPT-PERMIT-1'
const content = findShippedProcess(code)?.content
const handler = 'handler-7'
const practitioner = '01JD0000000000000000000022'
const team = {
  legalRepresentative: handler,
  technicalLead: practitioner,
  projectLead: practitioner,
  engineers: [],
  operators: [],
  archivist: handler,
}

const process = (type: string, data: object): Step => ({
  ...{ category: 'assessmentProcess', type, id: code, data, day: '2026-01-05' },
})
const inAssessment = (day: string, type: string, data: object): Step => ({
  ...{ category: 'assessment', type, id, data, day },
})
const engagement = {
  ...{ division: '320402', institution: '91320402MA1WABCD1L', unit: '01JD0000000000000000000023' },
  ...{ project: null, process: code, team },
}
const receipt = {
  ...{ evidenceId: '01JD0000000000000000000024', stage: 'S1', kind: 'receipt', title: '收件' },
  ...{ sha256: 'a'.repeat(64), recordedBy: practitioner, instrument: null, place: null },
  takenAt: '2026-01-06T01:00:00.000Z',
}
const begun = [
  process('DraftAssessmentProcess', { division: '320400', content }),
  process('AdoptAssessmentProcess', { division: '320400', from: '2026-01-01' }),
  inAssessment('2026-01-06', 'EngageAssessment', engagement),
]
const completed = (day: string, stage: string) =>
  inAssessment(day, 'CompleteStage', { stage, completedBy: handler, score: null })

/** A clerk without memory, who looks twice. */
async function letClerkLook(world: ReturnType<typeof createTestLedger>) {
  const clerk = await startClerk(world)
  await clerk.tick()
  await clerk.tick()
  await clerk.stop()
}

async function worldWith(...steps: readonly Step[]) {
  const world = createTestLedger()
  await world.play(...begun, ...steps)
  return world
}
async function overdueOf(world: ReturnType<typeof createTestLedger>) {
  const events = await world.events('StageFellOverdue')
  return events.map(({ data, metadata }) => {
    const { stage, dueOn } = data as { stage: string; dueOn: string }
    return `${stage} ${dueOn} ${metadata.actor.id}`
  })
}

describe('a stage in work', () => {
  it('is said to be overdue once when its last day in time has passed, however often the clerk looks', async () => {
    const world = await worldWith()
    world.at('2026-03-09')
    await letClerkLook(world)
    expect(await overdueOf(world)).toEqual([])
    world.at('2026-03-10')
    await letClerkLook(world)
    await letClerkLook(world)
    expect(await overdueOf(world)).toEqual(['S1 2026-03-09 clerk'])
  })

  it('is not overdue when it was completed in time; the next one has a time of its own', async () => {
    const world = await worldWith(
      inAssessment('2026-01-07', 'RecordEvidence', receipt),
      completed('2026-03-02', 'S1'),
    )
    world.at('2026-03-20')
    await letClerkLook(world)
    expect(await overdueOf(world)).toEqual([])
    world.at('2026-06-01')
    await letClerkLook(world)
    expect(await overdueOf(world)).toEqual([expect.stringMatching(/^S2 /)])
  })

  it('completed late while no clerk watched, is not said again', async () => {
    const world = await worldWith(
      inAssessment('2026-01-07', 'RecordEvidence', receipt),
      completed('2026-03-20', 'S1'),
    )
    await letClerkLook(world)
    expect(await overdueOf(world)).toEqual(['S1 2026-03-09 officer-3204-001'])
  })
})
