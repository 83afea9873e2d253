import { dayOf, type LedgerEvent, type PenaltyCaseEvent } from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'

/**
 * Figures for a dashboard by division and day in China on which the fact held. Sums over days and over divisions (by
 * prefix) are left to the query.
 */

type State = {
  readonly byType: Readonly<Record<string, { readonly category: string; readonly events: number }>>
  readonly refusals: number
  readonly finesDecidedFen: number
}

/** What the whole country shares stands under this code. */
export const wholeCountry = '000000'

const initialState: State = { byType: {}, refusals: 0, finesDecidedFen: 0 }

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

const totalColumns = ['events', 'refusals', ...Object.keys(counted), 'fines_decided_fen']

export const dailyCounters: FoldProjection<State> = {
  kind: 'fold',
  name: 'daily-counters',
  version: 2,
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
  keysOf: ({ metadata }) => [`${metadata.division ?? wholeCountry}|${chinaDayOf(metadata.effectiveAt)}`],
  initialState,
  evolve({ byType, refusals, finesDecidedFen }, event) {
    const { type, category, metadata } = event
    const events = (byType[type]?.events ?? 0) + 1
    return {
      byType: { ...byType, [type]: { category, events } },
      refusals: refusals + (metadata.refusal ? 1 : 0),
      finesDecidedFen: finesDecidedFen + finesOf(event),
    }
  },
  rows({ byType, refusals, finesDecidedFen }, key) {
    const [division = '', day = ''] = key.split('|')
    const types = Object.entries(byType)
    const totals = Object.entries(counted).map(([column, counts]) => [
      column,
      counts.reduce((total, type) => total + (byType[type]?.events ?? 0), 0),
    ])
    const events = types.reduce((total, [, each]) => total + each.events, 0)
    return {
      daily_count: types.map(([type, each]) => ({ division, day, type, ...each })),
      daily_total: [
        {
          division,
          day,
          events,
          refusals,
          ...Object.fromEntries(totals),
          fines_decided_fen: finesDecidedFen,
        },
      ],
    }
  },
}

/** `dayOf` without a `Date` where none is needed: before 16:00 UTC it is the same day in China. Every event asks. */
function chinaDayOf(at: string): string {
  return at.slice(11, 13) < '16' ? at.slice(0, 10) : dayOf(at)
}

/**
 * Fines as first decided, in fen, on the day of the decision; without confiscations. What a review or a withdrawal made
 * of them, and decisions in other currencies, stand in `penalty_case`.
 */
function finesOf(event: LedgerEvent): number {
  if (event.type !== 'PenaltyDecided') return 0
  const { currency, lines } = event.data as Extract<PenaltyCaseEvent, { type: 'PenaltyDecided' }>['data']
  return currency === 'CNY' ? lines.reduce((sum, { fineFen }) => sum + fineFen, 0) : 0
}
