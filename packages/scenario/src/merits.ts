import { addDays, startOfDay } from '@fireledger/domain'
import { type Case, casesOf, isUnwatched, officially } from './conduct.ts'
import { meritTexts } from './data/conduct-texts.ts'
import { digestOf } from './identifiers.ts'
import { leadsOf } from './projects.ts'
import type { Step, Strand } from './wave.ts'
import type { City, World } from './world.ts'

/** What institutions did well; the clerk gives the points for it. One record turns out to be wrong. */

type Ending = 'training' | 'public-service' | 'hazard-reported' | 'withdrawn'

const endings: readonly Ending[] = [
  'training',
  'public-service',
  'training',
  'hazard-reported',
  'public-service',
  'training',
  'withdrawn',
  'training',
  'hazard-reported',
  'public-service',
  'training',
  'public-service',
  'training',
  'hazard-reported',
  'training',
]

export function meritsOf(world: World, city: City): Strand[] {
  return casesOf(world, city, {
    category: 'merit',
    mark: 'g',
    endings,
    lastOnes: [[16, 'training']],
    fits: (institution) => isUnwatched(institution) && institution.diligence > 0.55,
    steps: meritLife,
  })
}

function* meritLife(life: Case<Ending>): Generator<Step> {
  const { institution, ending, random, pace } = life
  const kind = ending === 'withdrawn' ? 'public-service' : ending
  const slot = pace.days(random.int(1, 4))
  const recordedOn = pace.day
  // A hazard is reported first and may count once a fire came after it.
  const fireOn = kind === 'hazard-reported' ? addDays(recordedOn, -random.int(3, 9)) : null
  const doneOn = addDays(fireOn ?? recordedOn, -random.int(2, 12))
  const data = {
    division: institution.division,
    institution: institution.uscc,
    practitioner: kind === 'hazard-reported' ? leadsOf(institution)[1].id : null,
    kind,
    description: random.pick(meritTexts[kind]),
    fireOn,
    evidence: [digestOf(random)],
  }
  const effectiveAt = startOfDay(doneOn)
  yield officially(life, 'credit-officer', 'merit', slot, { type: 'RecordMerit', data, effectiveAt })
  if (ending !== 'withdrawn') return
  const reason = '经核实，活动由其他单位组织，记录有误'
  yield officially(life, 'credit-officer', 'merit', pace.days(random.int(10, 20)), {
    type: 'WithdrawMerit',
    data: { reason },
  })
}
