import { addDays } from '@fireledger/domain'
import { nationalAdministrator as actor, cityDivision } from './actors.ts'
import { paceFrom, slotsPerDay } from './calendar.ts'
import type { Step } from './wave.ts'
import type { City, World } from './world.ts'

/**
 * People who left the trade and asked to be forgotten: their keys are destroyed in the last days of the story, after
 * everything else about them was recorded.
 */
export function* erasures(world: World, city: City): Generator<Step> {
  const pace = paceFrom(world.calendar, world.calendar.slots - 6 * slotsPerDay)
  const random = world.random('erasures', city.key)
  for (const { key } of city.practitioners.filter(({ episode }) => episode === 'erased')) {
    const slot = pace.next()
    if (slot >= world.calendar.slots) return
    const data = {
      division: cityDivision,
      reason: '本人注销注册并离开行业，申请删除个人信息，保存期限已届满',
      requestedOn: addDays(pace.day, -random.int(3, 12)),
    }
    yield {
      slot,
      order: { category: 'subjectKey', id: `person-${key}`, type: 'DestroySubjectKey', data, actor },
    }
  }
}
