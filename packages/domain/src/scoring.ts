import {
  type CapKind,
  type ScoredFact,
  type WeighedFact,
  type Withdrawal,
  weighFacts,
} from './credit-weights.ts'
import type { RulebookBand, RulebookContent, SubjectKind } from './rulebook-content.ts'
import { findItem, judge, type RulebookVersion, rulebookInForce } from './rulebook-in-force.ts'
import { addDays, type LocalDate, type Title } from './values.ts'

/**
 * The score of a subject on a day, from its facts and the rulebooks: pure, and the same whatever the order in which
 * the facts were recorded. Each fact is weighed by the rulebook that was in force on its own day; base, range, bands
 * and the ceiling of bonuses come from the rulebook in force on the day that is asked for.
 */

export type ScoredVeto = {
  readonly eventId: string
  readonly code: string
  readonly effectiveOn: LocalDate
  readonly lifted: Withdrawal | null
}

/** What is known of a subject; the state of an open credit account is one. */
export type CreditFacts = {
  readonly entries: readonly ScoredFact[]
  readonly vetoes: readonly ScoredVeto[]
}

/** One fact that is valid on the day, and what became of it. */
export type ScoreLine = {
  readonly eventId: string
  readonly item: string
  readonly title: Title
  /** Signed, as recorded: item × count. */
  readonly points: number
  /** Signed, what it adds to the score on the day. */
  readonly counted: number
  readonly cappedBy: CapKind | null
  /** Last day on which it counts; null: for good. */
  readonly validUntil: LocalDate | null
  readonly legalBasis: readonly string[]
  readonly why: Title
}

export type Standing = {
  readonly score: number
  readonly level: string
  readonly grade: string
  /** The veto that decides the grade; null when the score does. */
  readonly veto: { readonly eventId: string; readonly code: string; readonly since: LocalDate } | null
}

export type Score = Standing & {
  readonly day: LocalDate
  readonly rulebook: string
  readonly base: number
  /** In the order of the days of the facts. */
  readonly lines: readonly ScoreLine[]
  /** When score or grade change next if nothing else happens; null: never. */
  readonly nextChange: (Standing & { readonly on: LocalDate }) | null
  /** Ids of all entries and vetoes that stood on the day, sorted: what anyone needs to compute it again. */
  readonly inputs: readonly string[]
}

/** A standing from a day on; all null where no rulebook is in force. */
export type GradeStep = { readonly from: LocalDate; readonly rulebook: string | null } & (
  | Standing
  | { readonly score: null; readonly level: null; readonly grade: null; readonly veto: null }
)

type Counted = { readonly weighed: WeighedFact; readonly counted: number; readonly cappedBy: CapKind | null }

/** The score on the day under this rulebook. `library` holds the rulebooks that judged the facts. */
export function scoreOn(
  facts: CreditFacts,
  rulebook: RulebookVersion,
  day: LocalDate,
  library: readonly RulebookVersion[] = [rulebook],
): Score {
  const { content } = rulebook
  const weighed = weighFacts(facts.entries, library)
  const counted = countOn(validOn(weighed, day), content)
  const standing = standingOn(counted, facts.vetoes, content, day)
  const vetoes = facts.vetoes.filter((veto) => vetoStands(veto, day)).map((veto) => veto.eventId)
  return {
    ...standing,
    day,
    rulebook: rulebook.reference,
    base: content.base,
    lines: counted.map(toLine),
    nextChange: findNextChange(weighed, facts.vetoes, content, day, standing),
    inputs: [...counted.map(({ weighed }) => weighed.fact.eventId), ...vetoes].sort(),
  }
}

function findNextChange(
  weighed: readonly WeighedFact[],
  vetoes: readonly ScoredVeto[],
  content: RulebookContent,
  day: LocalDate,
  now: Standing,
): Score['nextChange'] {
  const later = breakpoints(weighed, vetoes).filter((each) => each > day)
  for (const { day: on, valid } of sweep(weighed, later)) {
    const standing = standingOn(countOn(valid, content), vetoes, content, on)
    if (!sameStanding(standing, now)) return { on, ...standing }
  }
  return null
}

/**
 * The whole history of the score as a step function, the future included as far as it is settled (expiry, adopted
 * rulebooks): a view that stores the steps is right on any day without a clock. Caps belong to the year of each fact,
 * so New Year is a step only where a fact makes it one. `since` cuts off what was before the subject existed.
 */
export function gradeTimeline(
  facts: CreditFacts,
  library: readonly RulebookVersion[],
  subject: { readonly division: string; readonly subjectKind: SubjectKind; readonly since?: LocalDate },
): GradeStep[] {
  const weighed = weighFacts(facts.entries, library)
  const adopted = library.flatMap((version) => [
    ...version.adoptions.map((adoption) => adoption.from),
    ...(version.retiredFrom === null ? [] : [version.retiredFrom]),
  ])
  const { since = '' } = subject
  const days = [...breakpoints(weighed, facts.vetoes), ...adopted].filter((day) => day > since)
  const steps: GradeStep[] = []
  const sorted = [...new Set(since === '' ? days : [since, ...days])].sort()
  for (const { day: from, valid } of sweep(weighed, sorted)) {
    const version = rulebookInForce(library, subject.division, subject.subjectKind, from)
    const step: GradeStep = version
      ? {
          from,
          rulebook: version.reference,
          ...standingOn(countOn(valid, version.content), facts.vetoes, version.content, from),
        }
      : { from, rulebook: null, score: null, level: null, grade: null, veto: null }
    const last = steps.at(-1)
    const first = last === undefined && version !== null
    if (first || (last && (last.rulebook !== step.rulebook || !sameStanding(last, step)))) steps.push(step)
  }
  return steps
}

/** The step that holds on the day; null before the first. */
export function stepOn(steps: readonly GradeStep[], day: LocalDate): GradeStep | null {
  return steps.findLast((step) => step.from <= day) ?? null
}

/**
 * The same facts judged by one rulebook from the beginning: what a draft would have made of history. An item that the
 * rulebook does not have is worth nothing in it.
 */
export function rejudge(facts: CreditFacts, rulebook: RulebookVersion): CreditFacts {
  return {
    vetoes: facts.vetoes.filter((veto) =>
      rulebook.content.veto?.codes.some((each) => each.code === veto.code),
    ),
    entries: facts.entries.map((entry) => {
      const item = findItem(rulebook.content, entry.item)
      const judged = item
        ? judge(item, entry.count, entry.effectiveOn)
        : { points: 0, validUntil: entry.validUntil }
      return { ...entry, ...judged, rulebook: rulebook.reference }
    }),
  }
}

/** The grade that a score earns. */
export function bandOf(content: RulebookContent, score: number): RulebookBand {
  const band = content.bands.find((each) => score >= each.minimum) ?? content.bands.at(-1)
  if (!band) throw new Error('a rulebook has at least one band')
  return band
}

/** Days on which a standing may differ from that of the day before. */
function breakpoints(weighed: readonly WeighedFact[], vetoes: readonly ScoredVeto[]): LocalDate[] {
  const days = [
    ...weighed.flatMap(({ from, until }) => (until === null ? [from] : [from, addDays(until, 1)])),
    ...vetoes.flatMap((veto) => [veto.effectiveOn, ...(veto.lifted ? [veto.lifted.effectiveOn] : [])]),
  ]
  return [...new Set(days)].sort()
}

function validOn(weighed: readonly WeighedFact[], day: LocalDate): WeighedFact[] {
  return weighed.filter(({ from, until }) => from <= day && (until === null || day <= until))
}

/** What is valid on each of the days, in one pass; facts and days are in order. */
function* sweep(weighed: readonly WeighedFact[], days: readonly LocalDate[]) {
  let valid: WeighedFact[] = []
  let next = 0
  for (const day of days) {
    for (let fact = weighed[next]; fact && fact.from <= day; fact = weighed[++next]) valid.push(fact)
    valid = valid.filter(({ until }) => until === null || day <= until)
    yield { day, valid }
  }
}

function countOn(valid: readonly WeighedFact[], content: RulebookContent): Counted[] {
  const strongest = new Map<string, WeighedFact>()
  for (const each of valid) {
    const best = strongest.get(each.act)
    if (!best || each.allowed > best.allowed) strongest.set(each.act, each)
  }
  let bonusRoom =
    content.bonusTotalCap === null ? Number.POSITIVE_INFINITY : Math.round(content.bonusTotalCap * 100)
  return valid.map((each) => {
    if (strongest.get(each.act) !== each) return { weighed: each, counted: 0, cappedBy: 'same-act' }
    if (each.sign === -1) return { weighed: each, counted: 0 - each.allowed, cappedBy: each.cappedBy }
    const counted = Math.min(each.allowed, bonusRoom)
    bonusRoom -= counted
    return { weighed: each, counted, cappedBy: counted < each.allowed ? 'bonus-total' : each.cappedBy }
  })
}

function standingOn(
  counted: readonly Counted[],
  vetoes: readonly ScoredVeto[],
  content: RulebookContent,
  day: LocalDate,
): Standing {
  const { base, range } = content
  const sum = counted.reduce((total, each) => total + each.counted, Math.round(base * 100)) / 100
  const score = Math.min(range.maximum, Math.max(range.minimum, sum))
  const veto = content.veto ? firstVeto(vetoes, day) : null
  const vetoed = veto && content.bands.find((band) => band.grade === content.veto?.grade)
  const band = vetoed ?? bandOf(content, score)
  return {
    score,
    level: band.level,
    grade: band.grade,
    veto: veto && { eventId: veto.eventId, code: veto.code, since: veto.effectiveOn },
  }
}

function firstVeto(vetoes: readonly ScoredVeto[], day: LocalDate): ScoredVeto | null {
  return vetoes
    .filter((veto) => vetoStands(veto, day))
    .reduce<ScoredVeto | null>((first, veto) => (first && keyOf(first) <= keyOf(veto) ? first : veto), null)
}

function keyOf(veto: ScoredVeto): string {
  return `${veto.effectiveOn} ${veto.code} ${veto.eventId}`
}

function vetoStands(veto: ScoredVeto, day: LocalDate): boolean {
  if (day < veto.effectiveOn) return false
  return veto.lifted === null || (veto.lifted.basis === 'repaired' && day < veto.lifted.effectiveOn)
}

function sameStanding(a: Standing | GradeStep, b: Standing | GradeStep): boolean {
  return (
    a.score === b.score && a.level === b.level && a.grade === b.grade && a.veto?.eventId === b.veto?.eventId
  )
}

function toLine({ weighed, counted, cappedBy }: Counted): ScoreLine {
  const { fact, item, until } = weighed
  return {
    eventId: fact.eventId,
    item: fact.item,
    title: item?.title ?? { zh: fact.item, en: fact.item },
    points: fact.points,
    counted: counted / 100,
    cappedBy,
    validUntil: until,
    legalBasis: item?.legalBasis ?? [],
    why: explain(weighed, cappedBy),
  }
}

function explain(weighed: WeighedFact, cappedBy: CapKind | null): Title {
  const { fact, item, repetition, cap, until } = weighed
  const times = fact.count > 1 ? ` × ${fact.count}` : ''
  const zh = [
    `${fact.effectiveOn}的事实按${fact.item}${item?.title.zh ?? ''}${times}计${fact.points}分（规则${fact.rulebook}）`,
  ]
  const en = [
    `fact of ${fact.effectiveOn}, item ${fact.item}${times}: ${fact.points} points (rulebook ${fact.rulebook})`,
  ]
  if (repetition) {
    const { multiplier, earlier } = repetition
    zh.push(
      `${multiplier.withinMonths}个月内再次发生同一违法行为${fact.violation}（上次${earlier.effectiveOn}），按${multiplier.code}乘以${multiplier.factor}`,
    )
    en.push(
      `violation ${fact.violation} again within ${multiplier.withinMonths} months of ${earlier.effectiveOn}: ${multiplier.code}, times ${multiplier.factor}`,
    )
  }
  const year = fact.effectiveOn.slice(0, 4)
  const limits: Record<CapKind, Title> = {
    'same-act': { zh: '同一事实只计一次，以较重者计', en: 'the same act counts once, by its heavier entry' },
    'item-year': { zh: `${year}年该项上限${cap}分`, en: `cap of the item for ${year}: ${cap}` },
    'group-year': { zh: `${year}年该类上限${cap}分`, en: `cap of the group for ${year}: ${cap}` },
    'bonus-total': { zh: '加分合计已达上限', en: 'the total of bonuses is at its cap' },
  }
  if (cappedBy) {
    zh.push(limits[cappedBy].zh)
    en.push(limits[cappedBy].en)
  }
  zh.push(until === null ? '长期有效' : `有效至${until}（含当日）`)
  en.push(until === null ? 'counts for good' : `counts to ${until} inclusive`)
  return { zh: zh.join('；'), en: en.join('; ') }
}
