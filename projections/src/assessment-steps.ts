import type { AssessmentEvent } from '@fireledger/domain'
import { type JournalProjection, positionColumn } from './projection.ts'
import { occurred } from './stream-row.ts'

/** Every step of every assessment: evidence, findings, signatures, waivers, returns, and who answers for it. */

type Kind =
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

const kindOf: Readonly<Record<AssessmentEvent['type'], Kind>> = {
  AssessmentEngaged: 'engagement',
  AssessmentTeamChanged: 'engagement',
  EvidenceRecorded: 'evidence',
  PlanRecorded: 'plan',
  PresenceRecorded: 'presence',
  InterviewsRecorded: 'evidence',
  FindingRecorded: 'finding',
  JudgementRecorded: 'judgement',
  StageFellOverdue: 'stage',
  StageCompleted: 'stage',
  StageReturned: 'stage',
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

export const assessmentSteps: JournalProjection = {
  kind: 'journal',
  name: 'assessment-steps',
  version: 2,
  categories: ['assessment'],
  tables: {
    assessment_step: {
      columns: {
        assessment: 'text',
        revision: 'integer',
        position: 'integer',
        event_id: 'text',
        /** engagement · plan · evidence · presence · finding · judgement · stage · waiver · report · archive · attempt */
        kind: 'text',
        type: 'text',
        /** Null for steps about the report or the whole. */
        stage: 'text',
        /** Practitioner id, or the subject id of who is none. */
        member: 'text',
        effective_at: 'text',
        recorded_at: 'text',
        details: 'json',
      },
      primaryKey: ['assessment', 'revision'],
      indexes: [['member', 'effective_at']],
    },
  },
  rows(event) {
    const { type, data } = occurred<AssessmentEvent>(event)
    const fields = data as Readonly<Record<string, unknown>>
    const member = memberFields.map((field) => fields[field]).find((value) => typeof value === 'string')
    return {
      assessment_step: [
        {
          assessment: event.streamId,
          revision: event.revision,
          position: positionColumn(event.position),
          event_id: event.id,
          kind: kindOf[type],
          type,
          stage: 'stage' in data ? data.stage : null,
          member: typeof member === 'string' ? member : null,
          effective_at: event.metadata.effectiveAt,
          recorded_at: event.metadata.recordedAt,
          details: data,
        },
      ],
    }
  },
}
