import {
  dayOf,
  type KnownCase,
  type PenaltyCaseEvent,
  type PenaltyCaseState,
  penaltyCase,
  type Respondent,
} from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** Penalty cases from filing to closing, with what each respondent has to pay and has paid. */

type Noted = { readonly on: string; readonly type: string; readonly data: object }

type State = {
  readonly penaltyCase: PenaltyCaseState
  readonly decisionNumber: string | null
  readonly closedOn: string | null
  /** Steps that the domain's own state does not need: hearings, reviews, transfers, exposure, grounds. */
  readonly notes: readonly Noted[]
  readonly stamp: Stamp
}

const noted = new Set([
  'PenaltyHearingHeld',
  'PenaltyReviewRequested',
  'PenaltyReviewDecided',
  'PenaltyCaseTransferred',
  'PenaltyCaseExposed',
  'PenaltyCaseWithdrawn',
  'PenaltyCaseClosed',
  'FineEnforcementRequested',
])

const caseTable = {
  columns: {
    id: 'text',
    case_number: 'text',
    division: 'text',
    /** The first respondent of that kind; all of them stand in `penalty_respondent`. */
    institution: 'text',
    inspection: 'text',
    /** filed · notified · decided · withdrawn · closed */
    status: 'text',
    acted_on: 'text',
    filed_on: 'text',
    decision_number: 'text',
    decided_on: 'text',
    closed_on: 'text',
    /** Violation codes as decided, before that as filed; joined by a blank. */
    violations: 'text',
    /** ISO 4217; all amounts of the case in its hundredth. */
    currency: 'text',
    /** As the decision stands after review; 0 when it fell. */
    fine_fen: 'integer',
    confiscated_fen: 'integer',
    /** Charges added for late payment and costs. */
    charged_fen: 'integer',
    paid_fen: 'integer',
    pay_by: 'text',
    /** none · requested · held */
    hearing: 'text',
    /** none · requested · upheld · changed · withdrawn */
    review: 'text',
    enforcement: 'boolean',
    transferred: 'boolean',
    exposed: 'boolean',
    details: 'json',
    ...stampColumns,
  },
  primaryKey: ['id'],
  indexes: [
    ['division', 'status'],
    ['institution', 'filed_on'],
    ['status', 'pay_by'],
    ['decided_on'],
    ['inspection'],
  ],
  searchable: ['case_number', 'decision_number', 'violations', 'id'],
} as const

const respondentTable = {
  columns: {
    penalty_case: 'text',
    /** institution · practitioner · unit · other */
    respondent_kind: 'text',
    respondent: 'text',
    fine_fen: 'integer',
    charged_fen: 'integer',
    paid_fen: 'integer',
  },
  primaryKey: ['penalty_case', 'respondent_kind', 'respondent'],
  indexes: [['respondent']],
} as const

const lineTable = {
  columns: {
    penalty_case: 'text',
    number: 'integer',
    respondent_kind: 'text',
    respondent: 'text',
    scheme: 'text',
    violation: 'text',
    fine_fen: 'integer',
    confiscated_fen: 'integer',
    warning: 'boolean',
    details: 'json',
  },
  primaryKey: ['penalty_case', 'number'],
  indexes: [['respondent', 'violation'], ['violation']],
} as const

export const penaltyCases: FoldProjection<State> = {
  kind: 'fold',
  name: 'penalty-cases',
  version: 1,
  categories: ['penaltyCase'],
  tables: { penalty_case: caseTable, penalty_respondent: respondentTable, penalty_line: lineTable },
  keysOf: (event) => [event.streamId],
  initialState: {
    penaltyCase: penaltyCase.initialState,
    decisionNumber: null,
    closedOn: null,
    notes: [],
    stamp: unstamped,
  },
  evolve(state, event) {
    const fact = occurred<PenaltyCaseEvent>(event)
    const on = dayOf(fact.effectiveAt)
    const ends = fact.type === 'PenaltyCaseClosed' || fact.type === 'PenaltyCaseWithdrawn'
    return {
      penaltyCase: penaltyCase.evolve(state.penaltyCase, fact),
      decisionNumber: fact.type === 'PenaltyDecided' ? fact.data.decisionNumber : state.decisionNumber,
      closedOn: ends ? on : state.closedOn,
      notes: noted.has(fact.type) ? [...state.notes, { on, type: fact.type, data: fact.data }] : state.notes,
      stamp: stampOf(event),
    }
  },
  rows(state, key) {
    const known = state.penaltyCase
    if (known.status === 'unknown') return {}
    const lines = standingLines(known)
    return {
      penalty_case: [caseRow(state, known, key)],
      penalty_respondent: respondentRows(known, key),
      penalty_line: lines.map((line, index) => ({
        penalty_case: key,
        number: index + 1,
        respondent_kind: line.respondent.kind,
        respondent: line.respondent.id,
        scheme: line.violation.scheme,
        violation: line.violation.code,
        fine_fen: line.fineFen,
        confiscated_fen: line.confiscatedFen,
        warning: line.warning,
        details: { sanctions: line.sanctions, circumstances: line.circumstances, reason: line.reason },
      })),
    }
  },
}

/** Lines of the decision, none when it fell. */
function standingLines(known: KnownCase) {
  return known.status === 'withdrawn' ? [] : (known.decision?.lines ?? [])
}

function caseRow(state: State, known: KnownCase, id: string) {
  const { filing, decision, notice, charges, payments } = known
  const lines = standingLines(known)
  const violations = lines.length > 0 ? lines.map((line) => line.violation) : filing.violations
  const institution = filing.respondents.find(({ kind }) => kind === 'institution')
  return {
    id,
    case_number: filing.caseNumber,
    division: filing.division,
    institution: institution?.id ?? null,
    inspection: filing.inspection,
    status: known.status,
    acted_on: filing.actedOn,
    filed_on: known.filedOn,
    decision_number: state.decisionNumber,
    decided_on: decision?.on ?? null,
    closed_on: state.closedOn,
    violations: [...new Set(violations.map(({ code }) => code))].sort().join(' '),
    currency: filing.currency,
    fine_fen: sum(lines, (line) => line.fineFen),
    confiscated_fen: sum(lines, (line) => line.confiscatedFen),
    charged_fen: sum(charges, (charge) => charge.amountFen),
    paid_fen: sum(payments, (payment) => payment.amountFen),
    pay_by: decision?.payBy ?? null,
    hearing: known.hearing,
    review: known.review,
    enforcement: known.enforcement,
    transferred: known.transferredTo.length > 0,
    exposed: known.exposed,
    details: { filing, notice, decision, charges, payments, notes: state.notes },
    ...stampValues(state.stamp),
  }
}

function respondentRows(known: KnownCase, id: string) {
  const lines = standingLines(known)
  const all = [...known.filing.respondents, ...lines.map((line) => line.respondent)]
  const distinct = new Map(all.map((respondent) => [`${respondent.kind} ${respondent.id}`, respondent]))
  return [...distinct.values()].map((respondent) => {
    const theirs = ({ respondent: { kind, id } }: { readonly respondent: Respondent }) =>
      kind === respondent.kind && id === respondent.id
    return {
      penalty_case: id,
      respondent_kind: respondent.kind,
      respondent: respondent.id,
      fine_fen: sum(lines.filter(theirs), (line) => line.fineFen),
      charged_fen: sum(known.charges.filter(theirs), (charge) => charge.amountFen),
      paid_fen: sum(known.payments.filter(theirs), (payment) => payment.amountFen),
    }
  })
}

function sum<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0)
}
