import { type JournalProjection, positionColumn } from './projection.ts'

/** Attempts that a rule refused and a regulator wants to know of, e.g. a signature by someone unqualified. */
export const refusedAttempts: JournalProjection = {
  kind: 'journal',
  name: 'refused-attempts',
  version: 1,
  tables: {
    refused_attempt: {
      columns: {
        position: 'integer',
        event_id: 'text',
        type: 'text',
        category: 'text',
        stream: 'text',
        revision: 'integer',
        code: 'text',
        actor: 'text',
        division: 'text',
        effective_at: 'text',
        recorded_at: 'text',
        refusal: 'json',
        institutions: 'json',
        practitioners: 'json',
        units: 'json',
      },
      primaryKey: ['position'],
      indexes: [['division', 'position'], ['code']],
    },
  },
  rows({ metadata, ...event }) {
    if (!metadata.refusal) return {}
    return {
      refused_attempt: [
        {
          position: positionColumn(event.position),
          event_id: event.id,
          type: event.type,
          category: event.category,
          stream: event.stream,
          revision: event.revision,
          code: metadata.refusal.code,
          actor: metadata.actor.id,
          division: metadata.division,
          effective_at: metadata.effectiveAt,
          recorded_at: metadata.recordedAt,
          refusal: metadata.refusal,
          institutions: metadata.institutions,
          practitioners: metadata.practitioners,
          units: metadata.units,
        },
      ],
    }
  },
}
