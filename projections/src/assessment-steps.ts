import { stepOf } from '@fireledger/process-logs'
import { type JournalProjection, positionColumn } from './projection.ts'

/** Every step of every assessment: evidence, findings, signatures, waivers, returns, and who answers for it. */

export const assessmentSteps: JournalProjection = {
  kind: 'journal',
  name: 'assessment-steps',
  version: 3,
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
    const { kind, stage, member } = stepOf(event)
    return {
      assessment_step: [
        {
          assessment: event.streamId,
          revision: event.revision,
          position: positionColumn(event.position),
          event_id: event.id,
          kind,
          type: event.type,
          stage,
          member,
          effective_at: event.metadata.effectiveAt,
          recorded_at: event.metadata.recordedAt,
          details: event.data as object,
        },
      ],
    }
  },
}
