import {
  type CreditFacts,
  consequencesOf,
  findItem,
  findViolation,
  isIllustrative,
  publicationOn,
  type RulebookContent,
  type RulebookVersion,
  type Score,
  type ScoreLine,
} from '@fireledger/domain'

/** How a score is told: to the public its result and what follows from it, to others every line with its source. */

type Background = {
  readonly facts: CreditFacts
  /** The rulebooks that judged the facts. */
  readonly library: readonly RulebookVersion[]
  readonly explained: boolean
}

export function presentScore(score: Score, { content }: RulebookVersion, background: Background) {
  const { day, lines, inputs, ...result } = score
  const told = {
    ...result,
    // Whoever shows a number that no authority has published says so.
    illustrative: content.illustrative,
    consequences: consequencesOf(content, score.grade),
  }
  if (!background.explained) return told
  return { ...told, lines: lines.map((line) => presentLine(line, day, background)), inputs }
}

function presentLine(line: ScoreLine, day: string, { facts, library }: Background) {
  const entry = facts.entries.find(({ eventId }) => eventId === line.eventId)
  const content = library.find(({ reference }) => reference === entry?.rulebook)?.content
  const item = content && findItem(content, line.item)
  if (!entry || !content || !item) return line
  const { effectiveOn, reversed, factId, violation } = entry
  const endedOn = reversed?.effectiveOn ?? null
  return {
    ...line,
    effectiveOn,
    factId,
    /** What was done, by the catalogue of violations; the fact id names the case or inspection, the event its cause. */
    violation: violation && { code: violation, title: findViolation(violation)?.title ?? null },
    illustrative: isIllustrative(content, `/items/${placeOf(content, line.item)}/points`),
    publication:
      item.polarity === 'bonus'
        ? null
        : publicationOn({ gravity: item.gravity, effectiveOn, endedOn, forLife: false }, day),
  }
}

function placeOf({ items }: RulebookContent, code: string): number {
  return items.findIndex((item) => item.code === code)
}
