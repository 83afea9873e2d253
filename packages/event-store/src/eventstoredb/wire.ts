import type { NewEvent, Position, StoredEvent } from '../event-store.ts'
import { ReadBrokenError } from './failures.ts'

/** Our events ↔ the client's. */

/** Data and metadata travel as bytes. */
export function toWire({ id, type, data, metadata }: NewEvent) {
  return {
    id,
    type,
    contentType: 'application/octet-stream' as const,
    data,
    // The client takes only this very class for bytes, not those derived from it.
    metadata: metadata.constructor === Uint8Array ? metadata : Uint8Array.from(metadata),
  }
}

const encoder = new TextEncoder()

/**
 * Whether metadata come back as they are. The client parses what is JSON, and it is written again as JSON.stringify
 * does; what is no JSON comes back untouched.
 */
export function comesBack(metadata: Uint8Array): boolean {
  const bytes = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength)
  let parsed: unknown
  try {
    parsed = JSON.parse(bytes.toString('utf8'))
  } catch {
    return true
  }
  return bytes.equals(Buffer.from(JSON.stringify(parsed)))
}

/** An object of the client's read streams, as far as it matters here. */
type ClientItem = {
  readonly event?: {
    readonly id: string
    readonly type: string
    /** Bytes; what is JSON has been parsed. */
    readonly data: unknown
    readonly metadata: unknown
    readonly streamId: string
    readonly revision: bigint
    readonly position?: { readonly commit: bigint } | undefined
    readonly created: Date
  }
}

/** Null for the server's own events and for links to events that are gone. */
export function toStored(item: unknown): StoredEvent | null {
  const { event } = item as ClientItem
  if (!event || event.streamId.startsWith('$') || event.type.startsWith('$')) return null
  const { id, type, data, metadata, streamId, revision, position, created } = event
  if (!position) throw new ReadBrokenError(`event ${id} of ${streamId} came without its position`)
  return {
    id,
    type,
    data: asBytes(data),
    metadata: asBytes(metadata),
    stream: streamId,
    revision: Number(revision),
    position: position.commit,
    storedAt: created.toISOString(),
  }
}

function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  return value === undefined ? new Uint8Array() : encoder.encode(JSON.stringify(value))
}

/** Position of anything that is stored, the server's own events too. */
export function placeOf(item: unknown): Position | null {
  return (item as ClientItem).event?.position?.commit ?? null
}

/** A ledger stream that may lose events (`by` what), or no longer may (null). */
export type Retention = { readonly stream: string; readonly by: string | null }

/** Metadata that let a server drop events: greatest age, greatest count, truncate before. */
const dropping = ['$maxAge', '$maxCount', '$tb']

/** What an event among `settingsAndTombstones` says about its stream. */
export function toRetention(item: unknown): Retention | null {
  const { event } = item as ClientItem
  if (!event) return null
  if (event.type === '$streamDeleted') return { stream: event.streamId, by: 'a tombstone' }
  const stream = event.streamId.replace(/^\$\$/, '')
  let settings: unknown = event.data
  if (settings instanceof Uint8Array) {
    try {
      settings = JSON.parse(Buffer.from(settings).toString('utf8'))
    } catch {
      return null
    }
  }
  if (typeof settings !== 'object' || settings === null) return { stream, by: null }
  const by = dropping.filter((name) => Object.hasOwn(settings, name)).join(', ')
  return { stream, by: by === '' ? null : by }
}
