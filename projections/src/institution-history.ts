import { type JournalProjection, positionColumn } from './projection.ts'

/**
 * Every event about an institution, from whatever stream, in the ledger's order. The data stay in the ledger: a page
 * of history reads them by stream and revision.
 */
export const institutionHistory: JournalProjection = {
  kind: 'journal',
  name: 'institution-history',
  version: 1,
  tables: {
    institution_history: {
      columns: {
        institution: 'text',
        position: 'integer',
        event_id: 'text',
        type: 'text',
        category: 'text',
        stream: 'text',
        revision: 'integer',
        effective_at: 'text',
        recorded_at: 'text',
        division: 'text',
        /** 1 when the event records an attempt that was refused. */
        refused: 'boolean',
      },
      primaryKey: ['institution', 'position'],
      indexes: [['institution', 'effective_at', 'position']],
    },
  },
  rows({ metadata, ...event }) {
    if (metadata.institutions.length === 0) return {}
    const position = positionColumn(event.position)
    return {
      institution_history: [...new Set(metadata.institutions)].map((institution) => ({
        institution,
        position,
        event_id: event.id,
        type: event.type,
        category: event.category,
        stream: event.stream,
        revision: event.revision,
        effective_at: metadata.effectiveAt,
        recorded_at: metadata.recordedAt,
        division: metadata.division,
        refused: metadata.refusal !== null,
      })),
    }
  },
}
