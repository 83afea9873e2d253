import type { InstitutionType } from '@fireledger/domain'
import { type Calendar, slotsPerDay } from './calendar.ts'
import { castPeople } from './cast-people.ts'
import { castUnits } from './cast-units.ts'
import { brandOf, businessNames, districts, homesOutside } from './data/company-names.ts'
import { usccOf } from './identifiers.ts'
import type { Random } from './random.ts'
import { type City, type Fate, type Institution, story, type World } from './world.ts'

/**
 * Who takes part: the institutions, people and units of one city's worth, with the fates that the story has for them.
 * Only plans stand here; what happens is told by the strands. Larger scales repeat the city under other names.
 */

const institutionsPerCity = 100
const fates: readonly { readonly fate: Fate; readonly count: number }[] = [
  { fate: 'flagship-leaves', count: 12 },
  { fate: 'removed', count: 4 },
  { fate: 'banned', count: 1 },
  { fate: 'suspended', count: 5 },
  { fate: 'late', count: 15 },
]

function fateOf(place: number): Fate {
  let from = 0
  for (const { fate, count } of fates) {
    if (place < from + count) return fate
    from += count
  }
  return 'stays'
}

/** 45 maintain and test, 25 assess, 30 do both. */
function typeOf(fate: Fate, random: Random): InstitutionType {
  if (fate === 'removed') return 'maintenance'
  return random.weighted({ maintenance: 45, assessment: 25, both: 30 })
}

export function castCity(world: World, city: number): City {
  const key = `c${city}`
  const institutions = Array.from({ length: institutionsPerCity }, (_, place) =>
    castInstitution(world, city, place),
  )
  const practitioners = castPeople(world, key, institutions)
  const units = castUnits(world, key)
  return { key, institutions, practitioners, units }
}

function castInstitution(world: World, city: number, place: number): Institution {
  const key = `c${city}i${place}`
  const random = world.random('institution', key)
  const fate = fateOf(place)
  const type = typeOf(fate, random)
  const serial = city * institutionsPerCity + place
  const district = districts[pickDistrict(random)] ?? districts[0]
  const outside = fate === 'stays' && random.chance(0.15)
  const home = outside ? random.pick(homesOutside) : null
  const business = fate === 'removed' ? '消防技术服务有限公司常州分公司' : random.pick(businessNames[type])
  const street = home ? home.address : `江苏省常州市${district.name}${random.pick(district.streets)}`
  const { days } = world.calendar
  const registeredDay =
    fate === 'late' ? random.int(90, days - 200) : random.int(0, story.baseRegisterDays - 4)
  return {
    key,
    uscc: usccOf(home?.division ?? district.code, serial),
    name: `${home?.place ?? random.pick(['常州', '常州', '江苏'])}${brandOf(serial)}${business}`,
    type,
    division: district.code,
    address: `${street}${random.int(1, 388)}号`,
    establishedOn: `${random.int(2008, 2022)}-${String(random.int(1, 12)).padStart(2, '0')}-${String(random.int(1, 28)).padStart(2, '0')}`,
    fate,
    outside,
    diligence: fate === 'banned' ? 0.1 : Math.min(0.97, 0.35 + random.next() * 0.65),
    fit: fate !== 'removed' && random.chance(0.78),
    registeredSlot: registeredDay * slotsPerDay + random.int(0, 7),
    leavesSlot: leavesSlotOf(fate, world.calendar, random),
    stopped: stoppedSpan(fate, days, random),
    engineers: [],
    operators: [],
  }
}

function pickDistrict(random: Random): number {
  const weights = Object.fromEntries(districts.map((district, index) => [String(index), district.share]))
  return Number(random.weighted(weights))
}

function leavesSlotOf(fate: Fate, calendar: Calendar, random: Random): number {
  const never = calendar.slots + 8
  if (fate === 'flagship-leaves')
    return (story.flagshipDay + random.int(60, 110)) * slotsPerDay + random.int(0, 7)
  if (fate === 'removed') return random.int(70, 120) * slotsPerDay + random.int(0, 7)
  if (fate === 'banned') return 760 * slotsPerDay + 3
  return never
}

function stoppedSpan(fate: Fate, days: number, random: Random): Institution['stopped'] {
  if (fate !== 'suspended') return null
  const from = random.int(200, days - 260) * slotsPerDay + random.int(0, 7)
  return { from, until: from + random.int(40, 120) * slotsPerDay }
}
