import { shippedRulebooks } from '@fireledger/domain'
import { cityDivision, officer } from './actors.ts'
import { type Pace, paceFrom, slotsPerDay } from './calendar.ts'
import { isSpotless } from './penalties.ts'
import type { Random } from './random.ts'
import type { Order, Step } from './wave.ts'
import { type Institution, story, type World } from './world.ts'

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
  const step = (slot: number, id: string, type: string, data: Record<string, unknown>): Step => ({
    slot,
    order: { category: 'rulebook', id, type, data, actor },
  })
  const title = { zh: '常州市消防技术服务机构信用评分规则（试行前稿）', en: 'Changzhou credit rules, trial' }
  yield step(0, trialId, 'DraftRulebook', {
    division: cityDivision,
    content: { ...content, title, base: 75 },
  })
  yield step(1, trialId, 'AdoptRulebook', {
    division: cityDivision,
    subjectKind: 'institution',
    from: '2022-01-01',
  })
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

/** One institution of the city is put into the lowest grade by hand, and comes out of it again on objection. */
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
  const lifted = { supersedes, basis: 'objection-upheld', reason: '异议成立，举报不实' }
  yield step(life, pace.days(20), { type: 'LiftVeto', data: lifted })
}
