import { expect } from 'vitest'
import type { AnyCategory, CommandOf, EventOf, StreamCategory } from './category.ts'
import type { DecisionContext } from './decider.ts'
import type { Actor } from './metadata.ts'
import { dayOf } from './values.ts'

type Fact<C> =
  C extends StreamCategory<infer _S, infer Events, infer _C>
    ? { type: EventOf<Events>['type']; data: EventOf<Events>['data']; effectiveAt?: string }
    : never
type Order<C> = C extends StreamCategory<infer _S, infer _E, infer Commands> ? CommandOf<Commands> : never

const noon = '2026-03-02T04:00:00.000Z'

/**
 * Given these facts, when this is asked, then this follows. Facts default to `at` (2026-03-02 12:00 in China);
 * `relied` holds the states of other streams by `<category>-<id>`.
 */
export function given<C extends AnyCategory>(
  category: C,
  facts: readonly Fact<C>[],
  options: {
    id?: string
    at?: string
    actor?: Actor
    relied?: Readonly<Record<string, unknown>>
  } = {},
) {
  const at = options.at ?? noon
  const context: DecisionContext = {
    now: at,
    today: dayOf(at),
    ...(options.actor ? { actor: options.actor } : {}),
    stateOf: (other, id) =>
      (options.relied?.[`${other.name}-${id}`] as typeof other.initialState) ?? other.initialState,
  }
  const state = facts.reduce(
    (before, fact) => category.evolve(before, { effectiveAt: at, ...fact }),
    category.initialState,
  )
  return {
    state,
    when(order: Omit<Order<C>, 'id' | 'effectiveAt'> & { effectiveAt?: string }) {
      const decision = category.decide(
        { id: options.id ?? 'test', effectiveAt: at, ...order },
        state,
        context,
      )
      return {
        decision,
        /** Accepted, with exactly these events. */
        thenAppends(...events: readonly Pick<Fact<C>, 'type' | 'data'>[]) {
          expect(decision).toEqual({ accepted: true, events })
        },
        /** Accepted, with events of these types. */
        thenAppendsTypes(...types: readonly Fact<C>['type'][]) {
          expect(
            decision.accepted ? decision.events.map((event: { type: string }) => event.type) : decision,
          ).toEqual(types)
        },
        thenRefused(code: string) {
          expect(decision.accepted ? decision : decision.refusal.code).toBe(code)
          if (!decision.accepted) expect(decision.refusal.legalBasis.length).toBeGreaterThan(0)
        },
      }
    },
  }
}
