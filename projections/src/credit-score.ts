import {
  type CreditFacts,
  divisionOn,
  type Residence,
  type RulebookVersion,
  rulebookInForce,
  type Score,
  type SubjectKind,
  scoreOn,
} from '@fireledger/domain'
import type { ReadStore } from './read-store.ts'

/** What a row of `credit_account` says for scoring. */
export type ScoredAccount = {
  readonly division: string
  readonly subject_kind: SubjectKind
  readonly facts: CreditFacts
  readonly residences: readonly Residence[]
}

export function readScoredAccount(store: ReadStore, subject: string): ScoredAccount | undefined {
  return store.get<ScoredAccount>(
    'SELECT division, subject_kind, facts, residences FROM credit_account WHERE subject = ?',
    [subject],
  )
}

/** The rulebook for the account on the day, by where its subject belonged on that day; null when none is in force. */
export function rulebookOf(
  account: ScoredAccount,
  library: readonly RulebookVersion[],
  day: string,
): RulebookVersion | null {
  const division = divisionOn(account.residences, day) ?? account.division
  return rulebookInForce(library, division, account.subject_kind, day)
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
  const account = readScoredAccount(store, subject)
  if (!account) return null
  const library = rulebookLibrary(store)
  const rulebook = rulebookOf(account, library, day)
  return rulebook && scoreOn(account.facts, rulebook, day, library)
}
