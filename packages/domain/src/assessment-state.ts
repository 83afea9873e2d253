import type { AssessmentEvent, AssessmentTeam } from './assessment-events.ts'
import {
  findProcess,
  type ProcessDefinition,
  type StageCode,
  type StageDefinition,
  stageAfter,
  stageOf,
} from './assessment-stages.ts'
import { unreachable } from './decider.ts'
import type { Instant } from './values.ts'

/** What an assessment's rules need to remember of its events. */

type EventData<Type extends AssessmentEvent['type']> = Extract<AssessmentEvent, { type: Type }>['data']

export type AssessmentReport = {
  readonly reportNumber: string
  readonly draftedBy: string
  readonly checkedBy: string | null
  readonly auditedBy: string | null
  readonly issuedBy: string | null
  readonly voided: boolean
  readonly delivered: boolean
  /** The number it revises; null for the first. */
  readonly replaces: string | null
}

export type AssessmentState =
  | { readonly status: 'unknown' }
  | (EventData<'AssessmentEngaged'> & {
      readonly status: 'open' | 'archived'
      /** The stage in work; null when all are complete. */
      readonly stage: StageCode | null
      /** When the stage in work was entered. */
      readonly stageSince: Instant
      readonly completed: readonly { readonly stage: StageCode; readonly by: string; readonly at: Instant }[]
      readonly evidence: readonly Pick<
        EventData<'EvidenceRecorded'>,
        'evidenceId' | 'stage' | 'kind' | 'sha256'
      >[]
      readonly findings: readonly Pick<
        EventData<'FindingRecorded'>,
        'findingId' | 'item' | 'class' | 'conforms' | 'score' | 'evidence' | 'supersedes'
      >[]
      readonly waivers: readonly Pick<EventData<'GateWaived'>, 'stage' | 'requirement'>[]
      /** In the order of their drafting; the last one counts. */
      readonly reports: readonly AssessmentReport[]
      readonly followUps: readonly EventData<'AssessmentFollowedUp'>[]
    })

export type KnownAssessment = Exclude<AssessmentState, { status: 'unknown' }>

/** The definition that the assessment began under. */
export function processOf(state: KnownAssessment): ProcessDefinition {
  const process = findProcess(state.process)
  if (!process) throw new Error(`process ${state.process} is not among the definitions`)
  return process
}

export function currentStage(state: KnownAssessment): StageDefinition | null {
  return state.stage === null ? null : stageOf(processOf(state), state.stage)
}

/** Every practitioner of the team, once. */
export function practitionersOf(team: AssessmentTeam): string[] {
  return [...new Set([team.technicalLead, team.projectLead, ...team.engineers, ...team.operators])]
}

/** The findings that no later one corrects. */
export function standingFindings(state: KnownAssessment) {
  const corrected = new Set(state.findings.map((finding) => finding.supersedes))
  return state.findings.filter((finding) => !corrected.has(finding.findingId))
}

/**
 * The score that the findings give: points earned of the full points, on a scale of 100, to 0.01.
 * Null when no finding carries points.
 */
export function assessmentScore(state: KnownAssessment): number | null {
  const scored = standingFindings(state).flatMap((finding) => finding.score ?? [])
  const hundredths = (pick: (score: { earned: number; full: number }) => number) =>
    scored.reduce((total, score) => total + Math.round(pick(score) * 100), 0)
  const full = hundredths((score) => score.full)
  return full === 0 ? null : Math.round((hundredths((score) => score.earned) * 10_000) / full) / 100
}

export function evolveAssessment(state: AssessmentState, event: AssessmentEvent): AssessmentState {
  if (event.type === 'AssessmentEngaged') return engaged(event.data, event.effectiveAt)
  if (state.status === 'unknown') throw new Error(`${event.type} before AssessmentEngaged`)
  switch (event.type) {
    case 'AssessmentTeamChanged':
      return { ...state, team: event.data.team }
    case 'EvidenceRecorded': {
      const { evidenceId, stage, kind, sha256 } = event.data
      return { ...state, evidence: [...state.evidence, { evidenceId, stage, kind, sha256 }] }
    }
    case 'FindingRecorded': {
      const { description: _, recordedBy: __, ...finding } = event.data
      return { ...state, findings: [...state.findings, finding] }
    }
    case 'StageCompleted': {
      const { stage, completedBy: by } = event.data
      const completed = [...state.completed, { stage, by, at: event.effectiveAt }]
      return {
        ...state,
        completed,
        stage: stageAfter(processOf(state), stage),
        stageSince: event.effectiveAt,
      }
    }
    case 'StageReturned': {
      const completed = state.completed.filter((entry) => entry.stage < event.data.to)
      // What is done again is signed again; only an issued report keeps its names.
      const reports = state.reports.map((report) =>
        report.issuedBy === null ? { ...report, checkedBy: null, auditedBy: null } : report,
      )
      return { ...state, completed, reports, stage: event.data.to, stageSince: event.effectiveAt }
    }
    case 'GateWaived': {
      const { stage, requirement } = event.data
      return { ...state, waivers: [...state.waivers, { stage, requirement }] }
    }
    case 'AssessmentArchived':
      return { ...state, status: 'archived' }
    case 'AssessmentFollowedUp':
      return { ...state, followUps: [...state.followUps, event.data] }
    case 'SignatureRefused':
      return state
    default:
      return evolveReports(state, event, event.effectiveAt)
  }
}

function engaged(data: EventData<'AssessmentEngaged'>, at: Instant): AssessmentState {
  const nothing = { completed: [], evidence: [], findings: [], waivers: [], reports: [], followUps: [] }
  return { ...data, ...nothing, status: 'open', stage: 'S1', stageSince: at }
}

type ReportEvent = Extract<AssessmentEvent, { type: `Report${string}` }>

function evolveReports(state: KnownAssessment, event: ReportEvent, at: Instant): KnownAssessment {
  const change = (number: string, part: Partial<AssessmentReport>): KnownAssessment => ({
    ...state,
    reports: state.reports.map((each) => (each.reportNumber === number ? { ...each, ...part } : each)),
  })
  const number = event.data.reportNumber
  switch (event.type) {
    case 'ReportDrafted': {
      const others = state.reports.filter((each) => each.reportNumber !== number)
      return { ...state, reports: [...others, drafted(number, event.data.draftedBy, null)] }
    }
    case 'ReportChecked':
      return change(number, { checkedBy: event.data.checkedBy })
    case 'ReportAudited':
      return change(number, { auditedBy: event.data.auditedBy })
    case 'ReportIssued':
      return change(number, { issuedBy: event.data.issuedBy })
    case 'ReportVoided':
      return change(number, { voided: true })
    case 'ReportRevised': {
      const { reports } = change(event.data.replaces, { voided: true })
      const revision = drafted(number, event.data.draftedBy, event.data.replaces)
      // A revision is reviewed and delivered like the first; an archived assessment opens again for it.
      const completed = state.completed.filter((entry) => entry.stage < 'S7')
      const reopened = { status: 'open', stage: 'S7', stageSince: at, completed } as const
      return { ...state, ...reopened, reports: [...reports, revision] }
    }
    case 'ReportDelivered':
      return change(number, { delivered: true })
    default:
      return unreachable(event)
  }
}

function drafted(reportNumber: string, draftedBy: string, replaces: string | null): AssessmentReport {
  const unsigned = { checkedBy: null, auditedBy: null, issuedBy: null, voided: false, delivered: false }
  return { reportNumber, draftedBy, replaces, ...unsigned }
}
