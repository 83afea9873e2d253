import type { Qualification } from '@fireledger/domain'
import { slotsPerDay } from './calendar.ts'
import {
  type Anomaly,
  type Episode,
  type Institution,
  type Practitioner,
  story,
  type World,
} from './world.ts'

/** The people of one city: exactly as many as the city has on record. */

export const practitionersPerCity = 1302

/** 48 anomalies: 12 institutions left, 29 registrations were revoked, 7 were explained. */
export const anomalyCounts = { 'institution-left': 12, revoked: 29, dismissed: 7 } as const satisfies Record<
  Anomaly,
  number
>

const episodes: readonly (readonly [Episode, number])[] = [
  ['second-employer', 6],
  ['suspended', 4],
  ['struck-off', 2],
  ['banned', 1],
  ['expired', 3],
  ['corrected', 5],
  ['registered-again', 3],
  ['cancelled', 6],
  ['erased', 2],
]

type Plan = {
  readonly qualification: Qualification
  readonly steady: boolean
  readonly anomaly: Anomaly | null
  readonly episode: Episode | null
}

export function castPeople(world: World, city: string, institutions: readonly Institution[]): Practitioner[] {
  const people: Practitioner[] = []
  const random = world.random('people', city)
  const engage = (institution: Institution | null, plan: Plan, enters: number) => {
    const key = `${city}p${people.length}`
    const division = institution?.division ?? '320402'
    const person = {
      ...plan,
      key,
      id: world.idOf(enters, 'practitioner', key),
      division,
      first: institution,
      enters,
    }
    people.push(person)
    if (institution)
      (plan.qualification.endsWith('engineer') ? institution.engineers : institution.operators).push(person)
  }
  const arrival = (institution: Institution) => institution.registeredSlot + random.int(1, 24)

  for (const institution of institutions) {
    for (const plan of coreOf(institution)) engage(institution, plan, arrival(institution))
  }
  for (const { institution, anomaly } of anomalies(institutions)) {
    const qualification = random.chance(0.55) ? 'grade-one-engineer' : 'grade-two-engineer'
    engage(institution, { qualification, steady: false, anomaly, episode: null }, arrival(institution))
  }
  const hosts = institutions.filter(({ fate, type }) => fate !== 'removed' && type !== 'assessment')
  const lasting = hosts.filter(({ fate }) => fate === 'stays')
  for (const episode of episodes.flatMap(([episode, count]) =>
    Array.from({ length: count }, () => episode),
  )) {
    const institution = random.pick(lasting)
    engage(
      institution,
      { qualification: 'grade-two-engineer', steady: false, anomaly: null, episode },
      arrival(institution),
    )
  }
  while (people.length < practitionersPerCity) {
    const institution = random.pick(hosts)
    const late = random.chance(0.22)
    const last = Math.min(institution.leavesSlot, world.calendar.slots) - 400
    const latest = Math.max(institution.registeredSlot + 30, last)
    const enters = late ? random.int(institution.registeredSlot + 30, latest) : arrival(institution)
    engage(
      institution,
      { qualification: furtherQualification(random.next()), steady: false, anomaly: null, episode: null },
      enters,
    )
  }
  return people
}

function furtherQualification(point: number): Qualification {
  if (point < 0.06) return 'grade-two-engineer'
  if (point < 0.42) return 'junior-operator'
  if (point < 0.83) return 'intermediate-operator'
  if (point < 0.95) return 'senior-operator'
  return point < 0.985 ? 'technician-operator' : 'senior-technician-operator'
}

/** Those without whom the conditions of practice are not met (Order 7 art. 5–7). */
function coreOf({ type, fate }: Institution): Plan[] {
  const plan = (qualification: Qualification): Plan => ({
    qualification,
    steady: true,
    anomaly: null,
    episode: null,
  })
  if (fate === 'removed') return [plan('grade-two-engineer'), plan('junior-operator')]
  const leads = [plan('grade-one-engineer'), plan('grade-one-engineer'), plan('grade-two-engineer')]
  if (type === 'assessment') return leads
  const operators = Array.from({ length: 6 }, (_, place) =>
    plan(place < 3 ? 'intermediate-operator' : 'junior-operator'),
  )
  return [...leads, ...operators]
}

function anomalies(institutions: readonly Institution[]): { institution: Institution; anomaly: Anomaly }[] {
  const leaving = institutions.filter(({ fate }) => fate === 'flagship-leaves')
  const before = story.flagshipDay * slotsPerDay - 400
  const staying = institutions.filter(
    ({ fate, registeredSlot }) => (fate === 'stays' || fate === 'suspended') && registeredSlot < before,
  )
  const spread = (anomaly: Anomaly, hosts: readonly Institution[], count: number, offset: number) =>
    Array.from({ length: count }, (_, place) => {
      const institution = hosts[(place + offset) % hosts.length]
      if (!institution) throw new Error('the city has no institution for its anomalies')
      return { institution, anomaly }
    })
  const revokedAt = staying.slice(0, 18)
  return [
    ...spread('institution-left', leaving, anomalyCounts['institution-left'], 0),
    ...spread('revoked', revokedAt, anomalyCounts.revoked, 0),
    ...spread('dismissed', staying, anomalyCounts.dismissed, 18),
  ]
}
