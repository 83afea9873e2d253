import type { RulebookContent, RulebookItem, RulebookMultiplier } from './rulebook-content.ts'
import { findItem, type RulebookVersion } from './rulebook-in-force.ts'
import { addDays, addMonths, type LocalDate } from './values.ts'

/**
 * What each fact weighs, whatever the day that is asked for: repetition, one act counted once, yearly caps. All sums
 * are in hundredths of a point, as integers, so that no order of adding changes the result.
 */

/** Taken back: never was (most bases), or ends on the day before `effectiveOn` (`repaired`). */
export type Withdrawal = { readonly basis: string; readonly effectiveOn: LocalDate }

/** An adjustment, as far as scoring needs it. */
export type ScoredFact = {
  readonly eventId: string
  readonly rulebook: string
  readonly item: string
  readonly count: number
  /** Signed: item × count. */
  readonly points: number
  readonly factId: string
  readonly violation: string | null
  readonly effectiveOn: LocalDate
  /** Last day on which it counts; null: for good. */
  readonly validUntil: LocalDate | null
  readonly reversed: Withdrawal | null
}

export type CapKind = 'same-act' | 'item-year' | 'group-year' | 'bonus-total'

export type WeighedFact = {
  readonly fact: ScoredFact
  readonly item: RulebookItem | null
  readonly from: LocalDate
  /** Last day, after repair. */
  readonly until: LocalDate | null
  readonly sign: 1 | -1
  /** The act, for deductions and bonuses apart: of these entries the heaviest counts. */
  readonly act: string
  /** Magnitude in hundredths, with repetition, before caps. */
  readonly weight: number
  /** Magnitude in hundredths that the caps leave. */
  readonly allowed: number
  readonly cappedBy: CapKind | null
  /** The cap that bound, in points. */
  readonly cap: number | null
  readonly repetition: { readonly multiplier: RulebookMultiplier; readonly earlier: ScoredFact } | null
}

type Candidate = Omit<WeighedFact, 'allowed' | 'cappedBy' | 'cap'> & {
  readonly content: RulebookContent | null
}

/**
 * Weighs facts each by the rulebook that judged it. A cap belongs to the calendar year of the fact's day and is used
 * up in the order of those days, so neither expiry nor New Year gives room back: points fall away, and only that.
 */
export function weighFacts(facts: readonly ScoredFact[], library: readonly RulebookVersion[]): WeighedFact[] {
  const contents = new Map(library.map((version) => [version.reference, version.content]))
  const happened = facts.filter((fact) => fact.reversed === null || fact.reversed.basis === 'repaired')
  const violations = byViolation(happened)
  const candidates = happened
    .map((fact) => toCandidate(fact, violations, contents.get(fact.rulebook) ?? null))
    .sort(byDayThenWeight)
  const used = new Map<string, number>()
  const byAct = new Map<string, WeighedFact[]>()
  return candidates.map((candidate) => {
    const { act } = candidate
    const earlier = byAct.get(act) ?? []
    const weighed = applyCaps(candidate, earlier, used)
    byAct.set(act, [...earlier, weighed])
    return weighed
  })
}

function toCandidate(
  fact: ScoredFact,
  violations: ReadonlyMap<string, readonly ScoredFact[]>,
  content: RulebookContent | null,
): Candidate {
  const sameViolation = fact.violation === null ? [] : (violations.get(fact.violation) ?? [])
  const repetition = content ? findRepetition(fact, sameViolation, content) : null
  const points = Math.abs(Math.round(fact.points * 100))
  const repaired = fact.reversed ? addDays(fact.reversed.effectiveOn, -1) : null
  return {
    fact,
    content,
    item: content ? findItem(content, fact.item) : null,
    from: fact.effectiveOn,
    until:
      repaired !== null && (fact.validUntil === null || repaired < fact.validUntil)
        ? repaired
        : fact.validUntil,
    sign: fact.points < 0 ? -1 : 1,
    act: `${fact.points < 0 ? '-' : '+'} ${fact.factId}`,
    weight: repetition ? Math.round(points * repetition.multiplier.factor) : points,
    repetition,
  }
}

/** Facts of one violation, the latest first. */
function byViolation(facts: readonly ScoredFact[]): ReadonlyMap<string, readonly ScoredFact[]> {
  const lists = new Map<string, ScoredFact[]>()
  for (const fact of facts) {
    if (fact.violation === null) continue
    const list = lists.get(fact.violation)
    if (list) list.push(fact)
    else lists.set(fact.violation, [fact])
  }
  for (const list of lists.values())
    list.sort((a, b) => compare(b.effectiveOn, a.effectiveOn) || compare(a.factId, b.factId))
  return lists
}

/** Another act of the same violation, the last on an earlier day, within the months of the multiplier. */
function findRepetition(
  fact: ScoredFact,
  sameViolation: readonly ScoredFact[],
  { multipliers }: RulebookContent,
): WeighedFact['repetition'] {
  for (const multiplier of multipliers) {
    if (!multiplier.appliesTo.includes(fact.item)) continue
    const earlier = sameViolation.find(
      (other) =>
        other.effectiveOn < fact.effectiveOn &&
        other.factId !== fact.factId &&
        multiplier.appliesTo.includes(other.item),
    )
    if (earlier && fact.effectiveOn <= addMonths(earlier.effectiveOn, multiplier.withinMonths))
      return { multiplier, earlier }
  }
  return null
}

/** A total order that does not depend on when things were recorded. */
function byDayThenWeight(a: Candidate, b: Candidate): number {
  return (
    compare(a.from, b.from) ||
    b.weight - a.weight ||
    compare(a.fact.factId, b.fact.factId) ||
    compare(a.fact.item, b.fact.item) ||
    compare(a.fact.eventId, b.fact.eventId)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function applyCaps(
  { content, ...candidate }: Candidate,
  sameAct: readonly WeighedFact[],
  used: Map<string, number>,
): WeighedFact {
  const { fact, item, weight, until } = candidate
  const year = fact.effectiveOn.slice(0, 4)
  const group = content?.groups.find((each) => each.code === item?.group)
  const limits = [
    { kind: 'item-year' as const, key: `${fact.rulebook} item ${fact.item} ${year}`, cap: item?.capPerYear },
    {
      kind: 'group-year' as const,
      key: `${fact.rulebook} group ${group?.code} ${year}`,
      cap: group?.capPerYear,
    },
  ].flatMap((limit) => (limit.cap === null || limit.cap === undefined ? [] : [{ ...limit, cap: limit.cap }]))

  let allowed = weight
  let binding: { kind: CapKind; cap: number } | null = null
  for (const limit of limits) {
    const room = Math.max(0, Math.round(limit.cap * 100) - (used.get(limit.key) ?? 0))
    if (room < allowed) {
      allowed = room
      binding = limit
    }
  }
  // The same act already counts for as much and as long: this entry adds nothing and uses up no cap.
  const covered = sameAct.some((other) => other.allowed >= allowed && lastsAsLong(other.until, until))
  if (covered) return { ...candidate, allowed: 0, cappedBy: 'same-act', cap: null }
  for (const limit of limits) used.set(limit.key, (used.get(limit.key) ?? 0) + allowed)
  return { ...candidate, allowed, cappedBy: binding?.kind ?? null, cap: binding?.cap ?? null }
}

function lastsAsLong(a: LocalDate | null, b: LocalDate | null): boolean {
  return a === null || (b !== null && a >= b)
}
