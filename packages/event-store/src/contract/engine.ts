import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { EventReader, EventStore, NewEvent, StoredEvent, SubscriptionMessage } from '../event-store.ts'

export type Engine = {
  readonly store: EventStore
  readonly reopen?: () => Promise<EventStore>
  close(): Promise<void>
}
export type OpenEngine = () => Promise<Engine>

/** An engine for one test, closed when the test ends. */
export async function openFor(open: OpenEngine): Promise<Engine> {
  const engine = await open()
  onTestFinished(() => engine.close())
  return engine
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** An event that carries a value, so that a test can tell which one it sees. */
export function newEvent(value: unknown, type = 'Happened'): NewEvent {
  return {
    id: randomUUID(),
    type,
    data: encoder.encode(JSON.stringify({ value })),
    metadata: encoder.encode('{"schemaVersion":1}'),
  }
}

export function newEvents(count: number, type = 'Happened'): NewEvent[] {
  return Array.from({ length: count }, (_, index) => newEvent(index, type))
}

export function contentOf(event: StoredEvent): unknown {
  return (JSON.parse(decoder.decode(event.data)) as { value: unknown }).value
}

export async function collect(pages: AsyncIterable<readonly StoredEvent[]>): Promise<StoredEvent[]> {
  const events: StoredEvent[] = []
  for await (const page of pages) events.push(...page)
  return events
}

export async function contentsOf(pages: AsyncIterable<readonly StoredEvent[]>): Promise<unknown[]> {
  return (await collect(pages)).map(contentOf)
}

/** Everything a subscription yields until it has caught up for the first time. */
export async function untilCaughtUp(
  reader: EventReader,
  options: Parameters<EventReader['subscribeToAll']>[0],
): Promise<SubscriptionMessage[]> {
  const messages: SubscriptionMessage[] = []
  for await (const message of reader.subscribeToAll(options)) {
    messages.push(message)
    if (message.kind === 'caughtUp') break
  }
  return messages
}

export function eventsOf(messages: readonly SubscriptionMessage[]): StoredEvent[] {
  return messages.flatMap((message) => (message.kind === 'events' ? [...message.events] : []))
}

/** So many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}
