import { barsOf } from './credit-bars.ts'
import { countOn, resultOf } from './credit-counting.ts'
import { firstResultOn, holdsFrom, settledDay } from './credit-cycles.ts'
import {
  ownedBy,
  rater,
  type ScoredVeto,
  type Standing,
  validity,
  vetoStands,
  withVeto,
} from './credit-standing.ts'
import { type ScoredFact, type WeighedFact, weighFacts } from './credit-weights.ts'
import { divisionOn, type Residence } from './residence.ts'
import type { RulebookContent, SubjectKind } from './rulebook-content.ts'
import { awaitedResult, findItem, judge, type RulebookVersion, rulebookInForce } from './rulebook-in-force.ts'
import { type ScoreLine, toLine } from './scoring-lines.ts'
import { addDays, type LocalDate } from './values.ts'

/**
 * The score of a subject on a day, from its facts and the rulebooks: pure, and the same whatever the order in which
 * the facts were recorded. Each fact is weighed by the rulebook that was in force on its own day; base, range, bands
 * and the ceiling of bonuses come from the rulebook in force on the day that is asked for.
 */

/** An objection to an entry or a veto; it is disputed from the day of filing to the day before the ruling. */
export type Dispute = {
  readonly entry: string
  readonly filedOn: LocalDate
  readonly decidedOn: LocalDate | null
}

export type { ScoredVeto, Standing } from './credit-standing.ts'

/** What is known of a subject; the state of an open credit account is one. */
export type CreditFacts = {
  readonly entries: readonly ScoredFact[]
  readonly vetoes: readonly ScoredVeto[]
  readonly objections?: readonly Dispute[]
}

export type Score = Standing & {
  readonly day: LocalDate
  /** Where results are settled by cycle: the day whose result holds on the day that is asked for. */
  readonly settledOn?: LocalDate
  readonly rulebook: string
  /** Null where the rulebook only counts. */
  readonly base: number | null
  /** In the order of the days of the facts. */
  readonly lines: readonly ScoreLine[]
  /** When score or grade change next if nothing else happens; null: never. */
  readonly nextChange: (Standing & { readonly on: LocalDate; readonly rulebook?: string }) | null
  /** Ids of all entries and vetoes that stood on the day, sorted: what anyone needs to compute it again. */
  readonly inputs: readonly string[]
}

/** A standing from a day on; all null where no rulebook is in force, or its first result is not there yet. */
export type GradeStep = { readonly from: LocalDate; readonly rulebook: string | null } & (
  | Standing
  | { readonly score: null; readonly level: null; readonly grade: null; readonly veto: null }
)

/** Whose grade it is: the division of each day decides which rulebooks hold. */
export type ScoredSubject = {
  /** Where no residence is known. */
  readonly division: string
  readonly subjectKind: SubjectKind
  /** The subject's divisions over time, in order; a subject that moved keeps its history under the old rules. */
  readonly residences?: readonly Residence[]
  /** Cuts off what was before the subject existed. */
  readonly since?: LocalDate
}

/** The score on the day under this rulebook. `library` holds the rulebooks that judged the facts. */
export function scoreOn(
  facts: CreditFacts,
  rulebook: RulebookVersion,
  day: LocalDate,
  library: readonly RulebookVersion[] = [rulebook],
): Score {
  const { content } = rulebook
  const weighed = weighFacts(facts.entries, library, barsOf(facts.vetoes, library))
  const validAt = validity(weighed)
  const isOwn = ownedBy(rulebook, library)
  const settled = settledDay(content.cycle, day)
  const counted = countOn(validAt(settled), content, settled, isOwn)
  const standing = withVeto(resultOf(counted, content, isOwn), facts.vetoes, content, day)
  const vetoes = facts.vetoes.filter((veto) => vetoStands(veto, day)).map((veto) => veto.eventId)
  const rate = rater(facts.vetoes, validAt, library)
  const later = breakpoints(weighed, facts.vetoes, [content]).filter((each) => each > day)
  let nextChange: Score['nextChange'] = null
  for (const on of later) {
    const next = rate(rulebook, on)
    if (sameStanding(next, standing)) continue
    nextChange = { on, ...next }
    break
  }
  return {
    ...standing,
    day,
    ...(settled === day ? {} : { settledOn: settled }),
    rulebook: rulebook.reference,
    base: content.method === 'points' ? content.base : null,
    lines: counted.map((each) => toLine(each, isDisputed(facts, each.weighed.fact.eventId, day))),
    nextChange,
    inputs: [...counted.map(({ weighed }) => weighed.fact.eventId), ...vetoes].sort(),
  }
}

/** The rulebook as if its results held day by day: what a cycle comes to while it is made, and on its last day. */
export function unsettled(rulebook: RulebookVersion): RulebookVersion {
  const { content } = rulebook
  const cycle = content.cycle && { ...content.cycle, settledAfterMonths: null }
  return { ...rulebook, content: { ...content, cycle } }
}

export function isDisputed({ objections = [] }: CreditFacts, eventId: string, day: LocalDate): boolean {
  return objections.some(
    ({ entry, filedOn, decidedOn }) =>
      entry === eventId && filedOn <= day && (decidedOn === null || day < decidedOn),
  )
}

/**
 * The whole history of the score as a step function, the future included as far as it is settled (expiry, adopted
 * rulebooks): a view that stores the steps is right on any day without a clock. Caps belong to the year of each fact,
 * so New Year is a step only where a fact makes it one.
 */
export function gradeTimeline(
  facts: CreditFacts,
  library: readonly RulebookVersion[],
  subject: ScoredSubject,
): GradeStep[] {
  const weighed = weighFacts(facts.entries, library, barsOf(facts.vetoes, library))
  const rate = rater(facts.vetoes, validity(weighed), library)
  const adopted = library.flatMap((version) => [
    ...version.adoptions.map((adoption) => adoption.from),
    ...(version.retiredFrom === null ? [] : [version.retiredFrom]),
  ])
  const { since = '', residences = [] } = subject
  const contents = library.map((version) => version.content)
  const moves = residences.map(({ from }) => from)
  const there = since === '' ? (moves[0] ?? '') : since
  // Whose beginning is not known has had results always.
  const firstResults =
    there === ''
      ? []
      : [there, ...adopted].flatMap((day) => contents.flatMap(({ cycle }) => firstResultOn(cycle, day) ?? []))
  const days = [
    ...breakpoints(weighed, facts.vetoes, contents),
    ...adopted,
    ...moves,
    ...firstResults,
  ].filter((day) => day > since)
  const steps: GradeStep[] = []
  for (const from of [...new Set(since === '' ? days : [since, ...days])].sort()) {
    const division = divisionOn(residences, from) ?? subject.division
    const version = rulebookInForce(library, division, subject.subjectKind, from)
    const whose = { division, subjectKind: subject.subjectKind, since: there }
    const step = stepFrom(from, version && { version, standing: rate(version, from) }, (of) =>
      there === '' ? null : awaitedResult(of, whose, from, library),
    )
    const last = steps.at(-1)
    const first = last === undefined && version !== null
    if (first || (last && (last.rulebook !== step.rulebook || !sameStanding(last, step)))) steps.push(step)
  }
  return steps
}

function stepFrom(
  from: LocalDate,
  rated: { readonly version: RulebookVersion; readonly standing: Standing } | null,
  awaited: (version: RulebookVersion) => LocalDate | null,
): GradeStep {
  const none = { score: null, level: null, grade: null, veto: null }
  if (rated === null) return { from, rulebook: null, ...none }
  const { version, standing } = rated
  const rulebook = version.reference
  if (awaited(version) === null) return { from, rulebook, ...standing }
  // A veto waits for no result.
  return standing.veto === null ? { from, rulebook, ...none } : { from, rulebook, ...standing, score: null }
}

/** Without what happened after the day; what was granted by then for a later day, such as a repair, stays. */
function heldBy(facts: CreditFacts, day: LocalDate): CreditFacts {
  const held = ({ effectiveOn }: { readonly effectiveOn: LocalDate }) => effectiveOn <= day
  return { ...facts, entries: facts.entries.filter(held), vetoes: facts.vetoes.filter(held) }
}

/**
 * The score as it is told on a day: its next change is what was to be expected then, by expiry and by the beginning of
 * an adopted rulebook, and nothing that happened afterwards.
 */
export function scoreToldOn(
  facts: CreditFacts,
  rulebook: RulebookVersion,
  day: LocalDate,
  library: readonly RulebookVersion[],
  subject: ScoredSubject,
): Score {
  const held = heldBy(facts, day)
  const score = scoreOn(held, rulebook, day, library)
  const turn = gradeTimeline(held, library, subject).find(
    (step) => step.from > day && step.rulebook !== null && step.rulebook !== rulebook.reference,
  )
  if (!turn?.grade || (score.nextChange !== null && score.nextChange.on < turn.from)) return score
  const { from, rulebook: next, ...standing } = turn
  return { ...score, nextChange: { on: from, ...standing, ...(next === null ? {} : { rulebook: next }) } }
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
  const { content } = rulebook
  return {
    ...facts,
    vetoes: facts.vetoes.filter((veto) => content.veto?.codes.some((each) => each.code === veto.code)),
    entries: facts.entries.map((entry) => {
      const item = findItem(content, entry.item)
      const judged = item
        ? judge(item, entry.count, entry.effectiveOn, content.cycle)
        : { points: 0, validUntil: entry.validUntil }
      return { ...entry, ...judged, rulebook: rulebook.reference }
    }),
  }
}

/** Days on which a standing may differ from that of the day before; results of cycles differ when they are settled. */
function breakpoints(
  weighed: readonly WeighedFact[],
  vetoes: readonly ScoredVeto[],
  contents: readonly RulebookContent[],
): LocalDate[] {
  const ofFacts = weighed.flatMap(({ from, until, eased }) => [
    from,
    ...(until === null ? [] : [addDays(until, 1)]),
    ...(eased === null ? [] : [eased.from]),
  ])
  const settled = contents.flatMap(({ cycle }) =>
    cycle === null || cycle.settledAfterMonths === null ? [] : ofFacts.map((day) => holdsFrom(cycle, day)),
  )
  const ofVetoes = vetoes.flatMap((veto) => [
    veto.effectiveOn,
    ...(veto.lifted ? [veto.lifted.effectiveOn] : []),
  ])
  return [...new Set([...ofFacts, ...settled, ...ofVetoes])].sort()
}

function sameStanding(a: Standing | GradeStep, b: Standing | GradeStep): boolean {
  return (
    a.score === b.score && a.level === b.level && a.grade === b.grade && a.veto?.eventId === b.veto?.eventId
  )
}
