import { refuse } from './decider.ts'
import type { EventId } from './values.ts'

/**
 * A correction must name the event whose details stand, so that two people who mend the same mistake do not mend it
 * twice. `standing` is null only where events have no ids: in a decider's own test.
 */
export function refuseUnlessStanding(standing: EventId | null, supersedes: EventId) {
  if (standing === null || standing === supersedes) return null
  return refuse(
    'superseded-event-not-standing',
    {
      zh: '被更正的事件不是现行信息所依据的事件，请重新查询后再更正',
      en: 'the details that stand come from another event; read the record again and name that event',
    },
    ['HOUSE:corrections'],
    '/data/supersedes',
  )
}
