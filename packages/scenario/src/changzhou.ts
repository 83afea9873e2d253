import type { Instant } from '@fireledger/domain'
import { weave } from './agenda.ts'
import { assessmentWork } from './assessments.ts'
import { calendarUntil } from './calendar.ts'
import { castCity } from './cast.ts'
import { creditLife, rulebookLife, vetoLife } from './credit.ts'
import { anomalousOf, flagshipCheck } from './flagship.ts'
import { oversight } from './inspections.ts'
import { institutionLife } from './institutions.ts'
import { erasures } from './keys.ts'
import { practitionerLife } from './people.ts'
import { barredContract, maintenanceWork } from './projects.ts'
import { unitLife } from './units.ts'
import type { Strand, Wave } from './wave.ts'
import { type City, type Institution, type World, worldOf } from './world.ts'

export type ScenarioOptions = {
  /** The same seed tells the same story, byte for byte. */
  readonly seed: string
  /** Cities' worth of life: 1 is Changzhou; 10 and 100 repeat it under other names, for load. */
  readonly scale?: 1 | 10 | 100
  /** The three years end with this moment's day in China; 2026-10-31 when absent. */
  readonly until?: Instant
}

export const defaultUntil: Instant = '2026-10-31T15:59:59.000Z'

/**
 * Three years of regulatory life in Changzhou (320400), as waves of commands in order of time. Lazy: who takes part is
 * planned at the beginning, what happens is told while it is asked for.
 */
export function changzhouScenario({
  seed,
  scale = 1,
  until = defaultUntil,
}: ScenarioOptions): Iterable<Wave> {
  return {
    *[Symbol.iterator]() {
      const calendar = calendarUntil(until)
      const story = `changzhou-${seed}-${scale}`
      const world = worldOf(story, `${seed}/${scale}`, calendar)
      const strands: Strand[] = [{ key: 'rulebook', steps: rulebookLife(world) }]
      for (let city = 0; city < scale; city++) strands.push(...strandsOf(world, castCity(world, city)))
      yield* weave(story, calendar, strands)
    },
  }
}

function strandsOf(world: World, city: City): Strand[] {
  return [
    ...city.institutions.flatMap((institution) => strandsOfInstitution(world, city, institution)),
    ...city.practitioners.map((who) => ({ key: who.key, steps: practitionerLife(world, city, who) })),
    ...city.units.map((unit) => ({ key: unit.key, steps: unitLife(world, unit) })),
    { key: `${city.key}erasures`, steps: erasures(world, city) },
  ]
}

function strandsOfInstitution(world: World, city: City, institution: Institution): Strand[] {
  const { key, fate } = institution
  const strands: Strand[] = [
    { key, steps: institutionLife(world, institution) },
    { key: `${key}m`, steps: maintenanceWork(world, city, institution) },
    { key: `${key}x`, steps: barredContract(world, city, institution) },
    { key: `${key}a`, steps: assessmentWork(world, city, institution) },
    { key: `${key}n`, steps: oversight(world, city, institution) },
    { key: `${key}k`, steps: creditLife(world, institution) },
  ]
  if (anomalousOf(institution).length > 0)
    strands.push({ key: `${key}f`, steps: flagshipCheck(world, institution) })
  if (fate === 'banned') strands.push({ key: `${key}v`, steps: vetoLife(world, institution) })
  return strands
}
