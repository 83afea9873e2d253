import { slotsPerDay } from './calendar.ts'
import { districts, unitBrandCharacters, unitProfiles } from './data/company-names.ts'
import type { Random } from './random.ts'
import type { Unit, World } from './world.ts'

/** The premises of one city that institutions serve. */

export const unitsPerCity = 420

export function castUnits(world: World, city: string): Unit[] {
  return Array.from({ length: unitsPerCity }, (_, place) => castUnit(world, city, place))
}

function castUnit(world: World, city: string, place: number): Unit {
  const key = `${city}u${place}`
  const random = world.random('unit', key)
  const profile = byShare(unitProfiles, random)
  const district = byShare(districts, random)
  const [least, most] = profile.area
  const areaSquareMetres = Math.round(least + (most - least) * random.next() ** 2)
  const registeredSlot =
    (place < unitsPerCity * 0.8 ? random.int(2, 40) : random.int(41, 900)) * slotsPerDay + random.int(0, 7)
  const { first, second } = unitBrandCharacters
  const brand = `${random.pick(first)}${random.pick(second)}`
  const large = areaSquareMetres > 20_000 || ['hospital', 'care-home', 'hazardous'].includes(profile.kind)
  return {
    key,
    id: world.idOf(registeredSlot, 'unit', key),
    name: `常州市${district.name.slice(0, 2)}${brand}${random.pick(profile.ends)}`,
    kind: profile.kind,
    areaSquareMetres,
    division: district.code,
    address: `江苏省常州市${district.name}${random.pick(district.streets)}${random.int(1, 560)}号`,
    registeredSlot,
    keyUnit: large && random.chance(0.7),
  }
}

function byShare<T extends { readonly share: number }>(list: readonly T[], random: Random): T {
  let point = random.next() * list.reduce((sum, entry) => sum + entry.share, 0)
  for (const entry of list) {
    point -= entry.share
    if (point < 0) return entry
  }
  return random.pick(list)
}
