import { addDays, findShippedProcess, type LocalDate, type ProcessContent } from '@fireledger/domain'
import { cityDivision, officer } from './actors.ts'
import { slotsPerDay } from './calendar.ts'
import type { Step } from './wave.ts'
import type { World } from './world.ts'

/**
 * The processes of assessment that the city adopts: one at the beginning, and one with more gates that takes its place
 * in the first year. What began under the first ends under it.
 */

export const firstProcess = 'XF3005-EIGHT-1'
export const secondProcess = 'XF3005-EIGHT-3'
const draftedDay = 210
const changeDay = 240

export function contentOf(code: string): ProcessContent {
  const content = findShippedProcess(code)?.content
  if (!content) throw new Error(`${code} is not among the shipped processes`)
  return content
}

/** The process under which an assessment begins on that day. */
export function processOn(world: World, day: LocalDate): string {
  return day < addDays(world.calendar.firstDay, changeDay) ? firstProcess : secondProcess
}

export function* processLife(world: World): Generator<Step> {
  const actor = officer('rule-maker', cityDivision, world.random('assessment-process'))
  const from = addDays(world.calendar.firstDay, changeDay)
  const step = (slot: number, id: string, type: string, data: Record<string, unknown>): Step => ({
    slot,
    order: { category: 'assessmentProcess', id, type, data, actor },
  })
  const drafting = (id: string) => ({ division: cityDivision, content: contentOf(id) })
  const adoption = { division: cityDivision, from: world.calendar.firstDay }
  yield step(5, firstProcess, 'DraftAssessmentProcess', drafting(firstProcess))
  yield step(6, firstProcess, 'AdoptAssessmentProcess', adoption)
  const later = draftedDay * slotsPerDay
  yield step(later, secondProcess, 'DraftAssessmentProcess', drafting(secondProcess))
  yield step(later + 1, secondProcess, 'AdoptAssessmentProcess', { ...adoption, from })
  const reason = '增加方案、到场、访谈、仪器和报告语句的要求，改用新过程'
  yield step(later + 2, firstProcess, 'RetireAssessmentProcess', { from, reason })
}
