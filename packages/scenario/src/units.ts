import { officer } from './actors.ts'
import { paceFrom } from './calendar.ts'
import { personOf } from './persons.ts'
import type { Step } from './wave.ts'
import type { Unit, World } from './world.ts'

/** Slots at the end of the story in which units may close; no work begins at a unit that closes. */
export function closesSlot(world: World, unit: Unit): number | null {
  const random = world.random('closing', unit.key)
  return random.chance(0.02) ? world.calendar.slots - random.int(60, 900) : null
}

/** One unit in the register of premises. */
export function* unitLife(world: World, unit: Unit): Generator<Step> {
  const random = world.random('unit-life', unit.key)
  const pace = paceFrom(world.calendar, unit.registeredSlot)
  const actor = officer('registrar', unit.division, random)
  const { name, kind, areaSquareMetres, division, address } = unit
  const contact = personOf(world, `contact-${unit.key}`, [28, 60])
  const details = { name, uscc: null, kind, areaSquareMetres, division, address, contact }
  const step = (slot: number, type: string, data: Record<string, unknown>): Step => ({
    slot,
    order: { category: 'unit', id: unit.id, type, data, actor },
  })
  yield step(pace.next(), 'RegisterUnit', details)
  if (random.chance(0.08)) {
    const corrected = { ...details, areaSquareMetres: Math.round(areaSquareMetres * 1.06) }
    const correction = { supersedes: world.eventIdOf(unit.key, 0), reason: '建筑面积按不动产权证更正' }
    yield step(pace.days(random.int(5, 90)), 'CorrectDetails', { ...corrected, ...correction })
  }
  if (unit.keyUnit) {
    const basis = '符合消防安全重点单位界定标准，上年度申报确认'
    yield step(pace.days(random.int(3, 60)), 'DesignateKeyUnit', { basis })
    if (random.chance(0.06)) {
      const reason = '使用性质变更，不再符合界定标准'
      yield step(pace.days(random.int(300, 420)), 'LiftKeyDesignation', { reason })
    }
  }
  const closes = closesSlot(world, unit)
  if (closes === null) return
  pace.reach(closes)
  yield step(pace.next(), 'CloseUnit', { reason: '停业拆除' })
}
