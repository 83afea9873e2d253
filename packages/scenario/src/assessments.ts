import { addMonths, type StageCode, type StageDefinition } from '@fireledger/domain'
import { officerNumbers, ownAccount } from './actors.ts'
import { contentOf, firstProcess, processOn } from './assessment-process.ts'
import { delivery, reopened, reviewAndIssue } from './assessment-reports.ts'
import { choosePlan, planning, secondVisit, siteWork } from './assessment-site.ts'
import {
  type Act,
  type Assessment,
  assessmentStep,
  completion,
  drafting,
  evidence,
  judgement,
  type Team,
} from './assessment-steps.ts'
import { paceFrom, slotsPerDay } from './calendar.ts'
import { digestOf } from './identifiers.ts'
import { isInPractice, legalRepresentativeOf } from './institutions.ts'
import { contractData, leadsOf, pickUnit } from './projects.ts'
import type { Step, Strand } from './wave.ts'
import type { City, Institution, Unit, World } from './world.ts'

/** Fire safety assessments: contract, eight stages, report, archive, follow-up. */

const daysAtMost = 260

/** What one institution assesses in three years. */
export function* assessmentWork(world: World, city: City, institution: Institution): Generator<Step> {
  if (institution.type === 'maintenance') return
  const random = world.random('assessments', institution.key)
  let slot = institution.registeredSlot + (150 + random.int(0, 240)) * slotsPerDay
  for (let turn = 0; slot < world.calendar.slots - 40; turn++) {
    const unit = pickUnit(world, city, slot, random)
    if (unit && isInPractice(institution, slot, slot + daysAtMost * slotsPerDay)) {
      const key = `${institution.key}a${turn}`
      const task = { world, city, key, institution, unit, stallsIn: null }
      yield { slot, begin: [beginning(task, slot + 1)] }
    }
    slot += random.int(170, 480) * slotsPerDay
  }
}

/** Days before the end on which the last ones begin, and the stage in which one of them comes to a halt. */
const lastOnes: readonly (readonly [days: number, stallsIn: StageCode | null])[] = [
  [88, 'S3'],
  [33, null],
  [16, null],
  [7, null],
]

/** Those that are still in work when the story ends, each somewhere else. */
export function unfinishedAssessments(world: World, city: City): Strand[] {
  const able = city.institutions.filter(
    ({ type, fate, engineers, registeredSlot }) =>
      type !== 'maintenance' &&
      fate === 'stays' &&
      registeredSlot < 400 * slotsPerDay &&
      engineers.every(({ anomaly }) => anomaly === null),
  )
  return lastOnes.flatMap(([days, stallsIn], place): Strand[] => {
    const institution = able[place]
    const slot = world.calendar.slots - days * slotsPerDay
    const key = `${city.key}w${place}`
    const unit = pickUnit(world, city, slot, world.random('unfinished', key))
    return institution && unit ? [beginning({ world, city, key, institution, unit, stallsIn }, slot)] : []
  })
}

type Task = {
  readonly world: World
  readonly city: City
  readonly key: string
  readonly institution: Institution
  readonly unit: Unit
  /** Nothing more comes in there: the client does not send what is asked for. */
  readonly stallsIn: StageCode | null
}

const beginning = (task: Task, from: number): Strand => ({
  key: task.key,
  from,
  steps: () => assessmentLife(task, from),
})

function teamOf(institution: Institution): Team {
  const [technical, project] = leadsOf(institution)
  const steady = (list: Institution['engineers']) =>
    list.filter((person) => person.steady).map(({ id }) => id)
  const engineers = steady(institution.engineers).slice(2, 4)
  const operators = steady(institution.operators).slice(0, 2)
  return {
    legalRepresentative: legalRepresentativeOf(institution),
    technicalLead: technical.id,
    projectLead: project.id,
    // On site the project lead needs company; where there is nobody else, the technical lead goes along.
    engineers: engineers.length + operators.length > 0 ? engineers : [technical.id],
    operators,
    archivist: `archivist-${institution.key}`,
  }
}

function projectStep(life: Assessment, slot: number, act: Act): Step {
  const { institution, unit, project, team } = life
  const order = { category: 'project', id: project, actor: ownAccount(institution), ...act }
  return { slot, order, reads: [institution.uscc, unit.id, team.technicalLead, team.projectLead] }
}

function* assessmentLife(task: Task, slot: number): Generator<Step> {
  const { world, city, key, institution, unit, stallsIn } = task
  const random = world.random('assessment', key)
  const life: Assessment = {
    world,
    key,
    id: world.idOf(slot, 'assessment', key),
    project: world.idOf(slot, 'project', key),
    institution,
    unit,
    random,
    pace: paceFrom(world.calendar, slot),
    team: teamOf(institution),
    city,
    reportNumber: `CZPG-${key.toUpperCase()}`,
    process: firstProcess,
    content: contentOf(firstProcess),
    onSite: [],
    planned: [],
    findings: new Map(),
  }
  choosePlan(life)
  yield* engagement(life)
  for (const stage of life.content.stages) {
    if (stage.code === stallsIn) {
      const [first] = stage.evidence
      life.pace.days(1)
      if (first) yield evidence(life, stage.code, first.kind, first.title.zh)
      return
    }
    yield* work(life, stage)
  }
  yield* closing(life)
}

function* engagement(life: Assessment): Generator<Step> {
  const { institution, unit, team, project, random, pace, world, key } = life
  const { technicalLead, projectLead } = team
  const slot = pace.next()
  const data = contractData(
    { world, key, institution, unit, beginsSlot: slot },
    'assessment',
    random,
    pace.day,
    null,
  )
  yield projectStep(life, slot, { type: 'ContractProject', data })
  const entryNumber = `SD${random.text('0123456789', 12)}`
  yield projectStep(life, pace.days(random.int(1, 4)), { type: 'EnterProject', data: { entryNumber } })
  yield projectStep(life, pace.next(), { type: 'AppointLeads', data: { technicalLead, projectLead } })
  const engaged = pace.next()
  life.process = processOn(world, pace.day)
  life.content = contentOf(life.process)
  yield assessmentStep(life, engaged, {
    type: 'EngageAssessment',
    data: {
      division: unit.division,
      institution: institution.uscc,
      unit: unit.id,
      project,
      process: life.process,
      team,
    },
  })
}

function* work(life: Assessment, stage: StageDefinition): Generator<Step> {
  const { random, pace } = life
  const { code } = stage
  const required = stage.evidence.filter((each) => each.required)
  const waived =
    code === 'S3' && random.chance(0.15) ? required.find(({ kind }) => kind === 'approvals') : undefined
  // On site on a day of its own; elsewhere sooner or later, and now and then too late.
  pace.days(code === 'S4' ? random.int(1, 3) : random.int(0, 3))
  if ((code === 'S3' || code === 'S6') && random.chance(0.06)) pace.days(random.int(14, 20))
  if (code === 'S4') yield* siteWork(life, required)
  for (const { kind, title } of code === 'S4' || code === 'S7' ? [] : required) {
    if (kind === waived?.kind || kind === 'delivery-receipt') continue
    yield evidence(life, code, kind, title.zh)
  }
  if (code === 'S2') yield* planning(life)
  if (code === 'S5' && stage.acts.includes('judge')) yield assessmentStep(life, pace.next(), judgement(life))
  if (code === 'S6') yield* draft(life)
  if (waived) yield* waive(life, waived.kind)
  if (code === 'S7') {
    yield* reviewAndIssue(life)
    for (const { kind, title } of required) yield evidence(life, 'S7', kind, title.zh)
  }
  if (code === 'S8') {
    pace.days(random.int(1, 3))
    yield assessmentStep(life, pace.next(), delivery(life))
    yield evidence(life, 'S8', 'delivery-receipt', '交付回执')
  }
  yield* done(life, code)
  if (code === 'S4' && random.chance(0.12)) yield* secondVisit(life)
}

/** Completed, and mostly recorded at once; now and then only weeks later. */
function* done(life: Assessment, code: string): Generator<Step> {
  const { random, pace } = life
  const slot = pace.next()
  if (code !== 'S3' || !random.chance(0.05)) {
    yield assessmentStep(life, slot, completion(life, code))
    return
  }
  const effectiveAt = pace.now
  yield assessmentStep(life, pace.days(random.int(8, 12)), { ...completion(life, code), effectiveAt })
}

function* draft(life: Assessment): Generator<Step> {
  const { random, pace, content } = life
  const bare = content.sections.length > 0 && random.chance(0.06)
  yield assessmentStep(life, pace.next(), drafting(life, bare))
  if (!bare) return
  const refused = { ...completion(life, 'S6'), expected: { refused: 'sentence-without-finding' } }
  yield assessmentStep(life, pace.next(), refused)
  yield assessmentStep(life, pace.next(), drafting(life))
}

function* waive(life: Assessment, requirement: string): Generator<Step> {
  const { random, pace, team, unit } = life
  if (random.chance(0.5)) {
    const refused = { ...completion(life, 'S3'), expected: { refused: 'gate-evidence-missing' } }
    yield assessmentStep(life, pace.next(), refused)
  }
  const officer = random.chance(0.5) ? null : random.pick(officerNumbers('inspector', unit.division))
  // An officer enters the waiver itself, with the assessors' permission.
  const entered = officer && { actor: { id: officer, role: 'assessor', division: unit.division } }
  const waivedBy = officer ?? team.technicalLead
  const reason = '建筑建成年代久远，无审批档案，已由主管部门说明'
  yield assessmentStep(life, pace.next(), {
    type: 'WaiveGate',
    data: { stage: 'S3', requirement, waivedBy, reason },
    ...entered,
  })
}

function* closing(life: Assessment): Generator<Step> {
  const { random, pace, team } = life
  const slot = pace.days(random.int(1, 5))
  const retainUntil = addMonths(pace.day, 75)
  const archive = { indexSha256: digestOf(random), archivedBy: team.archivist, retainUntil }
  const archived = (at: number) => assessmentStep(life, at, { type: 'ArchiveAssessment', data: archive })
  yield archived(slot)
  if (random.chance(0.05)) yield* reopened(life, archived)
  yield projectStep(life, pace.next(), {
    type: 'ConcludeProject',
    data: { outcome: 'completed', note: null },
  })
  const deposit = { indexSha256: archive.indexSha256, location: '评估档案库', retainUntil }
  yield projectStep(life, pace.next(), { type: 'DepositArchive', data: deposit })
  if (!random.chance(0.7)) return
  const visited = pace.days(random.int(15, 45))
  const outcome = random.pick(['主要问题已整改', '部分问题正在整改', '已制定整改计划并落实责任人'])
  const data = { on: pace.day, followedUpBy: team.projectLead, outcome }
  yield assessmentStep(life, visited, { type: 'FollowUpAssessment', data })
}
