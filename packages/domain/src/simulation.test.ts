import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CreditAccountEvent, creditAccount } from './index.ts'
import type { RulebookState } from './rulebook.ts'
import type { PointsContent } from './rulebook-content.ts'
import { findItem, judge } from './rulebook-in-force.ts'
import { gradeTimeline, stepOn } from './scoring.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'
import {
  planSimulation,
  rulebookVersions,
  type SimulationRequest,
  simulatedRulebooks,
} from './simulation-plan.ts'
import { type AccountHappening, createReplay } from './simulation-replay.ts'
import { addTally, compareGrades, emptyTally, inScaleOrder, tallyOf } from './simulation-result.ts'
import { addDays, startOfDay } from './values.ts'

const [shipped] = shippedRulebooks
if (shipped?.content.method !== 'points') throw new Error('the default rulebook adds points')
const content: PointsContent = shipped.content
const uscc = '91320402MA1WABCD1L'
const residences = [{ from: '2024-01-01', division: '320402' }]
const who = { subject: uscc, subjectKind: 'institution' as const, name: '安信', residences }

const inForce: RulebookState = {
  status: 'adopted',
  division: '320400',
  content,
  contentRevision: 0,
  revision: 1,
  adoptions: [{ division: '320400', subjectKind: 'institution', from: '2024-01-01' }],
  retiredFrom: null,
}
const known = new Map<string, RulebookState>([['CZ-DEFAULT-1', inForce]])

function changed(change: (content: PointsContent) => void): PointsContent {
  const draft = structuredClone(content) as PointsContent
  change(draft)
  return draft
}
const itemOf = (of: PointsContent, code: string) => {
  const item = of.items.find((each) => each.code === code)
  if (!item) throw new Error(`no item ${code}`)
  return item
}

const ask: SimulationRequest = {
  rulebook: 'CZ-NEW-1',
  content: null,
  division: '320400',
  subjectKind: null,
  asOf: '2026-06-01',
  from: null,
}

function planOf(request: Partial<SimulationRequest>, state: RulebookState = { status: 'unknown' }) {
  const planned = planSimulation({ ...ask, ...request }, state)
  if (!planned.accepted) throw new Error(planned.refusal.message.en)
  return planned.plan
}
const refusalOf = (request: Partial<SimulationRequest>, state: RulebookState = { status: 'unknown' }) => {
  const planned = planSimulation({ ...ask, ...request }, state)
  return planned.accepted ? null : [planned.refusal.code, planned.refusal.pointer]
}

const idOf = (n: number) => `00000000-0000-8000-a000-${String(n).padStart(12, '0')}`
const opening = { division: '320402', subjectKind: 'institution' as const, reason: '事实' }

type Act = { n: number; item: string; day: string; factId?: string; violation?: string | null; book?: string }

function act({ n, item, factId = `fact-${n}`, violation = null, book = 'CZ-DEFAULT-1' }: Act) {
  return {
    ...opening,
    rulebook: book,
    item,
    count: 1,
    factId,
    violation,
    furtherActs: [],
    causeEventId: idOf(900 + n),
  }
}
/** As the ledger has it, judged by the rulebook in force. */
function recorded(of: Act, byClerk = true): AccountHappening {
  const judged = judge(itemOf(content, of.item), 1, of.day)
  const data = { ...act(of), rulebook: 'CZ-DEFAULT-1@0', ...judged, effectiveOn: of.day }
  const event = { type: 'CreditAdjusted' as const, id: idOf(of.n), effectiveAt: startOfDay(of.day), data }
  return { kind: 'recorded', byClerk, event }
}
/** As the clerk asks for it under the simulated rulebook. */
function asked(of: Act): AccountHappening {
  const command = {
    type: 'AdjustCreditAccount' as const,
    id: uscc,
    effectiveAt: startOfDay(of.day),
    data: act(of),
  }
  return { kind: 'asked', eventId: idOf(of.n), command }
}
function reversed(n: number, supersedes: number, day: string, repair = false): AccountHappening {
  const papers = {
    law: 'N36' as const,
    gravity: 'general' as const,
    restores: 1,
    curedOn: day,
    commitmentSha256: 'a'.repeat(64),
  }
  const data = {
    supersedes: idOf(supersedes),
    basis: repair ? ('repaired' as const) : ('objection-upheld' as const),
    effectiveOn: day,
    repair: repair ? papers : null,
    reason: '异议成立',
  }
  const event = { type: 'CreditAdjustmentReversed' as const, id: idOf(n), effectiveAt: startOfDay(day), data }
  return { kind: 'recorded', byClerk: false, event }
}

function simulated(request: Partial<SimulationRequest>, happenings: readonly AccountHappening[] = []) {
  const isKnown = request.content === undefined
  const plan = planOf(
    isKnown ? { rulebook: 'CZ-DEFAULT-1', ...request } : request,
    isKnown ? inForce : undefined,
  )
  const rulebooks = simulatedRulebooks(known, plan)
  const account = createReplay(plan, rulebooks)(uscc, happenings)
  const libraries = { served: rulebookVersions(known), simulated: rulebookVersions(rulebooks) }
  return { account, libraries, compared: compareGrades(who, account, plan.asOf, libraries) }
}

describe('the plan of a simulation', () => {
  it('refuses a faulty draft with the path of the fault, as drafting does', () => {
    const gap = changed((draft) => {
      draft.bands = draft.bands.slice(0, 3)
    })
    expect(refusalOf({ content: gap })?.[0]).toBe('rulebook-bands-gap')
    expect(refusalOf({ content: gap })?.[1]).toMatch(/^\/data\/content\//)
    const unknown = changed((draft) => {
      itemOf(draft, 'M1').group = 'NONE'
    })
    expect(refusalOf({ content: unknown })?.[1]).toMatch(/^\/data\/content\/items\/\d+\/group$/)
  })

  it('refuses what adopting would: another area, another kind, another content under an adopted code', () => {
    expect(refusalOf({ rulebook: 'CZ-DEFAULT-1', division: '320500' }, inForce)?.[0]).toBe(
      'rulebook-out-of-scope',
    )
    expect(refusalOf({ content, subjectKind: 'unit' })).toEqual([
      'rulebook-subject-kind',
      '/data/subjectKind',
    ])
    const other = changed((draft) => {
      draft.base = 70
    })
    expect(refusalOf({ rulebook: 'CZ-DEFAULT-1', content: other }, inForce)?.[0]).toBe('rulebook-adopted')
    expect(refusalOf({ content, division: null })).toEqual(['division-missing', '/data/division'])
    expect(refusalOf({})).toEqual(['rulebook-unknown', undefined])
  })

  it('holds from its own adoption where it has one, and takes the place of what is adopted for the same area', () => {
    expect(planOf({ rulebook: 'CZ-DEFAULT-1' }, inForce)).toMatchObject({
      from: '2024-01-01',
      reference: 'CZ-DEFAULT-1@0',
    })
    const drafted = planOf({ rulebook: 'CZ-DEFAULT-1' }, { ...inForce, status: 'draft', adoptions: [] })
    expect(drafted).toMatchObject({ from: null, subjectKind: 'institution', reference: 'CZ-DEFAULT-1@0' })
    const draft = planOf({ content, from: '2025-01-01' })
    expect(draft.reference).toBe('CZ-NEW-1@0')
    const adoptions = (plan: typeof draft) => simulatedRulebooks(known, plan).get('CZ-DEFAULT-1')
    expect(adoptions(draft)).toMatchObject({ adoptions: inForce.adoptions })
    expect(adoptions(planOf({ content }))).toMatchObject({ adoptions: [] })
    expect(adoptions(planOf({ content, division: '320402' }))).toMatchObject({ adoptions: inForce.adoptions })
  })
})

describe('an account under another rulebook', () => {
  const heavier = changed((draft) => {
    itemOf(draft, 'Q3').points = 16
  })
  const book = 'CZ-NEW-1'

  it('given a heavier item, the fact weighs more and the line says both sides', () => {
    const fact = { n: 1, item: 'Q3', day: '2026-03-02' }
    const { compared } = simulated({ content: heavier }, [asked({ ...fact, book }), recorded(fact)])
    expect(compared.movement).toMatchObject({
      direction: 'down',
      before: { score: 72, grade: 'B', rulebook: 'CZ-DEFAULT-1@0', illustrative: true },
      after: { score: 64, grade: 'C', rulebook: 'CZ-NEW-1@0' },
      lines: [
        {
          item: 'Q3',
          event: idOf(901),
          before: { points: -8, validUntil: '2027-03-02' },
          after: { points: -16 },
        },
      ],
    })
  })

  it('given no such fact in the draft, the entry that followed from it is gone, by whatever id', () => {
    const fact = { n: 1, item: 'Q3', day: '2026-03-02' }
    const { compared } = simulated({ content: heavier }, [recorded(fact)])
    expect(compared).toMatchObject({ before: { score: 72 }, after: { score: 80 } })
    expect(compared.movement?.lines).toMatchObject([{ item: 'Q3', before: { points: -8 }, after: null }])
  })

  it('given a day on which the draft would not be in force, the entry stays as it was judged', () => {
    const facts = [1, 2].map((n) => ({ n, item: 'Q3', day: n === 1 ? '2025-09-01' : '2026-03-02' }))
    const steps = facts.flatMap((fact) => [asked({ ...fact, book }), recorded(fact)])
    const { compared } = simulated({ content: heavier, from: '2026-01-01' }, steps.slice(1))
    expect(compared).toMatchObject({ before: { score: 64 }, after: { score: 56 } })
  })

  it('given an entry by hand, it is entered again under the draft, or cannot be', () => {
    const byHand = recorded({ n: 1, item: 'B1', day: '2026-03-02' }, false)
    expect(simulated({ content: heavier }, [byHand]).compared.after.score).toBe(82)
    const without = changed((draft) => {
      draft.items = draft.items.filter(({ code }) => code !== 'B1')
    })
    expect(simulated({ content: without }, [byHand]).compared.after.score).toBe(80)
  })

  it('given an entry by hand for the same act, the request of the clerk does not count it again', () => {
    const fact = { n: 1, item: 'Q3', day: '2026-03-02', factId: 'act-1' }
    const steps = [asked({ ...fact, book }), recorded({ ...fact, n: 2 }, false)]
    expect(simulated({ content: heavier }, steps).account.simulated).toMatchObject({
      entries: [{ eventId: idOf(2), points: -16 }],
    })
  })

  it('given a level that earns no bonus, a bonus that was earned is not', () => {
    const strict = changed((draft) => {
      itemOf(draft, 'Q3').points = 75
      itemOf(draft, 'Q3').capPerYear = null
    })
    const fact = { n: 1, item: 'Q3', day: '2026-03-02' }
    const bonus = recorded({ n: 2, item: 'B1', day: '2026-04-02' }, false)
    const { compared } = simulated({ content: strict }, [asked({ ...fact, book }), recorded(fact), bonus])
    expect(compared).toMatchObject({ before: { score: 74 }, after: { score: 5 } })
  })

  it('given an upheld objection, whatever the act has come to is taken back', () => {
    const renamed = changed((draft) => {
      itemOf(draft, 'Q3').code = 'X3'
    })
    const fact = { n: 1, item: 'Q3', day: '2026-03-02' }
    const objected = [
      asked({ ...fact, n: 5, item: 'X3', factId: 'fact-1', book }),
      recorded(fact),
      reversed(3, 1, '2026-04-01'),
    ]
    const simulation = (steps: AccountHappening[]) =>
      simulated({ content: renamed }, steps).compared.after.score
    // The cause is the act's own.
    const cause = (step: AccountHappening) =>
      step.kind === 'asked'
        ? ({
            ...step,
            command: { ...step.command, data: { ...step.command.data, causeEventId: idOf(901) } },
          } as AccountHappening)
        : step
    expect(simulation(objected.slice(0, 2).map(cause))).toBe(72)
    expect(simulation(objected.map(cause))).toBe(80)
  })

  it('given a repair, the law of the day decides again by the gravity of the draft', () => {
    const grave = changed((draft) => {
      itemOf(draft, 'Q3').gravity = 'serious'
    })
    const fact = { n: 1, item: 'Q3', day: '2026-01-05' }
    const steps = (book: string) => [
      asked({ ...fact, book }),
      recorded(fact),
      reversed(3, 1, '2026-05-05', true),
    ]
    expect(simulated({}, steps('CZ-DEFAULT-1')).compared).toMatchObject({
      before: { score: 80 },
      after: { score: 80 },
    })
    // Serious: twelve months at least.
    expect(simulated({ content: grave }, steps(book)).compared.after.score).toBe(72)
  })

  it('given a year without fault by the draft alone, it is counted, and one that has a fault by it is not', () => {
    const bonus = { n: 7, item: 'B5', day: '2026-01-01', factId: 'institution-1/faultless/2025', book }
    const of = asked(bonus)
    if (of.kind !== 'asked') throw new Error('asked')
    const closed: AccountHappening = { ...of, kind: 'year-closed', year: '2025' }
    const fault = { n: 1, item: 'Q3', day: '2025-09-01' }
    const after = (...steps: AccountHappening[]) =>
      simulated({ content: heavier }, steps).compared.after.score
    expect(after(closed)).toBe(85)
    // The draft makes nothing of what was a fault.
    expect(after(recorded(fault), closed)).toBe(85)
    expect(after(asked({ ...fault, book }), recorded(fault), closed)).toBe(64)
    // Recorded as faultless, found otherwise before the year was closed.
    const told = recorded({ ...bonus, n: 8 })
    expect(after(told, closed)).toBe(85)
    expect(after(told, asked({ ...fault, book }), closed)).toBe(64)
  })

  it('given a repetition, the multiplier of the draft applies', () => {
    const fact = (n: number, day: string) => ({ n, item: 'Q3', day, violation: 'V08' })
    const steps = [fact(1, '2026-01-05'), fact(2, '2026-03-05')].flatMap((each) => [
      asked({ ...each, book }),
      recorded(each),
    ])
    const tripled = changed((draft) => {
      itemOf(draft, 'Q3').capPerYear = null
      draft.multipliers = [
        {
          code: 'K',
          title: { zh: '再犯', en: 'again' },
          basis: 'same-violation',
          factor: 3,
          withinMonths: 12,
          appliesTo: ['Q3'],
          legalBasis: [],
        },
      ]
    })
    expect(simulated({ content: tripled }, steps).compared.after.score).toBe(80 - 8 - 24)
  })
})

describe('a rulebook that settles its results by quarter', () => {
  const quarterly = structuredClone(
    shippedRulebooks.find(({ id }) => id === 'FJ-HOUSING-2025')?.content ?? content,
  )
  const of = (asOf: string) => simulated({ content: quarterly, asOf }).compared

  it('gives no grade before its first result, and then the one of the quarter', () => {
    expect(of('2024-02-01').after).toMatchObject({ rulebook: 'CZ-NEW-1@0', score: null, grade: null })
    expect(of('2024-02-01').movement).toMatchObject({ direction: 'other', lines: [] })
    expect(of('2024-06-01').after.score).toBe(50)
  })
})

describe('the counts', () => {
  it('are told from the best grade to the worst, also those that nobody has', () => {
    const { compared, libraries } = simulated({}, [])
    const tally = [compared, compared].map(tallyOf).reduce(addTally, emptyTally)
    expect(tally).toMatchObject({ subjects: 2, moved: 0, after: [{ grade: 'BBB', subjects: 2 }] })
    const counts = inScaleOrder(
      [...tally.after, { level: null, grade: null, subjects: 1, illustrative: false }],
      libraries.simulated,
    )
    // Those whose numbers are a demonstration's are marked, whether or not anybody has them.
    expect(counts.filter(({ illustrative }) => !illustrative).map(({ grade }) => grade)).toEqual([null])
    expect(counts.map(({ grade, subjects }) => `${grade} ${subjects}`)).toEqual([
      ...['AAA 0', 'AA 0', 'A 0', 'BBB 2', 'BB 0', 'B 0', 'C 0', 'D 0', 'E 0', 'null 1'],
    ])
  })
})

/** What officers and the clerk do to an account, in any order, by the very rules that decide commands. */
const codes = ['Q3', 'L1', 'M4', 'B1', 'B5', 'R1'] as const
const deed = fc.record({
  item: fc.constantFrom(...codes),
  day: fc.integer({ min: 0, max: 700 }).map((days) => addDays('2024-03-01', days)),
  byClerk: fc.boolean(),
  repeated: fc.boolean(),
  after: fc.constantFrom('nothing', 'objection', 'repair', 'objection'),
  late: fc.integer({ min: 0, max: 3 }),
})

function historyOf(deeds: readonly (typeof deed extends fc.Arbitrary<infer Deed> ? Deed : never)[]) {
  const context = {
    now: '2026-12-31T00:00:00.000Z',
    today: '2026-12-31',
    stateOf: <State>({ name, initialState }: { name: string; initialState: State }) =>
      (name === 'rulebook'
        ? inForce
        : name === 'institution'
          ? { status: 'active', residences }
          : initialState) as State,
  }
  let state = creditAccount.initialState
  const happenings: AccountHappening[] = []
  // The clerk reacts when it comes to it: requests wait, in order, while officers go on.
  const waiting: { step: AccountHappening & { kind: 'asked' }; left: number }[] = []
  function submit(command: (AccountHappening & { kind: 'asked' })['command'], id: string, byClerk: boolean) {
    const decision = creditAccount.decide(command, state, context)
    if (!decision.accepted) return
    for (const event of decision.events) {
      const occurred = { ...event, id, effectiveAt: command.effectiveAt } as CreditAccountEvent & {
        id: string
      }
      state = creditAccount.evolve(state, occurred)
      happenings.push({ kind: 'recorded', event: occurred, byClerk })
    }
  }
  function letClerkWork(all: boolean) {
    while (waiting[0] && (all || waiting[0].left-- <= 0)) {
      const { step } = waiting.shift() as (typeof waiting)[number]
      submit(step.command, step.eventId, true)
    }
  }
  for (const [n, { item, day, byClerk, repeated, after, late }] of deeds.entries()) {
    const step = asked({ n, item, day, violation: repeated ? 'V08' : null })
    if (step.kind !== 'asked') continue
    if (byClerk) {
      happenings.push(step)
      // A bonus that a late clerk was refused has left no trace of when: the one thing that cannot be told.
      waiting.push({ step, left: item.startsWith('B') ? 0 : late })
    } else submit(step.command, step.eventId, false)
    letClerkWork(false)
    if (after === 'nothing') continue
    const taken = reversed(500 + n, n, addDays(day, 400), after === 'repair')
    if (taken.kind !== 'recorded' || taken.event.type !== 'CreditAdjustmentReversed') continue
    const { supersedes, basis, reason, repair } = taken.event.data
    const papers = { curedOn: repair?.curedOn ?? null, commitmentSha256: repair?.commitmentSha256 ?? null }
    const data = { supersedes, basis, reason, ...papers }
    submit(
      { type: 'ReverseAdjustment', id: uscc, effectiveAt: taken.event.effectiveAt, data },
      taken.event.id,
      false,
    )
  }
  letClerkWork(true)
  return { happenings, state }
}

describe('the rulebook that is in force', () => {
  it('moves nobody, and gives exactly the served account, on any day of any history', () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 14 }), fc.integer({ min: 0, max: 1200 }), (deeds, days) => {
        const asOf = addDays('2024-02-01', days)
        const { happenings, state } = historyOf(deeds)
        const { account, compared, libraries } = simulated({ asOf }, happenings)
        expect(compared.movement).toBeNull()
        expect(compared.after).toEqual(compared.before)
        const sorted = (of: typeof state) =>
          of.status === 'open' ? [...of.entries].sort((a, b) => (a.eventId < b.eventId ? -1 : 1)) : []
        expect(sorted(account.simulated)).toEqual(sorted(state))
        const facts = state.status === 'open' ? state : { entries: [], vetoes: [] }
        const subject = {
          division: '320402',
          subjectKind: 'institution' as const,
          residences,
          since: '2024-01-01',
        }
        const step = stepOn(gradeTimeline(facts, libraries.served, subject), asOf)
        expect(compared.after).toMatchObject({ score: step?.score, grade: step?.grade, level: step?.level })
      }),
      { numRuns: 300 },
    )
  })

  it('is told from another one by the same histories', () => {
    const doubled = changed((draft) => {
      for (const code of codes) {
        const item = findItem(draft, code)
        if (item) Object.assign(item, { points: item.points * 2, capPerYear: null })
      }
    })
    const [one] = fc.sample(fc.array(deed, { minLength: 8, maxLength: 14 }), { numRuns: 1, seed: 7 })
    const { happenings } = historyOf(one ?? [])
    const ours = happenings.map((step) =>
      step.kind === 'asked' && 'rulebook' in step.command.data
        ? ({
            ...step,
            command: { ...step.command, data: { ...step.command.data, rulebook: 'CZ-NEW-1' } },
          } as AccountHappening)
        : step,
    )
    const { compared } = simulated({ content: doubled, asOf: '2025-06-01' }, ours)
    expect(compared.after.score).not.toBe(compared.before.score)
  })
})
