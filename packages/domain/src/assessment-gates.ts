import type { AssessmentEvent } from './assessment-events.ts'
import { missingEvidence } from './assessment-evidence.ts'
import { overdueSince } from './assessment-limits.ts'
import {
  missingDelivery,
  missingDraft,
  missingIssue,
  missingSentences,
  missingSignatures,
} from './assessment-report-checks.ts'
import { refuseSignature } from './assessment-signatures.ts'
import {
  missingCalibration,
  missingEvidenceOfFindings,
  missingInterviews,
  missingItems,
  missingJudgement,
  missingPlan,
  missingPresence,
  missingScore,
} from './assessment-site-checks.ts'
import { findStage, processOf } from './assessment-stages.ts'
import type { KnownAssessment } from './assessment-state.ts'
import { missingContract, missingInstitution, missingTeam } from './assessment-who-checks.ts'
import {
  accept,
  type Decision,
  type DecisionContext,
  type RefusalPart,
  refusalOf,
  refuse,
} from './decider.ts'
import type { GateCheck, ProcessContent, StageCode, StageDefinition } from './process-content.ts'
import { dayOf, type Instant } from './values.ts'

/** What must hold before a stage is complete: its evidence, its person, and the checks that its process names. */

/** A gate as its checks see it: the stage that shall be complete at that moment. */
export type Gate = {
  readonly stage: StageDefinition
  readonly process: ProcessContent
  readonly state: KnownAssessment
  readonly context: Pick<DecisionContext, 'stateOf' | 'lostFiles'>
  readonly at: Instant
  /** As stated by who completes the stage. */
  readonly score: number | null
}

/** Everything that a check finds missing; none: it is passed. */
export type Check = (gate: Gate) => readonly RefusalPart[]

const checks: Readonly<Record<GateCheck, Check>> = {
  'institution-entitled': missingInstitution,
  'contract-entered': missingContract,
  'team-entitled': missingTeam,
  'plan-approved': missingPlan,
  'findings-evidenced': missingEvidenceOfFindings,
  'plan-fulfilled': missingItems,
  'sampling-met': missingInterviews,
  'presence-proved': missingPresence,
  'instruments-calibrated': missingCalibration,
  'score-recomputes': missingScore,
  'direct-fails-handled': missingJudgement,
  'report-drafted': missingDraft,
  'sentences-evidenced': missingSentences,
  'report-issued': missingIssue,
  'signatures-hold': missingSignatures,
  'report-delivered': missingDelivery,
}

/**
 * All that the stage lacks at that moment, but for what was waived: evidence first, then the checks in the order of the
 * process. Asked again later, with what is known then, it tells whether the gate was rightly passed.
 */
export function missingAtGate(gate: Gate): RefusalPart[] {
  const waived = new Set(
    gate.state.waivers
      .filter((each) => each.stage === gate.stage.code && each.at <= gate.at)
      .map((each) => each.requirement),
  )
  const missing = [
    ...missingEvidence(gate, waived),
    ...gate.stage.gate.flatMap(({ check }) => (waived.has(check) ? [] : checks[check](gate))),
  ]
  // Two checks may find the same thing missing, such as the report; it is told once.
  const first = new Map(missing.toReversed().map((part) => [`${part.code} ${part.message.en}`, part]))
  return missing.filter((part) => first.get(`${part.code} ${part.message.en}`) === part)
}

type Completion = {
  readonly effectiveAt: Instant
  readonly data: { readonly stage: StageCode; readonly completedBy: string; readonly score: number | null }
}

/** Who may not sign is told together with all that is missing, and the attempt is recorded. */
export function completeStage(
  { data, effectiveAt }: Completion,
  state: KnownAssessment,
  context: DecisionContext,
): Decision<AssessmentEvent> {
  if (state.completed.some((entry) => entry.stage === data.stage)) return accept<AssessmentEvent>()
  const process = processOf(state, context)
  const stage = findStage(process, data.stage)
  if (!stage || stage.code !== state.stage) return refuseOutOfOrder(state, data.stage)
  if (effectiveAt < state.stageSince) {
    const message = {
      zh: `阶段于${state.stageSince}开始，不能在此之前完成；请更正完成时间`,
      en: `the stage began at ${state.stageSince} and cannot end before that; correct effectiveAt`,
    }
    return refuse('stage-ends-before-it-began', message, stage.legalBasis)
  }
  const signature = {
    act: 'complete-stage' as const,
    member: data.completedBy,
    day: dayOf(effectiveAt),
    pointer: '/data/completedBy',
    stage: stage.code,
    reportNumber: null,
    roles: stage.responsible,
    legalBasis: stage.legalBasis,
  }
  const unsigned = refuseSignature(signature, state, context)
  const missing = missingAtGate({ stage, process, state, context, at: effectiveAt, score: data.score })
  const refusal = refusalOf(unsigned ? [unsigned.refusal, ...missing] : missing)
  if (refusal) return { accepted: false, refusal, recorded: unsigned?.recorded ?? [] }
  return accept<AssessmentEvent>(...overdueSince(state, dayOf(effectiveAt)), { type: 'StageCompleted', data })
}

function refuseOutOfOrder(state: KnownAssessment, asked: StageCode) {
  const message = {
    zh: `当前阶段是${state.stage ?? '无（已全部完成）'}，不能完成${asked}；请按顺序完成各阶段`,
    en: `the stage in work is ${state.stage ?? 'none, all are complete'}; ${asked} cannot be completed before its turn`,
  }
  return refuse('stage-out-of-order', message, ['XF3005:7'], '/data/stage')
}
