import { divisionContains, uscc } from '@fireledger/domain'
import type { EventFilter, Position } from '@fireledger/event-store'
import { z } from 'zod'
import { maySee } from '../event-visibility.ts'
import type { Principal } from '../policy.ts'
import { categoryName, eventType, streamName } from '../queries/event-filters.ts'
import { division } from '../query-values.ts'
import type { LiveEvent } from './live-event.ts'

/** What a live client wants: kinds are joined by "and", the entries of one kind by "or". */

const listMax = 100
const list = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).min(1).max(listMax).optional()

export const cursor = z
  .string()
  .regex(/^(start|-1|[0-9]{1,18})$/, 'expected `start`, or a cursor as a message gave it')
  .meta({ description: '`start` for the whole ledger, or the cursor of the last message seen' })

export const wish = z.strictObject({
  streams: list(streamName),
  categories: list(categoryName),
  types: list(eventType),
  institutions: list(uscc),
  divisions: list(division),
})
export type Wish = z.output<typeof wish>

export function positionOf(text: z.output<typeof cursor>): Position {
  return text === 'start' ? -1n : BigInt(text)
}

/** The part that the ledger filters by itself. */
export function ledgerFilter({ categories, streams, types }: Wish): EventFilter {
  const named =
    categories ?? (streams && [...new Set(streams.map((name) => name.slice(0, name.indexOf('-'))))])
  return { ...(named ? { categories: named } : {}), ...(types ? { types } : {}) }
}

export function wantedBy(wanted: Wish, principal: Principal): (live: LiveEvent) => boolean {
  const streams = wanted.streams && new Set(wanted.streams)
  const categories = wanted.categories && new Set(wanted.categories)
  const types = wanted.types && new Set(wanted.types)
  const { institutions, divisions } = wanted
  return ({ event }) =>
    (!streams || streams.has(event.stream)) &&
    (!categories || categories.has(event.category)) &&
    (!types || types.has(event.type)) &&
    (!institutions || institutions.some((code) => event.metadata.institutions.includes(code))) &&
    (!divisions || within(divisions, event.metadata.division)) &&
    maySee(principal, event)
}

function within(divisions: readonly string[], inner: string | null): boolean {
  return inner !== null && divisions.some((outer) => divisionContains(outer, inner))
}
