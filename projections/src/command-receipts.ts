import { type JournalProjection, positionColumn } from './projection.ts'

/** Which command appended what: tells a retry of a command from another one with the same id, whatever its stream. */
export const commandReceipts: JournalProjection = {
  kind: 'journal',
  name: 'command-receipts',
  version: 1,
  tables: {
    command_receipt: {
      columns: {
        command_id: 'text',
        position: 'integer',
        stream: 'text',
        revision: 'integer',
        /** SHA-256 of the canonical command. */
        digest: 'text',
        refused: 'boolean',
      },
      primaryKey: ['command_id', 'position'],
    },
  },
  rows: ({ metadata, ...event }) => ({
    command_receipt: [
      {
        command_id: metadata.commandId,
        position: positionColumn(event.position),
        stream: event.stream,
        revision: event.revision,
        digest: metadata.commandDigest,
        refused: metadata.refusal !== null,
      },
    ],
  }),
}
