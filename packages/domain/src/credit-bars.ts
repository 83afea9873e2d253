import { rater, type ScoredVeto, validity } from './credit-standing.ts'
import type { BonusBar, ScoredFact, WeighedFact } from './credit-weights.ts'
import { consequencesOf } from './rulebook-content.ts'
import type { RulebookVersion } from './rulebook-in-force.ts'

/**
 * Which bonuses a level bars. The question is put to the day of the fact and answered by what was effective by then,
 * the deductions of that day included and its bonuses not: neither the order of recording nor that of the bonuses of
 * one day matters, and what is taken back later bars nothing.
 */

/** Whether the bonus is barred; `before` holds what is effective up to its day, in the order of the days. */
export type FindBar = (bonus: ScoredFact, before: readonly WeighedFact[]) => BonusBar | null

export function barsOf(vetoes: readonly ScoredVeto[], library: readonly RulebookVersion[]): FindBar {
  const barring = new Map(
    library
      .filter(({ content }) => content.levels.some(({ consequences }) => !consequences.bonusAllowed))
      .map((version) => [version.reference, version]),
  )
  const known = new Map<string, BonusBar | null>()
  return ({ rulebook, effectiveOn }, before) => {
    const version = barring.get(rulebook)
    if (!version) return null
    const key = `${rulebook} ${effectiveOn}`
    const answered = known.get(key)
    if (answered !== undefined) return answered
    const { level, grade } = rater(vetoes, validity(before), library)(version, effectiveOn)
    const allowed = consequencesOf(version.content, grade)?.bonusAllowed !== false
    const bar = allowed ? null : { on: effectiveOn, level, grade }
    known.set(key, bar)
    return bar
  }
}
