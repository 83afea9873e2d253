import type { FindBar } from './credit-bars.ts'
import type { CreditAct } from './credit-triggers.ts'
import type { RulebookContent, RulebookItem, RulebookMultiplier } from './rulebook-content.ts'
import { findItem, type RulebookVersion } from './rulebook-in-force.ts'
import { addDays, addMonths, type LocalDate } from './values.ts'

/**
 * What each fact weighs, whatever the day that is asked for: repetition, one act counted once, yearly caps, bonuses that
 * a level bars. All sums
 * are in hundredths of a point, as integers, so that no order of adding changes the result.
 */

/**
 * Taken back: never was (most bases), or from `effectiveOn` on loses the share `restores` of its weight (`repaired`;
 * all of it when the share is not said).
 */
export type Withdrawal = {
  readonly basis: string
  readonly effectiveOn: LocalDate
  readonly restores?: number | null
}

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
  /** Acts that the same decision judged together with this one. */
  readonly furtherActs?: readonly CreditAct[]
  readonly effectiveOn: LocalDate
  /** Last day on which it counts; null: for good. */
  readonly validUntil: LocalDate | null
  readonly reversed: Withdrawal | null
}

export type CapKind = 'barred' | 'same-act' | 'item-year' | 'group-year' | 'group-total' | 'bonus-total'

/** The grade on the day of a bonus, whose level allows none. */
export type BonusBar = { readonly on: LocalDate; readonly level: string; readonly grade: string }

export type WeighedFact = {
  readonly fact: ScoredFact
  readonly item: RulebookItem | null
  readonly from: LocalDate
  /** Last day, after repair. */
  readonly until: LocalDate | null
  readonly sign: 1 | -1
  /** The acts, for deductions and bonuses apart: of the entries that share one the heaviest counts. */
  readonly acts: readonly string[]
  /** Another entry of the account, of whatever day, is about one of the acts. */
  readonly sharesAct: boolean
  /** Magnitude in hundredths, with repetition, before caps. */
  readonly weight: number
  /** Magnitude in hundredths that the caps leave. */
  readonly allowed: number
  readonly cappedBy: CapKind | null
  /** The cap that bound, in points. */
  readonly cap: number | null
  readonly repetition: Repetition | null
  /** Null: no level bars it. */
  readonly barred: BonusBar | null
  /** From this day on only the share `keeps` of its weight counts: repaired in part. */
  readonly eased: { readonly from: LocalDate; readonly keeps: number } | null
}

export type Repetition = {
  readonly multiplier: RulebookMultiplier
  readonly earlier: ScoredFact
  /** The violation that was repeated. */
  readonly violation: string
}

type Candidate = Omit<WeighedFact, 'allowed' | 'cappedBy' | 'cap' | 'barred' | 'sharesAct'> & {
  readonly content: RulebookContent | null
}

/**
 * Weighs facts each by the rulebook that judged it. A cap belongs to the calendar year of the fact's day and is used
 * up in the order of those days, so neither expiry nor New Year gives room back: points fall away, and only that.
 * Whether a bonus is barred depends on what was weighed before it: one pass, on each day the bonuses last.
 * Without `barOf` none is, which is enough for whoever asks for repetitions.
 */
export function weighFacts(
  facts: readonly ScoredFact[],
  library: readonly RulebookVersion[],
  barOf: FindBar = () => null,
): WeighedFact[] {
  const contents = new Map(library.map((version) => [version.reference, version.content]))
  const happened = facts.filter((fact) => fact.reversed === null || fact.reversed.basis === 'repaired')
  const violations = byViolation(happened)
  const candidates = happened
    .map((fact) => toCandidate(fact, violations, contents.get(fact.rulebook) ?? null))
    .sort(byDayThenWeight)
  const used = new Map<string, number>()
  const shared = sharedActs(candidates)
  const byAct = new Map<string, WeighedFact[]>()
  const weighed: WeighedFact[] = []
  const weigh = (candidate: Candidate, bar: BonusBar | null): WeighedFact => {
    const rivals = candidate.acts.filter((act) => shared.has(act))
    const sharesAct = rivals.length > 0
    if (bar !== null) return { ...barred(candidate, bar), sharesAct }
    const sameAct = rivals.flatMap((act) => byAct.get(act) ?? [])
    const each = { ...applyCaps(candidate, sameAct, used), sharesAct }
    for (const act of rivals) byAct.set(act, [...(byAct.get(act) ?? []), each])
    return each
  }
  for (const ofDay of byDay(candidates)) {
    const others = ofDay.filter((candidate) => !isBonus(candidate))
    weighed.push(...others.map((candidate) => weigh(candidate, null)))
    const bonuses = ofDay.filter(isBonus)
    const bars = bonuses.map(({ fact }) => barOf(fact, weighed))
    weighed.push(...bonuses.map((candidate, index) => weigh(candidate, bars[index] ?? null)))
  }
  return weighed.sort(byDayThenWeight)
}

/** What weighs nothing is only counted, and bars do not touch it. */
function isBonus({ item, weight }: Candidate): boolean {
  return item?.polarity === 'bonus' && weight > 0
}

function byDay(candidates: readonly Candidate[]): Candidate[][] {
  const days: Candidate[][] = []
  for (const candidate of candidates) {
    const last = days.at(-1)
    if (last?.[0]?.from === candidate.from) last.push(candidate)
    else days.push([candidate])
  }
  return days
}

/** A barred bonus adds nothing, uses up no cap and stands for no act. */
function barred({ content: _, ...candidate }: Candidate, bar: BonusBar): Omit<WeighedFact, 'sharesAct'> {
  return { ...candidate, allowed: 0, cappedBy: 'barred', cap: null, barred: bar }
}

function sharedActs(candidates: readonly Candidate[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const shared = new Set<string>()
  for (const { acts } of candidates) {
    for (const act of acts) {
      if (seen.has(act)) shared.add(act)
      seen.add(act)
    }
  }
  return shared
}

/** What the fact weighs on the day, in hundredths, after the caps of its year. */
export function allowedOn({ allowed, eased }: WeighedFact, day: LocalDate): number {
  return eased !== null && day >= eased.from ? Math.round(allowed * eased.keeps) : allowed
}

function toCandidate(
  fact: ScoredFact,
  violations: ReadonlyMap<string, readonly ScoredFact[]>,
  content: RulebookContent | null,
): Candidate {
  const repetition = content ? findRepetition(fact, violations, content) : null
  const points = Math.abs(Math.round(fact.points * 100))
  const keeps = 1 - (fact.reversed?.restores ?? 1)
  const repaired = fact.reversed && keeps <= 0 ? addDays(fact.reversed.effectiveOn, -1) : null
  const sign = fact.points < 0 ? -1 : 1
  return {
    fact,
    content,
    item: content ? findItem(content, fact.item) : null,
    from: fact.effectiveOn,
    until:
      repaired !== null && (fact.validUntil === null || repaired < fact.validUntil)
        ? repaired
        : fact.validUntil,
    sign,
    acts: actsOf(fact).map(({ factId }) => `${sign < 0 ? '-' : '+'} ${factId}`),
    weight: repetition ? Math.round(points * repetition.multiplier.factor) : points,
    repetition,
    eased: fact.reversed && keeps > 0 ? { from: fact.reversed.effectiveOn, keeps } : null,
  }
}

function actsOf({ factId, violation, furtherActs = [] }: ScoredFact): CreditAct[] {
  return [{ factId, violation }, ...furtherActs]
}

/** Facts of one violation, the latest first. */
function byViolation(facts: readonly ScoredFact[]): ReadonlyMap<string, readonly ScoredFact[]> {
  const lists = new Map<string, ScoredFact[]>()
  for (const fact of facts) {
    for (const violation of new Set(actsOf(fact).map((act) => act.violation))) {
      if (violation === null) continue
      const list = lists.get(violation)
      if (list) list.push(fact)
      else lists.set(violation, [fact])
    }
  }
  for (const list of lists.values())
    list.sort((a, b) => compare(b.effectiveOn, a.effectiveOn) || compare(a.factId, b.factId))
  return lists
}

/** Another act of one of its violations, the last on an earlier day, within the months of the multiplier. */
function findRepetition(
  fact: ScoredFact,
  violations: ReadonlyMap<string, readonly ScoredFact[]>,
  content: RulebookContent,
): Repetition | null {
  const own = new Set(actsOf(fact).map(({ factId }) => factId))
  for (const multiplier of content.method === 'points' ? content.multipliers : []) {
    if (!multiplier.appliesTo.includes(fact.item)) continue
    for (const { violation } of actsOf(fact)) {
      const earlier = (violation === null ? [] : (violations.get(violation) ?? [])).find(
        (other) =>
          other.effectiveOn < fact.effectiveOn &&
          multiplier.appliesTo.includes(other.item) &&
          !actsOf(other).some(({ factId }) => own.has(factId)),
      )
      if (
        violation !== null &&
        earlier &&
        fact.effectiveOn <= addMonths(earlier.effectiveOn, multiplier.withinMonths)
      )
        return { multiplier, earlier, violation }
    }
  }
  return null
}

type Sorted = Pick<WeighedFact, 'from' | 'weight' | 'fact'>

/** A total order that does not depend on when things were recorded. */
function byDayThenWeight(a: Sorted, b: Sorted): number {
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
): Omit<WeighedFact, 'sharesAct'> {
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
  // All that an earlier entry judges is judged here too, and there it counts for as much and as long: this entry adds
  // nothing and uses up no cap.
  const covered = sameAct.some(
    (other) =>
      other.acts.every((act) => candidate.acts.includes(act)) &&
      other.allowed >= allowed &&
      other.eased === null &&
      lastsAsLong(other.until, until),
  )
  if (covered) return { ...candidate, allowed: 0, cappedBy: 'same-act', cap: null, barred: null }
  for (const limit of limits) used.set(limit.key, (used.get(limit.key) ?? 0) + allowed)
  return { ...candidate, allowed, cappedBy: binding?.kind ?? null, cap: binding?.cap ?? null, barred: null }
}

function lastsAsLong(a: LocalDate | null, b: LocalDate | null): boolean {
  return a === null || (b !== null && a >= b)
}

/** By entry: the earlier act that makes it weigh more. */
export function repetitionsOf(
  facts: readonly ScoredFact[],
  library: readonly RulebookVersion[],
): ReadonlyMap<string, Repetition> {
  const happened = facts.filter((fact) => fact.reversed === null || fact.reversed.basis === 'repaired')
  const violations = byViolation(happened)
  return new Map(
    happened.flatMap((fact) => {
      const content = library.find(({ reference }) => reference === fact.rulebook)?.content
      const repetition = content && findRepetition(fact, violations, content)
      return repetition ? [[fact.eventId, repetition] as const] : []
    }),
  )
}
