import {
  addDays,
  type CreditAct,
  type CreditEntry,
  findItem,
  type LocalDate,
  type Title,
} from '@fireledger/domain'
import {
  contentOf,
  disputeTag,
  judgedBy,
  objection,
  publication,
  type Remediable,
  recorded,
  whatHappened,
} from './entries.ts'
import type { Explained } from './explanation.ts'
import { markOfItem } from './marks.ts'
import { type Block, type Fact, oneLine } from './page.ts'
import type { Words } from './words.ts'

/** The records that count no longer, and why: what ended, what was repaired, what was taken back or lifted. */

/** What counted once, or might have, and does not on the day: entries first, then vetoes that were lifted. */
export function pastBlocks(about: Explained, words: Words): Block[] {
  const { say, title } = words
  const standing = new Set(about.score?.inputs ?? [])
  const isPast = ({ eventId, effectiveOn }: { readonly eventId: string; readonly effectiveOn: LocalDate }) =>
    effectiveOn <= about.day && !standing.has(eventId)
  const entries = about.facts.entries.filter(isPast).map((entry) => {
    const { rulebook, item: code, validUntil } = entry
    const content = contentOf(about, rulebook)
    const item = content && findItem(content, code)
    const published = item && item.polarity !== 'bonus' ? { gravity: item.gravity, forLife: false } : null
    const judged = judgedBy(entry, item?.title ?? { zh: code, en: code }, about, words)
    const past = { ...entry, item, published, validUntil, judged }
    return pastBlock(past, code, pastPoints(entry, about, words), about, words)
  })
  const vetoes = about.facts.vetoes.filter(isPast).map((veto) => {
    const { rulebook, code, liftableFrom, lifted } = veto
    const item = contentOf(about, rulebook)?.veto?.codes.find((each) => each.code === code)
    const published = { gravity: item?.gravity ?? 'serious', forLife: liftableFrom === null }
    const judged: Fact = [
      say('计分规则', 'Rule'),
      say(`${code}，版本${rulebook}`, `${code}; version ${rulebook}`),
    ]
    const nothing = { violation: null, furtherActs: [], validUntil: null }
    const past = { ...veto, ...nothing, reversed: lifted, item, published, judged }
    return pastBlock(past, item ? title(item.title) : code, say('一票否决', 'veto'), about, words)
  })
  return [...entries, ...vetoes]
}

type Past = {
  readonly eventId: string
  readonly effectiveOn: LocalDate
  readonly violation: string | null
  readonly furtherActs: readonly CreditAct[]
  readonly validUntil: LocalDate | null
  readonly reversed: CreditEntry['reversed']
  /** The rule by which it was judged. */
  readonly judged: Fact
  readonly item: { readonly title: Title; readonly legalBasis: readonly string[] } | null | undefined
  /** Null: it is a bonus, which is not published as a fault is. */
  readonly published: Pick<Remediable, 'gravity' | 'forLife'> | null
}

function pastBlock(past: Past, code: string, points: string, about: Explained, words: Words): Block {
  const { say, day, title } = words
  const { eventId, item, reversed, effectiveOn, published, validUntil } = past
  const hadObjection = about.facts.objections.some(({ entry }) => entry === eventId)
  const expired = validUntil !== null && validUntil < about.day
  const ended =
    reversed !== null && (reversed.basis !== 'repaired' || !expired)
      ? say(
          `${endings(words)[reversed.basis] ?? reversed.basis}（${day(reversed.effectiveOn)}）`,
          `${endings(words)[reversed.basis] ?? reversed.basis} (${day(reversed.effectiveOn)})`,
        )
      : expired
        ? say(`计分期已于${day(validUntil)}届满`, `its points ended on ${day(validUntil)}`)
        : say('本期不计', 'does not count in this cycle')
  const facts: Fact[] = [
    [say('发生日期', 'Date'), day(effectiveOn)],
    ...whatHappened(past, about, words),
    past.judged,
    ...(item ? [[say('依据', 'Legal basis'), words.laws(item.legalBasis)] as const] : []),
    [say('为何不再计分', 'Why it counts no longer'), ended],
    ...(published === null
      ? []
      : [
          [
            say('对外公示', 'Publication'),
            publication({ effectiveOn, reversed, ...published }, about, words),
          ] as const,
        ]),
    ...(hadObjection ? [[say('提出异议', 'Objection'), objection(eventId, about, words)] as const] : []),
    ...recorded(eventId, about, words),
  ]
  // What was taken back is no longer disputed, on whatever day it was.
  const tag = reversed === null ? disputeTag(eventId, about, words) : ''
  const named = `${oneLine(item ? title(item.title) : code)}${tag}`
  return { kind: 'entry', title: named, points, facts }
}

/** What it counted for on its last day, after repetition and caps; what was taken back never counted. */
function pastPoints(entry: CreditEntry, about: Explained, words: Words): string {
  const { say } = words
  const { eventId, reversed, validUntil, effectiveOn } = entry
  if (reversed !== null && reversed.basis !== 'repaired') return say('自始不计', 'never counted')
  const ends = [validUntil, reversed && addDays(reversed.effectiveOn, -1), about.day]
  const [last = about.day] = ends.filter((day) => day !== null).sort()
  const counted = last < effectiveOn ? undefined : about.countedOn(eventId, last)
  if (counted === undefined) return say('未计分', 'did not count')
  const mark = markOfItem(contentOf(about, entry.rulebook), entry, 'points', words)
  const points = `${words.points(counted)}${mark}`
  return say(`曾计${points}`, `${points} while it counted`)
}

function endings({ say }: Words): Readonly<Record<string, string>> {
  return {
    'objection-upheld': say('异议成立，已撤销', 'taken back, the objection was upheld'),
    'decision-annulled': say(
      '原决定已撤销或者变更，不再计分',
      'taken back, the decision was annulled or changed',
    ),
    'recorded-in-error': say('登记有误，已撤销', 'taken back, it was recorded in error'),
    repaired: say('信用已修复', 'repaired'),
  }
}
