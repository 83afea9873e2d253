import { z } from 'zod'
import {
  type AssessmentEvent,
  assessmentEvents,
  assessmentTeam,
  engagementShape,
  evidenceKind,
  evidenceShape,
  findingShape,
  memberId,
  reportNumber,
  stageCode,
} from './assessment-events.ts'
import { type AssessmentState, evolveAssessment, practitionersOf } from './assessment-state.ts'
import { type CommandOf, command, streamCategory } from './category.ts'
import type { Decision, DecisionContext, Reliance } from './decider.ts'
import { subjectId } from './person.ts'
import { localDate, sha256Hex, text, ulid } from './values.ts'

/**
 * Fire safety assessment of a unit 消防安全评估. Stream `assessment-<ULID>`.
 * engaged → S1 … S8, each through its gate (`assessment-gates.ts`), the report signed by three persons in order
 * (`assessment-signatures.ts`) → archived. XF/T 3005-2020 ch. 7; Order 7 art. 11–15.
 */

const initialState = { status: 'unknown' } as AssessmentState

const reason = text(500)
const assess = { permission: 'assess' } as const

export const assessmentCommands = {
  EngageAssessment: command(
    { zh: '承接评估', en: 'Engage assessment', law: ['O7:13', 'XF3005:7'], ...assess, opens: true },
    engagementShape,
  ),
  ChangeTeam: command(
    { zh: '变更项目组', en: 'Change team', law: ['O7:13'], ...assess },
    { team: assessmentTeam, reason },
  ),
  RecordEvidence: command(
    { zh: '登记证据', en: 'Record evidence', law: ['O7:15', 'XF3005:7'], ...assess },
    evidenceShape,
  ),
  RecordFinding: command(
    { zh: '登记检查结果', en: 'Record finding', law: ['XF3005:7'], ...assess },
    findingShape,
  ),
  CompleteStage: command(
    { zh: '完成阶段', en: 'Complete stage', law: ['XF3005:7'], ...assess },
    { stage: stageCode, completedBy: memberId, score: z.number().min(0).max(100).nullable().default(null) },
  ),
  ReturnStage: command(
    { zh: '退回阶段', en: 'Return stage', law: ['XF3005:7'], ...assess },
    { stage: stageCode, to: stageCode, returnedBy: subjectId, reason },
  ),
  WaiveGate: command(
    { zh: '豁免阶段要求', en: 'Waive gate', law: ['XF3005:7'], ...assess },
    { stage: stageCode, requirement: evidenceKind, waivedBy: subjectId, reason },
  ),
  DraftReport: command(
    { zh: '编制报告', en: 'Draft report', law: ['O7:14', 'XF3005:7'], ...assess },
    { reportNumber, sha256: sha256Hex, draftedBy: memberId },
  ),
  CheckReport: command(
    { zh: '校核报告', en: 'Check report', law: ['O7:14', 'XF3005:7'], ...assess },
    { reportNumber, checkedBy: memberId },
  ),
  AuditReport: command(
    { zh: '审核报告', en: 'Audit report', law: ['O7:12', 'XF3005:7'], ...assess },
    { reportNumber, auditedBy: memberId },
  ),
  IssueReport: command(
    { zh: '签发报告', en: 'Issue report', law: ['O7:14', 'XF3005:7'], ...assess },
    { reportNumber, issuedBy: memberId, sha256: sha256Hex },
  ),
  VoidReport: command(
    { zh: '作废报告', en: 'Void report', law: ['XF3005:7'], ...assess },
    { reportNumber, voidedBy: memberId, reason },
  ),
  ReviseReport: command(
    { zh: '修订报告', en: 'Revise report', law: ['XF3005:7'], ...assess },
    { reportNumber, replaces: reportNumber, sha256: sha256Hex, draftedBy: memberId, reason },
  ),
  DeliverReport: command(
    { zh: '交付报告', en: 'Deliver report', law: ['XF3005:7'], ...assess },
    { reportNumber, deliveredOn: localDate, receiptSha256: sha256Hex },
  ),
  ArchiveAssessment: command(
    { zh: '评估归档', en: 'Archive assessment', law: ['O7:15'], ...assess },
    { indexSha256: sha256Hex, archivedBy: memberId, retainUntil: localDate },
  ),
  FollowUpAssessment: command(
    { zh: '评估回访', en: 'Follow up assessment', law: ['XF3005:7'], ...assess },
    { on: localDate, followedUpBy: memberId, outcome: text(1000) },
  ),
}
export type AssessmentCommand = CommandOf<typeof assessmentCommands>

function reliesOn(_command: AssessmentCommand, state: AssessmentState): Reliance[] {
  if (state.status === 'unknown') return []
  return [
    { category: 'institution', id: state.institution },
    ...practitionersOf(state.team).map((id) => ({ category: 'practitioner', id })),
  ]
}

function decide(
  command: AssessmentCommand,
  state: AssessmentState,
  context: DecisionContext,
): Decision<AssessmentEvent> {
  throw new Error(`not decided yet: ${command.type} ${state.status} ${context.today}`)
}

export const assessment = streamCategory({
  name: 'assessment',
  path: 'assessments',
  title: { zh: '消防安全评估', en: 'Fire safety assessment' },
  id: ulid,
  events: assessmentEvents,
  commands: assessmentCommands,
  initialState,
  evolve: evolveAssessment,
  reliesOn,
  decide,
  concerns: (state) => ({
    division: state.status === 'unknown' ? null : state.division,
    institutions: state.status === 'unknown' ? [] : [state.institution],
    practitioners: state.status === 'unknown' ? [] : practitionersOf(state.team),
    units: state.status === 'unknown' ? [] : [state.unit],
  }),
})
