import { z } from 'zod'
import { type EventOf, event } from './category.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { subjectId } from './person.ts'
import { practiceObstacle } from './practice-standing.ts'
import { evidenceKind, itemClass, processReference, stageCode } from './process-content.ts'
import { instant, localDate, sha256Hex, text, ulid } from './values.ts'

/** What is recorded about one assessment. Stream `assessment-<ULID>`; the rules are in `assessment.ts`. */

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

/** A report's number; a revision carries the suffix -1, -2 … (XF/T 3005-2020). */
export const reportNumber = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9()（）〔〕./-]{2,59}$/u, 'expected capitals, digits and ( ) 〔 〕 . / -')

const reason = text(500)

/** Who stands for a waiver, a return or a follow-up: a member of the team, or an officer by work number. */
const by = subjectId

/** Of the file with the hash of its evidence. */
export const evidenceFile = z.strictObject({
  bytes: z.int().min(0).max(1e12),
  mediaType: z
    .string()
    .max(100)
    .regex(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/, 'expected a media type such as image/jpeg'),
  name: text(200),
})

/** Whoever keeps the file instead of the evidence store: an organisation, never a person. */
export const evidenceHolder = z.strictObject({
  holder: text(200).meta({ description: 'who keeps it: an organisation' }),
  place: text(200).meta({ description: 'where it can be seen' }),
})

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
  file: evidenceFile.nullable().meta({
    description: 'the file that lies in the evidence store under its hash; null: it does not',
  }),
  heldElsewhere: evidenceHolder.nullable().meta({
    description: 'of a file that is not in the store, who keeps it and where; null: nobody said',
  }),
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
  team: assessmentTeam,
}

/** What every fold needs of the process, without reading its stream. */
const processShape = {
  process: processReference,
  stages: z
    .array(
      z.strictObject({
        code: stageCode,
        title: z.strictObject({ zh: text(200), en: text(200) }),
        limitWorkingDays: z.int().min(1),
      }),
    )
    .min(1),
  leastHours: z
    .array(z.strictObject({ from: stageCode, to: stageCode, hours: z.number().positive() }))
    .meta({ description: 'faster from the completion of one stage to that of another is impossible' }),
}

const count = z.int().min(0).max(1_000_000)

/** What shall be looked at, and how much of how many. */
const plannedItem = z
  .strictObject({
    item: text(60).meta({ description: 'code of the check item' }),
    class: itemClass,
    population: count,
    sample: count,
  })
  .refine(({ sample, population }) => sample <= population, 'the sample must not exceed the population')

const interviewGroup = text(40).meta({ description: 'a group of people as the process names it' })

export const planShape = {
  items: z.array(plannedItem).min(1).max(1000),
  interviews: z.array(z.strictObject({ group: interviewGroup, population: count, planned: count })).max(20),
  preparedBy: memberId,
  approvedBy: memberId.meta({ description: 'the technical lead' }),
}

export const presenceShape = {
  stage: stageCode,
  member: ulid,
  arrivedAt: instant,
  leftAt: instant,
  place: text(200),
  latitude: z.number().min(-90).max(90).nullable(),
  longitude: z.number().min(-180).max(180).nullable(),
  evidence: ulid.meta({ description: 'the evidence that proves it: sign-in, image with time and place' }),
}

export const interviewsShape = {
  stage: stageCode,
  held: z
    .array(z.strictObject({ group: interviewGroup, count }))
    .min(1)
    .max(20)
    .meta({ description: 'so far, by group; a later record of a group replaces the earlier' }),
  evidence: ulid.meta({ description: 'the record of the interviews' }),
  recordedBy: memberId,
}

export const judgementShape = {
  score: z.number().min(0).max(100).nullable(),
  grade: text(40).meta({ description: 'as the process names it' }),
  directFails: z
    .array(z.strictObject({ finding: ulid, handling: text(1000) }))
    .max(1000)
    .meta({
      description: 'each standing finding of class A that does not conform, and what follows from it',
    }),
  judgedBy: memberId,
}

/** A sentence of the report, and the findings on which it rests. */
const reportSentence = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$/, 'expected an id such as 4.2-1'),
  section: text(40),
  text: text(2000),
  findings: z.array(ulid).max(200),
})
export const reportSentences = z
  .array(reportSentence)
  .max(2000)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'each id must be unique')

export const signedActs = [
  'complete-stage',
  'plan',
  'judge',
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
    { zh: '承接评估', en: 'Assessment engaged', law: ['O7:13', 'XF3005:7'], schemaVersion: 2 },
    { ...engagementShape, ...processShape },
  ),
  AssessmentTeamChanged: event(
    { zh: '项目组变更', en: 'Assessment team changed', law: ['O7:13'] },
    { team: assessmentTeam, reason },
  ),
  /** A trace of the work; the file itself stays outside, its hash is here. */
  EvidenceRecorded: event(
    { zh: '证据登记', en: 'Evidence recorded', law: ['O7:15', 'XF3005:7'], schemaVersion: 3 },
    evidenceShape,
  ),
  /** What shall be checked and who be asked; a later plan replaces the earlier. */
  PlanRecorded: event({ zh: '评估方案登记', en: 'Plan recorded', law: ['O7:12', 'XF3005:7'] }, planShape),
  /** Someone of the team was on site from then to then. */
  PresenceRecorded: event(
    { zh: '到场登记', en: 'Presence recorded', law: ['O7:28(4)', 'XF3005:7'] },
    presenceShape,
  ),
  InterviewsRecorded: event(
    { zh: '访谈登记', en: 'Interviews recorded', law: ['XF3005:7'] },
    interviewsShape,
  ),
  FindingRecorded: event({ zh: '检查结果登记', en: 'Finding recorded', law: ['XF3005:7'] }, findingShape),
  /** Score, grade, and what follows from each item that fails the unit directly; a later one replaces the earlier. */
  JudgementRecorded: event(
    { zh: '判定登记', en: 'Judgement recorded', law: ['O7:14', 'XF3005:7'] },
    judgementShape,
  ),
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
  /** Its limit in working days has passed and it is not complete; once per entering. */
  StageFellOverdue: event(
    { zh: '阶段逾期', en: 'Stage fell overdue', law: ['XF3005:7'] },
    {
      stage: stageCode,
      enteredOn: localDate,
      limitWorkingDays: z.int().min(1),
      dueOn: localDate.meta({ description: 'the last day in time' }),
      provisional: z
        .boolean()
        .meta({ description: 'a year without a holiday table was counted as plain weeks' }),
    },
  ),
  ReportDrafted: event(
    { zh: '报告编制', en: 'Report drafted', law: ['O7:14', 'XF3005:7'], schemaVersion: 2 },
    { reportNumber, sha256: sha256Hex, draftedBy: memberId, sentences: reportSentences },
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
    { zh: '报告修订', en: 'Report revised', law: ['XF3005:7'], schemaVersion: 2 },
    {
      reportNumber,
      replaces: reportNumber,
      sha256: sha256Hex,
      draftedBy: memberId,
      reason,
      sentences: reportSentences,
      reopens: stageCode.meta({
        description: 'the stage in work from now on: that of check, audit and issue',
      }),
    },
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
      obstacle: z.union([practiceObstacle, z.enum(['not-in-role', 'signed-before', 'another-login'])]),
    },
  ),
}
export type AssessmentEvent = EventOf<typeof assessmentEvents>
