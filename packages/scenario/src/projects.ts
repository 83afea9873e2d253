import { addDays, addMonths } from '@fireledger/domain'
import { ownAccount } from './actors.ts'
import { type Pace, paceFrom, slotsPerDay } from './calendar.ts'
import { digestOf } from './identifiers.ts'
import { isInPractice } from './institutions.ts'
import type { Random } from './random.ts'
import { closesSlot } from './units.ts'
import type { Order, Step } from './wave.ts'
import type { City, Institution, Practitioner, Unit, World } from './world.ts'

/** Maintenance and testing contracts, with the written conclusions that come of them. */

export type Engagement = {
  readonly world: World
  readonly key: string
  readonly institution: Institution
  readonly unit: Unit
  readonly beginsSlot: number
}

type Life = Engagement & {
  readonly id: string
  readonly random: Random
  readonly pace: Pace
  readonly leads: { readonly technicalLead: string; readonly projectLead: string }
  /** Commands given so far. */
  count: number
}

/** The two who lead the work of an institution for as long as it works. */
export function leadsOf({ engineers, name }: Institution): [Practitioner, Practitioner] {
  const [technical, project] = engineers
  if (!technical || !project) throw new Error(`${name} has no leads`)
  return [technical, project]
}

/** A unit of the city that is in the register by then and will not close. */
export function pickUnit(world: World, city: City, slot: number, random: Random): Unit | null {
  for (let attempt = 0; attempt < 6; attempt++) {
    const unit = random.pick(city.units)
    if (unit.registeredSlot < slot - 40 && closesSlot(world, unit) === null) return unit
  }
  return null
}

export type Contract = {
  readonly key: string
  readonly unit: Unit
  readonly months: number
  readonly slot: number
  readonly endsSlot: number
}

/** Every contract that an institution makes for maintenance in the three years. */
export function maintenanceContractsOf(world: World, city: City, institution: Institution): Contract[] {
  const random = world.random('maintenance', institution.key)
  const contracts: Contract[] = []
  if (institution.type === 'assessment') return contracts
  let slot = Math.max(institution.registeredSlot + 220, random.int(220, 500))
  for (let turn = 0; slot < world.calendar.slots - 100; turn++) {
    const months = random.pick([3, 6, 12, 12])
    const unit = pickUnit(world, city, slot, random)
    const endsSlot = slot + (months * 31 + 40) * slotsPerDay
    const key = `${institution.key}m${turn}`
    if (unit && isInPractice(institution, slot, endsSlot))
      contracts.push({ key, unit, months, slot, endsSlot })
    slot += random.int(30, 130) * slotsPerDay
  }
  return contracts
}

/** While its practice is stopped, an institution tries to take on work all the same. */
export function* barredContract(world: World, city: City, institution: Institution): Generator<Step> {
  const { stopped, key } = institution
  const unit = stopped && pickUnit(world, city, stopped.from, world.random('barred', key))
  if (!stopped || !unit) return
  const random = world.random('barred-contract', key)
  const pace = paceFrom(world.calendar, stopped.from + 16 * slotsPerDay)
  const slot = pace.next()
  const engagement = { world, key: `${key}x`, institution, unit, beginsSlot: slot }
  const data = contractData(engagement, 'maintenance', random, pace.day, addMonths(pace.day, 12))
  const order = {
    category: 'project',
    id: world.idOf(slot, 'project', `${key}x`),
    type: 'ContractProject',
    data,
    actor: ownAccount(institution),
    expected: { refused: 'institution-may-not-practise' },
  }
  yield { slot, order, reads: [institution.uscc, unit.id] }
}

/** A strand for each contract, begun when it is made. */
export function* maintenanceWork(world: World, city: City, institution: Institution): Generator<Step> {
  for (const { key, unit, months, slot } of maintenanceContractsOf(world, city, institution)) {
    const from = slot + 1
    const steps = () => contractLife({ world, key, institution, unit, beginsSlot: from }, months)
    yield { slot, begin: [{ key, from, steps }] }
  }
}

function step(
  life: Life,
  slot: number,
  act: Pick<Order, 'type' | 'data' | 'effectiveAt' | 'expected'>,
): Step {
  life.count++
  const { institution, unit, leads } = life
  return {
    slot,
    order: { category: 'project', id: life.id, actor: ownAccount(institution), ...act },
    reads: [institution.uscc, unit.id, leads.technicalLead, leads.projectLead],
  }
}

/** Contract data that maintenance and assessment share. */
export function contractData(
  engagement: Engagement,
  kind: 'maintenance' | 'assessment',
  random: Random,
  from: string,
  until: string | null,
) {
  const { institution, unit } = engagement
  const yuanPerSquareMetre = kind === 'maintenance' ? 1.2 + random.next() * 2 : 0.8 + random.next() * 1.5
  return {
    institution: institution.uscc,
    unit: unit.id,
    kind,
    contractNumber: `CZ${kind === 'maintenance' ? 'WB' : 'PG'}-${engagement.key.toUpperCase()}`,
    from,
    until,
    amountFen: Math.round(Math.max(3000, unit.areaSquareMetres * yuanPerSquareMetre) / 100) * 10_000,
    areaSquareMetres: unit.areaSquareMetres,
    division: unit.division,
  }
}

function* contractLife(engagement: Engagement, months: number): Generator<Step> {
  const { world, key, institution } = engagement
  const random = world.random('project', key)
  const pace = paceFrom(world.calendar, engagement.beginsSlot)
  const [technical, project] = leadsOf(institution)
  const leads = { technicalLead: technical.id, projectLead: project.id }
  const life: Life = {
    ...engagement,
    id: world.idOf(engagement.beginsSlot, 'project', key),
    random,
    pace,
    leads,
    count: 0,
  }
  const slot = pace.next()
  const from = addDays(pace.day, random.int(1, 10))
  const until = addDays(addMonths(from, months), -1)
  yield step(life, slot, {
    type: 'ContractProject',
    data: contractData(engagement, 'maintenance', random, from, until),
  })
  const entryDays = random.chance(0.88) ? random.int(1, 4) : random.int(7, 25)
  const entryNumber = `SD${random.text('0123456789', 12)}`
  yield step(life, pace.days(entryDays), { type: 'EnterProject', data: { entryNumber } })
  yield* appointment(life)
  for (let quarter = 1; quarter <= Math.max(1, Math.floor(months / 3)); quarter++) {
    pace.reach(
      world.calendar.slotOfDay(addMonths(from, Math.min(quarter * 3, months) - 1)) + random.int(0, 60),
    )
    yield* conclusion(life, quarter)
  }
  pace.reach(world.calendar.slotOfDay(until) - random.int(4, 60))
  yield* ending(life)
}

function* appointment(life: Life): Generator<Step> {
  const { random, pace, institution, leads } = life
  const unqualified = institution.engineers.find(
    ({ steady, qualification }) => steady && qualification === 'grade-two-engineer',
  )
  if (unqualified && random.chance(0.03)) {
    const data = { ...leads, technicalLead: unqualified.id }
    yield step(life, pace.next(), { type: 'AppointLeads', data, expected: { refused: 'lead-not-qualified' } })
  }
  yield step(life, pace.next(), { type: 'AppointLeads', data: leads })
}

const findings = [
  '消防设施运行正常，符合相关标准要求',
  '自动报警系统个别探测器故障，已更换；其余设施运行正常',
  '喷淋末端压力不足，已告知委托单位整改',
  '防火卷帘联动正常，应急照明个别损坏，建议更换',
  '消火栓系统压力正常，灭火器配置符合要求',
]

function* conclusion(life: Life, quarter: number): Generator<Step> {
  const { random, pace, leads, institution, key } = life
  const number = `${key.toUpperCase()}-${String(quarter).padStart(2, '0')}`
  const data = { number, documentSha256: digestOf(random), conclusion: random.pick(findings), ...leads }
  const stranger = institution.engineers[2]
  if (stranger && random.chance(0.012)) {
    const attempt = { ...data, projectLead: stranger.id }
    yield step(life, pace.next(), {
      type: 'IssueConclusion',
      data: attempt,
      expected: { refused: 'signer-not-qualified' },
    })
  }
  yield step(life, pace.next(), { type: 'IssueConclusion', data })
  const fate = random.next()
  if (fate < 0.02) {
    const reason = '检测数据录入错误，作废重出'
    yield step(life, pace.days(random.int(2, 20)), { type: 'VoidConclusion', data: { number, reason } })
  } else if (fate < 0.05) {
    const revision = {
      revises: number,
      documentSha256: digestOf(random),
      conclusion: random.pick(findings),
      ...leads,
    }
    const reason = '结论表述有误，按原始记录修订'
    yield step(life, pace.days(random.int(2, 20)), {
      type: 'ReviseConclusion',
      data: { ...revision, reason },
    })
  }
}

function* ending(life: Life): Generator<Step> {
  const { random, pace } = life
  const outcome = random.chance(0.94) ? 'completed' : 'terminated'
  const note = outcome === 'completed' ? null : '委托单位提前解除合同'
  yield step(life, pace.next(), { type: 'ConcludeProject', data: { outcome, note } })
  const location = `档案室${random.int(1, 9)}号柜`
  const archive = (day: string) => ({
    indexSha256: digestOf(random),
    location,
    retainUntil: addMonths(day, random.pick([72, 84, 120])),
  })
  const concludedOn = pace.day
  if (random.chance(0.03)) {
    const data = { ...archive(concludedOn), retainUntil: addMonths(concludedOn, 36) }
    yield step(life, pace.days(2), {
      type: 'DepositArchive',
      data,
      expected: { refused: 'retention-too-short' },
    })
  }
  yield step(life, pace.days(random.int(2, 9)), { type: 'DepositArchive', data: archive(concludedOn) })
}
