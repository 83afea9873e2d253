import type { EventFilter } from '@fireledger/event-store'
import type { Projection } from './projection.ts'

/** What a reader for these projections has to see. Erasures reach every projection that may hold a person. */
export function filterFor(projections: readonly Projection[]): { filter?: EventFilter } {
  const categories = new Set(['subjectKey'])
  for (const projection of projections) {
    if (!projection.categories) return {}
    for (const category of projection.categories) categories.add(category)
    if (projection.kind === 'fold') {
      for (const category of projection.shared?.categories ?? []) categories.add(category)
    }
  }
  return { filter: { categories: [...categories] } }
}
