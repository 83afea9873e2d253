import { divisionFullName, findItem, gradesOf, isIllustrative } from '@fireledger/domain'
import { contentOf } from './entries.ts'
import type { Told } from './explanation.ts'
import { gradesPointer, markAt } from './marks.ts'
import { type Block, oneLine } from './page.ts'
import { levelTitle, rulebookName, type Words } from './words.ts'

/** What comes after a grade: when it changes, what can be done about it, what others there are, how to check it. */

export function nextChange(about: Told, words: Words): Block {
  const { score, version, library } = about
  const { say, day } = words
  const { nextChange: next } = score
  if (next === null) {
    const text = say(
      '如果没有新的记录，得分和等级不会因时间而改变。',
      'If nothing new is recorded, neither score nor grade changes with time.',
    )
    return { kind: 'paragraph', text }
  }
  const kept = next.score === score.score
  const to =
    next.score === null
      ? ''
      : say(
          `得分${kept ? '仍' : '变'}为${next.score}分，`,
          `the score ${kept ? 'stays' : 'becomes'} ${next.score} and `,
        )
  const begins = library.find(({ reference }) => reference === next.rulebook)
  const level = words.title(levelTitle((begins ?? version).content, next.level))
  const same = next.grade === score.grade
  const why = begins
    ? say(
        `因为自该日起适用另一规则：${rulebookName(begins, words)}`,
        `since another rulebook holds from then on: ${rulebookName(begins, words)}`,
      )
    : endingThen(about, words)
  return {
    kind: 'paragraph',
    text: say(
      `如果没有新的记录，自${day(next.on)}起，${to}等级${same ? `仍为${next.grade}` : `变为${next.grade}（${level}）`}，${why}。${gradeNext(about, words)}`,
      `If nothing new is recorded, from ${day(next.on)} on ${to}the grade ${same ? `stays ${next.grade}` : `becomes ${next.grade} (${level})`}, ${why}.${gradeNext(about, words)}`,
    ),
  }
}

/** Why score or grade change then: the records by name, where the reader may know them. */
function endingThen(about: Told, { say, day, title }: Words): string {
  const { expected, facts, full } = about
  const entries = facts.entries.filter(({ eventId }) => expected.ending.includes(eventId))
  if (!full || entries.length === 0)
    return say('因为那时有记录到期或者有修复生效', 'since a record ends or a repair takes effect then')
  const named = entries.map(({ rulebook, item, effectiveOn }) => {
    const content = contentOf(about, rulebook)
    const found = content && findItem(content, item)
    const name = oneLine(found ? title(found.title) : item)
    return say(`“${name}”（${day(effectiveOn)}）`, `“${name}” (${day(effectiveOn)})`)
  })
  return say(
    `因为那时以下记录到期或者计分改变：${named.join('、')}`,
    `since these records end or count differently then: ${named.join(', ')}`,
  )
}

/** A change of the score need be none of the grade: when that comes, or that time alone does not bring it. */
function gradeNext({ score, expected }: Told, { say, day }: Words): string {
  if (score.nextChange === null || score.nextChange.grade !== score.grade) return ''
  if (expected.nextGrade === null)
    return say('仅随时间推移，等级不会改变。', ' Time alone does not change the grade.')
  const { on, grade } = expected.nextGrade
  return say(
    `等级下一次改变是在${day(on)}，变为${grade}。`,
    ` The grade itself changes next on ${day(on)}, to ${grade}.`,
  )
}

export function remedies({ division, version }: Told, words: Words): Block[] {
  const { say } = words
  const place = divisionFullName(division) ?? division
  const most = version.content.repairsPerYearMax
  const mark = markAt(version.content, '/repairsPerYearMax', words)
  const limit =
    most === null ? '' : say(`每年最多修复${most}次${mark}。`, ` At most ${most} repairs a year${mark}.`)
  return [
    {
      kind: 'list',
      items: [
        say(
          `认为某条记录有误：向${place}消防救援机构书面提出异议，写明记录编号和理由，并附证据。该消防救援机构应在10个工作日内裁定，必要时延长5个工作日（期限为本系统缺省规则，可替换）。异议成立的，该记录自始不计分。`,
          `If a record is wrong: object in writing to the fire authority of ${place}; name the number of the record and the grounds, and enclose evidence. The fire authority rules within ten working days, five more if need be (house defaults, replaceable). If the objection is upheld, the record counts as never having been.`,
        ),
        say(
          `已经改正：在上面写明的日期之后，向该消防救援机构申请信用修复，提交改正材料和信用承诺书。${limit}终身市场禁入不得修复。`,
          `If the fault has been put right: from the day given above on, ask the fire authority for a credit repair, with proof of the cure and a written credit commitment.${limit} A lifetime ban is never repaired.`,
        ),
        say(
          '对处罚决定本身不服：依法申请行政复议或者提起行政诉讼；决定被撤销或者变更的，计分随之更正。',
          'If the penalty itself is contested: administrative review or a suit; when the decision is annulled or changed, the points follow.',
        ),
      ],
    },
  ]
}

export function gradeTable({ version, score, day, today }: Told, words: Words): Block {
  const { say } = words
  const { content } = version
  const grades = gradesOf(content)
  const isNow = day === today
  const scored = content.method === 'points'
  const bounds = grades.map((_, place) =>
    isIllustrative(content, `${gradesPointer(content)}/${place}/minimum`),
  )
  const none = scored && bounds.every((each) => each)
  return {
    kind: 'table',
    head: [
      say('等级', 'Grade'),
      say('含义', 'Meaning'),
      ...(scored
        ? [`${say('最低分', 'Lowest score')}${none ? say('（示例）', ' (illustrative)') : ''}`]
        : []),
    ],
    rows: grades.map((each, place) => [
      each.grade === score.grade
        ? say(
            `${each.grade}${isNow ? '（现在）' : '（该日）'}`,
            `${each.grade} ${isNow ? '(now)' : '(that day)'}`,
          )
        : each.grade,
      words.title(levelTitle(content, each.level)),
      ...('minimum' in each
        ? [`${each.minimum}${bounds[place] && !none ? say('（示例）', ' (illustrative)') : ''}`]
        : []),
    ]),
    marked: grades.findIndex(({ grade }) => grade === score.grade),
  }
}

export function checking({ inputsDigest, score, version, full }: Told, words: Words): Block[] {
  const { say } = words
  return [
    {
      kind: 'paragraph',
      text:
        full && score.inputs.length > 0
          ? say(
              '得分由规则和上列记录算出，任何人用同样的规则和记录都会得到同样的结果。',
              'The score is computed from the rulebook and the records above; anyone who takes the same rulebook and records comes to the same result.',
            )
          : say(
              '得分由规则和登记的信用记录算出，同样的规则和记录总是得到同样的结果。',
              'The score is computed from the rulebook and what is recorded; the same rulebook and records always come to the same result.',
            ),
    },
    {
      kind: 'facts',
      facts: [
        [say('规则', 'Rulebook'), rulebookName(version, words)],
        [say('规则来源', 'Source of the rulebook'), sourceOf(version.content.source, words)],
        ...(full
          ? [
              [
                say('计入的记录', 'Records'),
                say(`${score.inputs.length}条`, String(score.inputs.length)),
              ] as const,
            ]
          : []),
        ...(full && inputsDigest !== null
          ? [[say('输入摘要（SHA-256）', 'Digest of inputs (SHA-256)'), inputsDigest] as const]
          : []),
      ],
    },
  ]
}

/** The rulebook's own words: on a Chinese page its Chinese sentences, where it has some. */
function sourceOf(source: string, { language, say }: Words): string {
  const whole = oneLine(source)
  if (language === 'en') return whole
  const sentences = whole.split(/(?<=。)\s*|(?<=\.)\s+(?=\p{Script=Latin}|\p{Script=Han})/u)
  const chinese = sentences.filter((sentence) => /\p{Script=Han}/u.test(sentence))
  return chinese.length === 0 ? say(`${whole}（规则文件原文）`, whole) : chinese.join('')
}
