import type { EventReader, StoredEvent, SubscriptionMessage } from '@fireledger/event-store'

/**
 * The ledger for who opens persons on a machine with a replica of the keys: every page waits until the keys of all its
 * persons are here, so that nobody above has to think of them.
 * @param fetchKeys rejects when the page must not be seen without them.
 */
export function withKeysOf<Reader extends EventReader>(
  reader: Reader,
  fetchKeys: (subjectIds: readonly string[]) => Promise<void>,
): Reader {
  async function fetchFor(events: readonly StoredEvent[]): Promise<void> {
    const subjects = sealedSubjects(events)
    if (subjects.length > 0) await fetchKeys(subjects)
  }

  async function* pages(source: AsyncIterable<readonly StoredEvent[]>) {
    for await (const page of source) {
      await fetchFor(page)
      yield page
    }
  }

  async function* messages(source: AsyncIterable<SubscriptionMessage>) {
    for await (const message of source) {
      if (message.kind === 'events') await fetchFor(message.events)
      yield message
    }
  }

  return {
    ...reader,
    readStream: (stream, options) => pages(reader.readStream(stream, options)),
    readAll: (options) => pages(reader.readAll(options)),
    subscribeToAll: (options) => messages(reader.subscribeToAll(options)),
  }
}

const mark = Buffer.from('"sealed":')

/** Whoever is sealed in these events. Most events name nobody: those are not parsed. */
function sealedSubjects(events: readonly StoredEvent[]): string[] {
  const found = new Set<string>()
  for (const { data } of events) {
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    if (bytes.includes(mark)) collect(JSON.parse(bytes.toString('utf8')), found)
  }
  return [...found]
}

function collect(value: unknown, found: Set<string>): void {
  if (value === null || typeof value !== 'object') return
  const { subjectId, sealed } = value as { subjectId?: unknown; sealed?: unknown }
  if (typeof subjectId === 'string' && typeof sealed === 'string') found.add(subjectId)
  else for (const inner of Object.values(value)) collect(inner, found)
}
