import {
  type CreditAct,
  type CreditEntry,
  type CreditVeto,
  checkItems,
  dayOf,
  findItem,
  findViolation,
  isDisputed,
  type LocalDate,
  publicationOn,
  type RulebookContent,
  type ScoreLine,
  type Title,
} from '@fireledger/domain'
import type { Explained, RecordTold } from './explanation.ts'
import { markAt, markOfItem } from './marks.ts'
import { type Block, type Fact, oneLine } from './page.ts'
import { objectionUntil, type Words } from './words.ts'

/** Each record in words: what happened and when, by which rule and article, what it costs, until when, what can be done. */

export function lineBlock(line: ScoreLine, about: Explained, words: Words): Block {
  const entry = about.facts.entries.find(({ eventId }) => eventId === line.eventId)
  if (!entry) return { kind: 'paragraph', text: words.title(line.title) }
  const { say, day } = words
  const content = contentOf(about, entry.rulebook)
  const item = content && findItem(content, entry.item)
  const facts: Fact[] = [
    [say('发生日期', 'Date'), day(entry.effectiveOn)],
    ...whatHappened(entry, about, words),
    judgedBy(entry, line.title, about, words),
    [say('依据', 'Legal basis'), words.laws(line.legalBasis)],
    ...(item && item.polarity !== 'bonus' ? [gravityFact(item.gravity, words)] : []),
    ...caps(entry, content, words),
    ...(line.counted === line.points && !about.repetitions.has(entry.eventId)
      ? []
      : [[say('实际计入', 'Counted'), counted(line, entry, about, words)] as const]),
    [
      say('计分至', 'Counts until'),
      line.validUntil === null
        ? say('长期有效', 'without end')
        : say(`${day(line.validUntil)}（含当日）`, `${day(line.validUntil)}, that day included`),
    ],
    ...(item?.polarity === 'bonus'
      ? []
      : remedies({ ...entry, gravity: item?.gravity ?? 'general', forLife: false }, about, words)),
    ...recorded(entry.eventId, about, words),
  ]
  const title = `${oneLine(words.title(line.title))}${disputeTag(entry.eventId, about, words)}`
  const points = `${words.points(line.counted)}${markOfItem(content, entry, 'points', words)}`
  return { kind: 'entry', title, points, facts }
}

/** By which item of which version, and what that gives before repetition and caps. */
export function judgedBy(
  { item, count, points, rulebook }: Omit<CreditEntry, 'eventId'>,
  title: Title,
  about: Explained,
  words: Words,
): Fact {
  const { say } = words
  const judged = say(
    `“${title.zh}”（${item}）${count > 1 ? `，${count}次（人、份）` : ''}，${words.points(points)}`,
    `“${title.en}” (${item})${count > 1 ? `, ${count} times` : ''}: ${words.points(points)}`,
  )
  const mark = markOfItem(contentOf(about, rulebook), { item }, 'points', words)
  return [say('计分规则', 'Rule'), `${judged}${mark}${say(`，版本${rulebook}`, `; version ${rulebook}`)}`]
}

export function disputeTag(eventId: string, { facts, day }: Explained, { say }: Words): string {
  return isDisputed(facts, eventId, day) ? say('（有异议）', ' (disputed)') : ''
}

export function vetoBlock(veto: CreditVeto, about: Explained, words: Words): Block {
  const { say, day } = words
  const rule = contentOf(about, veto.rulebook)?.veto?.codes.find(({ code }) => code === veto.code)
  const title = `${rule ? words.title(rule.title) : veto.code}${disputeTag(veto.eventId, about, words)}`
  const gravity = rule?.gravity ?? 'serious'
  const forLife = veto.liftableFrom === null
  const facts: Fact[] = [
    [say('发生日期', 'Date'), day(veto.effectiveOn)],
    ...whatHappened({ ...veto, violation: null, furtherActs: [] }, about, words),
    [say('依据', 'Legal basis'), words.laws(rule?.legalBasis ?? [])],
    gravityFact(gravity, words),
    ...remedies({ ...veto, reversed: veto.lifted, gravity, forLife }, about, words),
    ...recorded(veto.eventId, about, words),
  ]
  return { kind: 'entry', title, points: say('一票否决', 'veto'), facts }
}

const gravities = {
  minor: { zh: '轻微', en: 'minor' },
  general: { zh: '一般', en: 'general' },
  serious: { zh: '严重', en: 'serious' },
}

function gravityFact(gravity: Remediable['gravity'], { say, title }: Words): Fact {
  return [say('失信程度', 'Class'), title(gravities[gravity])]
}

/** Of the item and of its group, told whether or not they are reached. */
function caps(entry: CreditEntry, content: RulebookContent | undefined, words: Words): Fact[] {
  const { say, title } = words
  const item = content && findItem(content, entry.item)
  if (!item) return []
  const place = content.groups.findIndex(({ code }) => code === item.group)
  const group = content.groups[place]
  const mark = (number: string) => markAt(content, `/groups/${place}/${number}`, words)
  const most = [
    ...(item.capPerYear === null
      ? []
      : [
          `${say(`该项每年最多计${item.capPerYear}分`, `at most ${item.capPerYear} points a year for this item`)}${markOfItem(content, entry, 'capPerYear', words)}`,
        ]),
    ...(group?.capPerYear
      ? [
          `${say(
            `“${title(group.title)}”类合计每年最多计${group.capPerYear}分`,
            `at most ${group.capPerYear} points a year for all of “${title(group.title)}”`,
          )}${mark('capPerYear')}`,
        ]
      : []),
    ...(group?.capStanding
      ? [
          `${say(
            `“${title(group.title)}”类合计同时最多计${group.capStanding}分`,
            `at most ${group.capStanding} points at one time for all of “${title(group.title)}”`,
          )}${mark('capStanding')}`,
        ]
      : []),
  ]
  return most.length === 0 ? [] : [[say('上限', 'Caps'), most.join(say('；', '; '))]]
}

export function contentOf({ library }: Explained, reference: string) {
  return library.find((version) => version.reference === reference)?.content
}

export function whatHappened(
  {
    eventId,
    violation,
    furtherActs,
  }: {
    readonly eventId: string
    readonly violation: string | null
    readonly furtherActs: readonly CreditAct[]
  },
  { records }: Explained,
  words: Words,
): Fact[] {
  const { say, title, laws } = words
  const codes = [violation, ...furtherActs.map((act) => act.violation)]
  const found = [...new Set(codes)].flatMap((code) => (code === null ? [] : (findViolation(code) ?? [])))
  const { reason, decision, cause } = records.get(eventId) ?? {}
  return [
    ...(reason ? [[say('事由', 'As recorded'), oneLine(inWords(reason, words))] as const] : []),
    // One decision may judge several at once: each can be the one that is repeated.
    ...found.flatMap((each): Fact[] => [
      [say('违法行为', 'Violation'), `${title(each.title)} (${each.code})`],
      [say('违法行为的依据', 'Article on the violation'), laws(each.legalBasis)],
    ]),
    ...(decision === undefined
      ? []
      : [[say('处罚决定书文号', 'Penalty decision'), oneLine(decision)] as const]),
    ...(cause === undefined ? [] : [[say('起因', 'Follows from'), causeOf(cause, words)] as const]),
  ]
}

function causeOf({ title, day: on, source }: NonNullable<RecordTold['cause']>, { say, day }: Words): string {
  const from =
    source === null
      ? { zh: '', en: '' }
      : {
          zh: `，${source.title.zh}编号${source.id}`,
          en: `, ${source.title.en.toLowerCase()} ${source.id}`,
        }
  return say(`${title.zh}（${day(on)}）${from.zh}`, `${title.en} (${day(on)})${from.en}`)
}

function counted(line: ScoreLine, entry: CreditEntry, about: Explained, words: Words): string {
  const { say } = words
  const points = words.points(line.counted)
  const reason = whyOtherwise(line, entry, about, words)
  return say(`${points}（${reason}）`, `${points} (${reason})`)
}

/** Days and codes that a reason names, as the rest of the page writes them. */
function inWords(text: string, { day, title }: Words): string {
  return text
    .replace(/(?<![0-9A-Za-z-])[12][0-9]{3}-[01][0-9]-[0-3][0-9](?![0-9-])/g, day)
    .replace(/(?<![0-9A-Za-z-])(?:PC[1-6]|Q[ABC][1-5]|FB[1-3]|V[0-9]{2})(?![0-9A-Za-z])/g, (code) => {
      const named = checkItems.find((item) => item.code === code) ?? findViolation(code)
      return named ? title(named.title) : code
    })
}

/** Why a record counts for more or less than its item says. */
function whyOtherwise(
  { cappedBy, barredAt, why }: ScoreLine,
  entry: CreditEntry,
  about: Explained,
  words: Words,
) {
  const { say } = words
  const limits = {
    barred: say(
      `发生之日信用等级为${barredAt}，该级别不得加分`,
      `the grade on that day was ${barredAt}, whose level allows no bonus`,
    ),
    'same-act': say('同一事实只计一次，以较重者计', 'the same act counts once, by its heavier entry'),
    'item-year': say('该项已达年度上限', 'the item is at its cap for the year'),
    'group-year': say('该类已达年度上限', 'the group is at its cap for the year'),
    'group-total': say('该类合计已达上限', 'the group is at its cap'),
    'bonus-total': say('加分合计已达上限', 'all bonuses together are at their cap'),
  }
  const reasons = [
    ...repeated(entry, about, words),
    ...(cappedBy === null ? [] : [limits[cappedBy]]),
    ...(cappedBy === null && entry.reversed?.basis === 'repaired'
      ? [say('信用已修复，只计余下的部分', 'repaired, only the rest counts')]
      : []),
  ]
  return reasons.length === 0 ? words.title(why) : reasons.join(say('；', '; '))
}

/** Which violation, since when, and how much more it weighs: whoever reads it can check each. */
function repeated({ eventId, rulebook }: CreditEntry, about: Explained, words: Words): string[] {
  const { say, day, title } = words
  const repetition = about.repetitions.get(eventId)
  if (!repetition) return []
  const { multiplier, earlier, violation } = repetition
  const { withinMonths, factor } = multiplier
  const found = findViolation(violation)
  const named = found ? `${title(found.title)} (${violation})` : violation
  const content = contentOf(about, rulebook)
  const place = content?.method === 'points' ? content.multipliers.indexOf(multiplier) : -1
  const told = say(
    `${withinMonths}个月内同一违法行为“${named}”再次受罚，上次为${day(earlier.effectiveOn)}，按${factor}倍计`,
    `the same violation, “${named}”, again within ${withinMonths} months, the time before on ${day(earlier.effectiveOn)}: times ${factor}`,
  )
  return [`${told}${markAt(content, `/multipliers/${place}/factor`, words)}`]
}

export type Remediable = {
  readonly eventId: string
  readonly effectiveOn: string
  readonly reversed: { readonly basis: string; readonly effectiveOn: string } | null
  readonly gravity: 'minor' | 'general' | 'serious'
  readonly forLife: boolean
  readonly liftableFrom?: string | null
}

/** How long the public sees it, how to object, how to have it repaired. */
function remedies(entry: Remediable, about: Explained, words: Words): Fact[] {
  const { say } = words
  const { repairableFrom } = shownOn(entry, about.day)
  return [
    [say('对外公示', 'Publication'), publication(entry, about, words)],
    [say('提出异议', 'Objection'), objection(entry.eventId, about, words)],
    [say('信用修复', 'Repair'), repair(entry, repairableFrom, words)],
  ]
}

type Shown = Pick<Remediable, 'effectiveOn' | 'reversed' | 'gravity' | 'forLife'>

function shownOn({ gravity, effectiveOn, forLife, reversed }: Shown, on: LocalDate) {
  // What was taken back counts as never having been.
  const endedOn =
    reversed === null || reversed.basis === 'repaired' ? (reversed?.effectiveOn ?? null) : effectiveOn
  return publicationOn({ gravity, effectiveOn, endedOn, forLife }, on)
}

export function publication(entry: Shown, about: Explained, { say, day }: Words): string {
  const { visible, until } = shownOn(entry, about.day)
  if (!visible)
    return about.day === about.today
      ? say('现不对外公示', 'not shown to the public now')
      : say('该日不对外公示', 'not shown to the public on that day')
  return until === null
    ? say('公示中，无终止日期', 'shown to the public, without end')
    : say(`公示至${day(until)}`, `shown to the public until ${day(until)}`)
}

export function objection(
  eventId: string,
  { facts, records, today: now, asKnownAt }: Explained,
  { say, day }: Words,
): string {
  // As it is known to stand, not as it stood on the day of the grade: so are the records themselves.
  const today = asKnownAt === null ? now : dayOf(asKnownAt)
  const filed = facts.objections.findLast(({ entry }) => entry === eventId)
  if (filed) {
    const on = day(filed.filedOn)
    if (filed.decidedOn === null && filed.dueOn < today)
      return say(
        `已于${on}提出，应在${day(filed.dueOn)}前裁定（本系统缺省规则），已逾期，尚未裁定；裁定前分值不变`,
        `filed on ${on}; the ruling was due by ${day(filed.dueOn)} (house default) and is overdue; the points stay until then`,
      )
    if (filed.decidedOn === null)
      return say(
        `已于${on}提出，正在处理，应在${day(filed.dueOn)}前裁定（本系统缺省规则）；裁定前分值不变`,
        `filed on ${on}, being decided, due by ${day(filed.dueOn)} (house default); the points stay until then`,
      )
    const ruled = day(filed.decidedOn)
    return filed.outcome === 'upheld'
      ? say(`已于${ruled}裁定异议成立`, `upheld on ${ruled}`)
      : say(
          `已于${ruled}裁定异议不成立；不服的，可以依法申请行政复议`,
          `rejected on ${ruled}; administrative review remains`,
        )
  }
  const recordedOn = records.get(eventId)?.recordedOn
  const until = recordedOn === undefined ? null : objectionUntil(recordedOn)
  const rule = say(
    '自被告知之日起10个工作日内书面提出（本系统缺省规则）',
    'in writing within ten working days of being told (house default)',
  )
  if (until === null) return rule
  return until < today
    ? say(
        `${rule}；如在登记当日即被告知，期限已于${day(until)}届满`,
        `${rule}; if told on the day of recording, that time ended on ${day(until)}`,
      )
    : say(
        `${rule}；如在登记当日即被告知，最迟为${day(until)}`,
        `${rule}; if told on the day of recording, by ${day(until)}`,
      )
}

function repair(
  { gravity, forLife, liftableFrom, reversed }: Remediable,
  repairableFrom: string | null,
  { say, day }: Words,
): string {
  if (reversed !== null)
    return say(`已于${day(reversed.effectiveOn)}修复`, `repaired on ${day(reversed.effectiveOn)}`)
  if (forLife || repairableFrom === null) return say('不得修复', 'never')
  const from = liftableFrom && liftableFrom > repairableFrom ? liftableFrom : repairableFrom
  const conditions =
    gravity === 'minor'
      ? say('须已改正', 'once the fault is cured')
      : say('须已改正并提交信用承诺书', 'once the fault is cured, with a written credit commitment')
  return say(
    `自${day(from)}起可以申请，${conditions}（条件为本系统缺省规则）`,
    `may be asked for from ${day(from)} on, ${conditions} (conditions: house default)`,
  )
}

/** The other clock: when the ledger learnt of it. */
export function recorded(eventId: string, { records }: Explained, { say, day }: Words): Fact[] {
  const record = records.get(eventId)
  if (!record) return []
  return [
    [
      say('登记', 'Record'),
      say(
        `${day(record.recordedOn)}登记，编号${eventId}`,
        `entered on ${day(record.recordedOn)}, number ${eventId}`,
      ),
    ],
  ]
}
