import type { NewEvent } from '../event-store.ts'

/**
 * What the ledger's thread and the writer's thread say to each other. The bytes of all events of a message travel as
 * one transferred buffer: cloning thousands of small arrays would cost more than writing them.
 */

export type Append = {
  readonly stream: string
  readonly expected: number
  readonly events: readonly NewEvent[]
}

export type PackedAppend = {
  readonly ticket: number
  readonly stream: string
  readonly expected: number
  readonly ids: readonly string[]
  readonly types: readonly string[]
  /** Lengths of data and metadata of each event, in turn. */
  readonly lengths: readonly number[]
}

export type ToWriter =
  | { readonly kind: 'appends'; readonly appends: readonly PackedAppend[]; readonly bytes: Uint8Array }
  | { readonly kind: 'close' }

export type Outcome =
  | { readonly kind: 'appended'; readonly revision: number; readonly position: number }
  | { readonly kind: 'conflict'; readonly actual: number }
  /** `unknown`: it may have happened. `unavailable`: it has not. `bug`: it has not, and it is our fault. */
  | { readonly kind: 'failed'; readonly why: 'unknown' | 'unavailable' | 'bug'; readonly message: string }

export type FromWriter =
  | { readonly kind: 'ready'; readonly head: number }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'outcomes'; readonly tickets: readonly number[]; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'closed' }

export function appendBytes(append: Append): number {
  return append.events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0)
}

export function pack(
  appends: readonly (Append & { readonly ticket: number })[],
): ToWriter & { kind: 'appends' } {
  const bytes = new Uint8Array(appends.reduce((sum, append) => sum + appendBytes(append), 0))
  let offset = 0
  const put = (part: Uint8Array) => {
    bytes.set(part, offset)
    offset += part.length
    return part.length
  }
  const packed = appends.map(({ ticket, stream, expected, events }) => ({
    ticket,
    stream,
    expected,
    ids: events.map((event) => event.id),
    types: events.map((event) => event.type),
    lengths: events.flatMap((event) => [put(event.data), put(event.metadata)]),
  }))
  return { kind: 'appends', appends: packed, bytes }
}

export function unpack({ appends, bytes }: ToWriter & { kind: 'appends' }): Append[] {
  let offset = 0
  const take = (length = 0) => {
    offset += length
    return bytes.subarray(offset - length, offset)
  }
  return appends.map(({ stream, expected, ids, types, lengths }) => ({
    stream,
    expected,
    events: ids.map((id, index) => ({
      id,
      type: types[index] ?? '',
      data: take(lengths[2 * index]),
      metadata: take(lengths[2 * index + 1]),
    })),
  }))
}
