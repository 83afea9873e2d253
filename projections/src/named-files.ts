import { fileNoteOf, namedHashes } from './named-hashes.ts'
import { type JournalProjection, positionColumn } from './projection.ts'

/** Which event names which file, and whom it concerns: so a file can be given to exactly those who may see the event. */
export const namedFiles: JournalProjection = {
  kind: 'journal',
  name: 'named-files',
  version: 2,
  tables: {
    named_file: {
      columns: {
        sha256: 'text',
        event_id: 'text',
        /** A row for each that the event concerns; empty when it concerns none. */
        institution: 'text',
        position: 'integer',
        category: 'text',
        stream_id: 'text',
        type: 'text',
        refused: 'boolean',
        division: 'text',
        recorded_at: 'text',
        /** Where in the data the hash stands. */
        pointer: 'text',
        evidence_id: 'text',
        evidence_title: 'text',
        /** Null when the event does not say that the file lies in the store. */
        file_name: 'text',
        media_type: 'text',
        bytes: 'integer',
        /** Who keeps it instead, and where; null when nobody said. */
        holder: 'text',
        held_at: 'text',
      },
      primaryKey: ['sha256', 'event_id', 'institution'],
      indexes: [['category', 'stream_id', 'position']],
    },
  },
  rows(event) {
    const hashes = namedHashes(event.data)
    if (hashes.length === 0) return {}
    const { metadata } = event
    const { file, heldElsewhere, evidence, title } = fileNoteOf(event.data)
    const institutions = metadata.institutions.length > 0 ? new Set(metadata.institutions) : ['']
    return {
      named_file: [...institutions].flatMap((institution) =>
        hashes.map(({ sha256, pointer }) => ({
          sha256,
          event_id: event.id,
          institution,
          position: positionColumn(event.position),
          category: event.category,
          stream_id: event.streamId,
          type: event.type,
          refused: metadata.refusal !== null,
          division: metadata.division,
          recorded_at: metadata.recordedAt,
          pointer,
          evidence_id: evidence,
          evidence_title: title,
          file_name: file?.name ?? null,
          media_type: file?.mediaType ?? null,
          bytes: file?.bytes ?? null,
          holder: heldElsewhere?.holder ?? null,
          held_at: heldElsewhere?.place ?? null,
        })),
      ),
    }
  },
}
