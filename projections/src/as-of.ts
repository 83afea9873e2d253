import type { LedgerEvent } from '@fireledger/domain'
import type { FoldProjection, Open, Rows } from './projection.ts'

/** Two clocks: what held by `asOf`, as far as the ledger knew it by `asKnownAt`. Absent: without that limit. */
export type AsOf = { readonly asOf?: string; readonly asKnownAt?: string }

/** Whether the event was recorded, and held, by then. */
export function isKnownAsOf(event: LedgerEvent, { asOf, asKnownAt }: AsOf): boolean {
  const { effectiveAt, recordedAt } = event.metadata
  return (asOf === undefined || effectiveAt <= asOf) && (asKnownAt === undefined || recordedAt <= asKnownAt)
}

/**
 * The rows of one key as they would have stood, by the same fold as the live rows. `events` are those of the key, in the
 * ledger's order, and those of the shared categories (rulebooks) where the projection has any. None when the stream had
 * not begun by then.
 */
export function rowsAt<State, Shared>(
  projection: FoldProjection<State, Shared>,
  key: string,
  events: readonly LedgerEvent[],
  asOf: AsOf,
  open: Open,
): Rows {
  const sharedCategories = new Set(projection.shared?.categories)
  let shared = projection.shared?.initialState as Shared
  let state: State | null = null
  for (const event of events) {
    if (!isKnownAsOf(event, asOf)) continue
    if (projection.shared && sharedCategories.has(event.category)) {
      shared = projection.shared.evolve(shared, event)
    }
    if (projection.categories && !projection.categories.includes(event.category)) continue
    if (!projection.keysOf(event).includes(key)) continue
    state = evolveOrWait(projection, state, event, key)
  }
  return state === null ? {} : projection.rows(state, key, shared, open)
}

/** What cannot begin a state, yet comes first by these clocks, is about something that had not begun by then. */
function evolveOrWait<State, Shared>(
  projection: FoldProjection<State, Shared>,
  state: State | null,
  event: LedgerEvent,
  key: string,
): State | null {
  if (state !== null) return projection.evolve(state, event, key)
  try {
    return projection.evolve(projection.initialState, event, key)
  } catch (error) {
    if (error instanceof Error && notBegun.test(error.message)) return null
    throw error
  }
}

/** How the domain's folds refuse an event that comes before the one that begins the stream; all else is a fault. */
const notBegun = /^\w+ before \w+$/
