import type { PersonalReadEvent } from '@fireledger/domain'
import { type JournalProjection, positionColumn } from './projection.ts'

/** Who saw whose personal data in clear, when and why. */
export const personalReads: JournalProjection = {
  kind: 'journal',
  name: 'personal-reads',
  version: 1,
  categories: ['personalRead'],
  tables: {
    personal_read: {
      columns: {
        subject: 'text',
        position: 'integer',
        reader: 'text',
        role: 'text',
        division: 'text',
        resource: 'text',
        purpose: 'text',
        effective_at: 'text',
        recorded_at: 'text',
      },
      primaryKey: ['subject', 'position'],
      indexes: [
        ['reader', 'position'],
        ['division', 'position'],
      ],
    },
  },
  rows({ metadata, ...event }) {
    const { subjects, division, resource, purpose } = event.data as PersonalReadEvent['data']
    return {
      personal_read: [...new Set(subjects)].map((subject) => ({
        subject,
        position: positionColumn(event.position),
        reader: metadata.actor.id,
        role: metadata.actor.role,
        division,
        resource,
        purpose,
        effective_at: metadata.effectiveAt,
        recorded_at: metadata.recordedAt,
      })),
    }
  },
}
