import type { EventStore } from './event-store.ts'

const lastInLine = new WeakMap<EventStore, Map<string, Promise<unknown>>>()

/** Runs `work` after all earlier work of this process for the same stream of the same ledger, however that ended. */
export function inTurn<Result>(
  ledger: EventStore,
  stream: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const streams = lastInLine.get(ledger) ?? new Map<string, Promise<unknown>>()
  lastInLine.set(ledger, streams)
  const result = (streams.get(stream) ?? Promise.resolve()).then(work)
  const ended: Promise<unknown> = result.then(forget, forget)
  streams.set(stream, ended)
  return result

  function forget() {
    if (streams.get(stream) === ended) streams.delete(stream)
  }
}
