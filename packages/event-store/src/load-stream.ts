import { type AnyCategory, findCommand, type Instant, type LedgerEvent } from '@fireledger/domain'
import { decodeEvent } from './codec.ts'
import type { EventStore } from './event-store.ts'
import { foldStream } from './stream-folds.ts'

type StreamReader = Pick<EventStore, 'readStream'>

/** Reads and folds one stream, all of it. */
export async function loadStream(ledger: StreamReader, category: AnyCategory, id: string) {
  const events: LedgerEvent[] = []
  let state = category.initialState
  for await (const page of ledger.readStream(`${category.name}-${id}`)) {
    for (const stored of page) {
      const event = decodeEvent(stored)
      state = category.evolve(state, {
        id: event.id,
        type: event.type,
        data: event.data,
        effectiveAt: event.metadata.effectiveAt,
      })
      events.push(event)
    }
  }
  return { state, events }
}

/** A stream as commands find it. */
export type LoadedStream = {
  readonly state: unknown
  /** -1: does not exist. */
  readonly revision: number
  /** The events that this very command id appended before. */
  earlier(commandId: string): readonly LedgerEvent[]
  /** When an event of the stream held; null when it has no such event. */
  heldAt(eventId: string): Instant | null
}

type Asked = { readonly type: string; readonly commandId: string }

/**
 * As much of the stream as these commands need: its state, most often. Its events only where one of them may be of such
 * a command, or a command corrects one of them.
 */
export async function loadFor(
  ledger: StreamReader,
  category: AnyCategory,
  id: string,
  commands: readonly Asked[],
): Promise<LoadedStream> {
  const { state, revision, mayHold } = await foldStream(ledger, category, id)
  const needsEvents = ({ type, commandId }: Asked) =>
    mayHold(commandId) || findCommand(category, type)?.corrects === true
  if (revision >= 0 && commands.some(needsEvents)) return loadWhole(ledger, category, id)
  return { state, revision, earlier: () => [], heldAt: () => null }
}

async function loadWhole(ledger: StreamReader, category: AnyCategory, id: string): Promise<LoadedStream> {
  const { state, events } = await loadStream(ledger, category, id)
  const byCommand = new Map<string, LedgerEvent[]>()
  const heldAt = new Map<string, Instant>()
  for (const event of events) {
    const { commandId, effectiveAt } = event.metadata
    const list = byCommand.get(commandId)
    if (list) list.push(event)
    else byCommand.set(commandId, [event])
    heldAt.set(event.id, effectiveAt)
  }
  return {
    state,
    revision: events.length - 1,
    earlier: (commandId) => byCommand.get(commandId) ?? [],
    heldAt: (eventId) => heldAt.get(eventId) ?? null,
  }
}
