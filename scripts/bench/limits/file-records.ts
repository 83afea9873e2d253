import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { NewEvent, StoredEvent } from '../../../packages/event-store/src/index.ts'

/** The barest form that an event can have in a file and still be read again: lengths, names, bytes. */

export const fileName = 'limit.events'
const headerBytes = 40

/** Made beforehand: a file that grows with every sync is slower by a third. */
export function makeRoom(directory: string, bytes: number): void {
  const file = openSync(join(directory, fileName), 'w')
  const zeros = Buffer.alloc(1024 * 1024)
  for (let made = 0; made < bytes; made += zeros.length) writeSync(file, zeros)
  fsyncSync(file)
  closeSync(file)
}

type Written = NewEvent & {
  readonly stream: string
  readonly revision: number
  readonly position: number
  readonly storedAtMs: number
}

/** Names are ASCII here. */
export function recordBytes(stream: string, { id, type, data, metadata }: NewEvent): number {
  return headerBytes + stream.length + id.length + type.length + data.length + metadata.length
}

/** Returns where the next one begins. */
export function writeRecord(target: Buffer, at: number, record: Written): number {
  const { stream, id, type, data, metadata } = record
  target.writeUInt32LE(data.length, at)
  target.writeUInt32LE(metadata.length, at + 4)
  target.writeUInt16LE(stream.length, at + 8)
  target.writeUInt16LE(id.length, at + 10)
  target.writeUInt16LE(type.length, at + 12)
  target.writeUInt32LE(record.revision, at + 16)
  target.writeDoubleLE(record.position, at + 20)
  target.writeDoubleLE(record.storedAtMs, at + 28)
  let next = at + headerBytes
  next += target.write(stream, next, 'latin1')
  next += target.write(id, next, 'latin1')
  next += target.write(type, next, 'latin1')
  target.set(data, next)
  target.set(metadata, next + data.length)
  return next + data.length + metadata.length
}

const chunkBytes = 4 * 1024 * 1024

/** All events of a file in order, some at a time, as the port gives them. */
export function* readRecords(path: string): Generator<StoredEvent[]> {
  const file = openSync(path, 'r')
  try {
    let rest: Buffer = Buffer.alloc(0)
    for (;;) {
      const chunk = Buffer.allocUnsafe(rest.length + chunkBytes)
      rest.copy(chunk)
      const read = readSync(file, chunk, rest.length, chunkBytes, null)
      const filled = rest.length + read
      const { events, end } = parse(chunk, filled)
      rest = chunk.subarray(end, filled)
      if (events.length > 0) yield events
      if (read === 0) return
    }
  } finally {
    closeSync(file)
  }
}

function parse(chunk: Buffer, filled: number): { events: StoredEvent[]; end: number } {
  const events: StoredEvent[] = []
  let at = 0
  while (at + headerBytes <= filled) {
    const dataBytes = chunk.readUInt32LE(at)
    const metadataBytes = chunk.readUInt32LE(at + 4)
    const stream = at + headerBytes
    const id = stream + chunk.readUInt16LE(at + 8)
    const type = id + chunk.readUInt16LE(at + 10)
    const data = type + chunk.readUInt16LE(at + 12)
    const metadata = data + dataBytes
    const next = metadata + metadataBytes
    if (next > filled) break
    events.push({
      stream: chunk.toString('latin1', stream, id),
      id: chunk.toString('latin1', id, type),
      type: chunk.toString('latin1', type, data),
      data: chunk.subarray(data, metadata),
      metadata: chunk.subarray(metadata, next),
      revision: chunk.readUInt32LE(at + 16),
      position: BigInt(chunk.readDoubleLE(at + 20)),
      storedAt: new Date(chunk.readDoubleLE(at + 28)).toISOString(),
    })
    at = next
  }
  return { events, end: at }
}
