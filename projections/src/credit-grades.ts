import {
  type CreditAccountEvent,
  type CreditAccountState,
  creditAccount,
  dayOf,
  gradeTimeline,
  type InstitutionEvent,
  type LedgerEvent,
  type PractitionerEvent,
  type RulebookEvent,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookVersion,
  type SubjectKind,
  type UnitEvent,
} from '@fireledger/domain'
import { creditTables } from './credit-tables.ts'
import type { FoldProjection, Rows } from './projection.ts'
import { occurred, type Stamp, stampOf, stampValues, unstamped } from './stream-row.ts'

/**
 * Credit of every registered subject as a step function over days, so that a query asks for any day without a clock:
 * a subject without an entry stands at the rulebook's base from its registration on. What made a score on one day,
 * line by line, is `creditScoreOn` in `credit-score.ts`.
 */

type Registered = { readonly division: string; readonly subjectKind: SubjectKind; readonly since: string }

type State = {
  readonly registered: Registered | null
  readonly account: CreditAccountState
  readonly reasons: Readonly<Record<string, string>>
  /** Of a rulebook's key. */
  readonly rulebook: RulebookState
  readonly stamp: Stamp
}

/** Every rulebook by id. */
type Library = Readonly<Record<string, RulebookState>>

type RegisterEvent = InstitutionEvent | PractitionerEvent | UnitEvent

const kindOf: Readonly<Record<string, SubjectKind>> = {
  InstitutionRegistered: 'institution',
  InstitutionDetailsCorrected: 'institution',
  PractitionerRegistered: 'practitioner',
  PractitionerDetailsCorrected: 'practitioner',
  UnitRegistered: 'unit',
  UnitDetailsCorrected: 'unit',
}

/** Rulebook codes and subject ids never look alike, but a key should say which it is. */
function rulebookKey(id: string): string {
  return `rulebook ${id}`
}

export const creditGrades: FoldProjection<State, Library> = {
  kind: 'fold',
  name: 'credit-grades',
  version: 1,
  categories: ['unit', 'institution', 'practitioner', 'creditAccount', 'rulebook'],
  tables: creditTables,
  keysOf(event) {
    if (event.category === 'creditAccount') return [event.streamId]
    if (event.category === 'rulebook') return [rulebookKey(event.streamId)]
    return kindOf[event.type] ? [event.streamId] : []
  },
  initialState: {
    registered: null,
    account: creditAccount.initialState,
    reasons: {},
    rulebook: rulebook.initialState,
    stamp: unstamped,
  },
  evolve(state, event) {
    if (event.category === 'rulebook') {
      const next = rulebook.evolve(state.rulebook, occurred<RulebookEvent>(event))
      return { ...state, rulebook: next, stamp: stampOf(event) }
    }
    if (event.category === 'creditAccount') {
      const fact = occurred<CreditAccountEvent>(event)
      const account = creditAccount.evolve(state.account, fact)
      const reasons =
        'reason' in fact.data ? { ...state.reasons, [fact.id]: fact.data.reason } : state.reasons
      return { ...state, account, reasons, stamp: stampOf(event) }
    }
    return { ...state, registered: registeredBy(state.registered, event) }
  },
  shared: {
    initialState: {},
    categories: ['rulebook'],
    evolve: (library, event) => ({
      ...library,
      [event.streamId]: rulebook.evolve(
        library[event.streamId] ?? rulebook.initialState,
        occurred<RulebookEvent>(event),
      ),
    }),
  },
  rows(state, key, library) {
    if (state.rulebook.status !== 'unknown') return rulebookRows(state.rulebook, key.split(' ')[1] ?? key)
    return accountRows(state, key, versionsOf(library))
  },
}

function registeredBy(before: Registered | null, event: LedgerEvent): Registered | null {
  const fact = occurred<RegisterEvent>(event)
  const subjectKind = kindOf[fact.type]
  if (!subjectKind || !('division' in fact.data)) return before
  return { subjectKind, division: fact.data.division, since: before?.since ?? dayOf(fact.effectiveAt) }
}

function versionsOf(library: Library): RulebookVersion[] {
  return Object.entries(library).flatMap(([id, state]) => rulebookVersion(id, state) ?? [])
}

function rulebookRows(state: Exclude<RulebookState, { status: 'unknown' }>, id: string): Rows {
  const version = rulebookVersion(id, state)
  if (!version) return {}
  const { reference, content, adoptions, retiredFrom } = version
  return {
    credit_rulebook: [
      {
        id,
        reference,
        status: state.status,
        division: state.division,
        retired_from: retiredFrom,
        title: content.title,
        content,
        adoptions,
      },
    ],
  }
}

function accountRows(state: State, subject: string, library: readonly RulebookVersion[]): Rows {
  const { account, registered } = state
  const open = account.status === 'open' ? account : null
  const division = open?.division ?? registered?.division
  const subjectKind = open?.subjectKind ?? registered?.subjectKind
  if (!division || !subjectKind) return {}
  const facts = { entries: open?.entries ?? [], vetoes: open?.vetoes ?? [] }
  const since = registered ? { since: registered.since } : {}
  const steps = gradeTimeline(facts, library, { division, subjectKind, ...since })
  const published = open?.published.at(-1)
  return {
    credit_account: [
      {
        subject,
        subject_kind: subjectKind,
        division,
        entries: facts.entries.length,
        vetoes: facts.vetoes.length,
        published_grade: published?.grade ?? null,
        published_score: published?.score ?? null,
        published_as_of: published?.asOf ?? null,
        facts,
        ...stampValues(state.stamp),
      },
    ],
    credit_grade_step: steps.map((step, index) => ({
      subject,
      from_day: step.from,
      to_day: steps[index + 1]?.from ?? null,
      subject_kind: subjectKind,
      division,
      score: step.score,
      level: step.level,
      grade: step.grade,
      veto: step.veto,
      rulebook: step.rulebook,
    })),
    credit_entry: open ? entryRows(open, subject, state.reasons) : [],
    credit_publication: (open?.published ?? []).map((grade) => ({
      subject,
      event_id: grade.eventId,
      as_of: grade.asOf,
      score: grade.score,
      level: grade.level,
      grade: grade.grade,
      veto_code: grade.veto,
      rulebook: grade.rulebook,
      supersedes: grade.supersedes,
    })),
  }
}

type OpenAccount = Exclude<CreditAccountState, { status: 'unknown' }>

function entryRows({ entries, vetoes }: OpenAccount, subject: string, reasons: State['reasons']) {
  const adjustments = entries.map((entry) => ({
    subject,
    event_id: entry.eventId,
    kind: 'adjustment',
    item: entry.item,
    count: entry.count,
    points: entry.points,
    violation: entry.violation,
    fact_id: entry.factId,
    cause_event_id: entry.causeEventId,
    effective_on: entry.effectiveOn,
    valid_until: entry.validUntil,
    reversed_on: entry.reversed?.effectiveOn ?? null,
    reversal_basis: entry.reversed?.basis ?? null,
    rulebook: entry.rulebook,
    reason: reasons[entry.eventId] ?? null,
  }))
  const imposed = vetoes.map((veto) => ({
    subject,
    event_id: veto.eventId,
    kind: 'veto',
    item: veto.code,
    count: 1,
    points: null,
    violation: null,
    fact_id: veto.factId,
    cause_event_id: veto.causeEventId,
    effective_on: veto.effectiveOn,
    valid_until: null,
    reversed_on: veto.lifted?.effectiveOn ?? null,
    reversal_basis: veto.lifted?.basis ?? null,
    rulebook: veto.rulebook,
    reason: reasons[veto.eventId] ?? null,
  }))
  return [...adjustments, ...imposed]
}
