import { type CreditTrigger, creditFactKinds, factSubjects, unknownCodes } from './credit-triggers.ts'
import { isKnownCitation } from './law.ts'
import {
  gradesOf,
  type PointsContent,
  type RulebookContent,
  subjectNames,
  type TiersContent,
} from './rulebook-content.ts'
import { reachesBetween } from './rulebook-reach.ts'

/** What is wrong with a rulebook that parses: found when it is drafted, with the place of each fault. */

/** One fault of a content: where (JSON Pointer from the event's data) and what. */
export type RulebookFault = {
  readonly code: string
  readonly pointer: string
  readonly zh: string
  readonly en: string
}

/** Everything that keeps a content from being drafted or adopted, in the order in which it is read. */
export function rulebookFaults(content: RulebookContent): RulebookFault[] {
  const byMethod =
    content.method === 'points' ? [...rangeFaults(content), ...bandFaults(content)] : tierFaults(content)
  return [
    ...byMethod,
    ...codeFaults(content),
    ...referenceFaults(content),
    ...levelFaults(content),
    ...validityFaults(content),
    ...triggerFaults(content),
  ]
}

/** The same, and what it cites: asked when it is drafted, so that drafts of before may still be adopted. */
export function draftFaults(content: RulebookContent): RulebookFault[] {
  return [...rulebookFaults(content), ...citationFaults(content)]
}

function fault(code: string, path: string, zh: string, en: string): RulebookFault {
  return { code, pointer: `/content/${path}`, zh, en }
}

function rangeFaults({ base, range }: PointsContent): RulebookFault[] {
  const faults: RulebookFault[] = []
  if (range.minimum >= range.maximum)
    faults.push(fault('range-empty', 'range', '分值区间为空', 'the range is empty'))
  if (base < range.minimum || base > range.maximum)
    faults.push(
      fault('base-outside-range', 'base', '基准分不在分值区间内', 'the base lies outside the range'),
    )
  return faults
}

function bandFaults(content: PointsContent): RulebookFault[] {
  const { bands, range } = content
  const faults: RulebookFault[] = []
  const reached = reachesBetween(content)
  for (const [index, band] of bands.entries()) {
    const above = bands[index - 1]
    const at = `bands/${index}/minimum`
    if (above && band.minimum >= above.minimum) {
      const [zh, en] = [`等级${band.grade}与${above.grade}重叠`, `${band.grade} overlaps ${above.grade}`]
      faults.push(fault('bands-overlap', at, zh, en))
      continue
    }
    const held = reached(band.minimum, above ? above.minimum : range.maximum + 1)
    if (!held && content.veto?.grade !== band.grade) faults.push(unreachable(at, band.grade))
  }
  const last = bands.at(-1)
  if (last && last.minimum > range.minimum) {
    const at = `bands/${bands.length - 1}/minimum`
    const [zh, en] = [
      `${range.minimum}至${last.minimum}分没有等级`,
      `no grade from ${range.minimum} to ${last.minimum}`,
    ]
    faults.push(fault('bands-gap', at, zh, en))
  }
  return faults
}

function unreachable(path: string, grade: string): RulebookFault {
  return fault('grade-unreachable', path, `等级${grade}无法达到`, `nothing can lead to ${grade}`)
}

/** The best tier asks for nothing and no other does; a worse one must not ask for less than follows anyway. */
function tierFaults({ tiers, veto }: TiersContent): RulebookFault[] {
  const faults: RulebookFault[] = []
  if (tiers[0] && tiers[0].when.length > 0)
    faults.push(
      fault(
        'bands-gap',
        'tiers/0/when',
        '没有事实时没有等级',
        'without any fact there is no grade: the best tier asks for nothing',
      ),
    )
  for (const [index, tier] of tiers.entries()) {
    if (index > 0 && tier.when.length === 0 && veto?.grade !== tier.grade) {
      const better = tiers[index - 1]?.grade
      faults.push(
        fault(
          'bands-overlap',
          `tiers/${index}/when`,
          `等级${tier.grade}与${better}重叠`,
          `${tier.grade} overlaps ${better}`,
        ),
      )
    }
    const worse = tiers.slice(index + 1).flatMap((each) => each.when)
    const hidden = tier.when.every((one) =>
      worse.some(
        (other) => other.atLeast <= one.atLeast && one.items.every((item) => other.items.includes(item)),
      ),
    )
    if (index > 0 && tier.when.length > 0 && hidden && veto?.grade !== tier.grade)
      faults.push(unreachable(`tiers/${index}/when`, tier.grade))
  }
  return faults
}

const duplicate = (path: string, name: string) =>
  fault('duplicate-code', path, `代码${name}重复`, `${name} is there twice`)

function codeFaults(content: RulebookContent): RulebookFault[] {
  const grades = content.method === 'points' ? 'bands' : 'tiers'
  const multipliers = content.method === 'points' ? content.multipliers : []
  const lists = [
    ['levels', content.levels.map((level) => level.code)],
    [grades, gradesOf(content).map((band) => band.grade)],
    ['groups', content.groups.map((group) => group.code)],
    ['items', content.items.map((item) => item.code)],
    ['multipliers', multipliers.map((multiplier) => multiplier.code)],
    ['veto/codes', content.veto?.codes.map((entry) => entry.code) ?? []],
  ] as const
  return lists.flatMap(([list, names]) =>
    names.flatMap((name, index) =>
      names.indexOf(name) === index ? [] : [duplicate(`${list}/${index}`, name)],
    ),
  )
}

function referenceFaults(content: RulebookContent): RulebookFault[] {
  const faults: RulebookFault[] = []
  const unknown = (path: string, kind: string, name: string) =>
    faults.push(
      fault('unknown-reference', path, `引用了不存在的${kind}${name}`, `there is no such entry: ${name}`),
    )
  const levels = new Set(content.levels.map((level) => level.code))
  const items = new Set(content.items.map((item) => item.code))
  const groups = new Map(content.groups.map((group) => [group.code, group]))
  const grades = gradesOf(content)
  const list = content.method === 'points' ? 'bands' : 'tiers'
  for (const [index, band] of grades.entries())
    if (!levels.has(band.level)) unknown(`${list}/${index}/level`, '级别', band.level)
  for (const [index, { code }] of content.levels.entries()) {
    if (!grades.some((band) => band.level === code))
      faults.push(
        fault('level-without-grade', `levels/${index}`, `级别${code}没有等级`, `${code} has no grade`),
      )
  }
  for (const [index, item] of content.items.entries()) {
    const group = groups.get(item.group)
    if (!group) unknown(`items/${index}/group`, '类别', item.group)
    else if (group.polarity !== item.polarity) {
      const [zh, en] = [`与类别${group.code}的加减分方向不一致`, `its group ${group.code} goes the other way`]
      faults.push(fault('polarity-differs', `items/${index}/polarity`, zh, en))
    }
  }
  for (const [path, name] of itemReferences(content)) if (!items.has(name)) unknown(path, '项目', name)
  const veto = content.veto
  if (veto && !grades.some((band) => band.grade === veto.grade)) unknown('veto/grade', '等级', veto.grade)
  for (const [index, pointer] of content.publishedNumbers.entries())
    if (valueAt(content, pointer) === undefined) unknown(`publishedNumbers/${index}`, '位置', pointer)
  return faults
}

/** Wherever items are named: the place and the code. */
function itemReferences(content: RulebookContent): (readonly [path: string, code: string])[] {
  const places = (path: string, codes: readonly string[]) =>
    codes.map((code, place) => [`${path}/${place}`, code] as const)
  const divisors = content.groups.flatMap((group, at) => places(`groups/${at}/dividedBy`, group.dividedBy))
  if (content.method === 'points')
    return [
      ...divisors,
      ...content.multipliers.flatMap((each, at) => places(`multipliers/${at}/appliesTo`, each.appliesTo)),
    ]
  const counted = content.tiers.flatMap((tier, at) =>
    tier.when.flatMap((one, place) => places(`tiers/${at}/when/${place}/items`, one.items)),
  )
  return [...divisors, ...counted]
}

function valueAt(content: unknown, pointer: string): unknown {
  return pointer
    .slice(1)
    .split('/')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      content,
    )
}

/** Where levels have consequences, one without any and without a sampling ratio was forgotten. */
function levelFaults(content: RulebookContent): RulebookFault[] {
  const says = ({ code, consequences }: RulebookContent['levels'][number]) => {
    const { samplingFactor, inspectionsPerYear, bonusAllowed, measures } = consequences
    const ofGrade = gradesOf(content).some((band) => band.level === code && band.samplingFactor !== null)
    return (
      samplingFactor !== null ||
      inspectionsPerYear !== null ||
      measures.length > 0 ||
      !bonusAllowed ||
      ofGrade
    )
  }
  if (!content.levels.some(says)) return []
  return content.levels.flatMap((level, index) => {
    if (says(level)) return []
    const { code } = level
    const told = [
      `级别${code}没有抽查比例，也没有任何措施`,
      `${code} has neither a sampling ratio nor any measure`,
    ] as const
    return [fault('level-without-consequences', `levels/${index}/consequences`, ...told)]
  })
}

function validityFaults({ cycle, items }: RulebookContent): RulebookFault[] {
  return items.flatMap((item, index) => {
    const path = `items/${index}/validInCycle`
    if (!item.validInCycle) return []
    if (cycle === null)
      return [
        fault('cycle-missing', path, '规则没有评价周期', 'the rulebook has no cycle for it to end with'),
      ]
    if (item.validityMonths === null) return []
    return [
      fault('validity-twice', path, '有效期重复规定', 'it ends with the cycle or after months, not both'),
    ]
  })
}

function triggerFaults({ items, veto, subjectKinds }: RulebookContent): RulebookFault[] {
  const of = (path: string, triggers: readonly CreditTrigger[]) =>
    triggers.flatMap((trigger, at) => [
      ...otherSubject(`${path}/triggers/${at}/fact`, trigger, subjectKinds),
      ...unknownCodes(trigger).map(({ place, code }) =>
        fault(
          'unknown-fact',
          `${path}/triggers/${at}/codes/${place}`,
          `此类事实没有代码${code}`,
          `no fact of that kind carries the code ${code}`,
        ),
      ),
      ...emptyAmount(`${path}/triggers/${at}/upToFen`, trigger),
    ])
  return [
    ...items.flatMap((item, index) => of(`items/${index}`, item.triggers)),
    ...(veto?.codes ?? []).flatMap((entry, index) => of(`veto/codes/${index}`, entry.triggers)),
  ]
}

/** A fact that is never one of those whom the rulebook is about. */
function otherSubject(
  path: string,
  { fact }: CreditTrigger,
  kinds: RulebookContent['subjectKinds'],
): RulebookFault[] {
  if (kinds.some((kind) => factSubjects[fact].includes(kind))) return []
  const whose = factSubjects[fact].join(', ')
  const { zh, en } = creditFactKinds[fact]
  const told = [
    `“${zh}”不是适用对象的事实（属于${factSubjects[fact].map((kind) => subjectNames[kind]).join('、')}）`,
    `“${en}” is never a fact of theirs, but of: ${whose}`,
  ] as const
  return [fault('fact-of-other-subject', path, ...told)]
}

function emptyAmount(path: string, { fact, aboveFen, upToFen }: CreditTrigger): RulebookFault[] {
  const noFine = fact !== 'fine' && fact !== 'violation' && (aboveFen !== null || upToFen !== null)
  const nothing = aboveFen !== null && upToFen !== null && aboveFen >= upToFen
  if (!noFine && !nothing) return []
  return [
    fault('unknown-fact', path, '没有事实符合该金额条件', 'no fact can meet the condition on the amount'),
  ]
}

/** Whatever costs or earns points has an article to stand on, and one that there is. */
function citationFaults(content: RulebookContent): RulebookFault[] {
  const of = (path: string, legalBasis: readonly string[]) =>
    legalBasis.flatMap((basis, at) =>
      isKnownCitation(basis)
        ? []
        : [
            fault(
              'unknown-law',
              `${path}/legalBasis/${at}`,
              `没有这样的依据：${basis}；法规写作O7:31，本系统缺省规则写作HOUSE:credit-default，地方规定写其全称`,
              `there is no such article: ${basis}; laws are cited as O7:31, house rules as HOUSE:credit-default, local rules by their full title`,
            ),
          ],
    )
  const missing = (path: string, { code, legalBasis }: { code: string; legalBasis: readonly string[] }) =>
    legalBasis.length > 0
      ? of(path, legalBasis)
      : [
          fault(
            'law-missing',
            `${path}/legalBasis`,
            `${code}没有依据；本系统缺省规则请写HOUSE:credit-default`,
            `${code} cites no article; for a default of the house say HOUSE:credit-default`,
          ),
        ]
  const multipliers = content.method === 'points' ? content.multipliers : []
  return [
    ...content.items.flatMap((item, index) => missing(`items/${index}`, item)),
    ...(content.veto?.codes ?? []).flatMap((entry, index) => missing(`veto/codes/${index}`, entry)),
    ...multipliers.flatMap(({ legalBasis }, index) => of(`multipliers/${index}`, legalBasis)),
  ]
}
