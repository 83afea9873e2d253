import {
  type CreditAccountEvent,
  type CreditAccountState,
  consequencesOf,
  creditAccount,
  dayOf,
  type GradeStep,
  gradeTimeline,
  type InstitutionEvent,
  type LedgerEvent,
  moved,
  type PractitionerEvent,
  type Residence,
  type RulebookEvent,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookVersion,
  type SubjectKind,
  type UnitEvent,
} from '@fireledger/domain'
import { openRows } from './credit-entries.ts'
import { type Notices, noNotices, noticeRows, withNotice } from './credit-notices.ts'
import { creditTables } from './credit-tables.ts'
import type { FoldProjection, Rows } from './projection.ts'
import { occurred, type Stamp, stampOf, stampValues, unstamped } from './stream-row.ts'

/**
 * Credit of every registered subject as a step function over days, so that a query asks for any day without a clock:
 * a subject without an entry stands at the rulebook's base from its registration on. What made a score on one day,
 * line by line, is `creditScoreOn` in `credit-score.ts`.
 */

type Registered = {
  readonly subjectKind: SubjectKind
  readonly residences: readonly Residence[]
  readonly since: string
}

type State = {
  readonly registered: Registered | null
  readonly account: CreditAccountState
  readonly reasons: Readonly<Record<string, string>>
  readonly notices: Notices
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
  version: 5,
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
    notices: noNotices,
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
      const notices = withNotice(state.notices, event)
      return { ...state, account, reasons, notices, stamp: stampOf(event) }
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

/** A correction holds from its own day on: a subject that moved keeps its history under the old city's rules. */
function registeredBy(before: Registered | null, event: LedgerEvent): Registered | null {
  const fact = occurred<RegisterEvent>(event)
  const subjectKind = kindOf[fact.type]
  if (!subjectKind || !('division' in fact.data)) return before
  const day = dayOf(fact.effectiveAt)
  const residences = moved(before?.residences ?? [], day, fact.data.division)
  return { subjectKind, residences, since: before?.since ?? day }
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
  const residences = registered?.residences ?? []
  const division = residences.at(-1)?.division ?? open?.division
  const subjectKind = open?.subjectKind ?? registered?.subjectKind
  if (!division || !subjectKind) return {}
  const { entries = [], vetoes = [], objections = [] } = open ?? {}
  const facts = { entries, vetoes, objections }
  const since = registered ? { since: registered.since } : {}
  const steps = gradeTimeline(facts, library, { division, subjectKind, residences, ...since })
  const published = open?.published.at(-1)
  return {
    credit_account: [
      {
        subject,
        subject_kind: subjectKind,
        division,
        entries: entries.length,
        vetoes: vetoes.length,
        pending_objections: objections.filter((each) => each.decidedOn === null).length,
        published_grade: published?.grade ?? null,
        published_score: published?.score ?? null,
        published_as_of: published?.asOf ?? null,
        published_rulebook: published?.rulebook ?? null,
        facts,
        residences,
        ...stampValues(state.stamp),
      },
    ],
    credit_grade_step: stepRows(steps, { subject, subjectKind, division }, library),
    ...noticeRows(state.notices, subject),
    ...(open ? openRows(open, subject, division, { reasons: state.reasons, library }) : {}),
  }
}

type Whose = { readonly subject: string; readonly subjectKind: SubjectKind; readonly division: string }

function stepRows(
  steps: readonly GradeStep[],
  { subject, subjectKind, division }: Whose,
  library: readonly RulebookVersion[],
) {
  return steps.map((step, index) => {
    const content = library.find((version) => version.reference === step.rulebook)?.content
    const follows = content && step.grade !== null ? consequencesOf(content, step.grade) : null
    return {
      subject,
      from_day: step.from,
      to_day: steps[index + 1]?.from ?? null,
      subject_kind: subjectKind,
      division,
      score: step.score,
      level: step.level,
      grade: step.grade,
      veto: step.veto,
      sampling_factor: follows?.samplingFactor ?? null,
      inspections_per_year: follows?.inspectionsPerYear ?? null,
      measures: follows?.measures.flatMap(({ code }) => code ?? []) ?? [],
      rulebook: step.rulebook,
    }
  })
}
