import { inspection, institution } from '@fireledger/domain'
import { afterEach, describe, expect, it } from 'vitest'
import { createClerk } from './clerk.ts'
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
  otherUscc,
  practitionerId,
  type RunningClerk,
  register,
  reviewCase,
  type Step,
  startClerk,
  uscc,
  withdrawCase,
} from './test-ledger.ts'

const creditEvents = [
  'CreditAdjusted',
  'CreditAdjustmentReversed',
  'CreditVetoImposed',
  'CreditVetoLifted',
] as const

async function worldWith(...steps: readonly Step[]) {
  const world = createTestLedger()
  const itself = new Set(steps.filter(({ type }) => type === 'RegisterInstitution').map(({ id }) => id))
  const registrations = [uscc, otherUscc].filter((id) => !itself.has(id))
  await world.play(...adoptRulebook(), ...registrations.map((id) => register(id, '2025-06-02')), ...steps)
  return world
}

/** The credit events, as `<type> <account> <code>`. */
async function consequencesOf(...steps: readonly Step[]) {
  const world = await worldWith(...steps)
  await letClerkWork(world)
  const events = await world.events(...creditEvents)
  return events.map((event) => {
    const { item, code, supersedes } = event.data as Record<string, string | undefined>
    return [event.type, event.streamId, item ?? code ?? `of ${supersedes}`].join(' ')
  })
}

describe('a decided fine', () => {
  it.each([
    [1_000, 'V07', 'L1'],
    [10_000, 'V07', 'L1'],
    [10_000.01, 'V14', 'L2'],
    [30_000, 'V14', 'L2'],
    [30_000.01, 'V14', 'L3'],
    [50_000, 'V14', 'L3'],
  ])('of %d yuan for %s costs %s', async (fine, violation, item) => {
    expect(await consequencesOf(...decidedCase([line(violation, fine)]))).toEqual([
      `CreditAdjusted ${uscc} ${item}`,
    ])
  })

  it('for work not to standard costs that work too, up to 10,000 yuan: of one act the heavier counts', async () => {
    expect(await consequencesOf(...decidedCase([line('V14', 10_000)]))).toEqual([
      `CreditAdjusted ${uscc} L1`,
      `CreditAdjusted ${uscc} Q3`,
    ])
    expect(await consequencesOf(...decidedCase([line('V14', 10_000.01)]))).toEqual([
      `CreditAdjusted ${uscc} L2`,
    ])
  })

  it('costs nothing whom no register knows', async () => {
    const world = createTestLedger()
    await world.play(...adoptRulebook(), ...decidedCase([line('V14', 1_000)]))
    await letClerkWork(world)
    expect(await world.events(...creditEvents)).toEqual([])
  })

  it('is judged for each institution by all its violations together', async () => {
    const other = { respondent: { kind: 'institution', id: otherUscc } }
    const lines = [line('V08', 6_000), line('V06', 6_000), line('V08', 3_000, other)]
    expect(await consequencesOf(...decidedCase(lines))).toEqual([
      `CreditAdjusted ${uscc} L2`,
      `CreditAdjusted ${otherUscc} L1`,
    ])
  })

  it('names its cause, its fact and the gravest violation', async () => {
    const world = await worldWith(...decidedCase([line('V08', 6_000), line('V06', 7_000)]))
    await letClerkWork(world)
    const [decided] = await world.events('PenaltyDecided')
    const [adjusted] = await world.events('CreditAdjusted')
    expect(adjusted).toMatchObject({
      data: {
        item: 'L2',
        violation: 'V06',
        factId: `${decided?.stream}/V06`,
        causeEventId: decided?.id,
        effectiveOn: '2026-02-02',
        rulebook: 'CZ-DEFAULT-1@0',
      },
      metadata: {
        causationId: decided?.id,
        correlationId: decided?.metadata.correlationId,
        actor: { id: 'clerk', role: 'clerk', division: null },
      },
    })
  })

  it('carries the fact of the inspection that found it, so that it counts once', async () => {
    const world = await worldWith(...decidedCase([line('V08', 6_000)], { inspection: inspectionId }))
    await letClerkWork(world)
    expect(await world.events('CreditAdjusted')).toMatchObject([
      { data: { factId: `inspection-${inspectionId}/V08` } },
    ])
  })

  it('costs nothing when it is nothing, in euros, or of somebody without an account', async () => {
    const reason = '初次违法且危害后果轻微并及时改正'
    const minor = line('V08', 0, { reason })
    const person = { respondent: { kind: 'other', id: 'person-17' } }
    const engineer = { respondent: { kind: 'practitioner', id: practitionerId } }
    const foreign = { violation: { scheme: 'italian-road-code', code: '157' } }
    expect(await consequencesOf(...decidedCase([minor]))).toEqual([])
    expect(await consequencesOf(...decidedCase([line('V14', 4_000, person)]))).toEqual([])
    expect(await consequencesOf(...decidedCase([line('V14', 4_000, engineer)]))).toEqual([])
    expect(await consequencesOf(...decidedCase([line('V08', 35, foreign)], { currency: 'EUR' }))).toEqual([])
  })

  it('costs nothing before a rulebook is in force', async () => {
    const world = createTestLedger()
    await world.play(...decidedCase([line('V08', 6_000)]), ...adoptRulebook('2026-02-03'))
    await letClerkWork(world)
    expect(await world.events(...creditEvents)).toEqual([])
  })
})

describe('a veto', () => {
  it.each([
    ['V12', {}, 'V12'],
    ['V13', {}, 'V13'],
    ['V14', { sanctions: ['market-ban'] }, 'LIFETIME-BAN'],
    ['V17', { circumstances: ['fatal-fire'], rangeUnknown: true, reason: '依据裁量基准' }, 'V17'],
    ['V18', { rangeUnknown: true, reason: '依据裁量基准' }, 'CERTIFICATE-TRADE'],
  ])('follows from %s with %o: %s', async (violation, rest, veto) => {
    expect(await consequencesOf(...decidedCase([line(violation, 50_000, rest)]))).toEqual([
      `CreditAdjusted ${uscc} L3`,
      `CreditVetoImposed ${uscc} ${veto}`,
    ])
  })

  it('does not follow from a failure in a fire without deaths', async () => {
    const lines = [line('V17', 5_000, { rangeUnknown: true, reason: '依据裁量基准' })]
    expect(await consequencesOf(...decidedCase(lines))).toEqual([`CreditAdjusted ${uscc} L1`])
  })

  it('follows from a lifetime ban in the register', async () => {
    const ban = { category: 'institution', type: 'BanInstitution', id: uscc, day: '2026-02-02' }
    expect(
      await consequencesOf(register(uscc, '2025-06-02'), { ...ban, data: { reason: '造成重大损失' } }),
    ).toEqual([`CreditVetoImposed ${uscc} LIFETIME-BAN`])
  })
})

describe('a case that falls', () => {
  it('takes points and veto back, naming what it supersedes', async () => {
    const world = await worldWith(...decidedCase([line('V13', 65_000)]), withdrawCase())
    await letClerkWork(world)
    const [adjusted, imposed, reversed, lifted] = await world.events(...creditEvents)
    expect(reversed).toMatchObject({
      type: 'CreditAdjustmentReversed',
      data: { supersedes: adjusted?.id, basis: 'decision-annulled', effectiveOn: '2026-03-02' },
    })
    expect(lifted).toMatchObject({ type: 'CreditVetoLifted', data: { supersedes: imposed?.id } })
  })

  it('does so on review, and leaves all as it is when upheld', async () => {
    const decided = decidedCase([line('V13', 65_000)])
    const before = [`CreditAdjusted ${uscc} L3`, `CreditVetoImposed ${uscc} V13`]
    expect(await consequencesOf(...decided, ...reviewCase('upheld'))).toEqual(before)
    const after = await consequencesOf(...decided, ...reviewCase('withdrawn'))
    expect(after).toHaveLength(4)
    expect(after.slice(0, 2)).toEqual(before)
  })

  it('replaces what a changed decision changes, and nothing else', async () => {
    const decided = decidedCase([line('V13', 65_000)])
    const same = await consequencesOf(...decided, ...reviewCase('changed', [line('V13', 60_000)]))
    expect(same).toHaveLength(2)
    const lighter = { circumstances: ['mitigated'], reason: '主动消除危害后果' }
    const changed = await consequencesOf(...decided, ...reviewCase('changed', [line('V13', 20_000, lighter)]))
    expect(changed.at(-1)).toBe(`CreditAdjusted ${uscc} L2`)
    expect(changed.map((each) => each.split(' ')[0])).toEqual([
      'CreditAdjusted',
      'CreditVetoImposed',
      'CreditAdjustmentReversed',
      'CreditAdjusted',
    ])
  })

  it('keeps a fine for what happened on the day of the decision, also when review lowers it', async () => {
    const lighter = { circumstances: ['mitigated'], reason: '主动消除危害后果' }
    const steps = [
      ...decidedCase([line('V13', 65_000)]),
      ...reviewCase('changed', [line('V13', 20_000, lighter)]),
    ]
    const world = await worldWith(...steps)
    await letClerkWork(world)
    expect((await world.events('CreditAdjusted')).at(-1)).toMatchObject({
      data: { effectiveOn: '2026-02-02' },
    })
  })
})

describe('deadlines', () => {
  let clerk: RunningClerk | null = null
  afterEach(async () => {
    await clerk?.stop()
    clerk = null
  })

  it('finds a rectification missed on the day after its due day, once, and only then takes points', async () => {
    const world = await worldWith(...orderedRectification())
    clerk = await startClerk(world)
    world.at('2026-03-16')
    await clerk.tick()
    expect(await world.events('RectificationMissed', ...creditEvents)).toEqual([])
    world.at('2026-03-17')
    await clerk.tick()
    await clerk.tick()
    await clerk.stop()
    clerk = await startClerk(world)
    await clerk.tick()
    const [ordered] = await world.events('RectificationOrdered')
    expect(await world.events('RectificationMissed', ...creditEvents)).toMatchObject([
      {
        type: 'RectificationMissed',
        metadata: { effectiveAt: '2026-03-16T16:00:00.000Z', causationId: ordered?.id },
      },
      { type: 'CreditAdjusted', streamId: uscc, data: { item: 'M4', effectiveOn: '2026-03-17' } },
    ])
  })

  it('waits for the second look when the cure was reported in time', async () => {
    const world = await worldWith(
      ...orderedRectification(),
      inInspection('2026-03-16', 'ReportRectification'),
    )
    clerk = await startClerk(world)
    world.at('2026-03-20')
    await clerk.tick()
    expect(await world.events('RectificationMissed')).toEqual([])
    await clerk.stop()
    await world.play(inInspection('2026-03-20', 'VerifyRectification', { cured: false }))
    clerk = await startClerk(world)
    await clerk.tick()
    expect(await world.events('RectificationMissed')).toHaveLength(1)
  })

  it('takes the points back when the ledger learns late of a cure in time', async () => {
    const world = await worldWith(...orderedRectification())
    const store = createMemoryCheckpointStore()
    clerk = await startClerk(world, store)
    world.at('2026-03-17')
    await clerk.tick()
    await clerk.stop()
    await letClerkWork(world, store)
    const report = inInspection('2026-03-18', 'ReportRectification')
    const outcome = await reportAsOf(world, report, '2026-03-13T01:00:00.000Z')
    expect(outcome.kind).toBe('accepted')
    await world.play(inInspection('2026-03-19', 'VerifyRectification', { cured: true }))
    clerk = await startClerk(world, store)
    const [adjusted, reversed] = await world.events(...creditEvents)
    expect(adjusted).toMatchObject({ data: { item: 'M4' } })
    expect(reversed).toMatchObject({
      type: 'CreditAdjustmentReversed',
      data: { supersedes: adjusted?.id, basis: 'recorded-in-error' },
    })
  })

  it('takes points for a cure that came late, though nobody watched the deadline', async () => {
    const late = inInspection('2026-03-20', 'VerifyRectification', { cured: true })
    expect(await consequencesOf(...orderedRectification(), late)).toEqual([`CreditAdjusted ${uscc} M4`])
  })

  it('takes nothing for a finding alone', async () => {
    const cured = inInspection('2026-03-10', 'VerifyRectification', { cured: true })
    const world = await worldWith(...orderedRectification(), cured)
    clerk = await startClerk(world)
    world.at('2026-12-30')
    await clerk.tick()
    expect(await world.events('RectificationMissed', ...creditEvents)).toEqual([])
  })

  it('publishes the grade of each year that is over, for who was there at its end, once', async () => {
    const withdraw = {
      category: 'institution',
      type: 'WithdrawInstitution',
      id: otherUscc,
      day: '2025-12-31',
    }
    const world = await worldWith(
      register(uscc, '2024-06-03'),
      register(otherUscc, '2024-06-03'),
      { ...withdraw, data: { reason: '主动退出' } },
      ...decidedCase([line('V08', 6_000)]),
    )
    clerk = await startClerk(world)
    world.at('2026-12-31')
    await clerk.tick()
    const published = async () =>
      (await world.events('GradePublished')).map(({ streamId, data }) => {
        const { asOf, grade } = data as { asOf: string; grade: string }
        return `${streamId === uscc ? 'one' : 'other'} ${asOf} ${grade}`
      })
    const before = ['one 2024-12-31 BBB', 'one 2025-12-31 BBB', 'other 2024-12-31 BBB']
    expect((await published()).sort()).toEqual(before)
    world.at('2027-01-01')
    await clerk.tick()
    await clerk.stop()
    clerk = await startClerk(world)
    await clerk.tick()
    // 80, five lost by the fine, five earned by the year 2025 without fault.
    expect((await published()).sort()).toEqual([...before, 'one 2026-12-31 BBB'].sort())
  })
})

async function reportAsOf(
  world: ReturnType<typeof createTestLedger>,
  { type, id, data, day }: ReturnType<typeof inInspection>,
  effectiveAt: string,
) {
  world.at(day)
  return world.submit({
    category: inspection,
    type,
    id,
    data,
    effectiveAt,
    commandId: 'late-report',
    correlationId: 'late-report',
    causationId: null,
    actor: { id: 'officer-3204-001', role: 'officer', division: '320400' },
  })
}

describe('a fact that is to hold later', () => {
  const ban = (effectiveAt: string) => ({
    category: institution,
    type: 'BanInstitution',
    id: uscc,
    data: { reason: '造成重大损失' },
    effectiveAt,
    commandId: 'ban',
    correlationId: 'ban',
    causationId: null,
    actor: { id: 'officer-3204-001', role: 'officer', division: '320400' },
  })

  it('has its consequence when its day has come, once, also after a restart', async () => {
    const world = await worldWith(register(uscc, '2025-06-02'))
    world.at('2026-02-02')
    expect(await world.submit(ban('2026-02-09T16:00:00.000Z'))).toMatchObject({ kind: 'accepted' })
    const store = createMemoryCheckpointStore()
    for (const [day, vetoes] of [
      ['2026-02-09', 0],
      ['2026-02-10', 1],
      ['2026-02-11', 1],
    ] as const) {
      world.at(day)
      const clerk = await startClerk(world, store)
      await clerk.tick()
      await clerk.stop()
      expect(await world.events('CreditVetoImposed')).toHaveLength(vetoes)
    }
  })
})

describe('the clerk', () => {
  it('follows what is appended while it runs', async () => {
    const world = await worldWith()
    const clerk = await startClerk(world)
    const adjusted = (async () => {
      const { signal } = new AbortController()
      const wanted = { after: await world.ledger.head(), filter: { types: ['CreditAdjusted'] }, signal }
      for await (const message of world.ledger.subscribeToAll(wanted)) if (message.kind === 'events') return
    })()
    await world.play(...decidedCase([line('V08', 6_000)]))
    await adjusted
    await clerk.stop()
    expect(await world.events('CreditAdjusted')).toHaveLength(1)
  })

  it('stops before an event that it cannot work off, and says which', async () => {
    const world = await worldWith(...decidedCase([line('V08', 6_000)]))
    const checkpointStore = createMemoryCheckpointStore()
    const clerk = createClerk({
      ledger: world.ledger,
      submit: async () => ({ kind: 'forbidden' }),
      now: world.now,
      checkpointStore,
      logger: { info() {}, warn() {}, error() {} },
      schedule: () => () => {},
    })
    await expect(clerk.run(new AbortController().signal)).rejects.toThrow(/stopped before PenaltyDecided/)
    expect(clerk.checkpoint).toBeNull()
  })
})
