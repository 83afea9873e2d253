import { findShippedProcess } from '@fireledger/domain'
import { cityDivision, officer } from './actors.ts'
import type { Step } from './wave.ts'
import type { World } from './world.ts'

/** The processes of assessment that the city adopts. */

export const processCode = 'XF3005-EIGHT-1'

export function* processLife(world: World): Generator<Step> {
  const actor = officer('rule-maker', cityDivision, world.random('assessment-process'))
  const content = findShippedProcess(processCode)?.content
  if (!content) throw new Error(`${processCode} is not among the shipped processes`)
  const step = (slot: number, type: string, data: Record<string, unknown>): Step => ({
    slot,
    order: { category: 'assessmentProcess', id: processCode, type, data, actor },
  })
  yield step(5, 'DraftAssessmentProcess', { division: cityDivision, content })
  yield step(6, 'AdoptAssessmentProcess', { division: cityDivision, from: world.calendar.firstDay })
}
