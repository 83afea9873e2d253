import {
  type CreditEntry,
  findItem,
  gradesOf,
  isIllustrative,
  type RulebookContent,
} from '@fireledger/domain'
import type { Words } from './words.ts'

/** Beside each number of a rulebook that no authority has published: the note on top does not say which they are. */

export function markAt(content: RulebookContent | undefined, pointer: string, { say }: Words): string {
  return content && isIllustrative(content, pointer) ? say('（示例）', ' (illustrative)') : ''
}

/** Of a number of the item: `points`, `capPerYear`. */
export function markOfItem(
  content: RulebookContent | undefined,
  { item: code }: Pick<CreditEntry, 'item'>,
  number: string,
  words: Words,
): string {
  const item = content && findItem(content, code)
  return content && item ? markAt(content, `/items/${content.items.indexOf(item)}/${number}`, words) : ''
}

/** Of what follows from a grade: its own number, or that of its level. */
export function markOfGrade(content: RulebookContent, grade: string, number: string, words: Words): string {
  const grades = gradesOf(content)
  const place = grades.findIndex((each) => each.grade === grade)
  const band = grades[place]
  if (number === 'samplingFactor' && band && band.samplingFactor !== null)
    return markAt(content, `${gradesPointer(content)}/${place}/samplingFactor`, words)
  const level = content.levels.findIndex(({ code }) => code === band?.level)
  return markAt(content, `/levels/${level}/consequences/${number}`, words)
}

export function gradesPointer({ method }: RulebookContent): string {
  return method === 'points' ? '/bands' : '/tiers'
}
