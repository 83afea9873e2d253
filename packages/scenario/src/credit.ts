import { shippedRulebooks, startOfDay } from '@fireledger/domain'
import { cityDivision, officer } from './actors.ts'
import { type Pace, paceFrom, slotsPerDay } from './calendar.ts'
import { isUnwatched } from './conduct.ts'
import { isInPractice } from './institutions.ts'
import { isSpotless } from './penalties.ts'
import type { Random } from './random.ts'
import type { Order, Step, Strand } from './wave.ts'
import { type City, type Institution, story, type World } from './world.ts'

/**
 * Credit: the rulebook at the beginning, then what officers enter by hand. What follows from penalties and missed
 * cures is entered by the clerk, not here.
 */

const defaultRulebook = shippedRulebooks.find(({ id }) => id === 'CZ-DEFAULT-1')
const trialId = 'CZ-TRIAL-0'

/** The trial rules of the years before end on the day on which the default ones begin. */
export function* rulebookLife(world: World): Generator<Step> {
  if (!defaultRulebook) throw new Error('CZ-DEFAULT-1 is not among the shipped rulebooks')
  const random = world.random('rulebook')
  const actor = officer('rule-maker', cityDivision, random)
  const from = world.calendar.firstDay
  const { id, content } = defaultRulebook
  const step = (
    slot: number,
    id: string,
    type: string,
    data: Record<string, unknown>,
    on?: string,
  ): Step => ({
    slot,
    order: {
      category: 'rulebook',
      id,
      type,
      data,
      actor,
      ...(on === undefined ? {} : { effectiveAt: startOfDay(on) }),
    },
  })
  const title = { zh: '常州市消防技术服务机构信用评分规则（试行前稿）', en: 'Changzhou credit rules, trial' }
  yield step(0, trialId, 'DraftRulebook', {
    division: cityDivision,
    content: { ...content, title, base: 75 },
  })
  // Adopted before there was a ledger.
  const trial = { division: cityDivision, subjectKind: 'institution', from: '2022-01-01' }
  yield step(1, trialId, 'AdoptRulebook', trial, '2021-12-15')
  yield step(2, id, 'DraftRulebook', { division: cityDivision, content })
  yield step(3, id, 'AdoptRulebook', { division: cityDivision, subjectKind: 'institution', from })
  yield step(4, trialId, 'RetireRulebook', { from, reason: '新规则施行，试行规则废止' })
}

type Life = {
  readonly world: World
  readonly institution: Institution
  readonly random: Random
  readonly pace: Pace
  count: number
}
type Entry = { readonly item: string; readonly reason: string; readonly slot: number }

const bonuses: readonly (readonly [string, string, number])[] = [
  ['B1', '一级注册消防工程师超过从业条件要求', 0.3],
  ['B2', '完成年度从业人员培训', 0.6],
  ['B3', '参加消防公益服务', 0.25],
  ['B4', '火灾发生前书面报告客户重大隐患', 0.1],
  ['B5', '上年度无任何过错记录', 0.4],
]
const behaviours: readonly (readonly [string, string, number])[] = [
  ['M1', '项目录入逾期，经核实', 0.15],
  ['P1', '从业人员低于条件超过三十日', 0.06],
  ['Q4', '不同客户报告雷同，经确认', 0.04],
  ['Q5', '评估过程跳过阶段要求', 0.06],
  ['L5', '96119投诉经查实', 0.35],
  ['R1', '拒绝、阻挠监督检查', 0.03],
]

/** What officers enter about one institution, year by year. */
export function* creditLife(world: World, institution: Institution): Generator<Step> {
  const random = world.random('credit', institution.key)
  const pace = paceFrom(world.calendar, institution.registeredSlot + 60)
  const life: Life = { world, institution, random, pace, count: 0 }
  const list = isSpotless(institution) ? bonuses : behaviours
  const entries: Entry[] = []
  for (let year = 0; year < 3; year++) {
    for (const [item, reason, rate] of list) {
      const slot = Math.round((year + 0.1 + random.next() * 0.85) * 365) * slotsPerDay + random.int(0, 7)
      const there = slot > institution.registeredSlot + 400 && slot < institution.leavesSlot - 40
      if (there && random.chance(rate)) entries.push({ item, reason, slot })
    }
  }
  for (const entry of entries.sort((a, b) => a.slot - b.slot)) yield* adjustment(life, entry)
}

/** The entry of an officer, with the account's opening data. */
export function adjustmentData(institution: Institution, item: string, factId: string, reason: string) {
  return {
    division: institution.division,
    subjectKind: 'institution',
    rulebook: defaultRulebook?.id,
    item,
    count: 1,
    factId,
    violation: null,
    causeEventId: null as string | null,
    reason,
  }
}

function step(
  life: Life,
  slot: number,
  act: Pick<Order, 'type' | 'data' | 'effectiveAt' | 'expected'>,
): Step {
  const { institution, random } = life
  life.count++
  const actor = officer('credit-officer', institution.division, random)
  return { slot, order: { category: 'creditAccount', id: institution.uscc, actor, ...act } }
}

function* adjustment(life: Life, { item, reason, slot }: Entry): Generator<Step> {
  const { world, institution, random, pace } = life
  const strand = `${institution.key}k`
  pace.reach(slot)
  const effectiveAt = world.calendar.instantOf(Math.max(pace.slot - random.int(1, 9) * slotsPerDay, 40))
  const data = adjustmentData(institution, item, `${strand}/${item}/${life.count}`, reason)
  if (random.chance(0.02)) {
    const wrong = { ...data, item: 'B9' }
    yield step(life, pace.next(), {
      type: 'AdjustCreditAccount',
      data: wrong,
      expected: { refused: 'item-unknown' },
    })
  }
  const supersedes = world.eventIdOf(strand, life.count)
  yield step(life, pace.next(), { type: 'AdjustCreditAccount', data, effectiveAt })
  if (item === 'L5' && random.chance(0.12)) {
    const grounds = '投诉人所称的维保不在本机构服务范围内'
    const filing = pace.next()
    const filed = { entry: supersedes, noticedOn: pace.day, grounds }
    yield step(life, filing, { type: 'FileObjection', data: filed })
    const extended = { entry: supersedes, reason: '需向投诉人核实' }
    yield step(life, pace.days(5), { type: 'ExtendObjection', data: extended })
    const ruling = { entry: supersedes, outcome: 'upheld', reason: '异议成立，投诉事实不实' }
    yield step(life, pace.days(random.int(6, 14)), { type: 'DecideObjection', data: ruling })
  } else if (item === 'M1' && random.chance(0.3)) {
    const undone = { supersedes, basis: 'repaired', reason: '已纠正失信行为并作出信用承诺' }
    yield step(life, pace.days(random.int(65, 90)), { type: 'ReverseAdjustment', data: undone })
  }
}

/** Rulings that take longer than their ten working days, and objections that nobody has ruled on at the end. */
const disputes: readonly {
  /** Before the end of the story. */
  readonly days: number
  /** From the objection to the ruling; null: there is none yet. */
  readonly workingDays: number | null
  readonly outcome: 'upheld' | 'rejected'
}[] = [
  { days: 830, workingDays: 14, outcome: 'rejected' },
  { days: 420, workingDays: 18, outcome: 'upheld' },
  { days: 200, workingDays: 13, outcome: 'rejected' },
  { days: 31, workingDays: null, outcome: 'rejected' },
  { days: 9, workingDays: null, outcome: 'rejected' },
]

export function disputesOf(world: World, city: City): Strand[] {
  return disputes.flatMap((dispute, place): Strand[] => {
    const key = `${city.key}d${place}`
    const random = world.random('dispute', key)
    const slot = world.calendar.slots - dispute.days * slotsPerDay + random.int(0, 6)
    const until = Math.min(slot + 60 * slotsPerDay, world.calendar.slots - 30)
    const able = city.institutions.filter(
      (each) => isInPractice(each, slot, until) && isUnwatched(each) && !isSpotless(each),
    )
    const [institution] = random.sample(able, 1)
    if (!institution) return []
    const life = { world, institution, random, pace: paceFrom(world.calendar, slot), count: 0 }
    return [{ key, from: slot, steps: () => disputeLife(life, key, dispute) }]
  })
}

function* disputeLife(
  life: Life,
  key: string,
  { workingDays, outcome }: (typeof disputes)[number],
): Generator<Step> {
  const { world, institution, random, pace } = life
  const entry = world.eventIdOf(key, 0)
  const data = adjustmentData(institution, 'M3', `${key}/M3`, '未在经营场所公示收费标准')
  yield step(life, pace.next(), { type: 'AdjustCreditAccount', data })
  const noticedOn = pace.day
  const grounds = '检查当日公示栏正在更换，已于次日恢复公示'
  yield step(life, pace.days(random.int(1, 3)), {
    type: 'FileObjection',
    data: { entry, noticedOn, grounds },
  })
  if (workingDays === null) return
  const reason = outcome === 'upheld' ? '异议成立，公示中断有正当理由' : '检查记录和照片属实，异议不成立'
  yield step(life, pace.days(workingDays), {
    type: 'DecideObjection',
    data: { entry, outcome, reason },
  })
}

/** One institution of the city is put into the lowest grade by hand, and comes out of it again: the report was untrue. */
export function* vetoLife(world: World, institution: Institution): Generator<Step> {
  const random = world.random('veto', institution.key)
  const pace = paceFrom(world.calendar, (story.flagshipDay - 120) * slotsPerDay)
  const life: Life = { world, institution, random, pace, count: 0 }
  const { division, subjectKind, rulebook } = adjustmentData(institution, '', '', '')
  const opening = { division, subjectKind, rulebook, causeEventId: null }
  const factId = `${institution.key}v/CERTIFICATE-TRADE`
  const reason = '举报出租注册证，初步查实'
  const supersedes = world.eventIdOf(`${institution.key}v`, 0)
  yield step(life, pace.next(), {
    type: 'ImposeVeto',
    data: { ...opening, code: 'CERTIFICATE-TRADE', factId, reason },
  })
  const early = { supersedes, basis: 'repaired', reason: '申请信用修复' }
  yield step(life, pace.days(40), {
    type: 'LiftVeto',
    data: early,
    expected: { refused: 'veto-not-liftable' },
  })
  const lifted = { supersedes, basis: 'recorded-in-error', reason: '经核查举报不实，原认定有误' }
  yield step(life, pace.days(20), { type: 'LiftVeto', data: lifted })
}
