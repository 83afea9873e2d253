import type { LedgerEvent } from '@fireledger/domain'

/**
 * How an event reads as a step of a case: what was done, in which stage, by whom, with which things. One table for
 * assessments and penalty cases; a type that is not in it is a step like any other, named by its type.
 */

export const caseKinds = ['assessment', 'penaltyCase'] as const
export type CaseKind = (typeof caseKinds)[number]

/**
 * engagement · plan · evidence · presence (on site, interviews) · finding · judgement · stage · waiver · report · archive ·
 * attempt (refused) · case (any other act of the case).
 */
export type StepKind =
  | 'engagement'
  | 'plan'
  | 'evidence'
  | 'presence'
  | 'finding'
  | 'judgement'
  | 'stage'
  | 'waiver'
  | 'report'
  | 'archive'
  | 'attempt'
  | 'case'

/** Of the standard life cycle of an activity (IEEE 1849, extension `lifecycle`). */
export type Transition = 'start' | 'complete' | 'manualskip' | 'pi_abort' | 'ate_abort' | 'withdraw'

export type Step = {
  readonly kind: StepKind
  /** What was done, kebab-case: the kind of a piece of evidence, otherwise the event's type. */
  readonly activity: string
  readonly transition: Transition
  /** Work that the case is made of; entering and leaving stages, waivers and attempts are not, nor single findings. */
  readonly isWork: boolean
  readonly stage: string | null
  /** Practitioner id, or the subject id of who is none. */
  readonly member: string | null
}

const kindOf: Readonly<Record<string, StepKind>> = {
  AssessmentEngaged: 'engagement',
  AssessmentTeamChanged: 'engagement',
  PlanRecorded: 'plan',
  EvidenceRecorded: 'evidence',
  PresenceRecorded: 'presence',
  InterviewsRecorded: 'presence',
  FindingRecorded: 'finding',
  JudgementRecorded: 'judgement',
  StageCompleted: 'stage',
  StageReturned: 'stage',
  StageFellOverdue: 'stage',
  GateWaived: 'waiver',
  ReportDrafted: 'report',
  ReportChecked: 'report',
  ReportAudited: 'report',
  ReportIssued: 'report',
  ReportVoided: 'report',
  ReportRevised: 'report',
  ReportDelivered: 'report',
  AssessmentArchived: 'archive',
  AssessmentFollowedUp: 'archive',
  SignatureRefused: 'attempt',
}

const transitionOf: Readonly<Record<string, Transition>> = {
  AssessmentEngaged: 'start',
  PenaltyCaseFiled: 'start',
  GateWaived: 'manualskip',
  StageReturned: 'pi_abort',
  SignatureRefused: 'ate_abort',
  ReportVoided: 'withdraw',
  PenaltyCaseWithdrawn: 'withdraw',
}

/** Fields that name who answers for the step, by whatever event. */
const memberFields = [
  'recordedBy',
  'approvedBy',
  'judgedBy',
  'completedBy',
  'returnedBy',
  'waivedBy',
  'draftedBy',
  'checkedBy',
  'auditedBy',
  'issuedBy',
  'voidedBy',
  'archivedBy',
  'followedUpBy',
  'member',
] as const

const isWorkOf: Readonly<Record<StepKind, boolean>> = {
  engagement: false,
  plan: true,
  evidence: true,
  presence: true,
  finding: false,
  judgement: true,
  stage: false,
  waiver: false,
  report: true,
  archive: true,
  attempt: false,
  case: true,
}

/** `refused`: the event records an attempt that the rules did not let through. */
export function stepOf(event: Pick<LedgerEvent, 'type' | 'data'>, refused = false): Step {
  const { type } = event
  const data = event.data as Readonly<Record<string, unknown>>
  const kind = refused ? 'attempt' : (kindOf[type] ?? 'case')
  const member = memberFields.map((field) => data[field]).find((value) => typeof value === 'string')
  return {
    kind,
    activity: activityOf(type, data),
    transition: refused ? 'ate_abort' : (transitionOf[type] ?? 'complete'),
    isWork: isWorkOf[kind],
    stage: typeof data.stage === 'string' ? data.stage : null,
    member: typeof member === 'string' ? member : null,
  }
}

function activityOf(type: string, data: Readonly<Record<string, unknown>>): string {
  if (type === 'EvidenceRecorded') return String(data.kind)
  // A charge for a late payment and one for costs are two different things that happen to a fine.
  if (type === 'FineChargeAdded') return `fine-charge-added-${String(data.charge)}`
  return kebab(type)
}

function kebab(type: string): string {
  return type.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
}
