import type { CreditAccountState } from './credit-account-events.ts'
import { divisionOn, type Residence } from './residence.ts'
import { gradesOf, isIllustrative, type RulebookContent, type SubjectKind } from './rulebook-content.ts'
import { awaitedResult, type RulebookVersion, rulebookInForce } from './rulebook-in-force.ts'
import { type CreditFacts, type Score, scoreOn } from './scoring.ts'
import type { ScoreLine } from './scoring-lines.ts'
import type { ReplayedAccount } from './simulation-replay.ts'
import type { LocalDate, Title } from './values.ts'

/** What a simulation says: of one subject its grade before and after and the lines that differ; of all, the counts. */

export type SimulatedSubject = {
  readonly subject: string
  readonly subjectKind: SubjectKind
  /** Null for people: names of persons are sealed. */
  readonly name: string | null
  readonly residences: readonly Residence[]
}

/** A grade on the day; null where no rulebook is in force, or where it has no result yet. */
export type SimulatedGrade = {
  readonly rulebook: string | null
  readonly score: number | null
  readonly level: string | null
  readonly grade: string | null
  /** Code of the veto that decides the grade. */
  readonly veto: string | null
  /** Points of a subject without any entry. */
  readonly base: number | null
  /** Whether its numbers are a demonstration's, not an authority's. */
  readonly illustrative: boolean
}

type SideOfLine = Pick<ScoreLine, 'cappedBy' | 'validUntil' | 'why'> & {
  /** What it adds to the score on the day. */
  readonly points: number
  readonly rulebook: string
  readonly illustrative: boolean
}

/** One entry that counts otherwise than before; null on the side where there is none. */
export type SimulatedLine = {
  readonly item: string
  readonly title: Title
  /** The event that the entry follows from; the entry itself where an officer made it. */
  readonly event: string
  readonly factId: string
  readonly legalBasis: readonly string[]
  readonly before: SideOfLine | null
  readonly after: SideOfLine | null
}

export type Movement = {
  readonly subject: string
  readonly subjectKind: SubjectKind
  readonly name: string | null
  readonly division: string
  /** By the scale of the simulated rulebook; `other` where the grade before is none of its grades. */
  readonly direction: 'up' | 'down' | 'other'
  readonly before: SimulatedGrade
  readonly after: SimulatedGrade
  readonly lines: readonly SimulatedLine[]
}

export type Compared = {
  readonly before: SimulatedGrade
  readonly after: SimulatedGrade
  /** Null: the grade stays. */
  readonly movement: Movement | null
}

type Library = readonly RulebookVersion[]

/** What the replay of an account comes to on the day. */
export function compareGrades(
  who: SimulatedSubject,
  account: ReplayedAccount,
  day: LocalDate,
  libraries: { readonly served: Library; readonly simulated: Library },
): Compared {
  const before = standing(who, account.served, day, libraries.served)
  const after = standing(who, account.simulated, day, libraries.simulated)
  const [a, b] = [before.grade, after.grade]
  if (a.grade === b.grade && a.level === b.level) return { before: a, after: b, movement: null }
  const { subject, subjectKind, name, residences } = who
  const movement: Movement = {
    subject,
    subjectKind,
    name,
    division: divisionOn(residences, day) ?? '',
    direction: directionOf(a.grade, b.grade, after.version?.content ?? null),
    before: a,
    after: b,
    lines: differingLines(before, after),
  }
  return { before: a, after: b, movement }
}

type Standing = {
  readonly grade: SimulatedGrade
  readonly version: RulebookVersion | null
  readonly score: Score | null
  readonly facts: CreditFacts
  readonly library: Library
}

function standing(
  { subjectKind, residences }: SimulatedSubject,
  account: CreditAccountState,
  day: LocalDate,
  library: Library,
): Standing {
  const facts = account.status === 'open' ? account : { entries: [], vetoes: [] }
  const division = divisionOn(residences, day) ?? ''
  const version = rulebookInForce(library, division, subjectKind, day)
  const rated = version && scoreOn(facts, version, day, library)
  const since = residences[0]?.from ?? day
  const awaited =
    version !== null && awaitedResult(version, { division, subjectKind, since }, day, library) !== null
  // Before the first result of a cycle there is a grade by veto, or none.
  const score = awaited && rated?.veto === null ? null : rated
  const grade: SimulatedGrade = {
    rulebook: version?.reference ?? null,
    score: awaited ? null : (score?.score ?? null),
    level: score?.level ?? null,
    grade: score?.grade ?? null,
    veto: score?.veto?.code ?? null,
    base: score?.base ?? null,
    illustrative: version?.content.illustrative ?? false,
  }
  return { grade, version, score, facts, library }
}

function directionOf(
  before: string | null,
  after: string | null,
  content: RulebookContent | null,
): Movement['direction'] {
  const scale = content === null ? [] : gradesOf(content).map(({ grade }) => grade)
  const [from, to] = [scale.indexOf(before ?? ''), scale.indexOf(after ?? '')]
  if (from < 0 || to < 0 || from === to) return 'other'
  return to < from ? 'up' : 'down'
}

/** Where a rulebook only counts, all lines are told: which of them made the tier, only the rulebook knows. */
function differingLines(before: Standing, after: Standing): SimulatedLine[] {
  const onlyCounts = [before, after].some(({ version }) => version?.content.method === 'tiers')
  const rest = new Map(after.score?.lines.map((line) => [lineKey(line, after), line]))
  const lines: SimulatedLine[] = []
  for (const line of before.score?.lines ?? []) {
    const key = lineKey(line, before)
    const other = rest.get(key) ?? null
    rest.delete(key)
    if (!onlyCounts && other?.counted === line.counted) continue
    lines.push(toLine(line, other, before, after))
  }
  for (const line of rest.values()) lines.push(toLine(null, line, before, after))
  return lines
}

function lineKey({ eventId, item }: ScoreLine, side: Standing): string {
  const entry = entryOf(eventId, side)
  return `${item} ${entry?.factId} ${entry?.causeEventId ?? eventId}`
}

type Entry = Extract<CreditAccountState, { status: 'open' }>['entries'][number]

function entryOf(eventId: string, { facts }: Standing): Entry | undefined {
  return (facts.entries as readonly Entry[]).find((entry) => entry.eventId === eventId)
}

function toLine(
  before: ScoreLine | null,
  after: ScoreLine | null,
  served: Standing,
  simulated: Standing,
): SimulatedLine {
  const line = after ?? before
  if (line === null) throw new Error('a line has a side')
  const entry = entryOf(line.eventId, after ? simulated : served)
  return {
    item: line.item,
    title: line.title,
    event: entry?.causeEventId ?? line.eventId,
    factId: entry?.factId ?? '',
    legalBasis: line.legalBasis,
    before: before && sideOf(before, served),
    after: after && sideOf(after, simulated),
  }
}

function sideOf(
  { eventId, item, counted, cappedBy, validUntil, why }: ScoreLine,
  side: Standing,
): SideOfLine {
  const rulebook = entryOf(eventId, side)?.rulebook ?? ''
  const content = side.library.find(({ reference }) => reference === rulebook)?.content
  const place = content?.items.findIndex((each) => each.code === item) ?? -1
  const illustrative = content ? isIllustrative(content, `/items/${place}/points`) : false
  return { points: counted, cappedBy, validUntil, why, rulebook, illustrative }
}

/** How many subjects have each grade; of subjects without a rulebook, grade and level are null. */
export type GradeCount = {
  readonly level: string | null
  readonly grade: string | null
  readonly subjects: number
  /** Whether one of them has it by numbers that are a demonstration's. */
  readonly illustrative: boolean
}

export type Tally = {
  readonly subjects: number
  readonly moved: number
  readonly up: number
  readonly down: number
  /** Subjects whose score differs, whether or not the grade does. */
  readonly scoreChanged: number
  readonly before: readonly GradeCount[]
  readonly after: readonly GradeCount[]
}

export const emptyTally: Tally = {
  subjects: 0,
  moved: 0,
  up: 0,
  down: 0,
  scoreChanged: 0,
  before: [],
  after: [],
}

export function addTally(a: Tally, b: Tally): Tally {
  return {
    subjects: a.subjects + b.subjects,
    moved: a.moved + b.moved,
    up: a.up + b.up,
    down: a.down + b.down,
    scoreChanged: a.scoreChanged + b.scoreChanged,
    before: addCounts(a.before, b.before),
    after: addCounts(a.after, b.after),
  }
}

export function tallyOf({ before, after, movement }: Compared): Tally {
  const one = ({ level, grade, illustrative }: SimulatedGrade) => [
    { level, grade, subjects: 1, illustrative: grade !== null && illustrative },
  ]
  return {
    subjects: 1,
    moved: movement ? 1 : 0,
    up: movement?.direction === 'up' ? 1 : 0,
    down: movement?.direction === 'down' ? 1 : 0,
    scoreChanged: before.score === after.score ? 0 : 1,
    before: one(before),
    after: one(after),
  }
}

function addCounts(a: readonly GradeCount[], b: readonly GradeCount[]): GradeCount[] {
  const counts = new Map(a.map((each) => [keyOf(each), each]))
  for (const each of b) {
    const known = counts.get(keyOf(each))
    counts.set(keyOf(each), {
      ...each,
      subjects: each.subjects + (known?.subjects ?? 0),
      illustrative: each.illustrative || known?.illustrative === true,
    })
  }
  return [...counts.values()]
}

function keyOf({ level, grade }: { readonly level: string | null; readonly grade: string | null }): string {
  return `${level} ${grade}`
}

/**
 * The counts from the best grade to the worst, by the scales of the rulebooks in the order given, every grade of the
 * first of them told though nobody has it; those without a rulebook last.
 */
export function inScaleOrder(counts: readonly GradeCount[], library: Library): GradeCount[] {
  const [first] = library
  const held = new Set(counts.map(keyOf))
  // Its bounds are the rulebook's also where nobody reaches them.
  const empty = first
    ? gradesOf(first.content)
        .map(({ level, grade }) => ({ level, grade, subjects: 0, illustrative: first.content.illustrative }))
        .filter((each) => !held.has(keyOf(each)))
    : []
  const scale = library.flatMap(({ content }) => gradesOf(content).map(keyOf))
  const placeOf = (each: GradeCount) => {
    const place = scale.indexOf(keyOf(each))
    return place < 0 ? scale.length + (each.grade === null ? 1 : 0) : place
  }
  return addCounts(empty, counts).sort((a, b) => placeOf(a) - placeOf(b) || (keyOf(a) < keyOf(b) ? -1 : 1))
}
