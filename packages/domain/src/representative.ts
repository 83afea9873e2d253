import { dayOf, type Instant, type LocalDate } from './values.ts'

/** Who was an institution's registered legal representative, over time: known by subject id, which is in clear. */

export type Representative = { readonly from: LocalDate; readonly subjectId: string }

/** With a change on a day; what is learnt later about the same day replaces what was known of it. */
export function represented(
  known: readonly Representative[],
  at: Instant,
  { subjectId }: { readonly subjectId: string },
): Representative[] {
  const from = dayOf(at)
  const kept = known.filter((each) => each.from !== from)
  return [...kept, { from, subjectId }].sort((a, b) => (a.from < b.from ? -1 : 1))
}

/** Before the first day it is the first; null when none is known. */
export function representativeOn(known: readonly Representative[], day: LocalDate): string | null {
  return (known.findLast((each) => each.from <= day) ?? known[0])?.subjectId ?? null
}
