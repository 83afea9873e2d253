import type { Counted } from './credit-counting.ts'
import type { CapKind, WeighedFact } from './credit-weights.ts'
import type { LocalDate, Title } from './values.ts'

/** The explanation of a score, line by line, in both languages. */

/** One fact that is valid on the day, and what became of it. */
export type ScoreLine = {
  readonly eventId: string
  readonly item: string
  readonly title: Title
  /** Signed, as recorded: item × count. */
  readonly points: number
  /** Signed, what it adds to the score on the day. */
  readonly counted: number
  readonly cappedBy: CapKind | null
  /** Where `cappedBy` is `barred`: the grade on the day of the fact, whose level allows no bonus. */
  readonly barredAt?: string
  /** Last day on which it counts; null: for good. */
  readonly validUntil: LocalDate | null
  readonly legalBasis: readonly string[]
  readonly why: Title
  /** An objection to the entry is pending; it counts until the ruling. */
  readonly disputed?: true
}

export function toLine(line: Counted, disputed: boolean): ScoreLine {
  const { weighed, counted, cappedBy } = line
  const { fact, item, until } = weighed
  return {
    eventId: fact.eventId,
    item: fact.item,
    title: item?.title ?? { zh: fact.item, en: fact.item },
    points: fact.points,
    counted: counted / 100,
    cappedBy,
    ...(weighed.barred ? { barredAt: weighed.barred.grade } : {}),
    validUntil: until,
    legalBasis: item?.legalBasis ?? [],
    why: explain(line, disputed),
    ...(disputed ? { disputed } : {}),
  }
}

function explain({ weighed, cappedBy, divisor }: Counted, disputed: boolean): Title {
  const { fact, item, eased, cap, until, barred } = weighed
  const times = fact.count > 1 ? ` × ${fact.count}` : ''
  const zh = [
    `${fact.effectiveOn}的事实按${fact.item}${item?.title.zh ?? ''}${times}计${fact.points}分（规则${fact.rulebook}）`,
  ]
  const en = [
    `fact of ${fact.effectiveOn}, item ${fact.item}${times}: ${fact.points} points (rulebook ${fact.rulebook})`,
  ]
  const add = (words: Title | null) => {
    if (words === null) return
    zh.push(words.zh)
    en.push(words.en)
  }
  add(repeated(weighed))
  const year = fact.effectiveOn.slice(0, 4)
  const limits: Record<CapKind, Title> = {
    barred: {
      zh: `不予加分：${barred?.on}的信用等级为${barred?.grade}，该级别不得加分`,
      en: `barred: on ${barred?.on} the grade was ${barred?.grade}, whose level allows no bonus`,
    },
    'same-act': { zh: '同一事实只计一次，以较重者计', en: 'the same act counts once, by its heavier entry' },
    'item-year': { zh: `${year}年该项上限${cap}分`, en: `cap of the item for ${year}: ${cap}` },
    'group-year': { zh: `${year}年该类上限${cap}分`, en: `cap of the group for ${year}: ${cap}` },
    'group-total': { zh: '该类合计已达上限', en: 'the group is at its cap' },
    'bonus-total': { zh: '加分合计已达上限', en: 'the total of bonuses is at its cap' },
  }
  add(cappedBy && limits[cappedBy])
  add(
    divisor === null ? null : { zh: `该类合计除以次数${divisor}`, en: `the group is divided by ${divisor}` },
  )
  add(
    eased && {
      zh: `自${eased.from}起信用修复，保留${eased.keeps * 100}%`,
      en: `repaired from ${eased.from}, ${eased.keeps * 100} % remain`,
    },
  )
  if (disputed) add({ zh: '异议处理中，裁定前分值不变', en: 'disputed; it counts until the ruling' })
  add({
    zh: until === null ? '长期有效' : `有效至${until}（含当日）`,
    en: until === null ? 'counts for good' : `counts to ${until} inclusive`,
  })
  return { zh: zh.join('；'), en: en.join('; ') }
}

function repeated({ repetition }: WeighedFact): Title | null {
  if (repetition === null) return null
  const { multiplier, earlier, violation } = repetition
  const { withinMonths, code, factor } = multiplier
  return {
    zh: `${withinMonths}个月内再次发生同一违法行为${violation}（上次${earlier.effectiveOn}），按${code}乘以${factor}`,
    en: `violation ${violation} again within ${withinMonths} months of ${earlier.effectiveOn}: ${code}, times ${factor}`,
  }
}
