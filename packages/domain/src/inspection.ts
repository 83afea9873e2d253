import { z } from 'zod'
import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { codeScheme, inspectionForm, itemReference, ownScheme } from './check-items.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { decideRectification, evolveRectification, type Rectification } from './inspection-rectification.ts'
import {
  assignInspectors,
  concludeInspection,
  entryKey,
  planInspection,
  recordItems,
  recordRefusal,
  startInspection,
} from './inspection-rules.ts'
import { officerId } from './officers.ts'
import { eventId, localDate, sha256Hex, text, ulid } from './values.ts'

/**
 * Inspection 监督检查 of an institution, or of a unit and those who serve it. Stream `inspection-<ULID>`.
 * planned → (inspectors assigned) started → concluded, with rectification beside it; or cancelled (Order 7, ch. 4).
 * Items of the scheme `fireledger` follow the table in `check-items.ts` and the rules of Order 7; an inspection planned
 * under another scheme (imported data) is only shaped, since its law is not known here.
 */

const planned = {
  form: inspectionForm,
  /** online 网上核查 · at-client 服务单位实地核查 · at-office 机构办公场所现场检查. Order 7 art. 21. */
  method: z.enum(['online', 'at-client', 'at-office']),
  inspected: z.enum(['institution', 'unit']),
  /** The institution inspected, or the one that serves the unit. */
  institution: uscc.nullable().default(null),
  /** The unit inspected, or the client at which the institution's work is looked at. */
  unit: ulid.nullable().default(null),
  division: divisionCode,
  campaign: text(80).nullable().default(null),
  scheme: codeScheme.default(ownScheme),
  plannedFor: localDate.nullable().default(null),
}

const itemEntry = {
  item: itemReference,
  /** Tells apart several findings under one code, from 1. */
  occurrence: z.int().min(1).max(10_000).default(1),
  outcome: z.enum(['pass', 'fail', 'not-applicable']),
  note: text(2000).nullable().default(null),
  /** SHA-256 of photographs, documents, records. */
  evidence: z.array(sha256Hex).max(100).default([]),
  /** The practitioner whom the finding is about, e.g. under QB3. */
  practitioner: ulid.nullable().default(null),
}
const entry = z.strictObject(itemEntry)
export type ItemEntry = z.output<typeof entry>

const reason = text(500)
const officers = z.array(officerId).max(20)
const items = z.array(itemReference).max(2000)

export const inspectionEvents = {
  /** Planned, with the items that must each have an outcome before it is concluded. */
  InspectionPlanned: event(
    { zh: '检查计划', en: 'Inspection planned', law: ['O7:21', 'O7:22', 'O7:23', 'O7:24'] },
    { ...planned, items },
  ),
  /** At least two officers, none with an interest in the institution. */
  InspectorsAssigned: event(
    { zh: '指派检查人员', en: 'Inspectors assigned', law: ['APL:42', 'O7:23'] },
    { officers },
  ),
  /** An attempt to assign officers with an interest in the inspected; nobody was assigned by it. */
  InspectorRecused: event(
    { zh: '检查人员回避', en: 'Inspector recused', law: ['O7:25', 'APL:43'] },
    { officers, attempted: officers, reason },
  ),
  InspectionStarted: event(
    { zh: '检查开始', en: 'Inspection started', law: ['O7:21'] },
    { place: text(200).nullable() },
  ),
  /** The inspected refused or obstructed the inspection 拒绝监督检查. */
  InspectionRefused: event(
    { zh: '拒绝监督检查', en: 'Inspection refused', law: ['O7:21'] },
    { note: text(2000), evidence: z.array(sha256Hex).max(100) },
  ),
  /** That it was refused does not stand. */
  RefusalAnnulled: event({ zh: '撤销拒绝检查记录', en: 'Refusal annulled', law: ['O7:21'] }, { reason }),
  /** One item's outcome. */
  ItemRecorded: event({ zh: '检查项记录', en: 'Item recorded', law: ['O7:22', 'O7:23', 'O7:24'] }, itemEntry),
  /** An item as it should have been recorded; `supersedes` names the event that was wrong. */
  ItemCorrected: event(
    { zh: '检查项更正', en: 'Item corrected', law: ['O7:22', 'O7:23'] },
    { ...itemEntry, supersedes: eventId, reason },
  ),
  /** Figures are counted from the items as corrected; a failed item is a finding, not yet a violation. */
  InspectionConcluded: event(
    { zh: '检查结束', en: 'Inspection concluded', law: ['O7:22', 'O7:23', 'O7:24'] },
    {
      passed: z.int().min(0),
      failed: z.int().min(0),
      notApplicable: z.int().min(0),
      failedItems: items,
      conclusion: text(2000).nullable(),
    },
  ),
  /** Ordered to cure 责令改正; `provisional` when the working days of the period are not all known yet. */
  RectificationOrdered: event(
    { zh: '责令限期整改', en: 'Rectification ordered', law: ['NJ39:5', 'APL:28'] },
    { items, dueOn: localDate, provisional: z.boolean(), orderNumber: text(60).nullable() },
  ),
  RectificationReported: event(
    { zh: '报告整改完成', en: 'Rectification reported', law: ['NJ39:5'] },
    { note: text(2000).nullable(), evidence: z.array(sha256Hex).max(100) },
  ),
  /** Looked at again: cured or not; `inTime` says whether it was reported or seen cured by the due day. */
  RectificationVerified: event(
    { zh: '整改复查', en: 'Rectification verified', law: ['NJ39:5'] },
    {
      cured: z.boolean(),
      inTime: z.boolean(),
      note: text(2000).nullable(),
      evidence: z.array(sha256Hex).max(100),
    },
  ),
  /** The due day passed without a cure. */
  RectificationMissed: event(
    { zh: '逾期未整改', en: 'Rectification missed', law: ['NJ39:5'] },
    { dueOn: localDate, items },
  ),
  /** Result made public 双随机一公开. Order 7 art. 23. */
  InspectionPublished: event(
    { zh: '检查结果公示', en: 'Inspection published', law: ['O7:23'] },
    { publishedAt: text(300) },
  ),
  InspectionCancelled: event({ zh: '检查取消', en: 'Inspection cancelled', law: ['O7:21'] }, { reason }),
}
export type InspectionEvent = EventOf<typeof inspectionEvents>

export type InspectionPlan = Extract<InspectionEvent, { type: 'InspectionPlanned' }>['data']

export type InspectionState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'planned' | 'started' | 'concluded' | 'cancelled'
      readonly plan: InspectionPlan
      readonly officers: readonly string[]
      /** Officers who were once refused for an interest. */
      readonly recused: readonly string[]
      /** Current entries by `<scheme>:<code>#<occurrence>`, each with the event that recorded it. */
      readonly entries: Readonly<Record<string, ItemEntry & { readonly eventId: string | null }>>
      readonly rectification: Rectification | null
      readonly published: boolean
      /** Refused by the inspected, and that stands. */
      readonly obstructed: boolean
    }
export type KnownInspection = Exclude<InspectionState, { status: 'unknown' }>

const initialState = { status: 'unknown' } as InspectionState

function evolve(state: InspectionState, event: InspectionEvent): InspectionState {
  if (event.type === 'InspectionPlanned') {
    return {
      status: 'planned',
      plan: event.data,
      officers: [],
      recused: [],
      entries: {},
      rectification: null,
      published: false,
      obstructed: false,
    }
  }
  if (state.status === 'unknown') throw new Error(`${event.type} before InspectionPlanned`)
  switch (event.type) {
    case 'InspectorsAssigned':
      return { ...state, officers: event.data.officers }
    case 'InspectorRecused':
      return { ...state, recused: [...new Set([...state.recused, ...event.data.officers])] }
    case 'InspectionStarted':
      return { ...state, status: 'started' }
    case 'InspectionRefused':
      return { ...state, obstructed: true }
    case 'RefusalAnnulled':
      return { ...state, obstructed: false }
    case 'ItemRecorded':
    case 'ItemCorrected':
      return withEntry(state, event.data, event.id ?? null)
    case 'InspectionConcluded':
      return { ...state, status: 'concluded' }
    case 'RectificationOrdered':
    case 'RectificationReported':
    case 'RectificationVerified':
    case 'RectificationMissed':
      return { ...state, rectification: evolveRectification(state.rectification, event) }
    case 'InspectionPublished':
      return { ...state, published: true }
    case 'InspectionCancelled':
      return { ...state, status: 'cancelled' }
    default:
      return unreachable(event)
  }
}

function withEntry(state: KnownInspection, data: ItemEntry, id: string | null): KnownInspection {
  const { item, occurrence, outcome, note, evidence, practitioner } = data
  const current = { item, occurrence, outcome, note, evidence, practitioner, eventId: id }
  return { ...state, entries: { ...state.entries, [entryKey(data)]: current } }
}

export const inspectionCommands = {
  PlanInspection: command(
    { zh: '计划检查', en: 'Plan inspection', law: ['O7:21'], permission: 'inspect', opens: true },
    /** Items may be left out: then they are those of the form. */
    { ...planned, items: items.nullable().default(null) },
  ),
  AssignInspectors: command(
    { zh: '指派检查人员', en: 'Assign inspectors', law: ['APL:42', 'O7:25'], permission: 'inspect' },
    {
      inspectors: z
        .array(
          z.strictObject({
            officer: officerId,
            /** Institutions and units in which the officer declares an interest. */
            interests: z
              .array(z.union([uscc, ulid]))
              .max(50)
              .default([]),
          }),
        )
        .min(1)
        .max(20),
    },
  ),
  StartInspection: command(
    { zh: '开始检查', en: 'Start inspection', law: ['O7:21'], permission: 'inspect' },
    { place: text(200).nullable().default(null) },
  ),
  RecordRefusal: command(
    { zh: '记录拒绝检查', en: 'Record refusal', law: ['O7:21'], permission: 'inspect' },
    { note: text(2000), evidence: z.array(sha256Hex).max(100).default([]) },
  ),
  AnnulRefusal: command(
    { zh: '撤销拒绝检查记录', en: 'Annul refusal', law: ['O7:21'], permission: 'inspect' },
    { reason },
  ),
  RecordItems: command(
    { zh: '记录检查项', en: 'Record items', law: ['O7:22', 'O7:23'], permission: 'inspect' },
    { entries: z.array(entry).min(1).max(2000) },
  ),
  CorrectItem: command(
    { zh: '更正检查项', en: 'Correct item', law: ['O7:22', 'O7:23'], permission: 'inspect', corrects: true },
    { ...itemEntry, supersedes: eventId, reason },
  ),
  ConcludeInspection: command(
    { zh: '结束检查', en: 'Conclude inspection', law: ['O7:22', 'O7:23'], permission: 'inspect' },
    { conclusion: text(2000).nullable().default(null) },
  ),
  OrderRectification: command(
    { zh: '责令限期整改', en: 'Order rectification', law: ['NJ39:5', 'APL:28'], permission: 'inspect' },
    {
      /** Null: all failed items. */
      items: items.nullable().default(null),
      /** Null: ten working days after the day of the order. */
      dueOn: localDate.nullable().default(null),
      orderNumber: text(60).nullable().default(null),
    },
  ),
  ReportRectification: command(
    { zh: '报告整改完成', en: 'Report rectification', law: ['NJ39:5'], permission: 'declare' },
    {
      note: text(2000).nullable().default(null),
      evidence: z.array(sha256Hex).max(100).default([]),
    },
  ),
  VerifyRectification: command(
    { zh: '复查整改', en: 'Verify rectification', law: ['NJ39:5'], permission: 'inspect' },
    {
      cured: z.boolean(),
      note: text(2000).nullable().default(null),
      evidence: z.array(sha256Hex).max(100).default([]),
    },
  ),
  MissRectification: command(
    { zh: '认定逾期未整改', en: 'Miss rectification', law: ['NJ39:5'], permission: 'inspect' },
    {},
  ),
  PublishInspection: command(
    { zh: '公示检查结果', en: 'Publish inspection', law: ['O7:23'], permission: 'inspect' },
    { publishedAt: text(300) },
  ),
  CancelInspection: command(
    { zh: '取消检查', en: 'Cancel inspection', law: ['O7:21'], permission: 'inspect' },
    { reason },
  ),
}
export type InspectionCommand = CommandOf<typeof inspectionCommands>

function decide(
  command: InspectionCommand,
  state: InspectionState,
  context: { readonly today: string },
): Decision<InspectionEvent> {
  if (command.type === 'PlanInspection') return planInspection(command, state)
  if (state.status === 'unknown') {
    return refuse(
      'inspection-not-planned',
      { zh: '检查尚未计划，请先制定计划', en: 'the inspection is not planned; plan it first' },
      ['O7:21'],
    )
  }
  if (state.status === 'cancelled' && command.type !== 'CancelInspection') {
    return refuse(
      'inspection-cancelled',
      { zh: '检查已取消，请另行计划', en: 'the inspection was cancelled; plan another one' },
      ['O7:21'],
    )
  }
  switch (command.type) {
    case 'AssignInspectors':
      return assignInspectors(command.data, state)
    case 'StartInspection':
      return startInspection(command.data, state)
    case 'RecordRefusal':
      return state.obstructed ? accept() : recordRefusal(command.data, state)
    case 'AnnulRefusal':
      return state.obstructed ? accept({ type: 'RefusalAnnulled', data: command.data }) : accept()
    case 'RecordItems':
    case 'CorrectItem':
      return recordItems(command, state)
    case 'ConcludeInspection':
      return concludeInspection(command.data, state)
    case 'OrderRectification':
    case 'ReportRectification':
    case 'VerifyRectification':
    case 'MissRectification':
      return decideRectification(command, state, context.today)
    case 'PublishInspection':
      return publishInspection(command.data, state)
    case 'CancelInspection':
      return cancelInspection(command.data, state)
    default:
      return unreachable(command)
  }
}

function publishInspection(data: { publishedAt: string }, state: KnownInspection): Decision<InspectionEvent> {
  if (state.published) return accept()
  if (state.status === 'concluded') return accept({ type: 'InspectionPublished', data })
  return refuse(
    'inspection-not-concluded',
    {
      zh: '检查尚未结束，结束后方可公示',
      en: 'the inspection is not concluded; conclude it before publishing',
    },
    ['O7:23'],
  )
}

function cancelInspection(data: { reason: string }, state: KnownInspection): Decision<InspectionEvent> {
  if (state.status === 'cancelled') return accept()
  if (state.status !== 'concluded') return accept({ type: 'InspectionCancelled', data })
  return refuse(
    'inspection-already-concluded',
    { zh: '检查已结束，不能取消', en: 'the inspection is concluded and cannot be cancelled' },
    ['O7:21'],
  )
}

export const inspection = streamCategory({
  name: 'inspection',
  path: 'inspections',
  title: { zh: '监督检查', en: 'Inspection' },
  id: ulid,
  visibility: 'cases',
  events: inspectionEvents,
  commands: inspectionCommands,
  initialState,
  evolve,
  decide,
  concerns: (state) => {
    if (state.status === 'unknown') return { division: null, institutions: [], practitioners: [], units: [] }
    const { plan, entries } = state
    const named = Object.values(entries).flatMap((entry) => entry.practitioner ?? [])
    return {
      division: plan.division,
      institutions: plan.institution ? [plan.institution] : [],
      practitioners: [...new Set(named)],
      units: plan.unit ? [plan.unit] : [],
    }
  },
})
