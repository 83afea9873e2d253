import {
  type EventReader,
  type EventStore,
  ledgerStart,
  type NewEvent,
  type Position,
  type StoredEvent,
} from './event-store.ts'

/**
 * A ledger moved to another engine: the same streams, revisions, ids and bytes in the same order. Positions and the
 * engine's own clock are the engine's. How far a copy has come is told by the target alone: its events must be the first
 * events of the source, and what follows is appended.
 */

export type CopyOptions = {
  readonly from: EventReader
  readonly to: EventStore
  /**
   * Appends under way at once. More than one only where the engine keeps the order in which they were made, whatever
   * happens: the embedded one does, a cluster that changes its leader does not. 1 when absent.
   */
  readonly inFlightMax?: number
  readonly signal?: AbortSignal
  /** Position in the source, and how many events were copied up to it. */
  readonly onProgress?: (position: Position, events: number) => void
}

export type CopyResult = {
  readonly alreadyThere: number
  readonly copied: number
  /** Of the last event of the source that the target holds. */
  readonly last: Position
}

export class LedgersDifferError extends Error {
  override readonly name = 'LedgersDifferError'
}

/** A cluster takes one mebibyte in one append unless it is told otherwise. */
const appendBytesMax = 512 * 1024
const appendEventsMax = 256

/**
 * Copies what the target lacks; stops between two appends when the signal aborts, to go on at the next call.
 * @throws LedgersDifferError when the target holds anything that the source does not hold at that place.
 */
export async function copyLedger(options: CopyOptions): Promise<CopyResult> {
  const { from, to, signal, onProgress } = options
  const window = appendWindow(options.inFlightMax ?? 1)
  let alreadyThere = 0
  let copied = 0
  let last = ledgerStart
  let run: StoredEvent[] = []
  let runBytes = 0

  async function appendRun(): Promise<void> {
    const [first] = run
    const end = run.at(-1)
    if (!first || !end) return
    const { stream, revision } = first
    const events = run.map(({ id, type, data, metadata }): NewEvent => ({ id, type, data, metadata }))
    run = []
    runBytes = 0
    await window.add(() => to.append(stream, events, revision - 1))
    copied += events.length
    last = end.position
    onProgress?.(last, alreadyThere + copied)
  }

  try {
    for await (const [event, there] of inStep(from, to)) {
      if (signal?.aborted) break
      if (there) {
        alreadyThere++
        last = event.position
        if (alreadyThere % appendEventsMax === 0) onProgress?.(last, alreadyThere)
        continue
      }
      const bytes = event.data.length + event.metadata.length
      const fits = run.length < appendEventsMax && runBytes + bytes <= appendBytesMax
      if (run[0]?.stream !== event.stream || !fits) await appendRun()
      run.push(event)
      runBytes += bytes
    }
    if (!signal?.aborted) await appendRun()
  } finally {
    await window.settled()
  }
  window.check()
  return { alreadyThere, copied, last }
}

/**
 * The events of a ledger, each with its copy; with null from where on the copy has none.
 * @throws LedgersDifferError at the first event that differs, or that only the copy has.
 */
export async function* inStep(
  from: EventReader,
  copy: EventReader,
): AsyncGenerator<readonly [StoredEvent, StoredEvent | null]> {
  const theirs = eventsOf(copy)
  let ended = false
  let count = 0
  try {
    for await (const event of eventsOf(from)) {
      const next = ended ? null : await theirs.next()
      if (next?.done) ended = true
      const there = next && !next.done ? next.value : null
      if (there) mustBeEqual(event, there, count)
      count++
      yield [event, there]
    }
    const more = ended ? null : await theirs.next()
    if (more && !more.done) {
      const { type, stream, revision } = more.value
      throw new LedgersDifferError(
        `the target holds ${type} (${stream} revision ${revision}) after the end of the source (${count} events): it is no copy of it. Name an empty target`,
      )
    }
  } finally {
    await theirs.return(undefined)
  }
}

async function* eventsOf(reader: EventReader): AsyncGenerator<StoredEvent> {
  for await (const page of reader.readAll({ pageSize: 1024 })) yield* page
}

function mustBeEqual(event: StoredEvent, copy: StoredEvent, index: number): void {
  const what =
    event.stream !== copy.stream
      ? 'stream'
      : event.revision !== copy.revision
        ? 'revision'
        : event.id !== copy.id
          ? 'id'
          : event.type !== copy.type
            ? 'type'
            : !sameBytes(event.data, copy.data)
              ? 'data'
              : !sameBytes(event.metadata, copy.metadata)
                ? 'metadata'
                : null
  if (what === null) return
  throw new LedgersDifferError(
    `event ${index} has another ${what}: ${event.type} (${event.stream} revision ${event.revision}) in the source, ${copy.type} (${copy.stream} revision ${copy.revision}) in the target, which is no copy of it. Name an empty target`,
  )
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

/** At most so many at once, begun in order; after a failure nothing more is begun. */
function appendWindow(max: number) {
  const running = new Set<Promise<unknown>>()
  let failure: { readonly error: unknown } | null = null
  const check = () => {
    if (failure) throw failure.error
  }
  return {
    async add(begin: () => Promise<unknown>): Promise<void> {
      check()
      const work = begin()
        .catch((error) => {
          failure ??= { error }
        })
        .finally(() => running.delete(work))
      running.add(work)
      while (running.size >= max) await Promise.race(running)
      check()
    },
    async settled(): Promise<void> {
      await Promise.all(running)
    },
    check,
  }
}
