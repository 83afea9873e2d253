import { type ProcessContent, sampleNeeded } from '@fireledger/domain'
import {
  type Act,
  type Assessment,
  assessmentStep,
  completion,
  evidence,
  finding,
} from './assessment-steps.ts'
import { assessmentItems } from './data/assessment-items.ts'
import { hasLapsed, instrumentsOf } from './instruments.ts'
import type { Step } from './wave.ts'

/** The work on site (S4), and the plan that it follows: items, samples, interviews, presence, instruments. */

const hasPlan = ({ stages }: ProcessContent) => stages.some((stage) => stage.acts.includes('plan'))

export function choosePlan(life: Assessment): void {
  const { random } = life
  life.planned.push(...random.sample(assessmentItems, random.int(10, 18)))
}

/** In S2, by the project lead, approved by the technical lead. */
export function* planning(life: Assessment): Generator<Step> {
  const { content, random, pace, team, planned } = life
  if (!hasPlan(content)) return
  const items = planned.map((item) => {
    const rule = content.sampling.items.find((each) => each.class === item.class)
    const population = random.int(1, 60)
    const needed = rule ? sampleNeeded(rule, population) : population
    return {
      item: item.code,
      class: item.class,
      population,
      sample: Math.min(population, needed + random.int(0, 2)),
    }
  })
  const data = {
    items,
    interviews: groupsOf(life),
    preparedBy: team.projectLead,
    approvedBy: team.technicalLead,
  }
  yield assessmentStep(life, pace.next(), { type: 'RecordPlan', data })
}

/** So many there are of each group, and so many must be asked; the same each time it is called. */
function groupsOf({ world, key, content }: Assessment) {
  const random = world.random('interviews', key)
  const populations: Readonly<Record<string, [number, number]>> = {
    responsible: [1, 3],
    'control-room': [0, 6],
    'department-heads': [2, 14],
    staff: [8, 160],
  }
  return content.sampling.interviews.map((rule) => {
    const [least, most] = populations[rule.group] ?? [1, 9]
    const population = random.int(least, most)
    return { group: rule.group, population, planned: sampleNeeded(rule, population) }
  })
}

/** Everything of S4 between its evidence and its completion. `since` is when they arrived. */
export function* visit(life: Assessment, since: string): Generator<Step> {
  const { random, content, pace } = life
  for (const item of life.planned) {
    const earned = random.chance(item.class === 'A' ? 0.93 : 0.78) ? item.full : random.int(0, item.full - 1)
    yield finding(life, item, earned, null)
  }
  if (!hasPlan(content)) return
  yield* interviews(life)
  const early = random.chance(0.1)
  if (early) yield assessmentStep(life, pace.next(), refused(life, 'presence-missing'))
  yield* presences(life, since)
  yield* lapsedInstrument(life)
}

function refused(life: Assessment, code: string): Act {
  return { ...completion(life, 'S4'), expected: { refused: code } }
}

/** Most are asked at once; some have to be asked again, and now and then the rest is waived for a reason. */
function* interviews(life: Assessment): Generator<Step> {
  const { random, pace, team } = life
  const groups = groupsOf(life)
  const evidenceId = life.onSite.at(-1)
  const record = (share: number): Act => {
    const held = groups.map(({ group, planned }) => ({ group, count: Math.floor(planned * share) }))
    return {
      type: 'RecordInterviews',
      data: { stage: 'S4', held, evidence: evidenceId, recordedBy: team.projectLead },
    }
  }
  const turn = random.next()
  yield assessmentStep(life, pace.next(), record(turn < 0.1 ? 0.5 : 1))
  if (turn < 0.05) {
    yield assessmentStep(life, pace.next(), refused(life, 'interviews-too-few'))
    yield assessmentStep(life, pace.days(1), record(1))
  } else if (turn < 0.1) {
    const reason = '单位部分停业，其余人员离岗，已由单位书面说明'
    const data = { stage: 'S4', requirement: 'sampling-met', waivedBy: team.technicalLead, reason }
    yield assessmentStep(life, pace.next(), { type: 'WaiveGate', data })
  }
}

const siteCentre = { latitude: 31.81, longitude: 119.97 }

/** The project lead and one more were there; once in a while one of them is said to have been elsewhere as well. */
function* presences(life: Assessment, arrivedAt: string): Generator<Step> {
  const { random, pace, team, unit, world } = life
  const where = world.random('site', unit.key)
  const site = {
    latitude: Math.round((siteCentre.latitude + where.next() / 5) * 1e5) / 1e5,
    longitude: Math.round((siteCentre.longitude + where.next() / 5) * 1e5) / 1e5,
  }
  const after = (minutes: number) => new Date(Date.parse(arrivedAt) + minutes * 60_000).toISOString()
  const [signIn] = life.onSite
  const there = (member: string | undefined, minutes: number, place = {}): Act => ({
    type: 'RecordPresence',
    data: {
      stage: 'S4',
      member,
      arrivedAt,
      leftAt: after(minutes),
      place: unit.address,
      ...site,
      ...place,
      evidence: signIn,
    },
  })
  const second = team.operators[0] ?? team.engineers[0]
  yield assessmentStep(life, pace.next(), there(team.projectLead, random.int(100, 175)))
  yield assessmentStep(life, pace.next(), there(second, random.int(100, 175)))
  if (!random.chance(0.03)) return
  const elsewhere = { place: '另一服务项目现场', latitude: 31.4, longitude: 119.48 }
  yield assessmentStep(life, pace.next(), there(second, 90, elsewhere))
}

/** Measured with an instrument out of calibration, told so, and measured again with another. */
function* lapsedInstrument(life: Assessment): Generator<Step> {
  const { world, institution, pace, onSite } = life
  const [first, second] = instrumentsOf(institution)
  if (!hasLapsed(world, institution, pace.day)) return
  yield evidence(life, 'S4', 'check-table', '风速测试记录', second)
  // No finding rests on it.
  onSite.pop()
  yield assessmentStep(life, pace.next(), refused(life, 'instrument-out-of-calibration'))
  yield evidence(life, 'S4', 'check-table', '风速测试记录（重测）', first)
}

/** The analysis shows that a finding was wrong: back to the site, the finding corrected, forward again. */
export function* secondVisit(life: Assessment): Generator<Step> {
  const { random, pace, team } = life
  const reason = '分析发现现场记录与照片不一致，退回复核'
  const data = { stage: 'S5', to: 'S4', returnedBy: team.technicalLead, reason }
  yield assessmentStep(life, pace.days(1), { type: 'ReturnStage', data })
  const [known] = life.findings
  if (known) yield finding(life, known[1].item, random.int(0, known[1].item.full), known[0])
  yield assessmentStep(life, pace.next(), completion(life, 'S4'))
}
