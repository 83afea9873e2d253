import { describe, expect, it } from 'vitest'
import { createMemoryCheckpointStore } from './memory.ts'
import {
  adoptRulebook,
  createTestLedger,
  decidedCase,
  inInspection,
  letClerkWork,
  line,
  orderedRectification,
  register,
  type Step,
  startClerk,
  type TestLedger,
  uscc,
} from './test-ledger.ts'

/** What an institution did, and what was found of it, becomes points, once, and is taken back with its reason. */

const id = '01JD0000000000000000000041'
const step = (category: string, day: string, type: string, data: object = {}): Step => ({
  category,
  type,
  id,
  day,
  data,
})
const about = { division: '320402', institution: uscc }

async function worldWith(...steps: readonly Step[]): Promise<TestLedger> {
  const world = createTestLedger()
  await world.play(...adoptRulebook(), register(uscc, '2025-06-02'), ...steps)
  return world
}

/** The entries of the account, those that were taken back marked. */
async function standing(world: TestLedger): Promise<string[]> {
  const reversed = new Set(
    (await world.events('CreditAdjustmentReversed')).map(
      ({ data }) => (data as { supersedes: string }).supersedes,
    ),
  )
  return (await world.events('CreditAdjusted')).map((event) => {
    const { item, points, effectiveOn } = event.data as { item: string; points: number; effectiveOn: string }
    return `${reversed.has(event.id) ? 'not ' : ''}${item} ${points} on ${effectiveOn}`
  })
}

/** Works, is stopped, loses its memory, and works again: nothing may happen twice. */
async function worked(world: TestLedger): Promise<string[]> {
  await letClerkWork(world)
  await letClerkWork(world)
  return standing(world)
}

const received = step('complaint', '2026-02-02', 'ReceiveComplaint', {
  ...about,
  channel: '12345',
  summary: '维保人员未到场',
})
const decided = (outcome: string, day = '2026-02-10') =>
  step('complaint', day, 'DecideComplaint', { outcome, reason: '核查' })

const detected = step('anomaly', '2026-02-02', 'DetectAnomaly', {
  ...about,
  code: 'AN01',
  detail: '社保由其他单位缴纳',
})

describe('conduct that counts', () => {
  it.each<[string, Step[], string[]]>([
    ['a complaint found to be true', [received, decided('substantiated')], ['L5 -3 on 2026-02-10']],
    ['a complaint without ground', [received, decided('unsubstantiated')], []],
    [
      'a complaint whose finding falls',
      [
        received,
        decided('substantiated'),
        step('complaint', '2026-02-20', 'AnnulFinding', { reason: '复核' }),
      ],
      ['not L5 -3 on 2026-02-10'],
    ],
    [
      'a finding that falls and is made anew',
      [
        received,
        decided('substantiated'),
        step('complaint', '2026-02-20', 'AnnulFinding', { reason: '复核' }),
        decided('substantiated', '2026-02-25'),
      ],
      ['not L5 -3 on 2026-02-10', 'L5 -3 on 2026-02-25'],
    ],
    ['an anomaly that is only alleged', [detected, step('anomaly', '2026-02-03', 'NotifyAnomaly')], []],
    [
      'an anomaly that is confirmed, and one that is annulled',
      [
        detected,
        step('anomaly', '2026-02-03', 'NotifyAnomaly'),
        step('anomaly', '2026-03-04', 'ConfirmAnomaly', { reason: '未作说明' }),
      ],
      ['P3 -5 on 2026-03-04'],
    ],
    [
      'a confirmation that is annulled',
      [
        detected,
        step('anomaly', '2026-02-03', 'NotifyAnomaly'),
        step('anomaly', '2026-02-05', 'ExplainAnomaly', { explanation: '集团代缴' }),
        step('anomaly', '2026-02-06', 'ConfirmAnomaly', { reason: '说明不成立' }),
        step('anomaly', '2026-03-06', 'AnnulConfirmation', { reason: '复核后成立' }),
      ],
      ['not P3 -5 on 2026-02-06'],
    ],
    [
      'training, public service, a hazard reported before the fire',
      [
        {
          ...step('merit', '2026-02-02', 'RecordMerit', {
            ...about,
            kind: 'training',
            description: '年度培训',
          }),
          id: '01JD0000000000000000000042',
        },
        {
          ...step('merit', '2026-02-03', 'RecordMerit', {
            ...about,
            kind: 'public-service',
            description: '社区讲座',
          }),
          id: '01JD0000000000000000000043',
        },
        {
          ...step('merit', '2026-02-20', 'RecordMerit', {
            ...about,
            kind: 'hazard-reported',
            description: '书面报告喷淋故障',
            fireOn: '2026-02-15',
          }),
          id: '01JD0000000000000000000044',
          from: '2026-02-04',
        },
      ],
      ['B2 2 on 2026-02-02', 'B3 2 on 2026-02-03', 'B4 3 on 2026-02-04'],
    ],
    [
      'a merit that was none',
      [
        step('merit', '2026-02-02', 'RecordMerit', { ...about, kind: 'training', description: '年度培训' }),
        step('merit', '2026-02-09', 'WithdrawMerit', { reason: '证书不实' }),
      ],
      ['not B2 2 on 2026-02-02'],
    ],
    [
      'an inspection refused',
      [
        ...orderedRectification().slice(0, 2),
        inInspection('2026-03-02', 'RecordRefusal', { note: '不开门' }),
      ],
      ['R1 -15 on 2026-03-02'],
    ],
    [
      'a refusal that does not stand',
      [
        ...orderedRectification().slice(0, 2),
        inInspection('2026-03-02', 'RecordRefusal', { note: '不开门' }),
        inInspection('2026-03-09', 'AnnulRefusal', { reason: '当日停业装修' }),
      ],
      ['not R1 -15 on 2026-03-02'],
    ],
    [
      'a posting found missing in a decision without a fine',
      decidedCase([line('V10', 0, { circumstances: ['first-and-minor'], reason: '首次轻微并已改正' })]),
      ['M3 -2 on 2026-02-02'],
    ],
  ])('%s', async (_, steps, entries) => {
    expect(await worked(await worldWith(...steps))).toEqual(entries)
  })
})

const figures = {
  legalPerson: true,
  premisesAreaSquareMetres: 260,
  equipmentComplete: true,
  engineers: 4,
  gradeOneEngineers: 3,
  operators: 8,
  intermediateOperators: 3,
  qualitySystem: true,
  processControlSystem: true,
}
const verify = (day: string, change: Partial<typeof figures> = {}): Step => ({
  category: 'institution',
  type: 'VerifyPracticeConditions',
  id: uscc,
  day,
  data: { figures: { ...figures, ...change }, rectifyBy: null },
})

async function onDays(world: TestLedger, ...days: string[]): Promise<void> {
  const store = createMemoryCheckpointStore()
  for (const day of days) {
    world.at(day)
    for (let turn = 0; turn < 3; turn++) {
      const clerk = await startClerk(world, store)
      await clerk.tick()
      await clerk.stop()
    }
  }
}

describe('what only time makes', () => {
  it('engineers above the minimum earn once a year, however often they are counted', async () => {
    const world = await worldWith(verify('2026-02-02'), verify('2026-05-06'))
    await letClerkWork(world)
    expect(await standing(world)).toEqual(['B1 4 on 2026-02-02'])
  })

  it('staff below the conditions costs from the 31st day on, not when it is enough again before', async () => {
    const short = { engineers: 1, gradeOneEngineers: 1 }
    const cured = await worldWith(verify('2026-02-02', short), verify('2026-03-01', { gradeOneEngineers: 1 }))
    await onDays(cured, '2026-03-05', '2026-04-01')
    expect(await standing(cured)).toEqual([])
    const world = await worldWith(verify('2026-02-02', short))
    await onDays(world, '2026-03-04', '2026-03-05', '2026-03-06')
    expect(await standing(world)).toEqual(['P1 -8 on 2026-03-05'])
  })

  it('a year without fault earns on the day after it, and what is learnt later takes it back, and gives it again', async () => {
    const world = await worldWith()
    await onDays(world, '2026-12-31')
    expect(await standing(world)).toEqual([])
    await onDays(world, '2027-01-01', '2027-01-02')
    expect(await standing(world)).toEqual(['B5 5 on 2027-01-01'])
    const adjust = {
      ...step('creditAccount', '2027-02-01', 'AdjustCreditAccount', {
        division: '320402',
        subjectKind: 'institution',
        rulebook: 'CZ-DEFAULT-1',
        item: 'Q5',
        factId: 'fact/1',
        violation: null,
        causeEventId: null,
        reason: '后来查明',
      }),
      id: uscc,
      from: '2026-08-03',
    }
    await world.play(adjust)
    await onDays(world, '2027-02-02')
    expect(await standing(world)).toEqual(['not B5 5 on 2027-01-01', 'Q5 -4 on 2026-08-03'])
    const late = (await world.events('CreditAdjusted')).at(-1)
    await world.play({
      ...step('creditAccount', '2027-03-01', 'ReverseAdjustment', {
        supersedes: late?.id,
        basis: 'recorded-in-error',
        reason: '查错机构',
      }),
      id: uscc,
    })
    await onDays(world, '2027-03-02')
    expect(await standing(world)).toEqual([
      'not B5 5 on 2027-01-01',
      'not Q5 -4 on 2026-08-03',
      'B5 5 on 2027-01-01',
    ])
  })

  it('a complaint without a finding in time is told once', async () => {
    const world = await worldWith(received)
    await onDays(world, '2026-02-20', '2026-03-20', '2026-03-21')
    expect((await world.events('ComplaintOverdue')).map(({ data }) => data)).toEqual([
      { dueOn: '2026-02-28' },
    ])
  })
})

describe('a rulebook adopted late', () => {
  it('judges the facts of its time that were worked off before, once, and follows their reversal', async () => {
    const world = createTestLedger()
    await world.play(register(uscc, '2025-06-02'), ...decidedCase([line('V03', 20_000)]))
    const store = createMemoryCheckpointStore()
    await letClerkWork(world, store)
    expect(await standing(world)).toEqual([])
    const late = adoptRulebook('2024-01-01').map((each) => ({
      ...each,
      day: '2026-02-20',
      from: '2024-01-01',
    }))
    await world.play(...late)
    await letClerkWork(world, store)
    await letClerkWork(world, store)
    expect(await standing(world)).toEqual(['L2 -10 on 2026-02-02'])
    // Begun anew, it comes to the same.
    await letClerkWork(world)
    expect(await standing(world)).toEqual(['L2 -10 on 2026-02-02'])
    await world.play({
      category: 'penaltyCase',
      type: 'WithdrawPenaltyCase',
      id: '01JD0000000000000000000011',
      day: '2026-03-02',
      data: { reason: '违法事实不能成立' },
    })
    await letClerkWork(world, store)
    expect(await standing(world)).toEqual(['not L2 -10 on 2026-02-02'])
  })

  it('leaves alone what another one has judged already', async () => {
    const world = await worldWith(...decidedCase([line('V03', 20_000)]))
    const store = createMemoryCheckpointStore()
    await letClerkWork(world, store)
    const [draft, adopt] = adoptRulebook('2025-01-01')
    if (!draft || !adopt) throw new Error('a rulebook is drafted, then adopted')
    await world.play(
      { ...draft, id: 'CZ-LATE', day: '2026-02-20' },
      { ...adopt, id: 'CZ-LATE', day: '2026-02-20', from: '2025-01-01' },
    )
    await letClerkWork(world, store)
    expect(await standing(world)).toEqual(['L2 -10 on 2026-02-02'])
  })
})
