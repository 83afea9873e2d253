import { z } from 'zod'
import { stageCodes } from './assessment-stages.ts'
import { type EventOf, event } from './category.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { subjectId } from './person.ts'
import { practiceObstacle } from './practice-standing.ts'
import { instant, localDate, sha256Hex, text, ulid } from './values.ts'

/** What is recorded about one assessment. Stream `assessment-<ULID>`; the rules are in `assessment.ts`. */

export const stageCode = z.enum(stageCodes)

/** A member of the team: a practitioner's ULID, or the subject id of one who is not a practitioner. */
export const memberId = subjectId.meta({
  description: 'practitioner ULID; for the legal representative and the archivist their subject id',
})

/** Who does what. One person may hold several roles, but check, audit and issue are by three different persons. */
export const assessmentTeam = z.strictObject({
  legalRepresentative: memberId,
  technicalLead: ulid.meta({ description: 'grade one engineer (Order 7 art. 12)' }),
  projectLead: ulid.meta({ description: 'registered engineer (Order 7 art. 13)' }),
  engineers: z.array(ulid).max(50),
  operators: z.array(ulid).max(100),
  archivist: memberId,
})
export type AssessmentTeam = z.output<typeof assessmentTeam>

export const processCode = z
  .string()
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'expected a code such as XF3005-EIGHT-1')
  .max(40)

/** A report's number; a revision carries the suffix -1, -2 … (XF/T 3005-2020). */
export const reportNumber = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9()（）〔〕./-]{2,59}$/u, 'expected capitals, digits and ( ) 〔 〕 . / -')
export const evidenceKind = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'expected a kind such as site-image')

/** A: fails the unit directly · B: key · C: general (DB13/T 5336). */
export const itemClass = z.enum(['A', 'B', 'C'])

const reason = text(500)

/** Who stands for a waiver, a return or a follow-up: a member of the team, or an officer by work number. */
const by = subjectId

export const evidenceShape = {
  evidenceId: ulid,
  stage: stageCode,
  kind: evidenceKind,
  title: text(200),
  sha256: sha256Hex,
  recordedBy: memberId,
  instrument: text(100).nullable().meta({ description: 'instrument number, where one was used' }),
  place: text(200).nullable(),
  takenAt: instant,
}

export const findingShape = {
  findingId: ulid,
  item: text(60).meta({ description: 'code of the check item' }),
  class: itemClass,
  conforms: z.boolean(),
  /** Points earned of the full points of the item; null for an item without points. */
  score: z
    .strictObject({ earned: z.number().min(0).max(1000), full: z.number().positive().max(1000) })
    .refine((score) => score.earned <= score.full, 'earned must not exceed full')
    .nullable(),
  description: text(2000),
  evidence: z.array(ulid).min(1).max(200).meta({ description: 'ids of the evidence that shows it' }),
  recordedBy: memberId,
  supersedes: ulid.nullable().meta({ description: 'the finding that this one corrects' }),
}

export const engagementShape = {
  division: divisionCode,
  institution: uscc,
  unit: ulid,
  project: ulid.nullable(),
  process: processCode,
  team: assessmentTeam,
}

export const signedActs = [
  'complete-stage',
  'draft',
  'check',
  'audit',
  'issue',
  'void',
  'revise',
  'archive',
] as const

export const assessmentEvents = {
  /** Taken on, under a version of the process that stays its own to the end. */
  AssessmentEngaged: event(
    { zh: '承接评估', en: 'Assessment engaged', law: ['O7:13', 'XF3005:7'] },
    engagementShape,
  ),
  AssessmentTeamChanged: event(
    { zh: '项目组变更', en: 'Assessment team changed', law: ['O7:13'] },
    { team: assessmentTeam, reason },
  ),
  /** A trace of the work; the file itself stays outside, its hash is here. */
  EvidenceRecorded: event(
    { zh: '证据登记', en: 'Evidence recorded', law: ['O7:15', 'XF3005:7'] },
    evidenceShape,
  ),
  FindingRecorded: event({ zh: '检查结果登记', en: 'Finding recorded', law: ['XF3005:7'] }, findingShape),
  /** Through the gate, by one named person. */
  StageCompleted: event(
    { zh: '阶段完成', en: 'Stage completed', law: ['XF3005:7'] },
    {
      stage: stageCode,
      completedBy: memberId,
      score: z
        .number()
        .nullable()
        .meta({ description: 'of the assessment, 0 to 100, where the stage states it' }),
    },
  ),
  StageReturned: event(
    { zh: '阶段退回', en: 'Stage returned', law: ['XF3005:7'] },
    { stage: stageCode, to: stageCode, returnedBy: by, reason },
  ),
  /** One requirement of a gate set aside for a reason; stays visible. */
  GateWaived: event(
    { zh: '阶段要求豁免', en: 'Gate waived', law: ['XF3005:7'] },
    { stage: stageCode, requirement: evidenceKind, waivedBy: by, reason },
  ),
  ReportDrafted: event(
    { zh: '报告编制', en: 'Report drafted', law: ['O7:14', 'XF3005:7'] },
    { reportNumber, sha256: sha256Hex, draftedBy: memberId },
  ),
  /** By the project lead 校核. */
  ReportChecked: event(
    { zh: '报告校核', en: 'Report checked', law: ['O7:14', 'XF3005:7'] },
    { reportNumber, checkedBy: memberId },
  ),
  /** By the technical lead 审核. */
  ReportAudited: event(
    { zh: '报告审核', en: 'Report audited', law: ['O7:12', 'XF3005:7'] },
    { reportNumber, auditedBy: memberId },
  ),
  /** By the legal representative 签发. */
  ReportIssued: event(
    { zh: '报告签发', en: 'Report issued', law: ['O7:14', 'XF3005:7'] },
    {
      reportNumber,
      issuedBy: memberId,
      sha256: sha256Hex.meta({ description: 'of the signed and sealed file' }),
    },
  ),
  /** Kept, stamped void. */
  ReportVoided: event(
    { zh: '报告作废', en: 'Report voided', law: ['XF3005:7'] },
    { reportNumber, voidedBy: memberId, reason },
  ),
  /** A new draft under the number with the next suffix; the one it replaces is void from now on. */
  ReportRevised: event(
    { zh: '报告修订', en: 'Report revised', law: ['XF3005:7'] },
    { reportNumber, replaces: reportNumber, sha256: sha256Hex, draftedBy: memberId, reason },
  ),
  ReportDelivered: event(
    { zh: '报告交付', en: 'Report delivered', law: ['XF3005:7'] },
    { reportNumber, deliveredOn: localDate, receiptSha256: sha256Hex },
  ),
  AssessmentArchived: event(
    { zh: '评估归档', en: 'Assessment archived', law: ['O7:15'] },
    { indexSha256: sha256Hex, archivedBy: memberId, retainUntil: localDate },
  ),
  AssessmentFollowedUp: event(
    { zh: '评估回访', en: 'Assessment followed up', law: ['XF3005:7'] },
    { on: localDate, followedUpBy: memberId, outcome: text(1000) },
  ),
  /** Someone who was not entitled to it tried to sign; a fact that the regulator wants. */
  SignatureRefused: event(
    { zh: '签字被拒', en: 'Signature refused', law: ['O7:12', 'O7:13', 'O7:14'] },
    {
      act: z.enum(signedActs),
      stage: stageCode.nullable(),
      reportNumber: reportNumber.nullable(),
      member: memberId,
      obstacle: z.union([practiceObstacle, z.enum(['not-in-role', 'signed-before'])]),
    },
  ),
}
export type AssessmentEvent = EventOf<typeof assessmentEvents>
