import { type InspectionForm, itemsOfForm } from '@fireledger/domain'
import { officer, officerNumbers } from './actors.ts'
import { type Pace, paceFrom, slotsPerDay } from './calendar.ts'
import { failureRates, itemNotes } from './data/inspection-findings.ts'
import { digestOf } from './identifiers.ts'
import { caseLife, violationsFoundIn } from './penalties.ts'
import { maintenanceContractsOf } from './projects.ts'
import type { Random } from './random.ts'
import type { Order, Step } from './wave.ts'
import type { City, Institution, Unit, World } from './world.ts'

/** Supervision of one institution: inspections of every form, what they find, and whether it is cured. */

type Life = {
  readonly world: World
  readonly key: string
  readonly id: string
  readonly institution: Institution
  readonly unit: Unit | null
  readonly form: InspectionForm
  readonly random: Random
  readonly pace: Pace
  count: number
}

/** One inspection after the other, the careless more often than the careful. */
export function* oversight(world: World, city: City, institution: Institution): Generator<Step> {
  const random = world.random('oversight', institution.key)
  const contracts = maintenanceContractsOf(world, city, institution)
  const last = Math.min(institution.leavesSlot - 160, world.calendar.slots - 30)
  let slot = institution.registeredSlot + 100 + random.int(0, 600)
  for (let turn = 0; slot < last; turn++) {
    const served = contracts.filter((contract) => contract.slot + 60 < slot && slot < contract.endsSlot)
    const unit = served.length > 0 ? random.pick(served).unit : null
    const form = random.weighted({
      daily: unit ? 60 : 0,
      special: 30,
      complaint: 8,
      'back-check': unit ? 2 : 0,
    })
    const key = `${institution.key}n${turn}`
    const inspected = form === 'special' ? null : unit
    const from = slot + 1
    const steps = () => inspectionLife(world, key, institution, inspected, form, from)
    yield { slot, begin: [{ key, from, steps }] }
    slot += Math.round(random.int(50, 170) * (0.6 + institution.diligence)) * slotsPerDay
  }
}

export function inspectionIdOf(world: World, key: string, slot: number): string {
  return world.idOf(slot, 'inspection', key)
}

function* inspectionLife(
  world: World,
  key: string,
  institution: Institution,
  unit: Unit | null,
  form: InspectionForm,
  slot: number,
): Generator<Step> {
  const random = world.random('inspection', key)
  const pace = paceFrom(world.calendar, slot)
  const life: Life = {
    world,
    key,
    id: inspectionIdOf(world, key, slot),
    institution,
    unit,
    form,
    random,
    pace,
    count: 0,
  }
  yield* preparation(life)
  if (random.chance(0.02)) {
    yield step(life, pace.days(1), {
      type: 'CancelInspection',
      data: { reason: '被检查场所停业，取消本次检查' },
    })
    return
  }
  const { failed, recordedAt } = yield* visit(life)
  if (form === 'special' || random.chance(0.3)) {
    const publishedAt = '常州市双随机一公开监管平台'
    yield step(life, pace.days(random.int(3, 8)), { type: 'PublishInspection', data: { publishedAt } })
  }
  const violations = violationsFoundIn(failed, institution, random)
  if (violations.length > 0) {
    const slot = pace.next()
    const found = { inspection: life.id, foundOn: recordedAt, violations }
    const steps = () => caseLife({ world, key: `${key}p`, institution, slot: slot + 1, ...found })
    yield { slot, begin: [{ key: `${key}p`, from: slot + 1, steps }] }
  }
  if (failed.length > 0) yield* rectification(life)
}

function divisionOf({ unit, institution }: Life): string {
  return unit?.division ?? institution.division
}

function step(life: Life, slot: number, act: Pick<Order, 'type' | 'data' | 'expected'>): Step {
  life.count++
  const actor = officer('inspector', divisionOf(life), life.random)
  return { slot, order: { category: 'inspection', id: life.id, actor, ...act } }
}

function campaignOf({ form, pace }: Life): string | null {
  return form === 'special' ? `${pace.day.slice(0, 4)}年消防技术服务机构专项检查` : null
}

function* preparation(life: Life): Generator<Step> {
  const { random, pace, institution, unit, form, world } = life
  const slot = pace.next()
  const plan = {
    form,
    method: unit ? 'at-client' : random.chance(0.15) ? 'online' : 'at-office',
    inspected: unit && form === 'daily' ? 'unit' : 'institution',
    institution: institution.uscc,
    unit: unit?.id ?? null,
    division: divisionOf(life),
    campaign: campaignOf(life),
    plannedFor: world.calendar.dayOfSlot(slot + 40),
  }
  yield step(life, slot, { type: 'PlanInspection', data: plan })
  const officers = random.sample(officerNumbers('inspector', divisionOf(life)), 3)
  const [first, second, third] = officers.map((officer) => ({ officer, interests: [] as string[] }))
  if (random.chance(0.025)) {
    const data = { inspectors: [first, { ...third, interests: [institution.uscc] }] }
    yield step(life, pace.next(), {
      type: 'AssignInspectors',
      data,
      expected: { refused: 'inspector-must-recuse' },
    })
  }
  if (random.chance(0.008)) {
    const data = { inspectors: [first] }
    yield step(life, pace.next(), {
      type: 'AssignInspectors',
      data,
      expected: { refused: 'inspectors-too-few' },
    })
  }
  yield step(life, pace.next(), { type: 'AssignInspectors', data: { inspectors: [first, second] } })
}

type Entry = {
  item: { code: string }
  outcome: 'pass' | 'fail' | 'not-applicable'
  note: string | null
  evidence: string[]
}

/** On the spot: each item gets its outcome; returns the codes that failed in the end, and the day. */
function* visit(life: Life): Generator<Step, { failed: string[]; recordedAt: string }> {
  const { random, pace, unit, institution, form, world, key } = life
  pace.days(random.int(1, 6))
  yield step(life, pace.next(), {
    type: 'StartInspection',
    data: { place: unit?.address ?? institution.address },
  })
  const entries: Entry[] = itemsOfForm(form).map(({ code }) => {
    const rate = (failureRates[code] ?? 0.04) * (2.5 - 2.2 * institution.diligence)
    const outcome = random.chance(rate) ? 'fail' : random.chance(0.05) ? 'not-applicable' : 'pass'
    const failed = outcome === 'fail'
    return {
      item: { code },
      outcome,
      note: failed ? (itemNotes[code] ?? '不符合要求') : null,
      evidence: failed ? [digestOf(random)] : [],
    }
  })
  const split = random.chance(0.4) ? Math.ceil(entries.length / 2) : entries.length
  const recordedBy = life.count
  yield step(life, pace.next(), { type: 'RecordItems', data: { entries: entries.slice(0, split) } })
  if (split < entries.length) {
    yield step(life, pace.next(), { type: 'RecordItems', data: { entries: entries.slice(split) } })
  }
  const [first] = entries
  if (first && random.chance(0.04)) {
    const supersedes = world.eventIdOf(key, recordedBy)
    const corrected = {
      ...first,
      outcome: 'pass',
      note: '现场复核后更正',
      evidence: [],
      supersedes,
      reason: '记录笔误',
    }
    first.outcome = 'pass'
    yield step(life, pace.next(), { type: 'CorrectItem', data: corrected })
  }
  const failed = entries.filter(({ outcome }) => outcome === 'fail').map(({ item }) => item.code)
  const conclusion = failed.length === 0 ? '检查未发现问题' : `发现${failed.length}项问题，依法处理`
  const recordedAt = pace.day
  yield step(life, pace.next(), { type: 'ConcludeInspection', data: { conclusion } })
  return { failed, recordedAt }
}

/** Cured in time, late, or not at all: the careful cure. Ten working days by law; who misses them is told by the clerk. */
function* rectification(life: Life): Generator<Step> {
  const { random, pace, institution } = life
  const orderNumber = `常消改字〔${pace.day.slice(0, 4)}〕第${random.int(1000, 9999)}号`
  yield step(life, pace.next(), { type: 'OrderRectification', data: { orderNumber } })
  const point = random.next() * (1.35 - institution.diligence)
  const cured = { cured: true, note: '复查合格', evidence: [digestOf(random)] }
  if (point < 0.42) {
    const note = '已按要求整改完毕'
    yield step(life, pace.days(random.int(3, 8)), {
      type: 'ReportRectification',
      data: { note, evidence: [digestOf(random)] },
    })
    if (random.chance(0.07)) {
      const data = { cured: false, note: '整改不到位，限期继续整改', evidence: [] }
      yield step(life, pace.next(), { type: 'VerifyRectification', data })
    }
    yield step(life, pace.days(1), { type: 'VerifyRectification', data: cured })
  } else if (point < 0.7) {
    const note = '逾期完成整改'
    yield step(life, pace.days(random.int(14, 30)), {
      type: 'ReportRectification',
      data: { note, evidence: [] },
    })
    yield step(life, pace.days(random.int(1, 4)), { type: 'VerifyRectification', data: cured })
  }
}
