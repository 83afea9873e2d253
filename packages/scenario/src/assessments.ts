import { addMonths, findShippedProcess, type StageCode, type StageDefinition } from '@fireledger/domain'
import { officerNumbers, ownAccount } from './actors.ts'
import { processCode } from './assessment-process.ts'
import { reviewAndIssue } from './assessment-reports.ts'
import {
  type Act,
  type Assessment,
  assessmentStep,
  completion,
  drafting,
  type Team,
} from './assessment-steps.ts'
import { paceFrom, slotsPerDay } from './calendar.ts'
import { assessmentItems } from './data/assessment-items.ts'
import { digestOf, ulidOf } from './identifiers.ts'
import { isInPractice, legalRepresentativeOf } from './institutions.ts'
import { contractData, leadsOf, pickUnit } from './projects.ts'
import type { Step } from './wave.ts'
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
      const from = slot + 1
      yield { slot, begin: [{ key, from, steps: () => assessmentLife(world, key, institution, unit, from) }] }
    }
    slot += random.int(170, 480) * slotsPerDay
  }
}

function teamOf(institution: Institution): Team {
  const [technical, project] = leadsOf(institution)
  const steady = (list: Institution['engineers']) =>
    list.filter((person) => person.steady).map(({ id }) => id)
  return {
    legalRepresentative: legalRepresentativeOf(institution),
    technicalLead: technical.id,
    projectLead: project.id,
    engineers: steady(institution.engineers).slice(2, 4),
    operators: steady(institution.operators).slice(0, 2),
    archivist: `archivist-${institution.key}`,
  }
}

function projectStep(life: Assessment, slot: number, act: Act): Step {
  const { institution, unit, project, team } = life
  const order = { category: 'project', id: project, actor: ownAccount(institution), ...act }
  return { slot, order, reads: [institution.uscc, unit.id, team.technicalLead, team.projectLead] }
}

function* assessmentLife(
  world: World,
  key: string,
  institution: Institution,
  unit: Unit,
  slot: number,
): Generator<Step> {
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
    reportNumber: `CZPG-${key.toUpperCase()}`,
    onSite: [],
    points: new Map(),
  }
  yield* engagement(life)
  const stages = findShippedProcess(processCode)?.content.stages ?? []
  for (const stage of stages) yield* work(life, stage)
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
  yield assessmentStep(life, pace.next(), {
    type: 'EngageAssessment',
    data: {
      division: unit.division,
      institution: institution.uscc,
      unit: unit.id,
      project,
      process: processCode,
      team,
    },
  })
}

function* work(life: Assessment, stage: StageDefinition): Generator<Step> {
  const { random, pace } = life
  const required = stage.evidence.filter((each) => each.required)
  const waived =
    stage.code === 'S3' && random.chance(0.15) ? required.find(({ kind }) => kind === 'approvals') : undefined
  pace.days(random.int(0, 3))
  for (const { kind, title } of required) {
    if (kind !== waived?.kind && stage.code !== 'S7' && kind !== 'delivery-receipt')
      yield evidence(life, stage.code, kind, title.zh)
  }
  if (stage.code === 'S4') yield* onSite(life)
  if (stage.code === 'S6') yield assessmentStep(life, pace.next(), drafting(life, life.reportNumber))
  if (waived) {
    if (random.chance(0.5)) {
      yield assessmentStep(life, pace.next(), {
        ...completion(life, 'S3'),
        expected: { refused: 'gate-evidence-missing' },
      })
    }
    const waivedBy = random.chance(0.5)
      ? life.team.technicalLead
      : random.pick(officerNumbers('inspector', life.unit.division))
    const data = {
      stage: 'S3',
      requirement: waived.kind,
      waivedBy,
      reason: '建筑建成年代久远，无审批档案，已由主管部门说明',
    }
    yield assessmentStep(life, pace.next(), { type: 'WaiveGate', data })
  }
  if (stage.code === 'S7') {
    yield* reviewAndIssue(life)
    for (const { kind, title } of required) yield evidence(life, 'S7', kind, title.zh)
  }
  if (stage.code === 'S8') yield* delivery(life)
  yield assessmentStep(life, pace.next(), completion(life, stage.code))
  if (stage.code === 'S4' && random.chance(0.12)) yield* secondVisit(life)
}

function evidence(life: Assessment, stage: StageCode, kind: string, title: string): Step {
  const { random, pace, team, unit } = life
  const slot = pace.next()
  const evidenceId = ulidOf(pace.now, random)
  const onSite = stage === 'S4'
  if (onSite) life.onSite.push(evidenceId)
  const instrument = kind === 'instrument-list' ? `YQ-${random.int(100, 999)}` : null
  return assessmentStep(life, slot, {
    type: 'RecordEvidence',
    data: {
      evidenceId,
      stage,
      kind,
      title,
      sha256: digestOf(random),
      recordedBy: onSite && team.engineers[0] ? team.engineers[0] : team.projectLead,
      instrument,
      place: onSite ? unit.address : null,
      takenAt: pace.now,
    },
  })
}

function* onSite(life: Assessment): Generator<Step> {
  for (const item of life.random.sample(assessmentItems, life.random.int(10, 18))) {
    const earned = life.random.chance(0.78) ? item.full : life.random.int(0, item.full - 1)
    yield finding(life, item, earned, null)
  }
}

type Item = (typeof assessmentItems)[number]

function finding(life: Assessment, item: Item, earned: number, supersedes: string | null): Step {
  const { random, pace, team } = life
  const slot = pace.next()
  const findingId = ulidOf(pace.now, random)
  const conforms = earned === item.full
  if (supersedes) life.points.delete(supersedes)
  life.points.set(findingId, { earned, full: item.full })
  return assessmentStep(life, slot, {
    type: 'RecordFinding',
    data: {
      findingId,
      item: item.code,
      class: item.class,
      conforms,
      score: { earned, full: item.full },
      description: conforms ? `${item.zh}：符合要求` : `${item.zh}：存在问题，扣${item.full - earned}分`,
      evidence: random.sample(life.onSite, 2),
      recordedBy: team.projectLead,
      supersedes,
    },
  })
}

/** The analysis shows that a finding was wrong: back to the site, the finding corrected, forward again. */
function* secondVisit(life: Assessment): Generator<Step> {
  const { random, pace, team } = life
  const reason = '分析发现现场记录与照片不一致，退回复核'
  const data = { stage: 'S5', to: 'S4', returnedBy: team.technicalLead, reason }
  yield assessmentStep(life, pace.days(1), { type: 'ReturnStage', data })
  const [findingId] = life.points.keys()
  const [item] = random.sample(assessmentItems, 1)
  if (findingId && item) yield finding(life, item, random.int(0, item.full), findingId)
  yield assessmentStep(life, pace.next(), completion(life, 'S4'))
}

function* delivery(life: Assessment): Generator<Step> {
  const { random, pace } = life
  const slot = pace.days(random.int(1, 3))
  const data = { reportNumber: life.reportNumber, deliveredOn: pace.day, receiptSha256: digestOf(random) }
  yield assessmentStep(life, slot, { type: 'DeliverReport', data })
  yield evidence(life, 'S8', 'delivery-receipt', '交付回执')
}

function* closing(life: Assessment): Generator<Step> {
  const { random, pace, team } = life
  const slot = pace.days(random.int(1, 5))
  const retainUntil = addMonths(pace.day, 75)
  const archive = { indexSha256: digestOf(random), archivedBy: team.archivist, retainUntil }
  yield assessmentStep(life, slot, { type: 'ArchiveAssessment', data: archive })
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
