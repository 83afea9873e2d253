import { z } from 'zod'
import { creditCycle } from './credit-cycles.ts'
import { creditTrigger } from './credit-triggers.ts'
import { text } from './values.ts'

/**
 * What a credit rulebook says, as data. Places differ in more than their numbers, so the content is a union by
 * `method`. `points` carries all that adds up: rolling validity or cycles, results at once or settled afterwards, caps
 * by year or at one time, means over the number of checks, a budget that is used up. `tiers` carries what only counts.
 */

export const subjectKind = z.enum(['institution', 'practitioner', 'unit']).meta({
  description: 'whom a credit account is about: institution 机构 · practitioner 从业人员 · unit 社会单位',
})
export type SubjectKind = z.output<typeof subjectKind>

/** In Chinese sentences. */
export const subjectNames: Readonly<Record<SubjectKind, string>> = {
  institution: '机构',
  practitioner: '从业人员',
  unit: '社会单位',
}

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
const weight = z.number().min(0).max(10_000).multipleOf(0.01)
const months = z.int().min(1).max(600)
const citations = z.array(text(60)).max(20)

/** Items of one group share a cap, and a place in the explanation. */
const itemGroup = z.strictObject({
  code,
  title,
  polarity: z.enum(['deduction', 'bonus']),
  capPerYear: magnitude.nullable().meta({ description: 'most points per calendar year for the whole group' }),
  capStanding: magnitude
    .nullable()
    .default(null)
    .meta({ description: 'most points of the group that stand at one time' }),
  dividedBy: z.array(code).max(20).default([]).meta({
    description:
      'item codes: the points of the group are divided by the number of such facts that stand, at least 1',
  }),
})

/** How grave an entry is, for publication and repair. Order 36 classes; Order 58 knew none. */
export const creditGravity = z.enum(['minor', 'general', 'serious']).meta({
  description: 'minor 轻微 · general 一般 · serious 严重',
})
export type CreditGravity = z.output<typeof creditGravity>

const triggers = z.array(creditTrigger).max(20).default([]).meta({
  description: 'facts by which the clerk enters it; none: by hand only',
})

/** What one kind of fact costs or earns. */
const rulebookItem = z.strictObject({
  code,
  title,
  group: code,
  polarity: z.enum(['deduction', 'bonus']),
  points: weight.meta({ description: 'without sign, the polarity gives it; 0: is only counted' }),
  capPerYear: magnitude.nullable().meta({ description: 'most points per calendar year of the facts' }),
  validityMonths: months.nullable().meta({
    description: 'counts from the day of the fact to the corresponding day, both included; null: for good',
  }),
  validInCycle: z.boolean().default(false).meta({
    description: 'counts to the end of the cycle in which the fact lies, instead of validityMonths',
  }),
  gravity: creditGravity.default('general'),
  triggers,
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

const samplingFactor = z
  .number()
  .min(0)
  .max(100)
  .nullable()
  .default(null)
  .meta({ description: 'of this grade alone, instead of its level’s; null: as the level says' })

const rulebookBand = z.strictObject({
  level: code,
  grade: code,
  samplingFactor,
  minimum: points.meta({ description: 'lowest score of the grade; the grade reaches up to the next band' }),
})
export type RulebookBand = z.output<typeof rulebookBand>

/** Measures that other parts of the program act on; any other is words for people. */
export const creditMeasure = z.enum([
  'first-offence-warned',
  'praise',
  'interview',
  'self-report',
  'clients-notified',
  'reports-prechecked',
  'joint-punishment',
  'exit-review',
  'practice-pause',
  'retraining',
])

const rulebookLevel = z.strictObject({
  code,
  title,
  consequences: z.strictObject({
    samplingFactor: z.number().min(0).max(100).nullable().meta({
      description: 'times the ordinary sampling ratio; null: inspectionsPerYear rules instead',
    }),
    inspectionsPerYear: z.int().min(0).max(366).nullable(),
    bonusAllowed: z.boolean(),
    measures: z
      .array(z.strictObject({ code: creditMeasure.nullable().default(null), ...title.shape }))
      .max(20),
  }),
})
export type RulebookLevel = z.output<typeof rulebookLevel>

/** Acts that put the subject into one grade whatever its score 一票否决. */
const rulebookVeto = z.strictObject({
  code,
  title,
  liftableAfterMonths: z.int().min(0).max(600).nullable().meta({ description: 'null: never' }),
  gravity: creditGravity.default('serious'),
  triggers,
  legalBasis: citations,
})
export type RulebookVeto = z.output<typeof rulebookVeto>

/** When to warn 预警; what is null is not watched. */
const rulebookWarnings = z.strictObject({
  marginPoints: magnitude
    .nullable()
    .meta({ description: 'score within so many points of the next lower grade' }),
  drop: z
    .strictObject({ points: magnitude, days: z.int().min(1).max(3660) })
    .nullable()
    .meta({ description: 'so many points lost within so many days' }),
  certificateDays: z
    .int()
    .min(1)
    .max(3660)
    .nullable()
    .meta({ description: 'a certificate ends within so many days' }),
  staffingAtMinimum: z
    .boolean()
    .meta({ description: 'staff exactly at the minimum of Order 7 art. 5–7, or below' }),
})
export type RulebookWarnings = z.output<typeof rulebookWarnings>

/** What rulebooks of every method say. */
const shared = {
  title,
  subjectKinds: z.array(subjectKind).min(1).max(3),
  cycle: creditCycle.nullable().default(null).meta({
    description: 'null: no cycle; facts count by their validity alone, grades are frozen on 31 December',
  }),
  levels: z.array(rulebookLevel).min(1).max(20),
  groups: z.array(itemGroup).max(50),
  items: z.array(rulebookItem).max(500),
  veto: z.strictObject({ grade: code, codes: z.array(rulebookVeto).max(100) }).nullable(),
  repairsPerYearMax: z
    .int()
    .min(0)
    .max(100)
    .nullable()
    .meta({ description: 'credit repairs; null: no limit' }),
  warnings: rulebookWarnings.nullable().default(null),
  /** Where the numbers come from, and what is uncertain about them. */
  source: text(1000),
  illustrative: z
    .boolean()
    .meta({ description: 'true: defaults for demonstration, not an authority’s rule' }),
  publishedNumbers: z
    .array(z.string().regex(/^(\/[^/]+)+$/, 'expected a JSON Pointer into the content, e.g. /base'))
    .max(500)
    .default([])
    .meta({
      description: 'where illustrative: what a public text does give; all other numbers are illustrative',
    }),
}

/** Base points, minus what weighs, plus what earns, within a range; grades are bands of the score. */
export const pointsContent = z.strictObject({
  method: z.literal('points'),
  ...shared,
  base: points,
  range: z.strictObject({ minimum: points, maximum: points }),
  bands: z.array(rulebookBand).min(1).max(50).meta({ description: 'from the highest to the lowest' }),
  multipliers: z.array(rulebookMultiplier).max(20),
  bonusTotalCap: magnitude.nullable().meta({ description: 'most bonus points that stand at one time' }),
})
export type PointsContent = z.output<typeof pointsContent>

const rulebookTier = z.strictObject({
  level: code,
  grade: code,
  samplingFactor,
  when: z
    .array(z.strictObject({ items: z.array(code).min(1).max(100), atLeast: z.int().min(1).max(10_000) }))
    .max(20)
    .meta({
      description: 'one of them is enough: so many facts under these items stand; none: nothing is asked',
    }),
})
export type RulebookTier = z.output<typeof rulebookTier>

/** No score: the lowest tier whose condition holds is the grade. */
export const tiersContent = z.strictObject({
  method: z.literal('tiers'),
  ...shared,
  tiers: z.array(rulebookTier).min(1).max(50).meta({ description: 'from the best to the worst' }),
})
export type TiersContent = z.output<typeof tiersContent>

export const rulebookContent = z.discriminatedUnion('method', [pointsContent, tiersContent])
export type RulebookContent = z.output<typeof rulebookContent>

/** The grades from the best to the worst, each with its level. */
export function gradesOf(content: RulebookContent): readonly (RulebookBand | RulebookTier)[] {
  return content.method === 'points' ? content.bands : content.tiers
}

/** What follows from a grade: sampling, bonuses, measures. Null for one that the rulebook does not have. */
export function consequencesOf(
  content: RulebookContent,
  grade: string,
): RulebookLevel['consequences'] | null {
  const band = gradesOf(content).find((each) => each.grade === grade)
  const level = content.levels.find((each) => each.code === band?.level)
  if (!band || !level) return null
  return band.samplingFactor === null
    ? level.consequences
    : { ...level.consequences, samplingFactor: band.samplingFactor }
}

/** Whether the number at the place (JSON Pointer into the content) is a demonstration's, not an authority's. */
export function isIllustrative(content: RulebookContent, pointer: string): boolean {
  if (!content.illustrative) return false
  return !content.publishedNumbers.some((each) => pointer === each || pointer.startsWith(`${each}/`))
}
