import {
  type CreditAct,
  type CreditFact,
  dayOf,
  type LedgerEvent,
  type RulebookVersion,
  type SubjectKind,
  setOffBy,
} from '@fireledger/domain'
import { type Cause, type CommandRequest, causeOf, commandIdOf, firstEventIdOf } from './command-request.ts'
import type { FactSource, SaidFacts } from './fact-source.ts'
import type { Memory } from './memory.ts'
import { recallDivision, recallRulebook } from './recollections.ts'

/**
 * What facts do to credit accounts, by the rulebook in force on the day of each: what should stand because of a source
 * and does not is asked for, what stands and should not any more is taken back.
 */

/** An entry that should stand in a credit account because of a fact. */
export type Consequence = {
  readonly account: string
  readonly subjectKind: SubjectKind
  /** Of the subject on the day of the fact. */
  readonly division: string
  readonly kind: 'adjustment' | 'veto'
  /** The rulebook's code: `L2`, `V13`. */
  readonly code: string
  /** Id of the rulebook. */
  readonly rulebook: string
  readonly count: number
  readonly factId: string
  readonly violation: string | null
  readonly furtherActs: readonly CreditAct[]
  readonly effectiveAt: string
  readonly reason: string
}

/** What stands because of a source, with the request that put it there. `standing/<source>/<scope>` */
export type Standing = { readonly consequence: Consequence; readonly commandId: string }

export type Reaction = {
  readonly requests: readonly CommandRequest[]
  /** Null: what was said is said for good, there is nothing to remember. */
  readonly standingKey: string | null
  readonly standing: readonly Standing[]
}

/** Who asks, because of what. */
export type Asker = Pick<FactSource, 'name' | 'takenBackAs'> & {
  readonly cause: Cause
  /** From when what is taken back is taken back. */
  readonly effectiveAt: string
}

/** The commands that bring what stands to what is wanted; null when the source says nothing new. */
export function reactBy(source: FactSource, event: LedgerEvent, memory: Memory): Reaction | null {
  const said = source.say(event, memory)
  const { name, takenBackAs } = source
  const { effectiveAt } = event.metadata
  return said && react({ name, takenBackAs, cause: causeOf(event), effectiveAt }, said, memory)
}

export function react(asker: Asker, said: SaidFacts, memory: Memory): Reaction {
  const wanted = distinct(said.facts.flatMap((fact) => consequencesOf(fact, memory)))
  const standingKey = said.scope === null ? null : `standing/${asker.name}/${said.scope}`
  const before =
    standingKey === null ? [] : ((memory.get(standingKey) as readonly Standing[] | undefined) ?? [])
  const kept = before.filter(({ consequence }) => wanted.some((other) => isSame(other, consequence)))
  const fallen = before.filter((each) => !kept.includes(each))
  const fresh = wanted.filter((other) => !kept.some(({ consequence }) => isSame(other, consequence)))
  const asked = fresh.map((consequence) => ({ consequence, request: ask(asker, consequence) }))
  const added = asked.map(({ consequence, request }) => ({ consequence, commandId: commandIdOf(request) }))
  return {
    requests: [...fallen.map((each) => takeBack(asker, each)), ...asked.map(({ request }) => request)],
    standingKey,
    standing: [...kept, ...added],
  }
}

/** None where no rulebook in force on the day is set off by such a fact, or the subject is in no register. */
function consequencesOf(fact: CreditFact, memory: Memory): Consequence[] {
  const { account, subjectKind, factId, violation, furtherActs, count, effectiveAt, reason } = fact
  const day = dayOf(effectiveAt)
  const division = recallDivision(memory, account, day)
  // No register knows the subject: nobody keeps an account of it.
  if (division === null) return []
  const version = recallRulebook(memory, division, subjectKind, day)
  if (!version) return []
  const shared = {
    account,
    subjectKind,
    division,
    factId,
    violation,
    furtherActs,
    count,
    effectiveAt,
    reason,
  }
  const rulebook = idOf(version)
  return setOffBy(version.content, fact).map((setOff) => ({ ...shared, ...setOff, rulebook }))
}

function idOf({ reference }: RulebookVersion): string {
  return reference.slice(0, reference.lastIndexOf('@'))
}

function isSame(a: Consequence, b: Consequence): boolean {
  return a.account === b.account && a.kind === b.kind && a.code === b.code && a.factId === b.factId
}

function distinct(consequences: readonly Consequence[]): Consequence[] {
  return consequences.filter((each, at) => consequences.findIndex((other) => isSame(each, other)) === at)
}

function ask({ name, cause }: Asker, consequence: Consequence): CommandRequest {
  const { account, kind, code, count, violation, furtherActs, effectiveAt, ...rest } = consequence
  const { division, subjectKind, rulebook, factId, reason } = rest
  const shared = { division, subjectKind, rulebook, factId, reason, causeEventId: cause.eventId }
  const request = {
    rule: name,
    cause,
    category: 'creditAccount',
    id: account,
    effectiveAt,
    part: `${code}/${factId}`,
  }
  return kind === 'adjustment'
    ? {
        ...request,
        type: 'AdjustCreditAccount',
        data: { ...shared, item: code, count, violation, furtherActs },
      }
    : { ...request, type: 'ImposeVeto', data: { ...shared, code } }
}

function takeBack(asker: Asker, { consequence, commandId }: Standing): CommandRequest {
  const { account, kind, code, factId, reason } = consequence
  return {
    rule: asker.name,
    cause: asker.cause,
    category: 'creditAccount',
    type: kind === 'adjustment' ? 'ReverseAdjustment' : 'LiftVeto',
    id: account,
    part: `${code}/${factId}/taken-back`,
    undoes: commandId,
    data: {
      supersedes: firstEventIdOf(commandId),
      basis: asker.takenBackAs,
      reason: `依据已不成立：${reason}`,
    },
    effectiveAt: asker.effectiveAt,
  }
}
