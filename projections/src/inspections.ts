import {
  dayOf,
  type InspectionEvent,
  type InspectionPlan,
  type ItemEntry,
  unreachable,
} from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** Inspections with their items as corrected, and every rectification that was ordered. */

type DataOf<Type extends InspectionEvent['type']> = Extract<InspectionEvent, { type: Type }>['data']

type Item = ItemEntry & { readonly eventId: string; readonly recordedOn: string; readonly corrected: boolean }

type Rectification = DataOf<'RectificationOrdered'> & {
  readonly status: 'ordered' | 'reported' | 'cured' | 'missed'
  readonly orderedOn: string
  readonly reportedOn: string | null
  readonly verifiedOn: string | null
  readonly inTime: boolean | null
  readonly missedOn: string | null
}

type State = {
  readonly plan: InspectionPlan | null
  readonly status: 'planned' | 'started' | 'concluded' | 'cancelled'
  readonly officers: readonly string[]
  readonly recused: readonly string[]
  /** By scheme, code and occurrence. */
  readonly items: Readonly<Record<string, Item>>
  readonly startedAt: string | null
  readonly place: string | null
  readonly concludedAt: string | null
  readonly conclusion: string | null
  readonly rectifications: readonly Rectification[]
  readonly published: { readonly on: string; readonly at: string } | null
  /** The inspected refused it, and that stands. */
  readonly obstructed: boolean
  readonly cancelled: string | null
  readonly stamp: Stamp
}

const initialState: State = {
  plan: null,
  status: 'planned',
  officers: [],
  recused: [],
  items: {},
  startedAt: null,
  place: null,
  concludedAt: null,
  conclusion: null,
  rectifications: [],
  published: null,
  obstructed: false,
  cancelled: null,
  stamp: unstamped,
}

const inspectionTable = {
  columns: {
    id: 'text',
    division: 'text',
    /** daily · special · back-check · complaint */
    form: 'text',
    method: 'text',
    /** institution · unit */
    inspected: 'text',
    institution: 'text',
    unit: 'text',
    campaign: 'text',
    scheme: 'text',
    /** planned · started · concluded · cancelled */
    status: 'text',
    planned_for: 'text',
    started_on: 'text',
    concluded_on: 'text',
    items_planned: 'integer',
    items_passed: 'integer',
    items_failed: 'integer',
    /** Of the latest order: ordered · reported · cured · missed; null when none was made. */
    rectification: 'text',
    rectify_by: 'text',
    published_on: 'text',
    details: 'json',
    ...stampColumns,
  },
  primaryKey: ['id'],
  indexes: [
    ['division', 'status'],
    ['institution', 'planned_for'],
    ['unit', 'planned_for'],
    ['rectification', 'rectify_by'],
    ['campaign', 'status'],
  ],
  searchable: ['id', 'campaign'],
} as const

const itemTable = {
  columns: {
    inspection: 'text',
    scheme: 'text',
    code: 'text',
    occurrence: 'integer',
    /** pass · fail · not-applicable */
    outcome: 'text',
    practitioner: 'text',
    recorded_on: 'text',
    details: 'json',
  },
  primaryKey: ['inspection', 'scheme', 'code', 'occurrence'],
  indexes: [['code', 'outcome'], ['practitioner']],
} as const

export const inspections: FoldProjection<State> = {
  kind: 'fold',
  name: 'inspections',
  version: 2,
  categories: ['inspection'],
  tables: { inspection: inspectionTable, inspection_item: itemTable },
  keysOf: (event) => [event.streamId],
  initialState,
  evolve: (state, event) => ({ ...evolve(state, occurred(event)), stamp: stampOf(event) }),
  rows(state, key) {
    const { plan, items } = state
    if (!plan) return { inspection: [], inspection_item: [] }
    return {
      inspection: [inspectionRow(state, plan, key)],
      inspection_item: Object.values(items).map((item) => ({
        inspection: key,
        scheme: item.item.scheme,
        code: item.item.code,
        occurrence: item.occurrence,
        outcome: item.outcome,
        practitioner: item.practitioner,
        recorded_on: item.recordedOn,
        details: {
          note: item.note,
          evidence: item.evidence,
          eventId: item.eventId,
          corrected: item.corrected,
        },
      })),
    }
  },
}

function inspectionRow(state: State, plan: InspectionPlan, id: string) {
  const { items, rectifications, officers, recused, place, conclusion, cancelled, published, obstructed } =
    state
  const outcomes = Object.values(items).map((item) => item.outcome)
  const latest = rectifications.at(-1)
  return {
    id,
    division: plan.division,
    form: plan.form,
    method: plan.method,
    inspected: plan.inspected,
    institution: plan.institution,
    unit: plan.unit,
    campaign: plan.campaign,
    scheme: plan.scheme,
    status: state.status,
    planned_for: plan.plannedFor,
    started_on: state.startedAt && dayOf(state.startedAt),
    concluded_on: state.concludedAt && dayOf(state.concludedAt),
    items_planned: plan.items.length,
    items_passed: outcomes.filter((outcome) => outcome === 'pass').length,
    items_failed: outcomes.filter((outcome) => outcome === 'fail').length,
    rectification: latest?.status ?? null,
    rectify_by: latest?.dueOn ?? null,
    published_on: published?.on ?? null,
    details: {
      planned: plan.items,
      ...{ officers, recused, place, conclusion, rectifications, published, cancelled, obstructed },
    },
    ...stampValues(state.stamp),
  }
}

function evolve(state: State, event: InspectionEvent & { readonly id: string }): State {
  const on = dayOf(event.effectiveAt)
  switch (event.type) {
    case 'InspectionPlanned':
      return { ...state, plan: event.data }
    case 'InspectorsAssigned':
      return { ...state, officers: event.data.officers }
    case 'InspectorRecused':
      return { ...state, recused: [...new Set([...state.recused, ...event.data.officers])] }
    case 'InspectionStarted':
      return { ...state, status: 'started', startedAt: event.effectiveAt, place: event.data.place }
    case 'ItemRecorded':
    case 'ItemCorrected': {
      const { item, occurrence, outcome, note, evidence, practitioner } = event.data
      const corrected = event.type === 'ItemCorrected'
      const entry = { item, occurrence, outcome, note, evidence, practitioner }
      const recorded: Item = { ...entry, eventId: event.id, recordedOn: on, corrected }
      const key = `${item.scheme}:${item.code}#${occurrence}`
      return { ...state, items: { ...state.items, [key]: recorded } }
    }
    case 'InspectionConcluded': {
      const { conclusion } = event.data
      return { ...state, status: 'concluded', concludedAt: event.effectiveAt, conclusion }
    }
    case 'InspectionRefused':
      return { ...state, obstructed: true }
    case 'RefusalAnnulled':
      return { ...state, obstructed: false }
    case 'InspectionPublished':
      return { ...state, published: { on, at: event.data.publishedAt } }
    case 'InspectionCancelled':
      return { ...state, status: 'cancelled', cancelled: event.data.reason }
    case 'RectificationOrdered':
    case 'RectificationReported':
    case 'RectificationVerified':
    case 'RectificationMissed':
      return { ...state, rectifications: evolveRectifications(state.rectifications, event, on) }
    default:
      return unreachable(event)
  }
}

type RectificationEvent = Extract<InspectionEvent, { type: `Rectification${string}` }>

/** Reports, looks and misses are about the latest order. */
function evolveRectifications(
  before: readonly Rectification[],
  event: RectificationEvent,
  on: string,
): readonly Rectification[] {
  if (event.type === 'RectificationOrdered') {
    const open = { reportedOn: null, verifiedOn: null, inTime: null, missedOn: null }
    return [...before, { ...event.data, status: 'ordered', orderedOn: on, ...open }]
  }
  const latest = before.at(-1)
  if (!latest) throw new Error(`${event.type} before RectificationOrdered`)
  return [...before.slice(0, -1), { ...latest, ...rectified(latest, event, on) }]
}

function rectified(
  latest: Rectification,
  event: Exclude<RectificationEvent, { type: 'RectificationOrdered' }>,
  on: string,
): Partial<Rectification> {
  const missed = latest.status === 'missed'
  switch (event.type) {
    case 'RectificationReported':
      return { status: missed ? 'missed' : 'reported', reportedOn: on }
    case 'RectificationVerified':
      if (event.data.cured) return { status: 'cured', verifiedOn: on, inTime: event.data.inTime }
      return { status: missed ? 'missed' : 'ordered', verifiedOn: on, reportedOn: null }
    case 'RectificationMissed':
      return { status: 'missed', missedOn: on }
    default:
      return unreachable(event)
  }
}
