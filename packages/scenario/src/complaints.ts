import { type Case, casesOf, isUnwatched, officially } from './conduct.ts'
import { complaintSummaries } from './data/conduct-texts.ts'
import { isSpotless } from './penalties.ts'
import type { Step, Strand } from './wave.ts'
import type { City, World } from './world.ts'

/** Complaints that hotlines pass on: looked into within fifteen working days, or too late, or still open at the end. */

type Ending = 'substantiated' | 'unfounded' | 'late' | 'late-unfounded' | 'annulled' | 'open'

const endings: readonly Ending[] = [
  'substantiated',
  'unfounded',
  'substantiated',
  'late',
  'unfounded',
  'substantiated',
  'annulled',
  'unfounded',
  'substantiated',
  'late-unfounded',
  'substantiated',
  'unfounded',
  'substantiated',
  'late',
  'substantiated',
  'unfounded',
  'substantiated',
  'late',
  'unfounded',
  'substantiated',
]

export function complaintsOf(world: World, city: City): Strand[] {
  return casesOf(world, city, {
    category: 'complaint',
    mark: 't',
    endings,
    // The first of them is overdue by the end, the other is not.
    lastOnes: [
      [44, 'open'],
      [9, 'open'],
    ],
    fits: (institution, ending) =>
      isUnwatched(institution) && (ending.endsWith('unfounded') || !isSpotless(institution)),
    steps: complaintLife,
  })
}

function* complaintLife(life: Case<Ending>): Generator<Step> {
  const { institution, ending, random, pace } = life
  const step = (slot: number, type: string, data: Record<string, unknown>): Step =>
    officially(life, 'inspector', 'complaint', slot, { type, data })
  const channel = random.weighted({ 96119: 5, 12345: 8, transfer: 2, other: 1 })
  const slot = pace.next()
  const number = channel === 'other' ? null : `${pace.day.replaceAll('-', '')}${random.text('0123456789', 5)}`
  const received = {
    division: institution.division,
    institution: institution.uscc,
    channel,
    summary: random.pick(complaintSummaries),
    number,
  }
  yield step(slot, 'ReceiveComplaint', received)
  if (ending === 'open') return
  const late = ending.startsWith('late')
  const decided = pace.days(late ? random.int(18, 27) : random.int(4, 13))
  const unfounded = { outcome: 'unsubstantiated', reason: '经现场核查和调取记录，反映情况不属实' }
  if (ending.endsWith('unfounded')) {
    yield step(decided, 'DecideComplaint', unfounded)
    return
  }
  const reason = late ? '因需委托检测，核查逾期；经查反映情况属实' : '经现场核查，反映情况属实'
  yield step(decided, 'DecideComplaint', { outcome: 'substantiated', reason })
  if (ending !== 'annulled') return
  yield step(pace.days(random.int(12, 18)), 'AnnulFinding', {
    reason: '被投诉单位提交新证据，原结论认定事实有误',
  })
  yield step(pace.days(random.int(2, 5)), 'DecideComplaint', unfounded)
}
