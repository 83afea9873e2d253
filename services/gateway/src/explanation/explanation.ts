import {
  type CreditEntry,
  type CreditVeto,
  type CreditWarning,
  consequencesOf,
  divisionFullName,
  type Instant,
  isDisputed,
  type LocalDate,
  type OpenAccount,
  type Repetition,
  type RulebookVersion,
  type Score,
  type SubjectKind,
  type Title,
} from '@fireledger/domain'
import type { Language } from '../language.ts'
import { lineBlock, vetoBlock } from './entries.ts'
import { markOfGrade } from './marks.ts'
import { checking, gradeTable, nextChange, remedies } from './outlook.ts'
import { type Block, type Fact, oneLine, type Page } from './page.ts'
import { pastBlocks } from './past-entries.ts'
import { levelTitle, rulebookName, subjectTitles, type Words, wordsIn } from './words.ts'

/**
 * A grade explained as the one whose grade it is reads it: what it is and means, what made it, record by record, when it
 * changes, and what can be done. Whoever may not read registers gets the result and what follows from it.
 */

/** Of an entry or a veto: why, on which day it was recorded, and what it follows from, where the reader may see that. */
export type RecordTold = {
  readonly reason: string
  readonly recordedOn: LocalDate
  /** Number of the penalty decision. */
  readonly decision?: string
  /** The event, where it is no decision with a number: what happened on which day, in which record. */
  readonly cause?: {
    readonly title: Title
    readonly day: LocalDate
    /** Null: the subject's own record. */
    readonly source: { readonly title: Title; readonly id: string } | null
  }
}

/** What time alone brings. */
export type Expected = {
  /** Ids of the records that count no longer, or for another number, when score or grade change next. */
  readonly ending: readonly string[]
  /** When the grade is another; null: time alone does not change it. */
  readonly nextGrade: { readonly on: LocalDate; readonly grade: string } | null
}

export type Explained = {
  readonly subject: string
  readonly subjectKind: SubjectKind
  /** Null where names are not told. */
  readonly name: string | null
  readonly division: string
  readonly day: LocalDate
  /** The day on which it is read. */
  readonly today: LocalDate
  /** Null: all that is known. */
  readonly asKnownAt: Instant | null
  /** Null: no rulebook is in force. */
  readonly version: RulebookVersion | null
  /** Null: as `version`, or there is no result yet. */
  readonly score: Score | null
  /** The first day of a result; null: there is one. */
  readonly awaited: LocalDate | null
  readonly library: readonly RulebookVersion[]
  readonly facts: Pick<OpenAccount, 'objections'> & {
    readonly entries: readonly CreditEntry[]
    readonly vetoes: readonly CreditVeto[]
  }
  /** Of entries and vetoes. */
  readonly records: ReadonlyMap<string, RecordTold>
  /** By entry: the earlier act that makes it weigh more. */
  readonly repetitions: ReadonlyMap<string, Repetition>
  /** The points that an entry adds on a day, signed; undefined: it does not stand on that day. */
  readonly countedOn: (eventId: string, day: LocalDate) => number | undefined
  /** What is to be expected after the day if nothing new is recorded. */
  readonly expected: Expected
  readonly warnings: readonly CreditWarning[]
  /** What is published of the single records on the day. */
  readonly published: readonly {
    readonly title: Title
    readonly effectiveOn: LocalDate
    /** Null: a veto. */
    readonly points: number | null
    readonly until: LocalDate | null
  }[]
  /** SHA-256 of all that the result was computed from. */
  readonly inputsDigest: string | null
  /** False: the result, and what is published of it. */
  readonly full: boolean
  /** Whether the one who reads is the one whose grade it is. */
  readonly owner: boolean
}

export function explain(about: Explained, language: Language): Page {
  const words = wordsIn(language)
  const { say } = words
  const { score, version } = about
  const title = say(
    '信用等级说明',
    about.owner ? 'Your credit grade, explained' : 'A credit grade, explained',
  )
  const head = { language, title, about: header(about, words) }
  if (!version || !score) {
    const text =
      version && about.awaited !== null
        ? say(
            `首个评价周期尚未结束，目前没有信用等级；第一次评价结果自${words.day(about.awaited)}起适用。`,
            `The first cycle of assessment is not settled, so there is no grade yet; the first result holds from ${words.day(about.awaited)}.`,
          )
        : say(
            '该日没有适用的信用评分规则，因此没有信用等级。',
            'No credit rulebook was in force on that day, so there is no grade.',
          )
    const blocks: Block[] = [...illustrative(about, words), { kind: 'paragraph', text }]
    return { ...head, sections: [{ heading: say('结论', 'The result'), blocks }] }
  }
  const told = { ...about, score, version }
  const sections = [
    {
      heading: say('结论', 'The result'),
      blocks: [
        ...illustrative(about, words),
        ...projected(about, words),
        ...result(told, words),
        ...disputed(told, words),
      ],
    },
    { heading: say('这个等级意味着什么', 'What the grade means'), blocks: meaning(told, words) },
    ...(about.full ? inFull(told, words) : publicOnly(told, words)),
    { heading: say('什么时候会变', 'When it changes'), blocks: [nextChange(told, words)] },
    ...(about.full
      ? [{ heading: say('可以怎么做', 'What can be done'), blocks: remedies(told, words) }]
      : []),
    { heading: say('等级表', 'The grades'), blocks: [gradeTable(told, words)] },
    { heading: say('核对', 'To check this'), blocks: checking(told, words) },
  ]
  return { ...head, sections }
}

function projected({ day, today }: Explained, { say }: Words): Block[] {
  if (day <= today) return []
  const text = say(
    '预测：该日尚未到来。以下按目前登记的记录推算，以没有新的记录为前提。',
    'A projection: that day is still to come. What follows is what the records of now come to if nothing new is recorded.',
  )
  return [{ kind: 'notice', text }]
}

/** Whoever reads a grade is told that some of what made it is contested. */
function disputed({ score, facts, day, today }: Told, { say }: Words): Block[] {
  const count = score.inputs.filter((eventId) => isDisputed(facts, eventId, day)).length
  if (count === 0) return []
  const text =
    day === today
      ? say(
          `有异议：${count}条计入的记录正在异议处理中，裁定前仍然计分。`,
          `Disputed: ${count} of the records that count ${count === 1 ? 'is' : 'are'} under objection; they count until the ruling.`,
        )
      : say(
          `有异议：该日有${count}条计入的记录在异议处理中，裁定前仍然计分。`,
          `Disputed: on that day ${count} of the records that count ${count === 1 ? 'is' : 'are'} under objection; they count until the ruling.`,
        )
  return [{ kind: 'notice', text }]
}

export type Told = Explained & { readonly score: Score; readonly version: RulebookVersion }

function header(about: Explained, words: Words): Fact[] {
  const { say, title, day } = words
  const numbers = {
    institution: say('统一社会信用代码', 'Unified social credit code'),
    practitioner: say('人员编号', 'Practitioner'),
    unit: say('单位编号', 'Unit'),
  }
  const known =
    about.asKnownAt === null
      ? about.day < about.today
        ? say(
            '目前已登记的全部记录：该日以后作出的撤销、裁定和修复，按其效力计入',
            'all that is recorded now: what was taken back, ruled or repaired since that day is told and counted as it took effect',
          )
        : say('目前已登记的全部记录', 'all that is recorded now')
      : say(
          `截至${words.moment(about.asKnownAt)}已登记的记录`,
          `what was recorded by ${words.moment(about.asKnownAt)}`,
        )
  return [
    ...(about.name === null ? [] : [[title(subjectTitles[about.subjectKind]), oneLine(about.name)] as const]),
    [numbers[about.subjectKind], about.subject],
    [say('所在地', 'Place'), divisionFullName(about.division) ?? about.division],
    [say('等级日期', 'Grade of'), day(about.day)],
    [say('依据的记录', 'From'), known],
    ...(about.version ? [[say('适用规则', 'Rulebook'), rulebookName(about.version, words)] as const] : []),
  ]
}

function illustrative({ version }: Explained, { say }: Words): Block[] {
  if (!version?.content.illustrative) return []
  const text = say(
    '示例：标有“示例”的分值、等级界限、抽查倍数、上限和修复次数是演示用的缺省值，不是主管部门公布的规则。来源见页末。',
    'Illustrative: the points, bounds of grades, sampling factors, caps and numbers of repairs that are marked so are defaults for demonstration, no authority has published them. The last section names their source.',
  )
  return [{ kind: 'notice', text }]
}

const addressed: Readonly<Record<SubjectKind, Title>> = {
  institution: { zh: '贵机构', en: 'Your' },
  practitioner: { zh: '您', en: 'Your' },
  unit: { zh: '贵单位', en: 'Your' },
}
const spokenOf: Readonly<Record<SubjectKind, Title>> = {
  institution: { zh: '该机构', en: 'The institution’s' },
  practitioner: { zh: '该从业人员', en: 'The practitioner’s' },
  unit: { zh: '该单位', en: 'The unit’s' },
}

function result({ score, version, subjectKind, owner }: Told, words: Words): Block[] {
  const { say } = words
  const { content } = version
  const level = words.title(levelTitle(content, score.level))
  const whose = (owner ? addressed : spokenOf)[subjectKind]
  const top = content.method === 'points' ? content.range.maximum : null
  const points =
    score.score === null
      ? say('本规则不打分，只计次数', 'this rulebook counts and gives no score')
      : say(`得分${score.score}分，满分${top}分`, `${score.score} of ${top} points`)
  const settled =
    score.settledOn === undefined
      ? ''
      : say(
          `这是${words.day(score.settledOn)}结束的评价周期的结果。`,
          ` It is the result of the cycle that ended on ${words.day(score.settledOn)}.`,
        )
  const veto =
    score.veto === null
      ? ''
      : say(
          `因一票否决事项，等级不按得分确定。`,
          ` Because of an act that outweighs any score, the grade does not follow the score.`,
        )
  return [
    {
      kind: 'result',
      grade: score.grade,
      text: say(
        `${whose.zh}的信用等级是${score.grade}（${level}），${points}。${settled}${veto}`,
        `${whose.en} credit grade is ${score.grade} (${level}); ${points}.${settled}${veto}`,
      ),
    },
  ]
}

function meaning({ score, version }: Told, words: Words): Block[] {
  const { say, title } = words
  const mark = (number: string) => markOfGrade(version.content, score.grade, number, words)
  const follows = consequencesOf(version.content, score.grade)
  if (!follows) return []
  const { samplingFactor, inspectionsPerYear, bonusAllowed, measures } = follows
  const sampling =
    samplingFactor === null
      ? inspectionsPerYear === null
        ? []
        : [
            `${say(`每年接受${inspectionsPerYear}次检查`, `inspected ${inspectionsPerYear} times a year`)}${mark('inspectionsPerYear')}`,
          ]
      : samplingFactor === 1
        ? [
            `${say('接受监督抽查的机会与一般情况相同', 'drawn for inspection as often as is usual')}${mark('samplingFactor')}`,
          ]
        : [
            `${say(
              `接受监督抽查的机会是一般情况的${samplingFactor}倍`,
              `drawn for inspection ${samplingFactor} times as often as is usual`,
            )}${mark('samplingFactor')}`,
          ]
  const items = [
    ...sampling,
    ...measures.map((measure) => title(measure)),
    ...(bonusAllowed ? [] : [say('不得加分', 'no bonus can be earned')]),
  ]
  return items.length === 0 ? [] : [{ kind: 'list', items }]
}

function inFull(about: Told, words: Words) {
  const { say } = words
  const past = pastBlocks(about, words)
  return [
    { heading: say('分数怎么来的', 'Where the score comes from'), blocks: lines(about, words) },
    ...(past.length === 0
      ? []
      : [
          {
            heading: say('不再计分的记录', 'Records that count no longer'),
            blocks: past,
          },
        ]),
    ...(about.warnings.length === 0
      ? []
      : [
          {
            heading: say('预警', 'Warnings'),
            blocks: [
              { kind: 'list' as const, items: about.warnings.map(({ message }) => words.title(message)) },
            ],
          },
        ]),
  ]
}

function lines(about: Told, words: Words): Block[] {
  const { say } = words
  const { score } = about
  const sum = (wanted: (counted: number) => boolean) =>
    Math.round(score.lines.reduce((total, { counted }) => total + (wanted(counted) ? counted : 0), 0) * 100) /
    100
  const lost = sum((counted) => counted < 0)
  const won = sum((counted) => counted > 0)
  const on = about.day === about.today ? '现' : '该日'
  const blocks: Block[] = []
  if (score.base !== null && score.score !== null) {
    const total = Math.round((score.base + lost + won) * 100) / 100
    const limited = total === score.score ? '' : say('（按规则的上下限）', ' (within the range of the rules)')
    blocks.push({
      kind: 'paragraph',
      text: say(
        `起始${score.base}分，${[...(lost < 0 ? [`扣${-lost}分`] : []), ...(won > 0 ? [`加${won}分`] : []), `${on}为${score.score}分`].join('，')}${limited}。`,
        `Everyone begins with ${score.base}; ${-lost} lost, ${won} earned, which makes ${score.score}${limited}.`,
      ),
    })
  }
  const vetoes = about.facts.vetoes.filter(({ eventId }) => score.inputs.includes(eventId))
  blocks.push(
    ...vetoes.map((veto) => vetoBlock(veto, about, words)),
    ...score.lines.map((line) => lineBlock(line, about, words)),
  )
  if (vetoes.length === 0 && score.lines.length === 0)
    blocks.push({
      kind: 'paragraph',
      text: say('没有计分的记录。', 'There is no record that counts.'),
    })
  return blocks
}

function publicOnly({ published }: Told, { say, day, title, points }: Words) {
  const rest = say(
    '其他记录和逐项说明只向本人（本机构）和监管部门提供。',
    'Other records, and how each came about, are for the subject itself and the authorities only.',
  )
  const none = say(
    '等级日期当日没有对外公示的记录。',
    'No record is shown to the public on the day of the grade.',
  )
  const blocks: Block[] = published.map((each) => ({
    kind: 'entry',
    title: oneLine(title(each.title)),
    points: each.points === null ? say('一票否决', 'veto') : points(each.points),
    facts: [
      [say('发生日期', 'Date'), day(each.effectiveOn)],
      [
        say('公示至', 'Shown until'),
        each.until === null ? say('无终止日期', 'without end') : day(each.until),
      ],
    ],
  }))
  if (blocks.length === 0) blocks.push({ kind: 'paragraph', text: none })
  blocks.push({ kind: 'paragraph', text: rest })
  return [{ heading: say('对外公示的记录', 'Records shown to the public'), blocks }]
}
