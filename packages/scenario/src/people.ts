import { addDays, addMonths, type LocalDate, startOfDay } from '@fireledger/domain'
import { officer } from './actors.ts'
import { type Pace, paceFrom, slotsPerDay } from './calendar.ts'
import { personOf } from './persons.ts'
import type { Random } from './random.ts'
import type { Order, Step } from './wave.ts'
import { type City, type Institution, type Practitioner, story, type World } from './world.ts'

/** The working life of one practitioner: registration, posts, renewal, and what ends it. */

type Life = {
  readonly world: World
  readonly city: City
  readonly who: Practitioner
  readonly random: Random
  readonly pace: Pace
  readonly validFrom: LocalDate
  readonly validUntil: LocalDate | null
}
type Act = Pick<Order, 'type' | 'data' | 'effectiveAt' | 'expected'>

/** What is planned after the first post, in order of slots; each plan turns into steps when its time has come. */
type Planned = {
  readonly slot: number
  readonly last?: boolean
  readonly act: (life: Life) => Generator<Step>
}

export const isEngineerOf = ({ qualification }: Practitioner) => qualification.endsWith('engineer')

export function* practitionerLife(world: World, city: City, who: Practitioner): Generator<Step> {
  const life = lifeOf(world, city, who, 'entry', who.enters)
  yield step(life, life.pace.next(), registration(life))
  if (who.first) yield step(life, life.pace.next(), firstPost(life, who.first))
  const [next] = plansOf(life)
  if (!next) return
  const steps = () => laterLife(world, city, who)
  yield { slot: life.pace.next(), begin: [{ key: `${who.key}l`, from: next.slot, steps }] }
}

function lifeOf(world: World, city: City, who: Practitioner, part: string, slot: number): Life {
  const pace = paceFrom(world.calendar, slot)
  return { world, city, who, random: world.random(part, who.key), pace, ...validityOf(world, who) }
}

/** What comes after the first post. Planned anew when its time has come, so that nobody's future is kept in memory. */
function* laterLife(world: World, city: City, who: Practitioner): Generator<Step> {
  const life = lifeOf(world, city, who, 'later', who.enters)
  for (const { slot, act, last } of plansOf(life)) {
    life.pace.reach(slot)
    yield* act(life)
    if (last) return
  }
}

function step({ who, random }: Life, slot: number, act: Act): Step {
  const penalty = [
    'RevokeRegistration',
    'StrikeOffRegistration',
    'SuspendPractice',
    'ReinstatePractice',
    'BanPractitioner',
  ]
  const actor = officer(penalty.includes(act.type) ? 'case-handler' : 'registrar', who.division, random)
  return { slot, order: { category: 'practitioner', id: who.id, actor, ...act } }
}

/** Engineers' registrations last three years; those who are there at the beginning have used some of them up. */
function validityOf({ calendar, random: source }: World, who: Practitioner) {
  const random = source('validity', who.key)
  const day = calendar.dayOfSlot(who.enters)
  if (!isEngineerOf(who)) return { validFrom: addMonths(day, -random.int(2, 110)), validUntil: null }
  const fresh = who.enters > story.baseRegisterDays * 16 && random.chance(0.5)
  const usedMonths = who.episode === 'expired' ? random.int(12, 30) : random.int(2, 32)
  const validFrom = fresh ? day : addMonths(day, -usedMonths)
  return { validFrom, validUntil: addDays(addMonths(validFrom, 36), -1) }
}

function registration({ world, who, random, validFrom, validUntil }: Life): Act {
  const subjectId = `person-${who.key}`
  const person = personOf(world, subjectId, [22, 58])
  const { qualification, division } = who
  const registrationNumber = `${isEngineerOf(who) ? 'ZX' : 'CZ'}${division}${random.text('0123456789', 8)}`
  const data = { qualification, registrationNumber, validFrom, validUntil, division, person }
  return { type: 'RegisterPractitioner', data, effectiveAt: startOfDay(validFrom) }
}

export function roleOf(who: Practitioner, institution: Institution): string {
  if (!isEngineerOf(who)) return 'operator'
  if (who === institution.engineers[0] && institution.fate !== 'removed') return 'technical-lead'
  return who === institution.engineers[1] ? 'project-lead' : 'engineer'
}

/** The post they were found in when the base register was made: it began earlier than it was recorded. */
function firstPost({ world, who, random, validFrom, pace }: Life, institution: Institution): Act {
  const found = world.calendar.dayOfSlot(who.enters)
  const began = addDays(found, -random.int(20, 800))
  const latest = [began, validFrom, institution.establishedOn].sort().at(-1) ?? began
  const [day = pace.day] = [latest, pace.day].sort()
  const data = { employer: institution.uscc, role: roleOf(who, institution), until: null }
  return { type: 'StartEmployment', data, effectiveAt: startOfDay(day) }
}

/** The same every time it is asked. */
function plansOf(now: Life): Planned[] {
  const { who, world } = now
  const life = { ...now, random: world.random('plans', who.key) }
  const plans = [...renewalPlan(life), ...anomalyPlan(life), ...episodePlan(life), ...postPlan(life)]
  return plans
    .filter(({ slot }) => slot > who.enters + 120 && slot < world.calendar.slots)
    .sort((a, b) => a.slot - b.slot)
}

function renewalPlan({ world, who, random, validUntil }: Life): Planned[] {
  if (validUntil === null || who.episode === 'expired') return []
  const slot = world.calendar.slotOfDay(addDays(validUntil, -random.int(20, 75)))
  const terms = { validFrom: addDays(validUntil, 1), validUntil: addMonths(validUntil, 36) }
  const act = function* (life: Life) {
    yield step(life, life.pace.next(), { type: 'RenewRegistration', data: terms })
  }
  return [{ slot, act }]
}

function* leavePost(life: Life, institution: Institution, reason: string): Generator<Step> {
  const data = { employer: institution.uscc, reason }
  yield step(life, life.pace.next(), { type: 'EndEmployment', data })
}

function* takePost(life: Life, institution: Institution): Generator<Step> {
  const role = isEngineerOf(life.who) ? 'engineer' : 'operator'
  const data = { employer: institution.uscc, role, until: null }
  const effectiveAt = startOfDay(life.pace.day)
  yield step(life, life.pace.next(), { type: 'StartEmployment', data, effectiveAt })
}

/** Institutions that will be there long enough to be worth going to. */
function openings({ city, who }: Life, slot: number): Institution[] {
  return city.institutions.filter(
    (institution) =>
      institution !== who.first &&
      institution.fate !== 'removed' &&
      institution.registeredSlot < slot - 60 &&
      institution.leavesSlot > slot + 600 &&
      (isEngineerOf(who) || institution.type !== 'assessment'),
  )
}

function postPlan(life: Life): Planned[] {
  const { who, random, world } = life
  const { first } = who
  if (!first || who.anomaly || who.episode) return []
  const leaves = first.leavesSlot
  const wanders = !who.steady && random.chance(isEngineerOf(who) ? 0.25 : 0.42)
  const moves = wanders ? random.int(who.enters + 300, world.calendar.slots - 100) : world.calendar.slots
  const retires = !who.steady && !wanders && random.chance(0.03)
  const change = (slot: number, reason: string): Planned => ({
    slot,
    *act(life) {
      const [next] = random.sample(openings(life, slot), 1)
      yield* leavePost(life, first, reason)
      life.pace.days(random.int(1, 25))
      if (next && random.chance(0.85)) yield* takePost(life, next)
    },
  })
  if (leaves < world.calendar.slots && leaves < moves)
    return [change(leaves + random.int(2, 40), '聘用机构退出，劳动合同终止')]
  if (moves < world.calendar.slots) return [change(moves, '个人原因，解除劳动合同')]
  const slot = random.int(who.enters + 900, world.calendar.slots)
  return retires ? [{ slot, last: true, act: (life) => retire(life, first) }] : []
}

function* retire(life: Life, institution: Institution): Generator<Step> {
  yield* leavePost(life, institution, '退休')
  yield step(life, life.pace.days(3), {
    type: 'CancelRegistration',
    data: { reason: '达到退休年龄，本人申请注销' },
  })
}

/** After the social-insurance check: revoked, cancelled with the institution's leaving, or nothing at all. */
function anomalyPlan({ who, random }: Life): Planned[] {
  const { first, anomaly } = who
  if (!first || anomaly === null || anomaly === 'dismissed') return []
  if (anomaly === 'institution-left') {
    const slot = first.leavesSlot + random.int(2, 60)
    return [{ slot, last: true, act: (life) => cancelled(life, first, '所在机构主动退出，本人申请注销注册') }]
  }
  const slot = (story.flagshipDay + story.flagshipDays + random.int(25, 110)) * slotsPerDay + random.int(0, 7)
  return [{ slot, last: true, act: (life) => revoked(life, first) }]
}

function* revoked(life: Life, institution: Institution): Generator<Step> {
  const data = {
    reason: '社会保险缴纳单位与聘用单位不一致，以虚假聘用取得注册',
    deceit: life.random.chance(0.7),
  }
  yield step(life, life.pace.next(), { type: 'RevokeRegistration', data })
  yield* leavePost(life, institution, '注册被撤销，聘用关系终止')
}

function* cancelled(life: Life, institution: Institution, reason: string): Generator<Step> {
  yield* leavePost(life, institution, reason)
  yield step(life, life.pace.next(), { type: 'CancelRegistration', data: { reason } })
}

function episodePlan(life: Life): Planned[] {
  const { who, random, world, validUntil } = life
  const { first, episode } = who
  if (!first || episode === null) return []
  const slot = random.int(Math.max(who.enters, 200) + 400, world.calendar.slots - 1400)
  const afterExpiry =
    validUntil === null ? slot : world.calendar.slotOfDay(validUntil) + random.int(10, 60) * slotsPerDay
  const last = true
  switch (episode) {
    case 'second-employer':
      return [{ slot, act: (life) => secondEmployer(life, slot) }]
    case 'suspended':
      return [{ slot, act: suspended }]
    case 'struck-off':
      return [{ slot, last, act: (life) => struckOff(life, first) }]
    case 'banned':
      return [{ slot, last, act: (life) => banned(life, first) }]
    case 'expired':
      return [{ slot: afterExpiry, last, act: (life) => cancelled(life, first, '注册有效期届满未延续') }]
    case 'corrected':
      return [{ slot: who.enters + random.int(130, 400), act: corrected }]
    case 'registered-again':
      return [{ slot, last, act: (life) => registeredAgain(life, first) }]
    case 'cancelled':
      return [{ slot, last, act: (life) => cancelled(life, first, '离职转行，本人申请注销注册') }]
    case 'erased':
      return [{ slot, last, act: (life) => erased(life, first) }]
  }
}

function* secondEmployer(life: Life, slot: number): Generator<Step> {
  const other = life.random.pick(openings(life, slot))
  const data = { employer: other.uscc, role: 'engineer', until: null }
  const expected = { refused: 'employment-overlaps' }
  yield step(life, life.pace.next(), { type: 'StartEmployment', data, expected })
}

function* suspended(life: Life): Generator<Step> {
  const data = { reason: '未到现场履行职责，责令暂停执业接受培训', until: null }
  yield step(life, life.pace.next(), { type: 'SuspendPractice', data })
  const back = { reason: '完成培训并考核合格' }
  yield step(life, life.pace.days(life.random.int(15, 60)), { type: 'ReinstatePractice', data: back })
}

function* struckOff(life: Life, institution: Institution): Generator<Step> {
  const data = { reason: '签署虚假结论文件，情节严重', barredUntil: addMonths(life.pace.day, 60) }
  yield step(life, life.pace.next(), { type: 'StrikeOffRegistration', data })
  yield* leavePost(life, institution, '注册证被吊销')
}

function* banned(life: Life, institution: Institution): Generator<Step> {
  const data = { reason: '出租注册证和执业印章，造成重大损失', until: null }
  yield step(life, life.pace.next(), { type: 'BanPractitioner', data })
  yield* leavePost(life, institution, '被终身禁止从业')
}

function* corrected(life: Life): Generator<Step> {
  const { world, who } = life
  const person = { ...personOf(world, `person-${who.key}`, [22, 58]) }
  const { data, effectiveAt } = registration({ ...life, random: world.random('corrected', who.key) })
  const supersedes = world.eventIdOf(who.key, 0)
  yield step(life, life.pace.next(), {
    type: 'CorrectDetails',
    data: { ...data, person, supersedes, reason: '注册编号录入有误，按证书更正' },
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
  })
}

function* registeredAgain(life: Life, institution: Institution): Generator<Step> {
  yield* cancelled(life, institution, '离职，本人申请注销注册')
  life.pace.days(life.random.int(60, 100))
  const validFrom = life.pace.day
  const again = { ...life, validFrom, validUntil: addDays(addMonths(validFrom, 36), -1) }
  yield step(life, life.pace.next(), registration(again))
  const [next] = life.random.sample(openings(life, life.pace.slot), 1)
  if (next) yield* takePost(life, next)
}

/** Leaves the trade, and later has their personal data erased. The account of it is in `keys.ts`. */
function* erased(life: Life, institution: Institution): Generator<Step> {
  yield* cancelled(life, institution, '离职转行，本人申请注销注册')
}
