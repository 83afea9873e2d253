import {
  type CreditFacts,
  type RulebookVersion,
  rulebookInForce,
  type Score,
  type SubjectKind,
  scoreOn,
} from '@fireledger/domain'
import type { ReadStore } from './read-store.ts'

type AccountRow = {
  readonly division: string
  readonly subject_kind: SubjectKind
  readonly facts: CreditFacts
}

type RulebookRow = {
  readonly reference: string
  readonly content: RulebookVersion['content']
  readonly adoptions: RulebookVersion['adoptions']
  readonly retired_from: string | null
}

/** All rulebooks, for the domain's scoring. */
export function rulebookLibrary(store: ReadStore): RulebookVersion[] {
  const rows = store.all<RulebookRow>(
    'SELECT reference, content, adoptions, retired_from FROM credit_rulebook ORDER BY reference',
  )
  return rows.map(({ retired_from, ...version }) => ({ ...version, retiredFrom: retired_from }))
}

/**
 * The score of a subject on a day with its explanation line by line, by the same function that makes the steps. Null
 * when the subject is not known or no rulebook is in force for it on that day.
 */
export function creditScoreOn(store: ReadStore, subject: string, day: string): Score | null {
  const account = store.get<AccountRow>(
    'SELECT division, subject_kind, facts FROM credit_account WHERE subject = ?',
    [subject],
  )
  if (!account) return null
  const library = rulebookLibrary(store)
  const rulebook = rulebookInForce(library, account.division, account.subject_kind, day)
  return rulebook && scoreOn(account.facts, rulebook, day, library)
}
