import { type LedgerEvent, type RulebookFile, shippedRulebooks } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { factSources } from './credit-facts.ts'
import { createMemoryCheckpointStore } from './memory.ts'
import {
  adoptRulebook,
  createTestLedger,
  decidedCase,
  inInspection,
  inspectionId,
  letClerkWork,
  line,
  orderedRectification,
  practitionerId,
  register,
  registerPractitioner,
  type Step,
  startClerk,
  uscc,
} from './test-ledger.ts'

/** Which facts cost what is the rulebook's: other rulebooks, other consequences, and no line of code in between. */

function shipped(id: string): RulebookFile {
  const found = shippedRulebooks.find((each) => each.id === id)
  if (!found) throw new Error(`no rulebook ${id}`)
  return found
}

function adopt({ id, division, content }: RulebookFile, from = '2024-01-01'): Step[] {
  const [subjectKind] = content.subjectKinds
  const rulebook = { category: 'rulebook', id, day: from }
  return [
    { ...rulebook, type: 'DraftRulebook', data: { division, content } },
    { ...rulebook, type: 'AdoptRulebook', data: { division, subjectKind, from } },
  ]
}

async function creditAfter(...steps: readonly Step[]) {
  const world = createTestLedger()
  await world.play(register(uscc, '2024-01-02'), registerPractitioner('2024-01-03'), ...steps)
  await letClerkWork(world)
  const events = await world.events('CreditAdjusted', 'CreditVetoImposed', 'CreditAdjustmentReversed')
  return events.map(({ type, streamId, data }) => ({ type, streamId, ...(data as Record<string, unknown>) }))
}

describe('a city with its own rulebook', () => {
  it('sets its own amounts', async () => {
    const [ours] = shippedRulebooks
    if (!ours) throw new Error('shipped')
    const content = structuredClone(ours.content)
    for (const item of content.items) {
      if (item.code === 'L1') item.triggers = item.triggers.map((each) => ({ ...each, upToFen: 50_000_00 }))
      if (item.code === 'L2' || item.code === 'L3') item.triggers = []
    }
    const mild = { ...ours, id: 'CZ-MILD-1', content }
    expect(await creditAfter(...adopt(mild), ...decidedCase([line('V14', 50_000)]))).toMatchObject([
      { item: 'L1', rulebook: 'CZ-MILD-1@0' },
    ])
  })

  it('judges what happened while the subject was there, the city before what happened before', async () => {
    const both = [...adoptRulebook(), ...adoptRulebook('2024-01-01', 'SZ-DB4403-338-2023')]
    const move = (day: string): Step => {
      const { data } = register(uscc, day)
      const details = { ...(data as object), division: '440304' }
      return { category: 'institution', type: 'CorrectDetails', id: uscc, day, data: details }
    }
    const world = async (day: string) => {
      const played = createTestLedger()
      await played.play(...both, register(uscc, '2025-06-02'))
      const [registered] = await played.events('InstitutionRegistered')
      const supersedes = { supersedes: registered?.id, reason: '迁至深圳' }
      const step = move(day)
      const steps = [
        ...decidedCase([line('V08', 6_000)]),
        { ...step, from: day, data: { ...(step.data as object), ...supersedes } },
      ]
      await played.play(...steps.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0)))
      await letClerkWork(played)
      return (await played.events('CreditAdjusted')).map(({ data }) => data)
    }
    expect(await world('2026-01-15')).toMatchObject([{ division: '440304', item: 'V1' }])
    expect(await world('2026-02-15')).toMatchObject([{ division: '320402', item: 'L1' }])
  })
})

describe('a practitioner', () => {
  it('loses points of the year by violation', async () => {
    const engineer = { respondent: { kind: 'practitioner', id: practitionerId } }
    const lines = [line('V02', 12_000), line('V02', 6_000, engineer)]
    expect(
      await creditAfter(...adoptRulebook('2024-01-01', 'CZ-PRACTITIONER-12'), ...decidedCase(lines)),
    ).toMatchObject([
      {
        streamId: practitionerId,
        subjectKind: 'practitioner',
        item: 'TWO-EMPLOYERS',
        points: -6,
        effectiveOn: '2026-02-02',
        validUntil: '2026-12-31',
      },
    ])
  })
})

describe('a decision about several violations', () => {
  it('is one entry that names them all', async () => {
    const lines = [line('V08', 6_000), line('V06', 7_000), line('V11', 1_000)]
    const entries = await creditAfter(...adoptRulebook(), ...decidedCase(lines, { inspection: inspectionId }))
    expect(entries).toMatchObject([
      {
        item: 'L2',
        factId: `inspection-${inspectionId}/V06`,
        violation: 'V06',
        furtherActs: [
          { factId: `inspection-${inspectionId}/V08`, violation: 'V08' },
          { factId: `inspection-${inspectionId}/V11`, violation: 'V11' },
        ],
      },
    ])
  })
})

describe('two cures missed in one inspection', () => {
  it('cost twice: the second does not take the first back', async () => {
    const world = createTestLedger()
    await world.play(register(uscc, '2024-01-02'), ...adoptRulebook(), ...orderedRectification())
    const miss = inInspection('2026-03-20', 'MissRectification')
    const again = inInspection('2026-03-20', 'OrderRectification', { dueOn: '2026-03-25' })
    await world.play(miss, again, inInspection('2026-03-27', 'MissRectification'))
    await letClerkWork(world)
    expect(await world.events('CreditAdjusted', 'CreditAdjustmentReversed')).toMatchObject([
      { type: 'CreditAdjusted', data: { effectiveOn: '2026-03-17' } },
      { type: 'CreditAdjusted', data: { effectiveOn: '2026-03-26' } },
    ])
  })
})

describe('a quarterly rulebook', () => {
  it('counts inspections, and has the grade of each quarter published once', async () => {
    const fujian = shipped('FJ-HOUSING-2025')
    const here = { ...fujian, id: 'CZ-QUARTERLY', division: '320400' }
    const world = createTestLedger()
    await world.play(...adopt(here), register(uscc, '2025-11-03'), ...orderedRectification())
    const store = createMemoryCheckpointStore()
    for (const day of ['2026-03-30', '2026-03-31', '2026-04-01', '2026-07-02']) {
      world.at(day)
      for (let turn = 0; turn < 2; turn++) {
        const clerk = await startClerk(world, store)
        await clerk.tick()
        await clerk.stop()
      }
    }
    expect((await world.events('CreditAdjusted')).map(({ data }) => (data as { item: string }).item)).toEqual(
      ['N', 'M1'],
    )
    expect(
      (await world.events('GradePublished')).map(({ data, metadata }) => {
        const { asOf, score } = data as { asOf: string; score: number }
        return `${asOf} ${score} on ${metadata.effectiveAt.slice(0, 10)}`
      }),
    ).toEqual(['2025-12-31 50 on 2025-12-31', '2026-03-31 45 on 2026-03-31', '2026-06-30 45 on 2026-06-30'])
  })
})

describe('what an event says', () => {
  const event = (type: string, data: unknown, concerns: Partial<LedgerEvent['metadata']> = {}): LedgerEvent =>
    ({
      id: '00000000-0000-8000-a000-000000000001',
      type,
      stream: 'project-01JD0000000000000000000031',
      streamId: '01JD0000000000000000000031',
      data,
      metadata: { effectiveAt: '2026-03-02T04:00:00.000Z', institutions: [uscc], units: [], ...concerns },
    }) as unknown as LedgerEvent
  const said = (...of: Parameters<typeof event>) =>
    factSources
      .filter((source) => source.on.includes(of[0]))
      .flatMap((source) => source.say(event(...of), createMemoryCheckpointStore())?.facts ?? [])
      .map(({ kind, account, codes }) => [kind, account, ...codes].join(' '))

  it.each([
    ['ProjectEntered', { late: true, dueOn: '2026-03-01' }, [`late-entry ${uscc}`]],
    ['ProjectEntered', { late: false, dueOn: '2026-03-09' }, []],
    ['GateWaived', { stage: 'S3', requirement: 'site-image' }, [`gate-waived ${uscc} site-image`]],
    [
      'SignatureRefused',
      { member: practitionerId, obstacle: 'expired' },
      [`signature-refused ${uscc}`, `signature-refused ${practitionerId}`],
    ],
    ['SignatureRefused', { member: 'legal-1', obstacle: 'not-in-role' }, [`signature-refused ${uscc}`]],
    ['RegistrationRevoked', { deceit: true }, ['registration-revoked 01JD0000000000000000000031']],
    ['RegistrationRevoked', { deceit: false }, []],
    ['PractitionerBanned', { until: null }, ['banned 01JD0000000000000000000031']],
    ['PractitionerBanned', { until: '2028-01-01' }, []],
    [
      'PracticeConditionsVerified',
      {
        figures: { gradeOneEngineers: 1 },
        outcomes: [
          { code: 'PC4', met: false, required: '≥2', found: '1' },
          { code: 'PC5', met: true },
        ],
      },
      ['condition-unmet 01JD0000000000000000000031 PC4'],
    ],
  ])('%s %o: %o', (type, data, facts) => {
    expect(said(type, data)).toEqual(facts)
  })

  it('of an inspection is about the institution, or the unit where none was inspected', () => {
    expect(said('InspectionConcluded', {}, { units: ['unit-1'] })).toEqual([`inspected ${uscc}`])
    expect(said('InspectionConcluded', {}, { institutions: [], units: ['unit-1'] })).toEqual([
      'inspected unit-1',
    ])
  })
})
