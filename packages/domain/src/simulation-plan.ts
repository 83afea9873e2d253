import { refuse } from './decider.ts'
import { divisionContains } from './identifiers.ts'
import { type RulebookState, rulebook } from './rulebook.ts'
import type { RulebookContent, SubjectKind } from './rulebook-content.ts'
import { type RulebookVersion, rulebookVersion } from './rulebook-in-force.ts'
import type { LocalDate } from './values.ts'

/**
 * What if this rulebook had been in force: which rulebook, for whom, from when, looked at on which day. The plan says
 * how the library of rulebooks would look; what that makes of an account is `simulation-replay.ts`.
 */

/** Every rulebook by id, as the ledger has it. */
export type RulebookStates = ReadonlyMap<string, RulebookState>

export type SimulationRequest = {
  /** Of a rulebook in the ledger; with `content`, the id under which that would be drafted. */
  readonly rulebook: string
  /** A draft that is not in the ledger; null: what the ledger has under the id. */
  readonly content: RulebookContent | null
  /** Only subjects that belong there on the day; null: all of the rulebook's own division. */
  readonly division: string | null
  /** Null: the first kind that the rulebook is for. */
  readonly subjectKind: SubjectKind | null
  /** The day whose grades are compared. */
  readonly asOf: LocalDate
  /** The first day of the rulebook; null: that of its own adoption, or the whole history where it has none. */
  readonly from: LocalDate | null
}

export type SimulationPlan = {
  readonly rulebook: string
  readonly division: string
  readonly subjectKind: SubjectKind
  readonly asOf: LocalDate
  /** Null: the whole history. */
  readonly from: LocalDate | null
  /** The simulated rulebook as a stream would hold it, adopted as the plan says. */
  readonly draft: Known
  /** `<id>@<revision>`: as the ledger names it, or would name it. */
  readonly reference: string
}

type Known = Exclude<RulebookState, { status: 'unknown' }>

/** Before any fact: a rulebook from this day on has judged the whole history. */
const beginning: LocalDate = '1900-01-01'

/**
 * The plan, or the refusal that drafting the content or adopting the rulebook would meet; pointers are those of the
 * body `{ data }`.
 */
export function planSimulation(request: SimulationRequest, known: RulebookState) {
  const drafted = draftFor(request, known)
  if (!drafted.accepted) return drafted
  const { draft } = drafted
  const division = request.division ?? draft.division
  const subjectKind = request.subjectKind ?? draft.content.subjectKinds[0] ?? 'institution'
  // It is asked what would have been: nobody adopts anything.
  const retroactiveReason = 'what if'
  const adoption = { division, subjectKind, from: request.from ?? beginning, retroactiveReason }
  const adopted = rulebook.decide(
    { type: 'AdoptRulebook', id: request.rulebook, data: adoption, effectiveAt: '' },
    // Whether and where it is in force already does not matter: it is asked what would be.
    { ...draft, status: 'draft', adoptions: [], retiredFrom: null },
    { now: '', today: '', stateOf: ({ initialState }) => initialState },
  )
  if (!adopted.accepted) return adopted
  const own = draft.adoptions.find(
    (each) => each.subjectKind === subjectKind && divisionContains(each.division, division),
  )
  const from = request.from ?? own?.from ?? null
  const version = rulebookVersion(request.rulebook, draft)
  const { asOf } = request
  const plan: SimulationPlan = {
    rulebook: request.rulebook,
    division,
    subjectKind,
    asOf,
    from,
    draft: withAdoption(draft, { division, subjectKind, from: from ?? beginning }),
    reference: version?.reference ?? request.rulebook,
  }
  return { accepted: true as const, plan }
}

function draftFor({ rulebook: id, content, division }: SimulationRequest, known: RulebookState) {
  if (content === null) {
    if (known.status !== 'unknown') return { accepted: true as const, draft: known }
    const text = { zh: `规则${id}不存在`, en: `there is no rulebook ${id}` }
    return refuse('rulebook-unknown', text, ['O7:31'])
  }
  const area = known.status === 'unknown' ? division : known.division
  if (area === null) {
    const text = { zh: '请写明行政区划', en: 'say for which division: nothing is drafted under this id' }
    return refuse('division-missing', text, ['O7:31'], '/data/division')
  }
  const data = { division: area, content }
  const context = { now: '', today: '', stateOf: <State>(of: { initialState: State }) => of.initialState }
  const decision = rulebook.decide({ type: 'DraftRulebook', id, data, effectiveAt: '' }, known, context)
  if (!decision.accepted) return decision
  const draft = decision.events.reduce(
    (state, event) => rulebook.evolve(state, { ...event, effectiveAt: '' }),
    known,
  )
  // Nothing to draft: the ledger has this very content.
  if (draft.status === 'unknown') throw new Error('a drafted rulebook is known')
  return { accepted: true as const, draft }
}

function withAdoption(draft: Known, adoption: Known['adoptions'][number]): Known {
  return { ...draft, status: 'adopted', retiredFrom: null, adoptions: [...draft.adoptions, adoption] }
}

/**
 * The rulebooks as they would be: the simulated one in force from its day for the division and kind, in the place of
 * what was adopted for the same division then or later. Rules for narrower areas go on before it, as they would.
 */
export function simulatedRulebooks(known: RulebookStates, plan: SimulationPlan): RulebookStates {
  const { rulebook: id, division, subjectKind, draft } = plan
  const from = plan.from ?? beginning
  const isReplaced = (each: Known['adoptions'][number]) =>
    each.division === division && each.subjectKind === subjectKind && each.from >= from
  const others = [...known].flatMap(([other, state]) => {
    if (other === id || state.status === 'unknown') return []
    return [[other, { ...state, adoptions: state.adoptions.filter((each) => !isReplaced(each)) }] as const]
  })
  return new Map([...others, [id, draft] as const])
}

export function rulebookVersions(states: RulebookStates): RulebookVersion[] {
  return [...states].flatMap(([id, state]) => rulebookVersion(id, state) ?? [])
}
