import type { Instant } from '@fireledger/domain'
import { weave } from './agenda.ts'
import { anomaliesOf } from './anomalies.ts'
import { processLife } from './assessment-process.ts'
import { assessmentWork, unfinishedAssessments } from './assessments.ts'
import { calendarUntil, slotsPerDay } from './calendar.ts'
import { castCity } from './cast.ts'
import { complaintsOf } from './complaints.ts'
import { creditLife, disputesOf, rulebookLife, vetoLife } from './credit.ts'
import { anomalousOf, flagshipCheck } from './flagship.ts'
import { oversight } from './inspections.ts'
import { institutionLife } from './institutions.ts'
import { instrumentLife } from './instruments.ts'
import { erasures } from './keys.ts'
import { meritsOf } from './merits.ts'
import { practitionerLife } from './people.ts'
import { barredContract, maintenanceWork } from './projects.ts'
import { unitLife } from './units.ts'
import type { Strand, Wave } from './wave.ts'
import { type City, type Institution, story, type World, worldOf } from './world.ts'

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
      const strands: Strand[] = [
        { key: 'rulebook', from: 0, steps: () => rulebookLife(world) },
        { key: 'assessment-process', from: 0, steps: () => processLife(world) },
      ]
      for (let city = 0; city < scale; city++) strands.push(...strandsOf(world, castCity(world, city)))
      yield* weave(story, calendar, strands)
    },
  }
}

function strandsOf(world: World, city: City): Strand[] {
  return [
    ...city.institutions.flatMap((institution) => strandsOfInstitution(world, city, institution)),
    ...city.practitioners.map((who) => ({
      key: who.key,
      from: who.enters,
      steps: () => practitionerLife(world, city, who),
    })),
    ...city.units.map((unit) => ({
      key: unit.key,
      from: unit.registeredSlot,
      steps: () => unitLife(world, unit),
    })),
    ...unfinishedAssessments(world, city),
    ...complaintsOf(world, city),
    ...anomaliesOf(world, city),
    ...meritsOf(world, city),
    ...disputesOf(world, city),
    { key: `${city.key}erasures`, from: 0, steps: () => erasures(world, city) },
  ]
}

function strandsOfInstitution(world: World, city: City, institution: Institution): Strand[] {
  const { key, fate, registeredSlot } = institution
  const strand = (mark: string, steps: Strand['steps'], from = registeredSlot): Strand => ({
    key: `${key}${mark}`,
    from,
    steps,
  })
  const strands = [
    strand('', () => institutionLife(world, institution)),
    strand('m', () => maintenanceWork(world, city, institution)),
    strand('a', () => assessmentWork(world, city, institution)),
    strand('i', () => instrumentLife(world, institution)),
    strand('n', () => oversight(world, city, institution)),
    strand('k', () => creditLife(world, institution)),
  ]
  const { stopped } = institution
  if (stopped) strands.push(strand('x', () => barredContract(world, city, institution), stopped.from))
  const beforeFlagship = (story.flagshipDay - 130) * slotsPerDay
  if (anomalousOf(institution).length > 0) {
    strands.push(strand('f', () => flagshipCheck(world, institution), beforeFlagship))
  }
  if (fate === 'banned') strands.push(strand('v', () => vetoLife(world, institution), beforeFlagship))
  return strands
}
