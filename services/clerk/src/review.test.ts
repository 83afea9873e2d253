import { describe, expect, it } from 'vitest'
import { createClerk } from './clerk.ts'
import { createMemoryCheckpointStore } from './memory.ts'
import {
  adoptRulebook,
  createTestLedger,
  decidedCase,
  letClerkWork,
  line,
  practitionerId,
  register,
  registerPractitioner,
  type Step,
  startClerk,
  type TestLedger,
  uscc,
  withdrawCase,
} from './test-ledger.ts'

/** What the clerk tells those who watch: changed grades, warnings, rulings that are overdue; each once. */

async function told(world: TestLedger, ...types: string[]) {
  return (await world.events(...types)).map(({ type, streamId, data, metadata }) => ({
    type,
    streamId,
    day: metadata.effectiveAt,
    ...(data as { asOf?: string; grade?: string; kind?: string; about?: string }),
  }))
}

/** Lets a clerk look on each of the days; the memory is kept from one to the next. */
async function onDays(
  world: TestLedger,
  store: ReturnType<typeof createMemoryCheckpointStore>,
  ...days: string[]
) {
  for (const day of days) {
    world.at(day)
    for (let turn = 0; turn < 2; turn++) {
      const clerk = await startClerk(world, store)
      await clerk.tick()
      await clerk.stop()
    }
  }
}

const adjust = (item: string, day: string, factId = `fact/${item}/${day}`) => ({
  category: 'creditAccount',
  type: 'AdjustCreditAccount',
  id: uscc,
  day,
  data: {
    division: '320402',
    subjectKind: 'institution',
    rulebook: 'CZ-DEFAULT-1',
    item,
    factId,
    violation: null,
    causeEventId: null,
    reason: '测试',
  },
})

describe('bonuses and fines in any order', () => {
  const cased = decidedCase([line('V13', 65_000)])
  const training = adjust('B2', '2026-02-10')

  /** The clerk is stopped and started between any two of the commands. */
  async function gradeAfter(...steps: readonly Step[]) {
    const world = createTestLedger()
    const store = createMemoryCheckpointStore()
    await world.play(...adoptRulebook(), register(uscc, '2025-01-06'))
    for (const step of steps) {
      await world.play(step)
      for (let turn = 0; turn < 2; turn++) await letClerkWork(world, store)
    }
    world.at('2026-06-01')
    await letClerkWork(world, store)
    const [last] = (await told(world, 'GradeChanged')).slice(-1)
    return { bonuses: (await told(world, 'CreditAdjusted')).length, grade: last?.grade }
  }

  it('end with the same grade, also when the case falls and the bonus counts again', async () => {
    const late = [...cased, training].map((step) => ({ ...step, from: step.day, day: '2026-03-01' }))
    const early = [training, ...cased].map((step) => ({ ...step, from: step.day, day: '2026-03-01' }))
    const [one, other] = [await gradeAfter(...late), await gradeAfter(...early)]
    expect(one).toEqual(other)
    expect(one.grade).toBe('E')
    const [fallen, again] = [
      await gradeAfter(...late, withdrawCase('2026-03-20')),
      await gradeAfter(...early, withdrawCase('2026-03-20')),
    ]
    expect(fallen).toEqual(again)
    expect(fallen.grade).toBe('BBB')
  })
})

describe('a changed grade', () => {
  it('is told once the points of a fine stand, and again when they are taken back', async () => {
    const world = createTestLedger()
    await world.play(...adoptRulebook(), register(uscc, '2025-01-06'), ...decidedCase([line('V03', 20_000)]))
    const store = createMemoryCheckpointStore()
    await letClerkWork(world, store)
    await letClerkWork(world, store)
    await world.play(withdrawCase())
    await letClerkWork(world, store)
    await letClerkWork(world, store)
    const [entry] = await world.events('CreditAdjusted')
    expect(await told(world, 'GradeChanged')).toMatchObject([
      {
        streamId: uscc,
        asOf: '2026-02-02',
        before: { grade: 'BBB', score: 80 },
        grade: 'B',
        score: 70,
        direction: 'down',
        because: [entry?.id],
      },
      { asOf: '2026-03-02', before: { grade: 'B' }, grade: 'BBB', direction: 'up', because: [entry?.id] },
    ])
  })

  it('is told on the day on which an entry expires, though nothing else happens', async () => {
    const world = createTestLedger()
    await world.play(...adoptRulebook(), register(uscc, '2025-01-06'), adjust('L2', '2025-02-10'))
    const store = createMemoryCheckpointStore()
    await onDays(world, store, '2025-02-10', '2026-02-10', '2026-02-11', '2026-02-12')
    expect((await told(world, 'GradeChanged')).map(({ asOf, grade }) => `${asOf} ${grade}`)).toEqual([
      '2025-02-10 B',
      '2026-02-11 BBB',
    ])
  })

  it('is told to all when another rulebook begins', async () => {
    const world = createTestLedger()
    const [draft, adopt] = adoptRulebook()
    if (!draft || !adopt) throw new Error('a rulebook is drafted, then adopted')
    const { division, content } = draft.data as { division: string; content: { base: number } }
    const better = { ...content, base: 90 }
    await world.play(
      draft,
      adopt,
      register(uscc, '2025-01-06'),
      {
        category: 'rulebook',
        id: 'CZ-NEXT',
        day: '2025-05-06',
        type: 'DraftRulebook',
        data: { division, content: better },
      },
      {
        category: 'rulebook',
        id: 'CZ-NEXT',
        day: '2025-05-06',
        type: 'AdoptRulebook',
        data: { division, subjectKind: 'institution', from: '2025-07-01' },
      },
    )
    const store = createMemoryCheckpointStore()
    await onDays(world, store, '2025-06-30', '2025-07-01', '2025-07-02')
    expect(await told(world, 'GradeChanged')).toMatchObject([
      { asOf: '2025-07-01', before: { grade: 'BBB' }, grade: 'AA', direction: 'other' },
    ])
  })
})

describe('a warning', () => {
  it('is raised once while its reason lasts, and ended with it', async () => {
    const world = createTestLedger()
    const employed = {
      category: 'practitioner',
      id: practitionerId,
      day: '2025-01-08',
      type: 'StartEmployment',
      data: { employer: uscc, role: 'engineer' },
    }
    await world.play(...adoptRulebook(), register(uscc, '2025-01-06'), registerPractitioner('2025-01-07'))
    await world.play(employed)
    const store = createMemoryCheckpointStore()
    const days = [
      '2026-10-30',
      '2026-11-01',
      '2026-11-02',
      '2026-11-20',
      '2026-12-31',
      '2027-01-01',
      '2027-01-02',
    ]
    await onDays(world, store, ...days)
    const all = await told(world, 'CreditWarningRaised', 'CreditWarningEnded')
    const warnings = all.filter(({ kind }) => kind === 'certificate-ending')
    expect(warnings.map(({ type, kind, about, day }) => `${type} ${kind} ${about} ${day}`)).toEqual([
      `CreditWarningRaised certificate-ending ${practitionerId} 2026-10-31T16:00:00.000Z`,
      `CreditWarningEnded certificate-ending ${practitionerId} 2026-12-31T16:00:00.000Z`,
    ])
  })

  it('is raised for a score close to the lower grade and for a sharp drop, which ends by time', async () => {
    const world = createTestLedger()
    await world.play(...adoptRulebook(), register(uscc, '2025-01-06'), adjust('L2', '2025-02-10'))
    const store = createMemoryCheckpointStore()
    await onDays(world, store, '2025-02-10', '2025-02-20', '2025-03-12', '2025-03-13')
    const warnings = await told(world, 'CreditWarningRaised', 'CreditWarningEnded')
    expect(warnings.map(({ type, kind, about, day }) => `${type} ${kind} ${about} ${day}`)).toEqual([
      'CreditWarningRaised near-lower-grade C 2025-02-09T16:00:00.000Z',
      'CreditWarningRaised sharp-drop 2025-01-06 2025-02-09T16:00:00.000Z',
      'CreditWarningEnded sharp-drop 2025-01-06 2025-03-11T16:00:00.000Z',
    ])
  })
})

describe('a look that was asked for and never noted', () => {
  const employed = {
    category: 'practitioner',
    id: practitionerId,
    day: '2026-12-10',
    type: 'StartEmployment',
    data: { employer: uscc, role: 'engineer' },
  }
  // It holds from before the employment, so that the event names no employer.
  const renewed = {
    category: 'practitioner',
    id: practitionerId,
    day: '2026-12-10',
    from: '2026-12-01',
    type: 'RenewRegistration',
    data: { validFrom: '2027-01-01', validUntil: '2029-12-31' },
  }

  /** A clerk that is killed right after its look at the institution was recorded. */
  async function killedInReview(world: TestLedger, store: ReturnType<typeof createMemoryCheckpointStore>) {
    const killed = createClerk({
      ...world,
      checkpointStore: store,
      logger: { info() {}, warn() {}, error() {} },
      schedule: () => () => {},
      submit: async (command) => {
        const submission = await world.submit(command)
        if (command.type === 'ReviewCredit' && command.id === uscc) throw new Error('killed')
        return submission
      },
    })
    await expect(killed.run(new AbortController().signal)).rejects.toThrow('killed')
  }

  it('is asked again as it was: the ledger has it once', async () => {
    const world = createTestLedger()
    await world.play(...adoptRulebook(), register(uscc, '2025-01-06'), registerPractitioner('2025-01-07'))
    await world.play(employed)
    const store = createMemoryCheckpointStore()
    await killedInReview(world, store)
    await letClerkWork(world, store)
    const warnings = await told(world, 'CreditWarningRaised', 'CreditWarningEnded')
    expect(warnings.filter(({ streamId }) => streamId === uscc)).toMatchObject([
      { type: 'CreditWarningRaised', kind: 'certificate-ending' },
    ])
  })

  it('is another one when what it looks at has changed meanwhile, and tells that', async () => {
    const world = createTestLedger()
    await world.play(...adoptRulebook(), register(uscc, '2025-01-06'), registerPractitioner('2025-01-07'))
    await world.play(employed)
    const store = createMemoryCheckpointStore()
    await killedInReview(world, store)
    await world.play(renewed)
    await letClerkWork(world, store)
    const warnings = await told(world, 'CreditWarningRaised', 'CreditWarningEnded')
    expect(warnings.filter(({ streamId }) => streamId === uscc)).toMatchObject([
      { type: 'CreditWarningRaised', kind: 'certificate-ending' },
      { type: 'CreditWarningEnded', kind: 'certificate-ending' },
    ])
  })
})

describe('an objection', () => {
  it('without a ruling in time is told once, and not when the time was extended', async () => {
    const world = createTestLedger()
    await world.play(...adoptRulebook(), register(uscc, '2025-01-06'), adjust('L2', '2025-02-10'))
    const [entry] = await world.events('CreditAdjusted')
    const objection = (type: string, day: string, data: object) => ({
      category: 'creditAccount',
      type,
      id: uscc,
      day,
      data: { entry: entry?.id, ...data },
    })
    await world.play(
      objection('FileObjection', '2025-02-17', { noticedOn: '2025-02-11', grounds: '当日负责人在场' }),
      objection('ExtendObjection', '2025-03-03', { reason: '需要核实' }),
    )
    const store = createMemoryCheckpointStore()
    await onDays(world, store, '2025-03-04', '2025-03-10', '2025-03-11', '2025-04-01')
    await world.play(objection('DecideObjection', '2025-04-02', { outcome: 'rejected', reason: '证据不足' }))
    await onDays(world, store, '2025-04-03')
    expect(await told(world, 'CreditObjectionOverdue', 'CreditObjectionDecided')).toMatchObject([
      {
        type: 'CreditObjectionOverdue',
        entry: entry?.id,
        dueOn: '2025-03-10',
        day: '2025-03-10T16:00:00.000Z',
      },
      { type: 'CreditObjectionDecided', inTime: false },
    ])
  })
})
