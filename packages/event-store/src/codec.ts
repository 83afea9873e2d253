import { type EventMetadata, findEvent, type LedgerEvent, lift } from '@fireledger/domain'
import type { NewEvent, StoredEvent } from './event-store.ts'

/** JSON bytes ↔ events. The only place where stored bytes become meaning, and where old shapes are lifted. */

const encoder = new TextEncoder()
// Bytes that are no UTF-8 are damage, not text with a question mark in it.
const decoder = new TextDecoder('utf-8', { fatal: true })

/**
 * Encodes an event that is about to be appended.
 * @throws when the catalogue does not know the type, or the data do not fit its schema: a bug in a decider.
 */
export function encodeEvent(event: {
  id: string
  type: string
  data: unknown
  metadata: EventMetadata
}): NewEvent {
  const known = findEvent(event.type)
  if (!known) throw new Error(`event type ${event.type} is not in the catalogue`)
  const data = known.definition.data.parse(event.data)
  return {
    id: event.id,
    type: event.type,
    data: encoder.encode(JSON.stringify(data)),
    metadata: encoder.encode(JSON.stringify(event.metadata)),
  }
}

/**
 * Decodes what the ledger holds and lifts it to the current schema version.
 * @throws when the type is unknown: the ledger was written by a newer fireledger.
 */
export function decodeEvent(stored: StoredEvent): LedgerEvent {
  const metadata = JSON.parse(decoder.decode(stored.metadata)) as EventMetadata
  const split = stored.stream.indexOf('-')
  return {
    id: stored.id,
    type: stored.type,
    stream: stored.stream,
    category: stored.stream.slice(0, split),
    streamId: stored.stream.slice(split + 1),
    revision: stored.revision,
    position: stored.position,
    data: lift(stored.type, metadata.schemaVersion, JSON.parse(decoder.decode(stored.data))),
    metadata,
  }
}
