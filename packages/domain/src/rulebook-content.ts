import { z } from 'zod'
import { text } from './values.ts'

/**
 * What a credit rulebook says, as data. Places differ in more than their numbers (four levels and nine grades a year,
 * quarterly formulas, colours by counts), so the content is a union by `method`; `points` is the first of them.
 */

export const subjectKind = z.enum(['institution', 'practitioner', 'unit']).meta({
  description: 'whom a credit account is about: institution 机构 · practitioner 从业人员 · unit 社会单位',
})
export type SubjectKind = z.output<typeof subjectKind>

/** Code of a rulebook, the id of its stream: `CZ-DEFAULT-1`. */
export const rulebookId = z
  .string()
  .max(40)
  .regex(/^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$/, 'expected capitals and digits joined by hyphens, e.g. CZ-DEFAULT-1')

/** A rulebook and the revision of its stream at which the content was drafted: `CZ-DEFAULT-1@0`. */
export const rulebookReference = z
  .string()
  .regex(/^[A-Z][A-Z0-9-]*@[0-9]+$/, 'expected <rulebook id>@<revision>')

const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+-]{0,19}$/, 'expected a code of 1 to 20 characters')

/** Code of an act in the violation catalogue: `V08`. */
export const violationCode = z
  .string()
  .regex(/^[A-Z]{1,3}[0-9]{1,3}$/, 'expected the code of a violation, e.g. V08')

const title = z.strictObject({ zh: text(200), en: text(200) })
const points = z.number().min(-10_000).max(10_000).multipleOf(0.01)
const magnitude = z.number().positive().max(10_000).multipleOf(0.01)
const months = z.int().min(1).max(600)
const citations = z.array(text(60)).max(20)

/** Items of one group share a cap, and a place in the explanation. */
const itemGroup = z.strictObject({
  code,
  title,
  polarity: z.enum(['deduction', 'bonus']),
  capPerYear: magnitude.nullable().meta({ description: 'most points per calendar year for the whole group' }),
})

/** What one kind of fact costs or earns. */
const rulebookItem = z.strictObject({
  code,
  title,
  group: code,
  polarity: z.enum(['deduction', 'bonus']),
  points: magnitude.meta({ description: 'without sign; the polarity gives it' }),
  capPerYear: magnitude.nullable().meta({ description: 'most points per calendar year of the facts' }),
  validityMonths: months.nullable().meta({
    description: 'counts from the day of the fact to the corresponding day, both included; null: for good',
  }),
  legalBasis: citations,
})
export type RulebookItem = z.output<typeof rulebookItem>

/** A repeated violation weighs more: the same violation code, in an earlier act, within so many months. */
const rulebookMultiplier = z.strictObject({
  code,
  title,
  basis: z.literal('same-violation'),
  factor: z.number().min(1).max(100).multipleOf(0.01),
  withinMonths: months,
  appliesTo: z
    .array(code)
    .min(1)
    .meta({ description: 'item codes; the earlier act must be under one of them too' }),
  legalBasis: citations,
})
export type RulebookMultiplier = z.output<typeof rulebookMultiplier>

const rulebookBand = z.strictObject({
  level: code,
  grade: code,
  minimum: points.meta({ description: 'lowest score of the grade; the grade reaches up to the next band' }),
})
export type RulebookBand = z.output<typeof rulebookBand>

const rulebookLevel = z.strictObject({
  code,
  title,
  consequences: z.strictObject({
    samplingFactor: z.number().min(0).max(100).nullable().meta({
      description: 'times the ordinary sampling ratio; null: inspectionsPerYear rules instead',
    }),
    inspectionsPerYear: z.int().min(0).max(366).nullable(),
    bonusAllowed: z.boolean(),
    measures: z.array(title).max(20),
  }),
})
export type RulebookLevel = z.output<typeof rulebookLevel>

/** Acts that put the subject into one grade whatever its score 一票否决. */
const rulebookVeto = z.strictObject({
  code,
  title,
  liftableAfterMonths: z.int().min(0).max(600).nullable().meta({ description: 'null: never' }),
  legalBasis: citations,
})
export type RulebookVeto = z.output<typeof rulebookVeto>

/** Base points, minus what weighs, plus what earns, within a range; grades are bands of the score. */
export const pointsContent = z.strictObject({
  method: z.literal('points'),
  title,
  subjectKinds: z.array(subjectKind).min(1).max(3),
  base: points,
  range: z.strictObject({ minimum: points, maximum: points }),
  bands: z.array(rulebookBand).min(1).max(50).meta({ description: 'from the highest to the lowest' }),
  levels: z.array(rulebookLevel).min(1).max(20),
  groups: z.array(itemGroup).max(50),
  items: z.array(rulebookItem).max(500),
  multipliers: z.array(rulebookMultiplier).max(20),
  bonusTotalCap: magnitude.nullable().meta({ description: 'most bonus points that stand at one time' }),
  veto: z.strictObject({ grade: code, codes: z.array(rulebookVeto).max(100) }).nullable(),
  repairsPerYearMax: z
    .int()
    .min(0)
    .max(100)
    .nullable()
    .meta({ description: 'credit repairs; null: no limit' }),
  /** Where the numbers come from, and what is uncertain about them. */
  source: text(1000),
  illustrative: z
    .boolean()
    .meta({ description: 'true: defaults for demonstration, not an authority’s rule' }),
})
export type PointsContent = z.output<typeof pointsContent>

export const rulebookContent = z.discriminatedUnion('method', [pointsContent])
export type RulebookContent = z.output<typeof rulebookContent>

/** One fault of a content: where (JSON Pointer from the event's data) and what. */
export type RulebookFault = {
  readonly code: string
  readonly pointer: string
  readonly zh: string
  readonly en: string
}

/** Everything that keeps a content from being adopted, in the order in which it is read. */
export function rulebookFaults(content: RulebookContent): RulebookFault[] {
  return [...rangeFaults(content), ...bandFaults(content), ...referenceFaults(content)]
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
  const [lowest, highest] = reach(content)
  for (const [index, band] of bands.entries()) {
    const above = bands[index - 1]
    const at = `bands/${index}/minimum`
    if (above && band.minimum >= above.minimum) {
      faults.push(
        fault(
          'bands-overlap',
          at,
          `等级${band.grade}与${above.grade}重叠`,
          `${band.grade} overlaps ${above.grade}`,
        ),
      )
      continue
    }
    const top = above ? above.minimum : range.maximum
    const below = above ? lowest >= top : lowest > top
    if ((band.minimum > highest || below) && content.veto?.grade !== band.grade) {
      faults.push(
        fault('grade-unreachable', at, `等级${band.grade}无法达到`, `no score can reach ${band.grade}`),
      )
    }
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

/** The lowest and the highest score that the items allow. */
function reach(content: PointsContent): [number, number] {
  const most = (polarity: 'deduction' | 'bonus') =>
    content.groups
      .filter((group) => group.polarity === polarity)
      .reduce((total, group) => {
        const items = content.items.filter((item) => item.group === group.code)
        const sum = items.reduce((all, item) => all + (item.capPerYear ?? Number.POSITIVE_INFINITY), 0)
        // A cap binds per calendar year; points that stay valid longer add up over years.
        const years = Math.max(1, ...items.map((item) => Math.ceil((item.validityMonths ?? 1200) / 12) + 1))
        return total + Math.min(sum, group.capPerYear ?? Number.POSITIVE_INFINITY) * years
      }, 0)
  const bonus = Math.min(most('bonus'), content.bonusTotalCap ?? Number.POSITIVE_INFINITY)
  return [
    Math.max(content.range.minimum, content.base - most('deduction')),
    Math.min(content.range.maximum, content.base + bonus),
  ]
}

function referenceFaults(content: PointsContent): RulebookFault[] {
  const faults: RulebookFault[] = []
  const unknown = (path: string, kind: string, name: string) =>
    faults.push(
      fault('unknown-reference', path, `引用了不存在的${kind}${name}`, `there is no such entry: ${name}`),
    )
  const levels = new Set(content.levels.map((level) => level.code))
  const items = new Set(content.items.map((item) => item.code))
  const groups = new Map(content.groups.map((group) => [group.code, group]))
  for (const [list, entries] of [
    ['levels', content.levels.map((level) => level.code)],
    ['bands', content.bands.map((band) => band.grade)],
    ['groups', content.groups.map((group) => group.code)],
    ['items', content.items.map((item) => item.code)],
    ['multipliers', content.multipliers.map((multiplier) => multiplier.code)],
    ['veto/codes', content.veto?.codes.map((entry) => entry.code) ?? []],
  ] as const) {
    for (const [index, name] of entries.entries()) {
      if (entries.indexOf(name) !== index)
        faults.push(fault('duplicate-code', `${list}/${index}`, `代码${name}重复`, `${name} is there twice`))
    }
  }
  for (const [index, band] of content.bands.entries())
    if (!levels.has(band.level)) unknown(`bands/${index}/level`, '级别', band.level)
  for (const [index, level] of content.levels.entries()) {
    if (!content.bands.some((band) => band.level === level.code))
      faults.push(
        fault(
          'level-without-grade',
          `levels/${index}`,
          `级别${level.code}没有等级`,
          `${level.code} has no grade`,
        ),
      )
  }
  for (const [index, item] of content.items.entries()) {
    const group = groups.get(item.group)
    if (!group) unknown(`items/${index}/group`, '类别', item.group)
    else if (group.polarity !== item.polarity)
      faults.push(
        fault(
          'polarity-differs',
          `items/${index}/polarity`,
          `与类别${group.code}的加减分方向不一致`,
          `its group ${group.code} goes the other way`,
        ),
      )
  }
  for (const [index, multiplier] of content.multipliers.entries())
    for (const [place, name] of multiplier.appliesTo.entries())
      if (!items.has(name)) unknown(`multipliers/${index}/appliesTo/${place}`, '项目', name)
  const veto = content.veto
  if (veto && !content.bands.some((band) => band.grade === veto.grade))
    unknown('veto/grade', '等级', veto.grade)
  return faults
}
