import { dayOf, type LedgerEvent, type PenaltyCaseEvent } from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'

/**
 * Figures for a dashboard by division and day in China on which the fact held. Sums over days and over divisions (by
 * prefix) are left to the query.
 */

type State = {
  readonly category: Readonly<Record<string, string>>
  readonly events: Readonly<Record<string, number>>
  readonly totals: Readonly<Record<string, number>>
}

/** What the whole country shares stands under this code. */
export const wholeCountry = '000000'

const initialState: State = { category: {}, events: {}, totals: {} }

/** A column of `daily_total` and the event types that each add one to it. */
const counted = {
  institutions_registered: ['InstitutionRegistered'],
  institutions_left: ['InstitutionWithdrew', 'InstitutionRemoved', 'InstitutionBanned'],
  practitioners_registered: ['PractitionerRegistered'],
  inspections_planned: ['InspectionPlanned'],
  inspections_concluded: ['InspectionConcluded'],
  rectifications_ordered: ['RectificationOrdered'],
  rectifications_verified: ['RectificationVerified'],
  rectifications_missed: ['RectificationMissed'],
  cases_filed: ['PenaltyCaseFiled'],
  cases_decided: ['PenaltyDecided'],
  fines_paid: ['FinePaid'],
  cases_closed: ['PenaltyCaseClosed', 'PenaltyCaseWithdrawn'],
  assessments_engaged: ['AssessmentEngaged'],
  reports_issued: ['ReportIssued'],
  signatures_refused: ['SignatureRefused'],
} as const satisfies Record<string, readonly string[]>

const columnsByType = new Map<string, string>(
  Object.entries(counted).flatMap(([column, types]) => types.map((type) => [type, column] as const)),
)
const totalColumns = ['events', 'refusals', ...Object.keys(counted), 'fines_fen']

export const dailyCounters: FoldProjection<State> = {
  kind: 'fold',
  name: 'daily-counters',
  version: 1,
  tables: {
    daily_count: {
      columns: { division: 'text', day: 'text', type: 'text', category: 'text', events: 'integer' },
      primaryKey: ['division', 'day', 'type'],
      indexes: [['day', 'division']],
    },
    daily_total: {
      columns: {
        division: 'text',
        day: 'text',
        ...Object.fromEntries(totalColumns.map((column) => [column, 'integer' as const])),
      },
      primaryKey: ['division', 'day'],
      indexes: [['day']],
    },
  },
  keysOf: ({ metadata }) => [`${metadata.division ?? wholeCountry}|${dayOf(metadata.effectiveAt)}`],
  initialState,
  evolve(state, event) {
    const totals: Record<string, number> = { ...state.totals }
    const add = (column: string, amount: number) => {
      totals[column] = (totals[column] ?? 0) + amount
    }
    add('events', 1)
    if (event.metadata.refusal) add('refusals', 1)
    const column = columnsByType.get(event.type)
    if (column) add(column, 1)
    const finesFen = finesOf(event)
    if (finesFen > 0) add('fines_fen', finesFen)
    return {
      category: state.category[event.type]
        ? state.category
        : { ...state.category, [event.type]: event.category },
      events: { ...state.events, [event.type]: (state.events[event.type] ?? 0) + 1 },
      totals,
    }
  },
  rows(state, key) {
    const [division = '', day = ''] = key.split('|')
    return {
      daily_count: Object.entries(state.events).map(([type, events]) => ({
        division,
        day,
        type,
        category: state.category[type] ?? '',
        events,
      })),
      daily_total: [
        {
          division,
          day,
          ...Object.fromEntries(totalColumns.map((column) => [column, state.totals[column] ?? 0])),
        },
      ],
    }
  },
}

/** Fines decided, in fen. Decisions in other currencies are found in `penalty_case`. */
function finesOf(event: LedgerEvent): number {
  if (event.type !== 'PenaltyDecided') return 0
  const { currency, totalFen } = event.data as Extract<PenaltyCaseEvent, { type: 'PenaltyDecided' }>['data']
  return currency === 'CNY' ? totalFen : 0
}
