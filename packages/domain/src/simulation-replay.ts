import { type CreditAccountCommand, creditAccount } from './credit-account.ts'
import type { CreditAccountEvent, CreditAccountState } from './credit-account-events.ts'
import type { DecisionContext } from './decider.ts'
import { type RulebookVersion, rulebookInForce } from './rulebook-in-force.ts'
import { type RulebookStates, rulebookVersions, type SimulationPlan } from './simulation-plan.ts'

/**
 * One account under the simulated rulebooks: everything that the simulated rulebook judges is decided anew, in the order
 * of the ledger, by the very rules that decide commands; everything else stays as it was recorded. What officers
 * entered, repaired or took back is asked again of the new account: it may come to something else, or to nothing.
 */

/** What bears on one account, in the order of the ledger. */
export type AccountHappening =
  /** A fact makes the clerk ask for this under the simulated rulebooks; `eventId` is the id that its event would have. */
  | { readonly kind: 'asked'; readonly eventId: string; readonly command: CreditAccountCommand }
  /**
   * The same for a year without fault, where the year is closed: whether there was a fault, only the account under the
   * simulated rulebooks knows.
   */
  | {
      readonly kind: 'year-closed'
      readonly year: string
      readonly eventId: string
      readonly command: CreditAccountCommand
    }
  /** What the account's own stream holds. `byClerk`: it followed from a fact. */
  | {
      readonly kind: 'recorded'
      readonly event: CreditAccountEvent & { readonly id: string }
      readonly byClerk: boolean
    }

/** Events of an account that bear on a grade; the others are publications and notices. */
export const replayedTypes: readonly string[] = [
  'CreditAdjusted',
  'CreditAdjustmentReversed',
  'CreditVetoImposed',
  'CreditVetoLifted',
  'CreditObjectionFiled',
  'CreditObjectionExtended',
  'CreditObjectionDecided',
] satisfies CreditAccountEvent['type'][]

type Recorded = Extract<AccountHappening, { kind: 'recorded' }>
type YearClosed = Extract<AccountHappening, { kind: 'year-closed' }>
type Opened = Extract<CreditAccountState, { status: 'open' }>

export type ReplayedAccount = {
  /** As the ledger has it. */
  readonly served: CreditAccountState
  readonly simulated: CreditAccountState
}

/** Commands were accepted on their day, so no day is too early for them now. */
const endOfTime = { now: '9999-12-31T00:00:00.000Z', today: '9999-12-31' }

export function createReplay(plan: SimulationPlan, rulebooks: RulebookStates) {
  const versions = rulebookVersions(rulebooks)
  return (id: string, happenings: readonly AccountHappening[]): ReplayedAccount => {
    const account = openReplay({ id, plan, rulebooks, versions })
    for (const step of inOrder(happenings)) {
      if (step.kind === 'asked') account.ask(step.command, step.eventId)
      else if (step.kind === 'year-closed') account.closeYear(step)
      else account.record(step)
    }
    const served = happenings.reduce<CreditAccountState>(
      (state, step) => (step.kind === 'recorded' ? creditAccount.evolve(state, step.event) : state),
      creditAccount.initialState,
    )
    return { served, simulated: account.state() }
  }
}

/**
 * A request is decided where the ledger recorded its event: the clerk may have been late, and what was entered meanwhile
 * came first. One that recorded nothing comes after the requests before it. What an officer had entered by hand for the
 * same act stands for the request. A year is looked at where the ledger recorded that it was without fault, and again
 * where it is closed.
 */
function inOrder(happenings: readonly AccountHappening[]): AccountHappening[] {
  const places = new Map<string, number>()
  const byHand = new Set<string>()
  const byClerk = new Map<string, { readonly place: number; readonly eventId: string }>()
  for (const [place, step] of happenings.entries()) {
    if (step.kind !== 'recorded') continue
    places.set(step.event.id, place)
    const key = actKey(step.event.type, step.event.data)
    if (key === null) continue
    if (step.byClerk) byClerk.set(key, { place, eventId: step.event.id })
    else byHand.add(key)
  }
  let floor = 0
  const steps: { readonly place: number; readonly step: AccountHappening }[] = []
  for (const [place, step] of happenings.entries()) {
    if (step.kind === 'recorded') {
      steps.push({ place, step })
      continue
    }
    const key = actKey(step.command.type, step.command.data)
    if (key !== null && byHand.has(key)) continue
    if (step.kind === 'year-closed') {
      const known = byClerk.get(key ?? '')
      const same = { ...step, eventId: known?.eventId ?? step.eventId }
      if (known && known.place < place) steps.push({ place: known.place, step: same })
      steps.push({ place, step: same })
      continue
    }
    floor = Math.max(floor, places.get(step.eventId) ?? place)
    steps.push({ place: floor, step })
  }
  return steps.sort((a, b) => a.place - b.place).map(({ step }) => step)
}

/** Which act under which code: the same for a command and its event; null for what takes back or disputes. */
function actKey(type: string, data: object): string | null {
  const { factId } = data as { factId?: string }
  if (factId === undefined) return null
  const { item, code } = data as { item?: string; code?: string }
  return /veto/i.test(type) ? `veto ${code} ${factId}` : `item ${item} ${factId}`
}

type Setting = {
  readonly id: string
  readonly plan: SimulationPlan
  readonly rulebooks: RulebookStates
  readonly versions: readonly RulebookVersion[]
}

/** An entry or a veto that the ledger has and the simulated rulebook judges anew. */
type Origin = { readonly key: string; readonly factId: string; readonly cause: string | null }

function openReplay({ id, plan, rulebooks, versions }: Setting) {
  let state: CreditAccountState = creditAccount.initialState
  /** By event id: what stands in the account as recorded. */
  const kept = new Set<string>()
  const origins = new Map<string, Origin>()

  function ask(command: CreditAccountCommand, eventId: string): void {
    // What stands as recorded was taken back as recorded, too.
    if ('supersedes' in command.data && kept.has(command.data.supersedes ?? '')) return
    const decision = creditAccount.decide(command, state, contextOf(command, rulebooks))
    // A refusal is an answer: e.g. that this grade earns no bonus, or that it is too early for a repair.
    if (!decision.accepted) return
    for (const event of decision.events) {
      const occurred = { ...event, effectiveAt: command.effectiveAt, id: eventId }
      state = creditAccount.evolve(state, occurred as CreditAccountEvent)
    }
  }

  function closeYear({ year, eventId, command }: YearClosed): void {
    const { entries = [], vetoes = [] } = state.status === 'open' ? state : {}
    // A repair ends the effect of a fault; it does not undo that there was one.
    const stood = (of: { readonly basis: string } | null) => of === null || of.basis === 'repaired'
    const isFaulty =
      entries.some((each) => each.points < 0 && each.effectiveOn.startsWith(year) && stood(each.reversed)) ||
      vetoes.some((each) => each.effectiveOn.startsWith(year) && stood(each.lifted))
    const key = actKey(command.type, command.data)
    const told = entries.find((each) => actKey('item', each) === key && each.reversed === null)
    if (!isFaulty && !told) ask(command, eventId)
    if (!isFaulty || !told) return
    const target = { eventId: told.eventId, veto: false }
    const data = { basis: 'recorded-in-error' as const, reason: year, repair: null }
    ask(takenBack(id, { data, effectiveAt: command.effectiveAt }, target), eventId)
  }

  function keep(event: Recorded['event']): void {
    state = creditAccount.evolve(state, event)
    kept.add(event.id)
  }

  function record({ event, byClerk }: Recorded): void {
    switch (event.type) {
      case 'CreditAdjusted':
      case 'CreditVetoImposed':
        recordEntry(event, byClerk)
        break
      case 'CreditAdjustmentReversed':
      case 'CreditVetoLifted':
        if (kept.has(event.data.supersedes)) keep(event)
        // What the clerk takes back it is asked to take back again.
        else if (!byClerk)
          for (const target of counterparts(event.data.supersedes))
            ask(takenBack(id, event, target), event.id)
        break
      case 'CreditObjectionFiled':
      case 'CreditObjectionExtended':
      case 'CreditObjectionDecided':
        if (kept.has(event.data.entry)) keep(event)
        else
          for (const { eventId } of counterparts(event.data.entry)) {
            const disputed = { ...event, data: { ...event.data, entry: eventId } } as typeof event
            state = creditAccount.evolve(state, disputed)
          }
        break
      default:
        // Publications and notices bear on no grade.
        break
    }
  }

  function recordEntry(event: Entered & { readonly id: string }, byClerk: boolean): void {
    const { division, subjectKind, effectiveOn, factId, causeEventId } = event.data
    const judge = rulebookInForce(versions, division, subjectKind, effectiveOn)
    if (judge?.reference !== plan.reference) {
      keep(event)
      return
    }
    origins.set(event.id, { key: actKey(event.type, event.data) ?? '', factId, cause: causeEventId })
    if (!byClerk) ask(entered(id, event, plan.rulebook), event.id)
  }

  /** The same act under the same code; else whatever else the act has come to under the simulated rulebook. */
  function counterparts(eventId: string): Target[] {
    const origin = origins.get(eventId)
    if (!origin || state.status === 'unknown') return []
    const all = targetsOf(state).filter((each) => !kept.has(each.eventId))
    const same = all.findLast(({ key }) => key === origin.key)
    if (same) return [all.find((each) => each.eventId === eventId) ?? same]
    const own = new Set([...origins.values()].map(({ key }) => key))
    return all.filter(
      ({ key, factId, cause }) => factId === origin.factId && cause === origin.cause && !own.has(key),
    )
  }

  return { ask, closeYear, record, state: () => state }
}

type Target = Origin & { readonly eventId: string; readonly veto: boolean }

function targetsOf({ entries, vetoes }: Opened): Target[] {
  const target = (type: string, each: Opened['entries'][number] | Opened['vetoes'][number]) => ({
    eventId: each.eventId,
    key: actKey(type, each) ?? '',
    factId: each.factId,
    cause: each.causeEventId,
    veto: type === 'veto',
  })
  return [...entries.map((each) => target('item', each)), ...vetoes.map((each) => target('veto', each))]
}

type Entered = Extract<CreditAccountEvent, { type: 'CreditAdjusted' | 'CreditVetoImposed' }>

/** The command by which an officer entered it, for the simulated rulebook. */
function entered(id: string, event: Entered, rulebook: string): CreditAccountCommand {
  const { effectiveAt } = event
  if (event.type === 'CreditVetoImposed') {
    const { effectiveOn: _, liftableFrom: __, ...data } = event.data
    return { type: 'ImposeVeto', id, effectiveAt, data: { ...data, rulebook } }
  }
  const { effectiveOn: _, validUntil: __, points: ___, ...data } = event.data
  return {
    type: 'AdjustCreditAccount',
    id,
    effectiveAt,
    data: { ...data, furtherActs: [...data.furtherActs], rulebook },
  }
}

type TakenBack = Pick<
  Extract<CreditAccountEvent, { type: 'CreditAdjustmentReversed' | 'CreditVetoLifted' }>,
  'effectiveAt'
> & { readonly data: Pick<CreditAccountEventData<'CreditAdjustmentReversed'>, 'basis' | 'reason' | 'repair'> }

type CreditAccountEventData<Type extends CreditAccountEvent['type']> = Extract<
  CreditAccountEvent,
  { type: Type }
>['data']

/** The command that takes the counterpart back, with the papers that were shown for a repair. */
function takenBack(
  id: string,
  { data, effectiveAt }: TakenBack,
  { eventId, veto }: Pick<Target, 'eventId' | 'veto'>,
): CreditAccountCommand {
  const { reason, repair } = data
  // Whether an objection was upheld the ledger asked when it was recorded; here it never was.
  const basis = data.basis === 'objection-upheld' ? 'recorded-in-error' : data.basis
  const type = veto ? 'LiftVeto' : 'ReverseAdjustment'
  const papers = { curedOn: repair?.curedOn ?? null, commitmentSha256: repair?.commitmentSha256 ?? null }
  return { type, id, effectiveAt, data: { supersedes: eventId, basis, reason, ...papers } }
}

/** Where the subject belonged the ledger checked when it was recorded; the rulebooks are the simulated ones. */
function contextOf(command: CreditAccountCommand, rulebooks: RulebookStates): DecisionContext {
  const division = 'division' in command.data ? command.data.division : null
  const registered = { status: 'registered', residences: [{ from: '1900-01-01', division }] }
  return {
    ...endOfTime,
    stateOf: ({ name, initialState }, id) =>
      (name === 'rulebook' ? (rulebooks.get(id) ?? initialState) : registered) as typeof initialState,
  }
}
