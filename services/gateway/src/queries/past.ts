import { findCategory, type LedgerEvent } from '@fireledger/domain'
import { decodeEvent } from '@fireledger/event-store'
import { type AsOf, type Projection, type Rows, rowsAt } from '@fireledger/projections'
import type { GatewayDependencies } from '../dependencies.ts'

/** The rows of one key as they would have stood, folded from its events by the fold that makes the live rows. */
export async function readRowsAt(
  projection: Projection,
  key: string,
  deps: GatewayDependencies,
  asOf: AsOf,
): Promise<Rows> {
  if (projection.kind !== 'fold') return {}
  const shared: readonly string[] = projection.shared?.categories ?? []
  const own = (projection.categories ?? []).filter((category) => !shared.includes(category))
  const events = await readSharedEvents(shared, deps)
  for (const category of own) {
    if (findCategory(category)?.id.safeParse(key).success)
      events.push(...(await readStream(`${category}-${key}`, deps)))
  }
  events.sort((a, b) => (a.position < b.position ? -1 : 1))
  return rowsAt(projection, key, events, asOf, deps.vault.open)
}

async function readSharedEvents(
  categories: readonly string[],
  deps: GatewayDependencies,
): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = []
  if (categories.length === 0) return events
  for await (const page of deps.ledger.readAll({ filter: { categories } }))
    events.push(...page.map(decodeEvent))
  return events
}

export async function readStream(
  stream: string,
  deps: GatewayDependencies,
  options: Parameters<GatewayDependencies['ledger']['readStream']>[1] = {},
): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = []
  for await (const page of deps.ledger.readStream(stream, options)) events.push(...page.map(decodeEvent))
  return events
}
