import { EventEmitter } from 'node:events'

/** What a server keeps: one log of records with gaps between their positions, and the streams in it. */

export type Written = {
  readonly id: string
  readonly type: string
  readonly contentType: string
  readonly data: Uint8Array
  readonly metadata: Uint8Array
}

export type Recorded = Written & {
  readonly stream: string
  readonly revision: number
  readonly position: bigint
  readonly created: Date
}

export type WriteOutcome =
  | { readonly kind: 'appended' | 'repeated'; readonly revision: number; readonly position: bigint }
  | { readonly kind: 'wrong-revision'; readonly actual: number }
  | { readonly kind: 'tombstoned' }

export type StandInLog = ReturnType<typeof createStandInLog>

export function createStandInLog() {
  const all: Recorded[] = []
  const streams = new Map<string, Recorded[]>()
  const tombstones = new Set<string>()
  const appended = new EventEmitter().setMaxListeners(0)
  let end = 1000n

  function append(stream: string, events: readonly Written[], expected: number | 'any'): WriteOutcome {
    if (tombstones.has(stream)) return { kind: 'tombstoned' }
    const existing = streams.get(stream) ?? []
    const actual = existing.length - 1
    if (expected !== 'any' && expected !== actual) {
      const there = existing.slice(expected + 1, expected + 1 + events.length)
      const last = there.at(-1)
      const same =
        there.length === events.length && there.every((event, index) => event.id === events[index]?.id)
      if (!last || !same) return { kind: 'wrong-revision', actual }
      return { kind: 'repeated', revision: last.revision, position: last.position }
    }
    for (const event of events) {
      end += BigInt(100 + event.data.length + event.metadata.length)
      const recorded = { ...event, stream, revision: existing.length, position: end, created: new Date() }
      existing.push(recorded)
      all.push(recorded)
    }
    streams.set(stream, existing)
    appended.emit('appended')
    return { kind: 'appended', revision: existing.length - 1, position: end }
  }

  return {
    all: all as readonly Recorded[],
    append,
    appended,
    stream: (name: string): readonly Recorded[] | undefined => streams.get(name),
    isTombstoned: (name: string) => tombstones.has(name),

    /** Others write so many bytes, of which nothing is left to read. */
    pass(bytes: bigint) {
      end += bytes
    },

    /** What an operator does to a stream: settings such as `$maxCount`, which let the server drop events. */
    configure(stream: string, settings: object) {
      const data = new TextEncoder().encode(JSON.stringify(settings))
      const metadata = new Uint8Array()
      const id = crypto.randomUUID()
      append(
        `$$${stream}`,
        [{ id, type: '$metadata', contentType: 'application/json', data, metadata }],
        'any',
      )
    },

    tombstone(stream: string) {
      const [data, metadata] = [new Uint8Array(), new Uint8Array()]
      const contentType = 'application/octet-stream'
      append(
        stream,
        [{ id: crypto.randomUUID(), type: '$streamDeleted', contentType, data, metadata }],
        'any',
      )
      tombstones.add(stream)
    },
  }
}
