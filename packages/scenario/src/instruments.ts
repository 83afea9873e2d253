import { addDays, type LocalDate } from '@fireledger/domain'
import { ownAccount } from './actors.ts'
import { paceFrom, slotsPerDay } from './calendar.ts'
import { digestOf } from './identifiers.ts'
import type { Step } from './wave.ts'
import type { Institution, World } from './world.ts'

/** The instruments of those who assess: the first is calibrated in time, the second sometimes late. */

const names = ['消火栓测压接头', '数字风速仪'] as const
const validDays = 365

type Calibration = {
  readonly instrument: string
  readonly name: string
  readonly slot: number
  readonly late: boolean
}

export function instrumentsOf(institution: Institution): readonly [string, string] {
  return [`YQ-${institution.key}-1`, `YQ-${institution.key}-2`]
}

/** In the order of time; each is valid for a year from its day on. */
function calibrationsOf(world: World, institution: Institution): Calibration[] {
  const random = world.random('instruments', institution.key)
  const last = Math.min(institution.leavesSlot, world.calendar.slots) - 10 * slotsPerDay
  const calibrations: Calibration[] = []
  for (const [place, instrument] of instrumentsOf(institution).entries()) {
    let slot = institution.registeredSlot + (60 + place * 7) * slotsPerDay
    while (slot < last) {
      const late = place === 1 && random.chance(0.6)
      calibrations.push({ instrument, name: names[place] ?? names[0], slot, late })
      slot += (late ? validDays + random.int(40, 110) : validDays - random.int(15, 40)) * slotsPerDay
    }
  }
  return calibrations.sort((a, b) => a.slot - b.slot)
}

export function* instrumentLife(world: World, institution: Institution): Generator<Step> {
  if (institution.type === 'maintenance' || institution.fate === 'removed') return
  const random = world.random('certificates', institution.key)
  const pace = paceFrom(world.calendar, institution.registeredSlot)
  for (const { instrument, name, slot } of calibrationsOf(world, institution)) {
    const at = pace.reach(slot)
    const period = { calibratedOn: pace.day, validUntil: addDays(pace.day, validDays) }
    const data = { instrument, name, ...period, certificateSha256: digestOf(random) }
    const actor = ownAccount(institution)
    yield {
      slot: at,
      order: { category: 'institution', id: institution.uscc, type: 'CalibrateInstrument', data, actor },
    }
  }
}

/** Whether the second instrument is surely out of calibration on that day; what lies near a change is not. */
export function hasLapsed(world: World, institution: Institution, day: LocalDate): boolean {
  const [, second] = instrumentsOf(institution)
  const { dayOfSlot } = world.calendar
  const own = calibrationsOf(world, institution).filter((each) => each.instrument === second)
  const before = own.findLast((each) => dayOfSlot(each.slot) <= day)
  const after = own.find((each) => dayOfSlot(each.slot) > day)
  if (!before) return false
  const expired = addDays(dayOfSlot(before.slot), validDays + 15)
  return day > expired && (!after || day < addDays(dayOfSlot(after.slot), -1))
}
