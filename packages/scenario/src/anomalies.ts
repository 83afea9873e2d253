import type { AnomalyCode } from '@fireledger/domain'
import { byItself, type Case, casesOf, isUnwatched, officially } from './conduct.ts'
import { anomalyTexts } from './data/conduct-texts.ts'
import { digestOf } from './identifiers.ts'
import { isSpotless } from './penalties.ts'
import { leadsOf } from './projects.ts'
import type { Step, Strand } from './wave.ts'
import type { City, World } from './world.ts'

/** Anomalies that comparing records brings up: told to the institution, explained, then confirmed or taken off the list. */

type Ending = 'dismissed' | 'confirmed' | 'silent' | 'annulled' | 'detected' | 'notified' | 'explained'

const endings: readonly Ending[] = [
  'dismissed',
  'confirmed',
  'dismissed',
  'silent',
  'confirmed',
  'dismissed',
  'annulled',
  'confirmed',
  'dismissed',
  'silent',
  'dismissed',
  'confirmed',
  'annulled',
  'dismissed',
]

export function anomaliesOf(world: World, city: City): Strand[] {
  return casesOf(world, city, {
    category: 'anomaly',
    mark: 'y',
    endings,
    lastOnes: [
      [21, 'explained'],
      [12, 'notified'],
      [3, 'detected'],
    ],
    fits: (institution, ending) =>
      isUnwatched(institution) &&
      institution.type !== 'maintenance' &&
      (ending === 'dismissed' || !isSpotless(institution)),
    steps: anomalyLife,
  })
}

const codes = Object.keys(anomalyTexts) as AnomalyCode[]

function* anomalyLife(life: Case<Ending>): Generator<Step> {
  const { institution, ending, random, pace } = life
  const step = (slot: number, type: string, data: Record<string, unknown>): Step =>
    officially(life, 'inspector', 'anomaly', slot, { type, data })
  const code = random.pick(codes)
  const text = anomalyTexts[code]
  if (!text) throw new Error(`nothing is written of anomaly ${code}`)
  const detected = {
    division: institution.division,
    institution: institution.uscc,
    practitioner: text.ofPractitioner ? leadsOf(institution)[1].id : null,
    code,
    detail: text.detail,
    evidence: [digestOf(random)],
  }
  yield step(pace.next(), 'DetectAnomaly', detected)
  if (ending === 'detected') return
  yield step(pace.days(random.int(1, 2)), 'NotifyAnomaly', {})
  if (ending === 'notified') return
  if (ending === 'silent') {
    // Ten working days to reply, and nobody did.
    const data = { reason: '逾期未作说明，经核查属实，列入异常名单' }
    yield step(pace.days(random.int(12, 16)), 'ConfirmAnomaly', data)
    return
  }
  const explanation = ending === 'dismissed' ? text.excuse : text.plea
  yield byItself(life, 'anomaly', pace.days(random.int(2, 8)), {
    type: 'ExplainAnomaly',
    data: { explanation, evidence: [digestOf(random)] },
  })
  if (ending === 'explained') return
  const settled = pace.days(random.int(2, 6))
  if (ending === 'dismissed') {
    yield step(settled, 'DismissAnomaly', { reason: '说明属实，予以排除' })
    return
  }
  yield step(settled, 'ConfirmAnomaly', { reason: '说明不能成立，列入异常名单' })
  if (ending !== 'annulled') return
  const data = { reason: '经复核，原比对数据有误，移出异常名单' }
  yield step(pace.days(random.int(15, 25)), 'AnnulConfirmation', data)
}
