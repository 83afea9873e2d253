import { z } from 'zod'
import {
  type AssessmentEvent,
  assessmentEvents,
  assessmentTeam,
  engagementShape,
  evidenceFile,
  evidenceHolder,
  evidenceShape,
  findingShape,
  interviewsShape,
  judgementShape,
  memberId,
  planShape,
  presenceShape,
  reportNumber,
  reportSentences,
} from './assessment-events.ts'
import { evolveAssessment } from './assessment-fold.ts'
import { completeStage } from './assessment-gates.ts'
import { recordJudgement } from './assessment-judgement.ts'
import { markOverdue } from './assessment-limits.ts'
import { recordInterviews, recordPlan, recordPresence } from './assessment-plan.ts'
import { assessmentProcess, isInForce } from './assessment-process.ts'
import { deliverReport, draftReport, reviseReport, voidReport } from './assessment-reports.ts'
import { auditReport, checkReport, issueReport } from './assessment-review.ts'
import { refuseTeamOf, representativeReliance, signersOf } from './assessment-signatures.ts'
import { type AssessmentState, type KnownAssessment, practitionersOf } from './assessment-state.ts'
import {
  archive,
  followUp,
  recordEvidence,
  recordFinding,
  returnStage,
  waiveGate,
} from './assessment-work.ts'
import { type CommandOf, command, streamCategory } from './category.ts'
import { accept, type Decision, type DecisionContext, type Reliance, refuse, unreachable } from './decider.ts'
import { subjectId } from './person.ts'
import { evidenceKind, outlineOf, processCode, processCodeOf, stageCode } from './process-content.ts'
import { dayOf, localDate, sha256Hex, text, ulid } from './values.ts'

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
    { ...engagementShape, process: processCode },
  ),
  ChangeTeam: command(
    { zh: '变更项目组', en: 'Change team', law: ['O7:13'], ...assess },
    { team: assessmentTeam, reason },
  ),
  RecordEvidence: command(
    { zh: '登记证据', en: 'Record evidence', law: ['O7:15', 'XF3005:7'], permission: 'collect' },
    {
      ...evidenceShape,
      file: evidenceFile.nullable().default(null),
      heldElsewhere: evidenceHolder.nullable().default(null),
    },
  ),
  RecordFinding: command(
    { zh: '登记检查结果', en: 'Record finding', law: ['XF3005:7'], ...assess },
    findingShape,
  ),
  /** A later plan replaces the earlier; once on site it changes only after a return. */
  RecordPlan: command(
    { zh: '登记评估方案', en: 'Record plan', law: ['O7:12', 'XF3005:7'], ...assess },
    planShape,
  ),
  RecordPresence: command(
    { zh: '登记到场', en: 'Record presence', law: ['O7:28(4)', 'XF3005:7'], ...assess },
    presenceShape,
  ),
  RecordInterviews: command(
    { zh: '登记访谈', en: 'Record interviews', law: ['XF3005:7'], ...assess },
    interviewsShape,
  ),
  RecordJudgement: command(
    { zh: '登记判定', en: 'Record judgement', law: ['O7:14', 'XF3005:7'], ...assess },
    judgementShape,
  ),
  /** Asked by the clerk when the last day in time has passed. */
  MarkStageOverdue: command(
    { zh: '记阶段逾期', en: 'Mark stage overdue', law: ['XF3005:7'], ...assess, internal: true },
    { stage: stageCode, enteredOn: localDate },
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
    { zh: '豁免阶段要求', en: 'Waive gate', law: ['XF3005:7'], permission: 'waive' },
    { stage: stageCode, requirement: evidenceKind, waivedBy: subjectId, reason },
  ),
  DraftReport: command(
    { zh: '编制报告', en: 'Draft report', law: ['O7:14', 'XF3005:7'], ...assess },
    { reportNumber, sha256: sha256Hex, draftedBy: memberId, sentences: reportSentences.default([]) },
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
    {
      reportNumber,
      replaces: reportNumber,
      sha256: sha256Hex,
      draftedBy: memberId,
      reason,
      sentences: reportSentences.default([]),
    },
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

const signedCommands: readonly AssessmentCommand['type'][] = [
  'RecordPlan',
  'RecordJudgement',
  'CompleteStage',
  'DraftReport',
  'CheckReport',
  'AuditReport',
  'IssueReport',
  'VoidReport',
  'ReviseReport',
  'ArchiveAssessment',
]

function reliesOn(command: AssessmentCommand, state: AssessmentState): Reliance[] {
  if (command.type === 'EngageAssessment') {
    const { process, institution, team } = command.data
    return [{ category: 'assessmentProcess', id: process }, ...representativeReliance(institution, team)]
  }
  if (state.status === 'unknown') return []
  if (command.type === 'ChangeTeam') return representativeReliance(state.institution, command.data.team)
  // What was adopted never changes; an assessment from before that relies on the program's own files.
  const process = state.process.includes('@')
    ? [{ category: 'assessmentProcess', id: processCodeOf(state.process) }]
    : []
  if (!signedCommands.includes(command.type)) return process
  // Whoever signed or was on site is asked about, also when the team is another one by now.
  const signers = [...state.reports.flatMap(signersOf), ...state.presence.map((each) => each.member)]
  const project =
    command.type === 'CompleteStage' && state.project !== null
      ? [{ category: 'project', id: state.project }]
      : []
  const people = new Set([
    ...practitionersOf(state.team),
    ...signers.filter((id) => ulid.safeParse(id).success),
  ])
  // A legal representative or archivist may be named by a practitioner's id; then the register is asked too.
  for (const id of [state.team.legalRepresentative, state.team.archivist])
    if (ulid.safeParse(id).success) people.add(id)
  return [
    ...process,
    { category: 'institution', id: state.institution },
    ...project,
    ...[...people].sort().map((id) => ({ category: 'practitioner', id })),
  ]
}

function decide(
  command: AssessmentCommand,
  state: AssessmentState,
  context: DecisionContext,
): Decision<AssessmentEvent> {
  if (command.effectiveAt > context.now) {
    const text = {
      zh: '发生时间晚于现在；请事后登记',
      en: 'this lies in the future; record it when it has happened',
    }
    return refuse('in-the-future', text, ['XF3005:7'])
  }
  if (command.type === 'EngageAssessment') return engage(command, state, context)
  if (state.status === 'unknown') {
    const text = { zh: '评估项目尚未承接；请先承接', en: 'there is no such assessment; engage it first' }
    return refuse('assessment-not-engaged', text, ['XF3005:7'])
  }
  const afterwards = ['FollowUpAssessment', 'VoidReport', 'ReviseReport', 'ArchiveAssessment']
  if (state.status === 'archived' && !afterwards.includes(command.type)) {
    const text = {
      zh: '评估已归档；如报告有误，请以修订方式出具新编号',
      en: 'the assessment is archived; if the report is wrong, revise it under a new number',
    }
    return refuse('assessment-archived', text, ['O7:15', 'XF3005:7'])
  }
  return decideKnown(command, state, context)
}

function engage(
  { data, effectiveAt }: Extract<AssessmentCommand, { type: 'EngageAssessment' }>,
  state: AssessmentState,
  context: DecisionContext,
): Decision<AssessmentEvent> {
  if (state.status !== 'unknown') {
    const text = {
      zh: '该评估项目已承接；另一项目请用新的编号',
      en: 'this assessment is engaged already; take a new id for another',
    }
    return refuse('assessment-already-engaged', text, ['XF3005:7'])
  }
  const process = context.stateOf(assessmentProcess, data.process)
  if (process.status === 'unknown') {
    const text = {
      zh: `没有评估过程${data.process}；请先起草并施行`,
      en: `there is no process ${data.process}; draft and adopt it first`,
    }
    return refuse('process-unknown', text, ['XF3005:7'], '/data/process')
  }
  const day = dayOf(effectiveAt)
  if (!isInForce(process, data.division, day)) {
    const text = {
      zh: `评估过程${data.process}在${day}未在${data.division}施行；请施行后承接，或改用已施行的过程`,
      en: `process ${data.process} was not in force in ${data.division} on ${day}; adopt it, or name one that is`,
    }
    return refuse('process-not-in-force', text, ['XF3005:7'], '/data/process')
  }
  const differs = refuseTeamOf(data.institution, data.team, day, context)
  if (differs) return differs
  const reference = `${data.process}@${process.contentRevision}`
  return accept({
    type: 'AssessmentEngaged',
    data: { ...data, process: reference, ...outlineOf(process.content) },
  })
}

type LaterCommand = Exclude<AssessmentCommand, { type: 'EngageAssessment' }>

function decideKnown(
  command: LaterCommand,
  state: KnownAssessment,
  context: DecisionContext,
): Decision<AssessmentEvent> {
  switch (command.type) {
    case 'ChangeTeam':
      if (JSON.stringify(command.data.team) === JSON.stringify(state.team)) return accept()
      return (
        refuseTeamOf(state.institution, command.data.team, dayOf(command.effectiveAt), context) ??
        accept({ type: 'AssessmentTeamChanged', data: command.data })
      )
    case 'RecordEvidence':
      return recordEvidence(command, state, context)
    case 'RecordFinding':
      return recordFinding(command, state, context)
    case 'RecordPlan':
      return recordPlan(command, state, context)
    case 'RecordPresence':
      return recordPresence(command, state, context)
    case 'RecordInterviews':
      return recordInterviews(command, state, context)
    case 'RecordJudgement':
      return recordJudgement(command, state, context)
    case 'MarkStageOverdue':
      return markOverdue(command.data, state, context.today)
    case 'CompleteStage':
      return completeStage(command, state, context)
    case 'ReturnStage':
      return returnStage(command, state, context)
    case 'WaiveGate':
      return waiveGate(command, state, context)
    case 'DraftReport':
      return draftReport(command, state, context)
    case 'CheckReport':
      return checkReport(command, state, context)
    case 'AuditReport':
      return auditReport(command, state, context)
    case 'IssueReport':
      return issueReport(command, state, context)
    case 'VoidReport':
      return voidReport(command, state, context)
    case 'ReviseReport':
      return reviseReport(command, state, context)
    case 'DeliverReport':
      return deliverReport(command, state, context)
    case 'ArchiveAssessment':
      return state.status === 'archived' ? accept() : archive(command, state, context)
    case 'FollowUpAssessment':
      return followUp(command, state, context)
    default:
      return unreachable(command)
  }
}

export const assessment = streamCategory({
  name: 'assessment',
  path: 'assessments',
  title: { zh: '消防安全评估', en: 'Fire safety assessment' },
  id: ulid,
  visibility: 'cases',
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
