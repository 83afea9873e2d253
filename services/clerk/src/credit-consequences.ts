import {
  dayOf,
  type EventOf,
  findItem,
  type inspectionEvents,
  type LedgerEvent,
  ownScheme,
  type PenaltyCaseEvent,
  type PenaltyLine,
  type SubjectKind,
} from '@fireledger/domain'
import { type CommandRequest, causeOf, commandIdOf, firstEventIdOf } from './command-request.ts'
import type { Memory } from './memory.ts'
import { recallCase, recallRulebook, recallSubject } from './recollections.ts'

/**
 * What a fact does to credit accounts. A rule says what should stand because of a stream, after an event of it; what
 * stood before and should not any more is taken back, what is new is asked for. Points are the rulebook's business.
 */

/** An entry that should stand in a credit account because of what a stream says. */
export type Consequence = {
  readonly account: string
  readonly subjectKind: SubjectKind
  readonly division: string
  readonly kind: 'adjustment' | 'veto'
  /** The rulebook's code: `L2`, `V13`. */
  readonly code: string
  readonly factId: string
  readonly violation: string | null
  /** When the fact holds. */
  readonly effectiveAt: string
  readonly reason: string
}

export type ConsequenceRule = {
  readonly name: string
  readonly on: readonly string[]
  /** Why what no longer follows is taken back. */
  readonly takenBackAs: 'decision-annulled' | 'recorded-in-error'
  /** All that should stand because of the event's stream from now on; null: as before. */
  wanted(event: LedgerEvent, memory: Memory): readonly Consequence[] | null
}

/** Fines in fen, both ends included, by item of the rulebook. Default rulebook, L1 to L3. */
const fineItems = [
  { item: 'L1', maxFen: 10_000_00 },
  { item: 'L2', maxFen: 30_000_00 },
  { item: 'L3', maxFen: Number.POSITIVE_INFINITY },
] as const

type VetoCause = {
  readonly code: string
  readonly violation?: string
  readonly sanction?: PenaltyLine['sanctions'][number]
  readonly circumstance?: PenaltyLine['circumstances'][number]
}

/** Acts that outweigh any score, by what the decision says of them: all that a row names must be there. */
const vetoCauses: readonly VetoCause[] = [
  { code: 'V12', violation: 'V12' },
  { code: 'V13', violation: 'V13' },
  { code: 'V17', violation: 'V17', circumstance: 'fatal-fire' },
  { code: 'CERTIFICATE-TRADE', violation: 'V18' },
  { code: 'LIFETIME-BAN', sanction: 'market-ban' },
]

const decisionEvents = [
  'PenaltyDecided',
  'PenaltyReviewDecided',
  'PenaltyCaseWithdrawn',
] satisfies PenaltyCaseEvent['type'][]

/** The lines that stand after the event; null: those that stood before it. */
function linesAfter(event: LedgerEvent): readonly PenaltyLine[] | null {
  const { type, data } = event as LedgerEvent & PenaltyCaseEvent
  if (type === 'PenaltyDecided') return data.lines
  if (type === 'PenaltyReviewDecided' && data.outcome !== 'withdrawn') return data.lines
  return []
}

type Party = Pick<Consequence, 'account' | 'subjectKind' | 'division'> & {
  readonly lines: readonly PenaltyLine[]
}

/** The lines by respondent; those who have no credit account are left out. */
function parties(lines: readonly PenaltyLine[], division: string, memory: Memory): Party[] {
  const byAccount = new Map<string, Party>()
  for (const line of lines) {
    const { kind, id } = line.respondent
    if (kind === 'other') continue
    const known = byAccount.get(id)
    const home = recallSubject(memory, id)?.division ?? division
    const party = { account: id, subjectKind: kind, division: home, lines: [...(known?.lines ?? []), line] }
    byAccount.set(id, party)
  }
  return [...byAccount.values()]
}

/**
 * One act has one fact id, whether it was found by an inspection or fined later, so that it counts once: the stream
 * where it was first recorded, and the violation.
 */
function factOf(event: LedgerEvent, inspection: string | null, violation: string): string {
  return inspection === null ? `${event.stream}/${violation}` : `inspection-${inspection}/${violation}`
}

/** The fine of each respondent, all violations together, costs points by its size. */
export const fineAdjustsCredit: ConsequenceRule = {
  name: 'fine-adjusts-credit',
  on: decisionEvents,
  takenBackAs: 'decision-annulled',
  wanted(event, memory) {
    const lines = linesAfter(event)
    const file = recallCase(memory, event.streamId)
    if (lines === null || file?.currency !== 'CNY') return lines && []
    const effectiveAt = file.decidedAt ?? event.metadata.effectiveAt
    return parties(lines, file.division, memory).flatMap(({ lines, ...party }) => {
      const totalFen = lines.reduce((sum, line) => sum + line.fineFen, 0)
      const gravest = lines.reduce((a, b) => (b.fineFen > a.fineFen ? b : a))
      const code = fineItems.find((row) => totalFen <= row.maxFen)?.item
      if (totalFen === 0 || code === undefined) return []
      return {
        ...party,
        kind: 'adjustment' as const,
        code,
        factId: factOf(event, file.inspection, gravest.violation.code),
        violation: gravest.violation.scheme === ownScheme ? gravest.violation.code : null,
        effectiveAt,
        reason: `罚款${totalFen / 100}元`,
      }
    })
  },
}

export const violationImposesVeto: ConsequenceRule = {
  name: 'violation-imposes-veto',
  on: decisionEvents,
  takenBackAs: 'decision-annulled',
  wanted(event, memory) {
    const lines = linesAfter(event)
    const file = recallCase(memory, event.streamId)
    if (lines === null || !file) return lines && []
    const effectiveAt = file.decidedAt ?? event.metadata.effectiveAt
    return parties(lines, file.division, memory).flatMap(({ lines, ...party }) =>
      vetoCauses.flatMap((cause) => {
        const line = lines.find((each) => answersTo(cause, each))
        if (!line) return []
        const { code } = line.violation
        const factId = factOf(event, file.inspection, code)
        const reason = `处罚决定：${code}`
        return {
          ...party,
          kind: 'veto' as const,
          code: cause.code,
          factId,
          violation: code,
          effectiveAt,
          reason,
        }
      }),
    )
  },
}

function answersTo(cause: VetoCause, { violation, sanctions, circumstances }: PenaltyLine): boolean {
  return (
    violation.scheme === ownScheme &&
    (cause.violation === undefined || cause.violation === violation.code) &&
    (cause.sanction === undefined || sanctions.includes(cause.sanction)) &&
    (cause.circumstance === undefined || circumstances.includes(cause.circumstance))
  )
}

/** A finding alone costs nothing; the cure that did not come does. Item M4. */
export const missedRectificationAdjustsCredit: ConsequenceRule = {
  name: 'missed-rectification-adjusts-credit',
  on: ['RectificationMissed', 'RectificationVerified'] satisfies (keyof typeof inspectionEvents)[],
  takenBackAs: 'recorded-in-error',
  wanted(event, memory) {
    const { type, data } = event as LedgerEvent & EventOf<typeof inspectionEvents>
    // A cure that was reported in time, though the ledger learnt of it late, undoes the miss.
    if (type === 'RectificationVerified') return data.cured && data.inTime ? [] : null
    if (type !== 'RectificationMissed') return null
    const { division, institutions, effectiveAt } = event.metadata
    return institutions.map((account) => ({
      account,
      subjectKind: 'institution',
      division: recallSubject(memory, account)?.division ?? division ?? '',
      kind: 'adjustment',
      code: 'M4',
      factId: `${event.stream}/rectification/${data.dueOn}`,
      violation: null,
      effectiveAt,
      reason: `逾期未整改（期限${data.dueOn}）`,
    }))
  },
}

/** A lifetime ban 终身市场禁入 that the register records without a penalty case. */
export const banImposesVeto: ConsequenceRule = {
  name: 'ban-imposes-veto',
  on: ['InstitutionBanned'],
  takenBackAs: 'recorded-in-error',
  wanted: (event, memory) => [
    {
      account: event.streamId,
      subjectKind: 'institution',
      division: recallSubject(memory, event.streamId)?.division ?? event.metadata.division ?? '',
      kind: 'veto',
      code: 'LIFETIME-BAN',
      factId: `${event.stream}/LIFETIME-BAN`,
      violation: null,
      effectiveAt: event.metadata.effectiveAt,
      reason: '终身市场禁入',
    },
  ],
}

export const consequenceRules: readonly ConsequenceRule[] = [
  fineAdjustsCredit,
  violationImposesVeto,
  missedRectificationAdjustsCredit,
  banImposesVeto,
]

/** What stands because of a stream by a rule, with the request that put it there. `standing/<rule>/<stream>` */
type Standing = { readonly consequence: Consequence; readonly commandId: string }

export type Reaction = {
  readonly requests: readonly CommandRequest[]
  readonly standingKey: string
  readonly standing: readonly Standing[]
}

/** The commands that bring what stands to what is wanted; null when the rule wants no change. */
export function reactBy(rule: ConsequenceRule, event: LedgerEvent, memory: Memory): Reaction | null {
  const wanted = rule.wanted(event, memory)?.filter((consequence) => rulebookOf(consequence, memory) !== null)
  if (!wanted) return null
  const standingKey = `standing/${rule.name}/${event.stream}`
  const before = (memory.get(standingKey) as readonly Standing[] | undefined) ?? []
  const kept = before.filter(({ consequence }) => wanted.some((other) => isSame(other, consequence)))
  const fallen = before.filter((each) => !kept.includes(each))
  const fresh = wanted.filter((other) => !kept.some(({ consequence }) => isSame(other, consequence)))
  const requests = [
    ...fallen.map((each) => takeBack(rule, event, each)),
    ...fresh.map((consequence) => ask(rule, event, consequence, memory)),
  ]
  const added = fresh.map((consequence) => ({
    consequence,
    commandId: commandIdOf(ask(rule, event, consequence, memory)),
  }))
  return { requests, standingKey, standing: [...kept, ...added] }
}

function isSame(a: Consequence, b: Consequence): boolean {
  return a.account === b.account && a.kind === b.kind && a.code === b.code && a.factId === b.factId
}

/** Null when no rulebook in force on the day judges such a fact: then it has no consequence there. */
function rulebookOf(consequence: Consequence, memory: Memory): string | null {
  const { division, subjectKind, effectiveAt, kind, code } = consequence
  const version = recallRulebook(memory, division, subjectKind, dayOf(effectiveAt))
  if (!version) return null
  const judged =
    kind === 'adjustment'
      ? findItem(version.content, code) !== null
      : version.content.veto?.codes.some((veto) => veto.code === code)
  return judged ? version.reference.slice(0, version.reference.lastIndexOf('@')) : null
}

function ask(
  rule: ConsequenceRule,
  event: LedgerEvent,
  consequence: Consequence,
  memory: Memory,
): CommandRequest {
  const { account, subjectKind, division, kind, code, factId, violation, effectiveAt, reason } = consequence
  const shared = { division, subjectKind, rulebook: rulebookOf(consequence, memory), factId, reason }
  const causeEventId = event.id
  const request = {
    rule: rule.name,
    cause: causeOf(event),
    category: 'creditAccount',
    id: account,
    effectiveAt,
  }
  return kind === 'adjustment'
    ? {
        ...request,
        type: 'AdjustCreditAccount',
        part: code,
        data: { ...shared, item: code, count: 1, violation, causeEventId },
      }
    : { ...request, type: 'ImposeVeto', part: code, data: { ...shared, code, causeEventId } }
}

function takeBack(
  rule: ConsequenceRule,
  event: LedgerEvent,
  { consequence, commandId }: Standing,
): CommandRequest {
  const { account, kind, code } = consequence
  return {
    rule: rule.name,
    cause: causeOf(event),
    category: 'creditAccount',
    type: kind === 'adjustment' ? 'ReverseAdjustment' : 'LiftVeto',
    id: account,
    part: `${code}-taken-back`,
    undoes: commandId,
    data: {
      supersedes: firstEventIdOf(commandId),
      basis: rule.takenBackAs,
      reason: `依据已不成立：${consequence.reason}`,
    },
    effectiveAt: event.metadata.effectiveAt,
  }
}
