import type { Actor, Instant } from '@fireledger/domain'
import { findCategory } from '@fireledger/domain'
import type { Command } from '@fireledger/event-store'

/** What the story expects of a command: that it is taken, or the code of the refusal it is there to show. */
export type Expected = 'accepted' | { readonly refused: string }

/** A command as `submitCommand` takes it (persons in clear), with what must come of it. */
export type ScenarioCommand = Command & { readonly expected: Expected }

/** Commands of one moment that touch different streams and do not rely on one another. */
export type Wave = { readonly at: Instant; readonly commands: readonly ScenarioCommand[] }

/** What a strand of life asks for; the agenda gives it its moment, its id and its place in a wave. */
export type Order = {
  readonly category: string
  readonly type: string
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
  readonly actor: Actor
  /** When the facts hold, if not at the moment of recording. */
  readonly effectiveAt?: Instant
  readonly expected?: Expected
}

/**
 * A strand of life: yields what it does and in which slot, each step in a later slot than the one before. `reads`
 * names streams (by id) that its rules look at beside those named in the data.
 */
export type Step =
  | { readonly slot: number; readonly order: Order; readonly reads?: readonly string[] }
  | { readonly slot: number; readonly begin: readonly Strand[] }
/** Nothing of a strand is in memory before the slot `from`, in which it may begin. */
export type Strand = {
  readonly key: string
  readonly from: number
  readonly steps: () => Iterator<Step>
}

export function commandOf(order: Order, commandId: string, correlationId: string): ScenarioCommand {
  const category = findCategory(order.category)
  if (!category) throw new Error(`no stream category ${order.category}`)
  return {
    category,
    type: order.type,
    id: order.id,
    data: order.data,
    effectiveAt: order.effectiveAt ?? null,
    commandId,
    correlationId,
    causationId: null,
    actor: order.actor,
    expected: order.expected ?? 'accepted',
  }
}

export function commandIdOf(story: string, strand: string, count: number): string {
  return `${story}/${strand}/${count}`
}
