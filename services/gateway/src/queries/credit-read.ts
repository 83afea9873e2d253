import {
  awaitedResult,
  divisionOn,
  type LocalDate,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookVersion,
} from '@fireledger/domain'
import { decodeEvent } from '@fireledger/event-store'
import {
  creditGrades,
  readScoredAccount,
  rulebookLibrary,
  rulebookOf,
  type ScoredAccount,
} from '@fireledger/projections'
import type { GatewayDependencies } from '../dependencies.ts'
import { type WatchedNow, watchedOf } from './credit-watched.ts'
import { readRowsAt } from './past.ts'

/** All that a grade is computed from: what is known now, or what was by a moment. */
export type CreditRead = {
  readonly account: ScoredAccount
  readonly library: readonly RulebookVersion[]
  readonly watched: WatchedNow
}

export async function readCredit(
  deps: GatewayDependencies,
  subject: string,
  asKnownAt: string | undefined,
): Promise<CreditRead | null> {
  return asKnownAt === undefined ? readNow(deps, subject) : readAsKnown(deps, subject, asKnownAt)
}

/**
 * The rulebook for the account on the day, and, where it settles results by cycle and there is none yet, the day of
 * the first one. Null: no rulebook is in force.
 */
export function rulebookOn({ account, library }: CreditRead, day: LocalDate) {
  const version = rulebookOf(account, library, day)
  if (!version) return null
  const { residences, subject_kind: subjectKind } = account
  const division = divisionOn(residences, day) ?? account.division
  const [first] = residences
  const awaited = first
    ? awaitedResult(version, { division, subjectKind, since: first.from }, day, library)
    : null
  return { version, awaited }
}

/** Account, rulebooks and what warnings look at, all of one moment: no commit falls between them. */
function readNow({ readStore }: GatewayDependencies, subject: string): CreditRead | null {
  return readStore.snapshot(() => {
    const account = readScoredAccount(readStore, subject)
    if (!account) return null
    const watched = watchedOf(readStore, subject, account.subject_kind)
    return { account, library: rulebookLibrary(readStore), watched }
  })
}

/** The same from what the ledger knew by then; the registers that warnings look at are of today only, so left out. */
async function readAsKnown(
  deps: GatewayDependencies,
  subject: string,
  asKnownAt: string,
): Promise<CreditRead | null> {
  const rows = await readRowsAt(creditGrades, subject, deps, { asKnownAt })
  const account = rows.credit_account?.[0] as ScoredAccount | undefined
  return account ? { account, library: await readLibrary(deps, asKnownAt), watched: {} } : null
}

/** The rulebooks, too, as the ledger knew them. */
async function readLibrary(deps: GatewayDependencies, asKnownAt: string): Promise<RulebookVersion[]> {
  const states = new Map<string, RulebookState>()
  for await (const page of deps.ledger.readAll({ filter: { categories: ['rulebook'] } })) {
    for (const { streamId, id, type, data, metadata } of page.map(decodeEvent)) {
      if (metadata.recordedAt > asKnownAt) continue
      const event = { id, type, data, effectiveAt: metadata.effectiveAt } as never
      states.set(streamId, rulebook.evolve(states.get(streamId) ?? rulebook.initialState, event))
    }
  }
  return [...states].flatMap(([id, state]) => rulebookVersion(id, state) ?? [])
}
