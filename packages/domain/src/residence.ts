import { z } from 'zod'
import { divisionCode } from './identifiers.ts'
import { type LocalDate, localDate } from './values.ts'

/** Where a subject belonged, over time: it decides which city's rulebook judges which fact. */

export const residence = z.strictObject({ from: localDate, division: divisionCode })
export type Residence = z.output<typeof residence>

/**
 * With a move on a day. What is learnt later about the same day replaces what was known of it; a correction that holds
 * from the first day on replaces all.
 */
export function moved(residences: readonly Residence[], from: LocalDate, division: string): Residence[] {
  const kept = residences.filter((each) => each.from !== from)
  return [...kept, { from, division }].sort((a, b) => (a.from < b.from ? -1 : 1))
}

/** The division on the day; before the first day it is that of the first; null when none is known. */
export function divisionOn(residences: readonly Residence[], day: LocalDate): string | null {
  const found = residences.findLast((each) => each.from <= day) ?? residences[0]
  return found?.division ?? null
}
