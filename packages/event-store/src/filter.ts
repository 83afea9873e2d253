import type { EventFilter, StoredEvent } from './event-store.ts'

/** The filter as a test of one event; where an engine cannot filter by itself. */
export function matches(filter: EventFilter = {}): (event: StoredEvent) => boolean {
  const categories = filter.categories && new Set(filter.categories)
  const types = filter.types && new Set(filter.types)
  return (event) =>
    (!categories || categories.has(event.stream.slice(0, event.stream.indexOf('-')))) &&
    (!types || types.has(event.type))
}
