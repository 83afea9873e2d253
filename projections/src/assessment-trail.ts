import { type AssessmentEvent, dayOf, stageDeadline } from '@fireledger/domain'
import { type Course, currentVisit, follow, noCourse, type Visit } from '@fireledger/process-logs'
import type { FoldProjection } from './projection.ts'
import { occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** Assessments and how they passed through their stages. Each single step is in `assessment-steps.ts`. */

type Engagement = Extract<AssessmentEvent, { type: 'AssessmentEngaged' }>['data']

type Waiver = Extract<AssessmentEvent, { type: 'GateWaived' }>['data']

type State = {
  readonly engagement: Engagement | null
  readonly status: 'open' | 'archived'
  readonly engagedOn: string | null
  readonly course: Course
  readonly evidence: number
  readonly findings: number
  readonly nonconforming: number
  readonly waivers: readonly Waiver[]
  /** Stages that fell overdue, as `<stage> <day on which it was entered>`. */
  readonly overdue: readonly string[]
  readonly refusedSignatures: number
  readonly score: number | null
  readonly grade: string | null
  readonly reportNumber: string | null
  readonly issuedOn: string | null
  readonly voided: boolean
  /** A report was voided, or a revision took its place, at any time. */
  readonly hasVoided: boolean
  readonly deliveredOn: string | null
  readonly archivedOn: string | null
  readonly retainUntil: string | null
  readonly stamp: Stamp
}

const initialState: State = {
  engagement: null,
  status: 'open',
  engagedOn: null,
  course: noCourse,
  evidence: 0,
  findings: 0,
  nonconforming: 0,
  waivers: [],
  overdue: [],
  refusedSignatures: 0,
  score: null,
  grade: null,
  reportNumber: null,
  issuedOn: null,
  voided: false,
  hasVoided: false,
  deliveredOn: null,
  archivedOn: null,
  retainUntil: null,
  stamp: unstamped,
}

const assessmentTable = {
  columns: {
    id: 'text',
    division: 'text',
    institution: 'text',
    unit: 'text',
    project: 'text',
    process: 'text',
    /** open · archived */
    status: 'text',
    /** The stage in work, as its process names it; null when all are complete. */
    stage: 'text',
    stage_since: 'text',
    engaged_on: 'text',
    score: 'real',
    /** Of the last judgement, as its process names it. */
    grade: 'text',
    /** Of the last report drafted. */
    report_number: 'text',
    issued_on: 'text',
    voided: 'boolean',
    /** Any of its reports became void: voided as such, or replaced by a revision. */
    has_voided_report: 'boolean',
    delivered_on: 'text',
    archived_on: 'text',
    retain_until: 'text',
    evidence_count: 'integer',
    finding_count: 'integer',
    nonconforming_count: 'integer',
    waiver_count: 'integer',
    overdue_count: 'integer',
    refused_signature_count: 'integer',
    technical_lead: 'text',
    project_lead: 'text',
    details: 'json',
    ...stampColumns,
  },
  primaryKey: ['id'],
  indexes: [
    ['division', 'status'],
    ['institution', 'engaged_on'],
    ['unit', 'engaged_on'],
    ['stage', 'stage_since'],
    ['technical_lead'],
    ['project_lead'],
  ],
  searchable: ['report_number', 'id'],
} as const

const stageTable = {
  columns: {
    assessment: 'text',
    /** Each entering of a stage counts, from 1. */
    number: 'integer',
    stage: 'text',
    entered_at: 'text',
    left_at: 'text',
    /** completed · returned · reopened (by a revision of the report); null while it lasts */
    outcome: 'text',
    /** Between entering and leaving, in days of 24 hours; null while it lasts. */
    days: 'real',
    limit_working_days: 'integer',
    /** The last day in time. */
    due_on: 'text',
    /** Whether it was told to be overdue. */
    overdue: 'boolean',
    member: 'text',
    reason: 'text',
  },
  primaryKey: ['assessment', 'number'],
  indexes: [['stage', 'outcome']],
} as const

export const assessmentTrail: FoldProjection<State> = {
  kind: 'fold',
  name: 'assessment-trail',
  version: 6,
  categories: ['assessment'],
  tables: { assessment: assessmentTable, assessment_stage: stageTable },
  keysOf: (event) => [event.streamId],
  initialState,
  evolve: (state, event) => ({
    ...state,
    ...change(state, occurred(event)),
    course: follow(state.course, event),
    stamp: stampOf(event),
  }),
  rows(state, key) {
    if (!state.engagement) return {}
    const { stages } = state.engagement
    return {
      assessment: [assessmentRow(state, state.engagement, key)],
      assessment_stage: state.course.visits.map((visit, index) => ({
        assessment: key,
        number: index + 1,
        stage: visit.stage,
        entered_at: visit.enteredAt,
        left_at: visit.leftAt,
        outcome: visit.outcome,
        days: visit.leftAt === null ? null : daysFrom(visit.enteredAt, visit.leftAt),
        ...timesOf(state, stages, visit),
        member: visit.member,
        reason: visit.reason,
      })),
    }
  },
}

function timesOf({ overdue }: State, stages: Engagement['stages'], { stage, enteredAt }: Visit) {
  const deadline = stageDeadline(stages, stage, dayOf(enteredAt))
  return {
    limit_working_days: deadline?.limitWorkingDays ?? null,
    due_on: deadline?.dueOn ?? null,
    overdue: overdue.includes(`${stage} ${dayOf(enteredAt)}`),
  }
}

function assessmentRow(state: State, engagement: Engagement, id: string) {
  const current = currentVisit(state.course)
  const { division, institution, unit, project, process, team } = engagement
  return {
    id,
    ...{ division, institution, unit, project, process },
    status: state.status,
    stage: current?.stage ?? null,
    stage_since: current?.enteredAt ?? null,
    engaged_on: state.engagedOn,
    score: state.score,
    grade: state.grade,
    report_number: state.reportNumber,
    issued_on: state.issuedOn,
    voided: state.voided,
    has_voided_report: state.hasVoided,
    delivered_on: state.deliveredOn,
    archived_on: state.archivedOn,
    retain_until: state.retainUntil,
    evidence_count: state.evidence,
    finding_count: state.findings,
    nonconforming_count: state.nonconforming,
    waiver_count: state.waivers.length,
    overdue_count: state.overdue.length,
    refused_signature_count: state.refusedSignatures,
    technical_lead: team.technicalLead,
    project_lead: team.projectLead,
    details: { team, waivers: state.waivers },
    ...stampValues(state.stamp),
  }
}

function daysFrom(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 864) / 100_000
}

function change(state: State, event: AssessmentEvent): Partial<State> {
  const on = dayOf(event.effectiveAt)
  switch (event.type) {
    case 'AssessmentEngaged':
      return { engagement: event.data, engagedOn: on }
    case 'AssessmentTeamChanged':
      return { engagement: state.engagement && { ...state.engagement, team: event.data.team } }
    case 'EvidenceRecorded':
      return { evidence: state.evidence + 1 }
    case 'FindingRecorded':
      return {
        findings: state.findings + 1,
        nonconforming: state.nonconforming + (event.data.conforms ? 0 : 1),
      }
    case 'GateWaived':
      return { waivers: [...state.waivers, event.data] }
    case 'StageFellOverdue':
      return { overdue: [...state.overdue, `${event.data.stage} ${event.data.enteredOn}`] }
    case 'JudgementRecorded':
      return { grade: event.data.grade }
    case 'SignatureRefused':
      return { refusedSignatures: state.refusedSignatures + 1 }
    case 'StageCompleted':
      return { score: event.data.score ?? state.score }
    case 'ReportRevised': {
      const { reportNumber } = event.data
      const anew = { issuedOn: null, voided: false, hasVoided: true, deliveredOn: null }
      return { status: 'open', reportNumber, ...anew }
    }
    case 'ReportDrafted':
      return { reportNumber: event.data.reportNumber, issuedOn: null, voided: false, deliveredOn: null }
    case 'ReportIssued':
      return { issuedOn: on }
    case 'ReportVoided':
      return { hasVoided: true, voided: state.voided || event.data.reportNumber === state.reportNumber }
    case 'ReportDelivered':
      return { deliveredOn: event.data.deliveredOn }
    case 'AssessmentArchived':
      return { status: 'archived', archivedOn: on, retainUntil: event.data.retainUntil }
    default:
      return {}
  }
}
