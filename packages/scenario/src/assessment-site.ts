import {
  dayOf,
  type Instant,
  type ProcessContent,
  type StageDefinition,
  sampleNeeded,
} from '@fireledger/domain'
import {
  type Act,
  type Assessment,
  assessmentStep,
  completion,
  evidence,
  finding,
} from './assessment-steps.ts'
import { slotsPerDay } from './calendar.ts'
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

/** A stay on site: who was there, and from when until when. What is taken there is taken in between. */
type Stay = { readonly arrivedAt: Instant; readonly minutes: number; readonly members: readonly string[] }

const after = (moment: Instant, minutes: number): Instant =>
  new Date(Date.parse(moment) + minutes * 60_000).toISOString()

/** Whoever takes the evidence; the first who may test, else the project lead. */
const recorderOf = ({ team }: Assessment) => team.engineers[0] ?? team.projectLead

/** The next morning, for two or three hours; what was done is entered from the afternoon on. */
function stay({ pace, random }: Assessment, members: readonly string[]): Stay {
  const morning = pace.reach((Math.floor(pace.slot / slotsPerDay) + 1) * slotsPerDay)
  const arrivedAt = after(pace.now, random.int(0, 35))
  pace.reach(morning + afternoon - 1)
  return { arrivedAt, minutes: random.int(100, 175), members: [...new Set(members)] }
}

/** The slot of the day in which the afternoon begins. */
const afternoon = 3

/** Evidence taken at that share of the stay. */
function taken(life: Assessment, { arrivedAt, minutes }: Stay, share: number, instrument: string | null) {
  const at = after(arrivedAt, Math.round(minutes * share))
  return { at, by: recorderOf(life), place: life.unit.address, instrument }
}

/** All of S4 but its completion: the visit with its evidence and findings, and what has to be done again. */
export function* siteWork(life: Assessment, required: StageDefinition['evidence']): Generator<Step> {
  const { random, content, pace, team, institution } = life
  const [instrument] = instrumentsOf(institution)
  const companion = team.operators[0] ?? team.engineers[0] ?? team.projectLead
  const visit = stay(life, [team.projectLead, companion, recorderOf(life)])
  for (const [place, { kind, title }] of required.entries()) {
    const share = (place + 1) / (required.length + 1)
    yield evidence(
      life,
      'S4',
      kind,
      title.zh,
      taken(life, visit, share, kind === 'instrument-list' ? instrument : null),
    )
  }
  for (const item of life.planned) {
    const earned = random.chance(item.class === 'A' ? 0.93 : 0.78) ? item.full : random.int(0, item.full - 1)
    yield finding(life, item, earned, null)
  }
  if (!hasPlan(content)) {
    yield* presences(life, visit)
    return
  }
  yield* interviews(life)
  if (random.chance(0.1)) yield assessmentStep(life, pace.next(), refused(life, 'presence-missing'))
  yield* presences(life, visit)
  yield* elsewhere(life, visit, companion)
  yield* lapsedInstrument(life, visit)
}

function refused(life: Assessment, code: string): Act {
  return { ...completion(life, 'S4'), expected: { refused: code } }
}

/** Back to the site, for one more piece of evidence. Returns its id. */
function* visitAgain(
  life: Assessment,
  kind: string,
  title: string,
  instrument: string | null = null,
): Generator<Step, string> {
  const visit = stay(life, [life.team.projectLead, recorderOf(life)])
  yield evidence(life, 'S4', kind, title, taken(life, visit, 0.5, instrument))
  yield* presences(life, visit)
  return lastOf(life, kind)
}

function lastOf({ onSite }: Assessment, kind: string): string {
  const found = onSite.findLast((each) => each.kind === kind) ?? onSite.at(-1)
  if (!found) throw new Error(`no evidence was taken on site before ${kind} was asked for`)
  return found.id
}

/** Most are asked at once; some have to be asked again, and now and then the rest is waived for a reason. */
function* interviews(life: Assessment): Generator<Step> {
  const { random, pace, team } = life
  const groups = groupsOf(life)
  const record = (share: number): Act => {
    const held = groups.map(({ group, planned }) => ({ group, count: Math.floor(planned * share) }))
    return {
      type: 'RecordInterviews',
      data: { stage: 'S4', held, evidence: lastOf(life, 'interview'), recordedBy: team.projectLead },
    }
  }
  const turn = random.next()
  yield assessmentStep(life, pace.next(), record(turn < 0.1 ? 0.5 : 1))
  if (turn < 0.05) {
    yield assessmentStep(life, pace.next(), refused(life, 'interviews-too-few'))
    yield* visitAgain(life, 'interview', '补充访谈记录')
    yield assessmentStep(life, pace.next(), record(1))
  } else if (turn < 0.1) {
    const reason = '单位部分停业，其余人员离岗，已由单位书面说明'
    const data = { stage: 'S4', requirement: 'sampling-met', waivedBy: team.technicalLead, reason }
    yield assessmentStep(life, pace.next(), { type: 'WaiveGate', data })
  }
}

const siteCentre = { latitude: 31.81, longitude: 119.97 }

function presence(life: Assessment, member: string, { arrivedAt }: Stay, minutes: number, place = {}): Step {
  const { pace, unit, world } = life
  const where = world.random('site', unit.key)
  const site = {
    latitude: Math.round((siteCentre.latitude + where.next() / 5) * 1e5) / 1e5,
    longitude: Math.round((siteCentre.longitude + where.next() / 5) * 1e5) / 1e5,
  }
  return assessmentStep(life, pace.next(), {
    type: 'RecordPresence',
    data: {
      stage: 'S4',
      member,
      arrivedAt,
      leftAt: after(arrivedAt, minutes),
      place: unit.address,
      ...site,
      ...place,
      evidence: lastOf(life, 'sign-in'),
    },
  })
}

function* presences(life: Assessment, visit: Stay): Generator<Step> {
  for (const member of visit.members) yield presence(life, member, visit, visit.minutes)
}

/** Once in a while somebody is said to have been at another site at the same time. */
function* elsewhere(life: Assessment, visit: Stay, member: string): Generator<Step> {
  if (!life.random.chance(0.03)) return
  const place = { place: '另一服务项目现场', latitude: 31.4, longitude: 119.48 }
  yield presence(life, member, visit, 90, place)
}

/** Measured with an instrument out of calibration, told so, and measured again with another. */
function* lapsedInstrument(life: Assessment, visit: Stay): Generator<Step> {
  const { world, institution, pace, onSite } = life
  const [first, second] = instrumentsOf(institution)
  if (!hasLapsed(world, institution, dayOf(visit.arrivedAt))) return
  yield evidence(life, 'S4', 'check-table', '风速测试记录', taken(life, visit, 0.9, second))
  // No finding rests on it.
  onSite.pop()
  yield assessmentStep(life, pace.next(), refused(life, 'instrument-out-of-calibration'))
  yield* visitAgain(life, 'check-table', '风速测试记录（重测）', first)
}

/** The analysis shows that a finding was wrong: back to the site, the finding corrected, forward again. */
export function* secondVisit(life: Assessment): Generator<Step> {
  const { random, pace, team } = life
  const reason = '分析发现现场记录与照片不一致，退回复核'
  const data = { stage: 'S5', to: 'S4', returnedBy: team.technicalLead, reason }
  yield assessmentStep(life, pace.days(1), { type: 'ReturnStage', data })
  const image = yield* visitAgain(life, 'site-image', '复核照片')
  const [known] = life.findings
  if (known) yield finding(life, known[1].item, random.int(0, known[1].item.full), known[0], [image])
  yield assessmentStep(life, pace.next(), completion(life, 'S4'))
}
