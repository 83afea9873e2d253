import { startOfDay } from '@fireledger/domain'
import { officer, officerNumbers } from './actors.ts'
import { paceFrom, slotsPerDay } from './calendar.ts'
import { adjustmentData } from './credit.ts'
import { digestOf } from './identifiers.ts'
import { inspectionIdOf } from './inspections.ts'
import { caseLife } from './penalties.ts'
import type { Step, Strand } from './wave.ts'
import { type Institution, type Practitioner, story, type World } from './world.ts'

/**
 * The social-insurance check of the second spring: 48 anomalies are found, each as one item about one engineer. Where
 * the institution leaves, the engineer is cancelled with it; 29 registrations are revoked; the rest is explained.
 */

export const flagshipCampaign = '社会保险异常专项核查'

export function anomalousOf(institution: Institution): Practitioner[] {
  return institution.engineers.filter(({ anomaly }) => anomaly !== null)
}

function planOf({ uscc, division }: Institution, plannedFor: string) {
  return {
    form: 'complaint',
    method: 'online',
    inspected: 'institution',
    institution: uscc,
    division,
    campaign: flagshipCampaign,
    items: [{ code: 'QB3' }],
    plannedFor,
  }
}

export function* flagshipCheck(world: World, institution: Institution): Generator<Step> {
  const key = `${institution.key}f`
  const random = world.random('flagship', institution.key)
  const start = (story.flagshipDay + random.int(0, story.flagshipDays - 15)) * slotsPerDay + random.int(0, 7)
  const pace = paceFrom(world.calendar, start)
  const people = anomalousOf(institution)
  const id = inspectionIdOf(world, key, start)
  const step = (slot: number, type: string, data: Record<string, unknown>): Step => {
    const actor = officer('inspector', institution.division, random)
    return { slot, order: { category: 'inspection', id, type, data, actor } }
  }
  const slot = pace.next()
  yield step(slot, 'PlanInspection', planOf(institution, pace.day))
  const officers = random.sample(officerNumbers('inspector', institution.division), 2)
  yield step(pace.next(), 'AssignInspectors', { inspectors: officers.map((officer) => ({ officer })) })
  yield step(pace.next(), 'StartInspection', { place: '江苏省消防技术服务综合管理信息系统' })
  const entries = people.map((person, index) => ({
    item: { code: 'QB3' },
    occurrence: index + 1,
    outcome: 'fail',
    note: `AN01 社会保险缴纳单位与聘用单位不一致，连续${random.int(2, 14)}个月`,
    evidence: [digestOf(random)],
    practitioner: person.id,
  }))
  yield step(pace.next(), 'RecordItems', { entries })
  const foundOn = pace.day
  yield step(pace.next(), 'ConcludeInspection', {
    conclusion: `发现社会保险异常${people.length}人，限期说明`,
  })
  pace.days(10)
  for (const [index, person] of people.entries()) {
    const entry = entries[index]
    if (person.anomaly !== 'dismissed' || !entry) continue
    const explained = { ...entry, outcome: 'pass', note: 'AN01 经说明属实：社会保险由同一集团代缴，异常排除' }
    const supersedes = world.eventIdOf(key, 3, index)
    yield step(pace.next(), 'CorrectItem', {
      ...explained,
      supersedes,
      reason: '十个工作日内提交说明，经核实予以排除',
    })
  }
  const revoked = people.filter(({ anomaly }) => anomaly === 'revoked')
  if (revoked.length > 0) {
    yield step(pace.next(), 'OrderRectification', { orderNumber: null })
    yield {
      slot: pace.next(),
      begin: consequences(world, institution, revoked, {
        id,
        key,
        foundOn,
        slot: pace.slot + 1,
        entries: people,
      }),
    }
    yield step(pace.days(5), 'ReportRectification', {
      note: '已解除虚假聘用，申请撤销相关注册',
      evidence: [digestOf(random)],
    })
    yield step(pace.days(2), 'VerifyRectification', { cured: true, note: '核实聘用关系已终止', evidence: [] })
  }
  yield step(pace.days(4), 'PublishInspection', { publishedAt: '常州市消防救援支队网站' })
}

type Check = {
  readonly id: string
  readonly key: string
  readonly foundOn: string
  readonly slot: number
  readonly entries: readonly Practitioner[]
}

/** Credit for the institution, and a case against one in three of the engineers. */
function consequences(
  world: World,
  institution: Institution,
  revoked: readonly Practitioner[],
  check: Check,
): Strand[] {
  const creditKey = `${check.key}k`
  const cases = revoked
    .filter((person) => world.random('prosecuted', person.key).chance(0.34))
    .map((practitioner): Strand => {
      const key = `${check.key}${practitioner.key}`
      const found = { inspection: check.id, foundOn: check.foundOn, violations: ['V19'] }
      const steps = () => caseLife({ world, key, institution, practitioner, slot: check.slot, ...found })
      return { key, from: check.slot, steps }
    })
  return [
    { key: creditKey, from: check.slot, steps: () => insuranceEntry(world, institution, revoked, check) },
    ...cases,
  ]
}

/** One entry for all confirmed persons of the institution: P3 counts each. */
function* insuranceEntry(
  world: World,
  institution: Institution,
  revoked: readonly Practitioner[],
  check: Check,
): Generator<Step> {
  const random = world.random('insurance', institution.key)
  const pace = paceFrom(world.calendar, check.slot)
  const reason = `社会保险异常经确认${revoked.length}人`
  const firstRevoked = check.entries.findIndex(({ anomaly }) => anomaly === 'revoked')
  const data = {
    ...adjustmentData(institution, 'P3', `inspection-${check.id}/AN01`, reason),
    count: revoked.length,
    causeEventId: world.eventIdOf(check.key, 3, firstRevoked),
  }
  const actor = officer('credit-officer', institution.division, random)
  const effectiveAt = startOfDay(check.foundOn)
  const order = {
    category: 'creditAccount',
    id: institution.uscc,
    type: 'AdjustCreditAccount',
    data,
    actor,
    effectiveAt,
  }
  yield { slot: pace.days(3), order }
}
