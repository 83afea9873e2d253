import type { AssessmentEvent } from './assessment-events.ts'
import { heldOf } from './assessment-evidence.ts'
import { evolveReports } from './assessment-report-fold.ts'
import { comesBefore, stageAfter } from './assessment-stages.ts'
import {
  type AssessmentEventData,
  type AssessmentState,
  enter,
  type KnownAssessment,
} from './assessment-state.ts'
import type { Instant } from './values.ts'

/** The fold of an assessment; its reports fold in `assessment-report-fold.ts`. */

export function evolveAssessment(state: AssessmentState, event: AssessmentEvent): AssessmentState {
  if (event.type === 'AssessmentEngaged') return engaged(event.data, event.effectiveAt)
  if (state.status === 'unknown') throw new Error(`${event.type} before AssessmentEngaged`)
  switch (event.type) {
    case 'AssessmentTeamChanged':
      return { ...state, team: event.data.team }
    case 'StageCompleted': {
      const { stage, completedBy: by } = event.data
      const completed = [...state.completed, { stage, by, at: event.effectiveAt }]
      return enter({ ...state, completed }, stageAfter(state.stages, stage), event.effectiveAt)
    }
    case 'StageReturned': {
      const { to } = event.data
      const completed = state.completed.filter((entry) => comesBefore(state.stages, entry.stage, to))
      // What is done again is signed again; only an issued report keeps its names.
      const unsigned = { checkedBy: null, checkedAt: null, auditedBy: null, auditedAt: null }
      const reports = state.reports.map((report) =>
        report.issuedBy === null ? { ...report, ...unsigned } : report,
      )
      return enter({ ...state, completed, reports }, to, event.effectiveAt)
    }
    case 'GateWaived':
      return { ...state, waivers: [...state.waivers, { ...event.data, at: event.effectiveAt }] }
    case 'StageFellOverdue': {
      const { stage, enteredOn, dueOn } = event.data
      return { ...state, overdue: [...state.overdue, { stage, enteredOn, dueOn }] }
    }
    case 'AssessmentArchived':
      return { ...state, status: 'archived' }
    case 'AssessmentFollowedUp':
      return { ...state, followUps: [...state.followUps, event.data] }
    case 'SignatureRefused':
      return state
    case 'EvidenceRecorded':
    case 'FindingRecorded':
    case 'PlanRecorded':
    case 'PresenceRecorded':
    case 'InterviewsRecorded':
    case 'JudgementRecorded':
      return evolveWork(state, event)
    default:
      return evolveReports(state, event, event.effectiveAt)
  }
}

function engaged(data: AssessmentEventData<'AssessmentEngaged'>, at: Instant): AssessmentState {
  const nothing = {
    completed: [],
    evidence: [],
    plan: null,
    presence: [],
    interviews: {},
    findings: [],
    judgement: null,
    waivers: [],
    overdue: [],
    reports: [],
    followUps: [],
  }
  const begun = {
    ...data,
    ...nothing,
    status: 'open' as const,
    stage: null,
    stageSince: at,
    firstEntered: {},
  }
  return enter(begun, data.stages[0]?.code ?? null, at)
}

type WorkEvent = Extract<
  AssessmentEvent,
  {
    type:
      | 'EvidenceRecorded'
      | 'FindingRecorded'
      | 'PlanRecorded'
      | 'PresenceRecorded'
      | 'InterviewsRecorded'
      | 'JudgementRecorded'
  }
>

function evolveWork(state: KnownAssessment, event: WorkEvent): KnownAssessment {
  switch (event.type) {
    case 'EvidenceRecorded': {
      const { evidenceId, stage, kind, sha256, instrument, takenAt, heldElsewhere } = event.data
      const held = heldOf(event.data)
      const piece = { evidenceId, stage, kind, sha256, instrument, takenAt, heldElsewhere, held }
      return { ...state, evidence: [...state.evidence, piece] }
    }
    case 'FindingRecorded': {
      const { description: _, recordedBy: __, ...finding } = event.data
      return { ...state, findings: [...state.findings, finding] }
    }
    case 'PlanRecorded':
      return { ...state, plan: event.data }
    case 'PresenceRecorded':
      return { ...state, presence: [...state.presence, event.data] }
    case 'InterviewsRecorded': {
      const { held, evidence } = event.data
      const now = Object.fromEntries(held.map(({ group, count }) => [group, { count, evidence }]))
      return { ...state, interviews: { ...state.interviews, ...now } }
    }
    case 'JudgementRecorded':
      return { ...state, judgement: event.data }
  }
}
