import { allowedOn, type CapKind, type ScoredFact, type WeighedFact } from './credit-weights.ts'
import {
  gradesOf,
  type PointsContent,
  type RulebookBand,
  type RulebookContent,
  type TiersContent,
} from './rulebook-content.ts'
import { findItem } from './rulebook-in-force.ts'
import type { LocalDate } from './values.ts'

/** What facts that are valid on a day come to under one rulebook: score and grade, by the rulebook's method. */

/** A fact that is valid on the day, and what it adds, in hundredths and signed. */
export type Counted = {
  readonly weighed: WeighedFact
  readonly counted: number
  readonly cappedBy: CapKind | null
  /** The number by which the points of its group are divided; null: by none. */
  readonly divisor: number | null
}

export type Result = {
  readonly score: number | null
  readonly level: string
  readonly grade: string
}

/** Which facts are the rulebook's own: judged by it, or by one for the same area. Foreign points travel, counts do not. */
export type IsOwn = (fact: ScoredFact) => boolean

export function countOn(
  valid: readonly WeighedFact[],
  content: RulebookContent,
  day: LocalDate,
  isOwn: IsOwn,
): Counted[] {
  const losers = outweighed(valid, day)
  if (content.method === 'tiers')
    return valid.map((weighed) => ({
      weighed,
      counted: 0,
      cappedBy: weighed.barred ? 'barred' : losers.has(weighed) ? 'same-act' : null,
      divisor: null,
    }))
  return countPoints(valid, content, day, { losers, isOwn })
}

/** Of the entries that share an act the heaviest counts, the earlier one of two that are alike. */
function outweighed(valid: readonly WeighedFact[], day: LocalDate): ReadonlySet<WeighedFact> {
  const losers = new Set<WeighedFact>()
  const taken = new Set<string>()
  const rivals = valid.filter(({ sharesAct, barred }) => sharesAct && barred === null)
  for (const each of rivals.sort((a, b) => allowedOn(b, day) - allowedOn(a, day))) {
    if (each.acts.some((act) => taken.has(act))) losers.add(each)
    else for (const act of each.acts) taken.add(act)
  }
  return losers
}

function countPoints(
  valid: readonly WeighedFact[],
  content: PointsContent,
  day: LocalDate,
  { losers, isOwn }: { losers: ReadonlySet<WeighedFact>; isOwn: IsOwn },
): Counted[] {
  const hundredths = (cap: number | null) => (cap === null ? Number.POSITIVE_INFINITY : Math.round(cap * 100))
  // Most groups bind nothing on a day: only those that do are looked up.
  const groups = new Map(
    content.groups
      .filter(({ capStanding, dividedBy }) => capStanding !== null || dividedBy.length > 0)
      .map(({ code, capStanding, dividedBy }) => {
        const divisor = dividedBy.length === 0 ? null : Math.max(1, countFacts(valid, dividedBy, isOwn))
        return [code, { divisor, sum: 0, room: hundredths(capStanding) }]
      }),
  )
  const groupOf = (fact: ScoredFact) =>
    groups.size > 0 && isOwn(fact) ? groups.get(findItem(content, fact.item)?.group ?? '') : undefined
  let bonusRoom = hundredths(content.bonusTotalCap)
  return valid.map((weighed) => {
    const { fact, sign } = weighed
    const group = groupOf(fact)
    const divisor = group?.divisor ?? null
    if (losers.has(weighed)) return { weighed, counted: 0, cappedBy: 'same-act', divisor }
    let counted = allowedOn(weighed, day)
    let { cappedBy } = weighed
    if (group) {
      // Shares of a quotient are cut from the running sum, so that the lines add up to it exactly.
      const before = quotient(group.sum, divisor)
      group.sum += counted
      const share = quotient(group.sum, divisor) - before
      counted = Math.min(share, group.room)
      if (counted < share) cappedBy = 'group-total'
      group.room -= counted
    }
    if (sign === -1) return { weighed, counted: 0 - counted, cappedBy, divisor }
    const earned = Math.min(counted, bonusRoom)
    bonusRoom -= earned
    return { weighed, counted: earned, cappedBy: earned < counted ? 'bonus-total' : cappedBy, divisor }
  })
}

function quotient(sum: number, divisor: number | null): number {
  return divisor === null ? sum : Math.round(sum / divisor)
}

/** How many such facts there are; one act is one, however many entries it has. */
function countFacts(valid: readonly WeighedFact[], items: readonly string[], isOwn: IsOwn): number {
  const counts = new Map<string, number>()
  for (const { fact } of valid) {
    if (!items.includes(fact.item) || !isOwn(fact)) continue
    counts.set(fact.factId, Math.max(fact.count, counts.get(fact.factId) ?? 0))
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

/** Score and grade of what is counted; no veto is looked at. */
export function resultOf(counted: readonly Counted[], content: RulebookContent, isOwn: IsOwn): Result {
  if (content.method === 'tiers') {
    const { level, grade } = tierOf(
      counted.map(({ weighed }) => weighed),
      content,
      isOwn,
    )
    return { score: null, level, grade }
  }
  const { base, range } = content
  const sum = counted.reduce((total, each) => total + each.counted, Math.round(base * 100)) / 100
  const score = Math.min(range.maximum, Math.max(range.minimum, sum))
  const { level, grade } = bandOf(content, score)
  return { score, level, grade }
}

/** The worst tier of which a condition holds. */
function tierOf(valid: readonly WeighedFact[], content: TiersContent, isOwn: IsOwn) {
  const reached = content.tiers.findLast((tier) =>
    tier.when.some(({ items, atLeast }) => countFacts(valid, items, isOwn) >= atLeast),
  )
  const [best] = content.tiers
  if (!best) throw new Error('a rulebook has at least one tier')
  return reached ?? best
}

/** The grade that a score earns. */
export function bandOf(content: PointsContent, score: number): RulebookBand {
  const band = content.bands.find((each) => score >= each.minimum) ?? content.bands.at(-1)
  if (!band) throw new Error('a rulebook has at least one band')
  return band
}

/** The grade that a veto gives; null when the rulebook knows none. */
export function vetoGrade(content: RulebookContent): { level: string; grade: string } | null {
  const found = gradesOf(content).find(({ grade }) => grade === content.veto?.grade)
  return found ? { level: found.level, grade: found.grade } : null
}
