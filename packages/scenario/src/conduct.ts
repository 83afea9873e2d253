import { officer, ownAccount } from './actors.ts'
import { type Pace, paceFrom, slotsPerDay } from './calendar.ts'
import { isInPractice } from './institutions.ts'
import type { Random } from './random.ts'
import type { Order, Step, Strand } from './wave.ts'
import type { City, Institution, World } from './world.ts'

/** What complaints, anomalies and merits have in common: each is one stream about one institution. */

export type Case<Ending> = {
  readonly world: World
  readonly id: string
  readonly institution: Institution
  readonly ending: Ending
  readonly random: Random
  readonly pace: Pace
}

type Plan<Ending> = {
  /** Category of the streams; also what their ids and chance are named by. */
  readonly category: string
  /** Mark of the strands' keys. */
  readonly mark: string
  /** One for each case, in order of time. */
  readonly endings: readonly Ending[]
  /** Days before the end of the story on which the last ones begin, for those that are to be open then. */
  readonly lastOnes: readonly (readonly [days: number, ending: Ending])[]
  readonly fits: (institution: Institution, ending: Ending) => boolean
  readonly steps: (life: Case<Ending>) => Iterator<Step>
}

/** The first of them comes when the base register is made and everybody has settled. */
const firstDay = 75
/** Days for which whom a case is about stays in practice, so that it can come to its end. */
const longestDays = 70

/** Strands of one city's cases, spread over the three years. */
export function casesOf<Ending>(world: World, city: City, plan: Plan<Ending>): Strand[] {
  const { category, mark, endings, lastOnes, fits, steps } = plan
  const { days } = world.calendar
  const lastDay = days - 110
  const planned = [
    ...endings.map((ending, place) => {
      const day = firstDay + ((lastDay - firstDay) * place) / Math.max(1, endings.length - 1)
      return { day: Math.round(day), ending }
    }),
    ...lastOnes.map(([before, ending]) => ({ day: days - before, ending })),
  ]
  return planned.flatMap(({ day, ending }, place): Strand[] => {
    const key = `${city.key}${mark}${place}`
    const random = world.random(category, key)
    const slot = day * slotsPerDay + random.int(0, 6)
    const until = Math.min(slot + longestDays * slotsPerDay, world.calendar.slots - 30)
    const able = city.institutions.filter((each) => isInPractice(each, slot, until) && fits(each, ending))
    const [institution] = random.sample(able, 1)
    if (!institution) return []
    const id = world.idOf(slot, category, key)
    const begin = () =>
      steps({ world, id, institution, ending, random, pace: paceFrom(world.calendar, slot) })
    return [{ key, from: slot, steps: begin }]
  })
}

type Act = Pick<Order, 'type' | 'data' | 'effectiveAt' | 'expected'>

/** By an officer of the brigade where the institution is registered. */
export function officially<Ending>(
  { id, institution, random }: Case<Ending>,
  office: 'inspector' | 'credit-officer',
  category: string,
  slot: number,
  act: Act,
): Step {
  return { slot, order: { category, id, actor: officer(office, institution.division, random), ...act } }
}

/** By the institution itself. */
export function byItself<Ending>(
  { id, institution }: Case<Ending>,
  category: string,
  slot: number,
  act: Act,
): Step {
  return { slot, order: { category, id, actor: ownAccount(institution), ...act } }
}

/** Nothing of the social-insurance check touches them. */
export function isUnwatched({ engineers }: Institution): boolean {
  return engineers.every(({ anomaly }) => anomaly === null)
}
