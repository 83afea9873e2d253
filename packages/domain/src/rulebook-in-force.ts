import { type CreditCycle, cycleEnd, firstResultOn } from './credit-cycles.ts'
import { type Adoption, adoptionOn, narrowestThenLatest, type RulebookState, referTo } from './rulebook.ts'
import type { RulebookContent, RulebookItem, SubjectKind } from './rulebook-content.ts'
import { addMonths, type LocalDate } from './values.ts'

/** Which rulebook holds for whom on a day, and what it makes of one fact. */

/** A rulebook as scoring needs it. */
export type RulebookVersion = {
  /** `<id>@<revision>` */
  readonly reference: string
  readonly content: RulebookContent
  readonly adoptions: readonly Adoption[]
  readonly retiredFrom: LocalDate | null
}

export function rulebookVersion(id: string, state: RulebookState): RulebookVersion | null {
  if (state.status === 'unknown') return null
  const { content, adoptions, retiredFrom } = state
  return { reference: referTo(id, state), content, adoptions, retiredFrom }
}

/**
 * The rulebook in force for the division and the kind on the day: the one adopted for the narrowest area goes first,
 * then the one adopted last. Null when none is.
 */
export function rulebookInForce(
  library: readonly RulebookVersion[],
  division: string,
  kind: SubjectKind,
  day: LocalDate,
): RulebookVersion | null {
  const holding = library.flatMap((version) => {
    const adoption = adoptionOn(version, division, kind, day)
    return adoption ? [{ version, adoption }] : []
  })
  holding.sort(
    (a, b) =>
      narrowestThenLatest(a.adoption, b.adoption) || (a.version.reference < b.version.reference ? -1 : 1),
  )
  return holding[0]?.version ?? null
}

/**
 * Where results are settled by cycle: the day on which the first one holds, when it lies after `day`; until then the
 * subject has no result, and none is made up. A cycle that ended before the subject was there, or before any rulebook
 * was in force for it, has none. Null: there is a result on the day.
 */
export function awaitedResult(
  version: RulebookVersion,
  subject: { readonly division: string; readonly subjectKind: SubjectKind; readonly since: LocalDate },
  day: LocalDate,
  library: readonly RulebookVersion[] = [version],
): LocalDate | null {
  const { cycle } = version.content
  if (cycle === null || cycle.settledAfterMonths === null) return null
  const [judgedFrom = subject.since] = library
    .flatMap((each) => each.adoptions.map(({ from }) => ({ each, from })))
    .filter(({ each, from }) => adoptionOn(each, subject.division, subject.subjectKind, from) !== null)
    .map(({ from }) => from)
    .sort()
  const [, since = subject.since] = [judgedFrom, subject.since].sort()
  const first = firstResultOn(cycle, since)
  return first !== null && day < first ? first : null
}

export function findItem(content: RulebookContent, code: string): RulebookItem | null {
  return content.items.find((item) => item.code === code) ?? null
}

/**
 * What one fact is worth by an item: signed points before caps and repetition, and the last day on which they count.
 * The period ends with the corresponding day, that day included (民法典 art. 201, 202): twelve months from 10 March
 * count to 10 March of the next year. What is valid in its cycle ends with that.
 */
export function judge(
  item: RulebookItem,
  count: number,
  day: LocalDate,
  cycle: CreditCycle | null = null,
): { points: number; validUntil: LocalDate | null } {
  const hundredths = Math.round(item.points * 100) * count
  const months = item.validityMonths
  const points = hundredths === 0 ? 0 : (item.polarity === 'deduction' ? -hundredths : hundredths) / 100
  if (item.validInCycle && cycle !== null) return { points, validUntil: cycleEnd(cycle, day) }
  return { points, validUntil: months === null ? null : addMonths(day, months) }
}
