import type { CreditFact, LedgerEvent } from '@fireledger/domain'
import type { Memory } from './memory.ts'

/** The shape of a source of facts for credit. */

/** What a source says from an event on. */
export type SaidFacts = {
  /** What is said replaces what was said before under the same scope; null: it is said for good. */
  readonly scope: string | null
  readonly facts: readonly CreditFact[]
}

export type FactSource = {
  readonly name: string
  readonly on: readonly string[]
  /** Why what is no longer said is taken back. */
  readonly takenBackAs: 'decision-annulled' | 'recorded-in-error'
  /** Null: nothing changes. */
  say(event: LedgerEvent, memory: Memory): SaidFacts | null
}

export type Bare = Pick<CreditFact, 'kind' | 'account' | 'subjectKind' | 'factId' | 'effectiveAt' | 'reason'>

export function fact(bare: Bare, rest: Partial<CreditFact> = {}): CreditFact {
  const empty = { violation: null, furtherActs: [], codes: [], sanctions: [], circumstances: [] }
  return { ...empty, count: 1, fineFen: null, ...bare, ...rest }
}
