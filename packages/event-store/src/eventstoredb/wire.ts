import type { NewEvent, Position, StoredEvent } from '../event-store.ts'

/** Our events ↔ the client's: what is appended as the client takes it, what is read as it came from the server. */

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

/** An event message of the protocol, as far as it matters here. */
export type WireEvent = {
  /** Undefined for a link to an event that is gone. */
  getEvent(): WireRecord | undefined
}

type WireRecord = {
  getId(): { getString(): string } | undefined
  getStreamIdentifier(): { getStreamName_asU8(): Uint8Array } | undefined
  getStreamRevision(): string
  getCommitPosition(): string
  getMetadataMap(): { get(name: string): string | undefined }
  getData_asU8(): Uint8Array
  getCustomMetadata_asU8(): Uint8Array
}

/** Null for the server's own events and for links to events that are gone. */
export function toStored(item: WireEvent): StoredEvent | null {
  const record = item.getEvent()
  if (!record) return null
  const stream = streamOf(record)
  const properties = record.getMetadataMap()
  const type = properties.get('type') ?? ''
  if (stream.startsWith('$') || type.startsWith('$')) return null
  return {
    id: record.getId()?.getString() ?? '',
    type,
    data: record.getData_asU8(),
    metadata: record.getCustomMetadata_asU8(),
    stream,
    revision: Number(record.getStreamRevision()),
    position: BigInt(record.getCommitPosition()),
    storedAt: timeOf(properties.get('created') ?? ''),
  }
}

function streamOf(record: WireRecord): string {
  const bytes = record.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

// Events of one append share their time, and its text is dear.
let lastTime = { milliseconds: '0', text: '1970-01-01T00:00:00.000Z' }

/** From ticks of 100 ns since 1970, too large for a number. */
function timeOf(ticks: string): string {
  const milliseconds = ticks.slice(0, -4)
  if (milliseconds !== lastTime.milliseconds) {
    lastTime = { milliseconds, text: new Date(Number(milliseconds)).toISOString() }
  }
  return lastTime.text
}

/** Position of anything that is stored, the server's own events too. */
export function placeOf(item: WireEvent): Position | null {
  const position = item.getEvent()?.getCommitPosition()
  return position === undefined ? null : BigInt(position)
}

/** A ledger stream that may lose events (`by` what), or no longer may (null). */
export type Retention = { readonly stream: string; readonly by: string | null }

/** Metadata that let a server drop events: greatest age, greatest count, truncate before. */
const dropping = ['$maxAge', '$maxCount', '$tb']

/** What an event among `settingsAndTombstones` says about its stream. */
export function toRetention(item: WireEvent): Retention | null {
  const record = item.getEvent()
  if (!record) return null
  if (record.getMetadataMap().get('type') === '$streamDeleted') {
    return { stream: streamOf(record), by: 'a tombstone' }
  }
  const stream = streamOf(record).replace(/^\$\$/, '')
  let settings: unknown
  try {
    settings = JSON.parse(Buffer.from(record.getData_asU8()).toString('utf8'))
  } catch {
    // The server passes over settings that it cannot read.
    return null
  }
  if (typeof settings !== 'object' || settings === null) return null
  const by = dropping.filter((name) => Object.hasOwn(settings, name)).join(', ')
  return { stream, by: by === '' ? null : by }
}
