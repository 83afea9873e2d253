import { z } from 'zod'
import { instruments, type LegalBasis } from './law.ts'
import { text } from './values.ts'

/**
 * What a process of assessment says, as data: stages with their evidence, persons, gates, ways back and limits, who
 * signs what, what is sampled, how long people must be on site, how a score becomes a grade, which sections a report
 * has. Only the checks themselves are code; which stage asks for which of them is said here.
 */

/** Code of a process, the id of its stream: `XF3005-EIGHT-2`. */
export const processCode = z
  .string()
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'expected a code such as XF3005-EIGHT-2')
  .max(40)

/** A process and the revision of its stream at which the content was drafted. */
export const processReference = z
  .string()
  .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*(@[0-9]+)?$/, 'expected <process code>@<revision>')
  .max(60)
  .meta({
    description:
      '<process code>@<revision>; without a revision, the definition that came with the program before processes were adopted',
  })

export const stageCode = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9]{0,9}$/,
    'expected the code of a stage: a capital, then capitals and digits, at most 10',
  )
export type StageCode = string

export const evidenceKind = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'expected a kind such as site-image')

/** A: fails the unit directly · B: key · C: general (DB13/T 5336). */
export const itemClass = z.enum(['A', 'B', 'C'])

const code = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected a code such as control-room')
const title = z.strictObject({ zh: text(200), en: text(200) })

/** An article that a refusal may cite; its instrument is one of `law.ts`. */
const citation = z
  .string()
  .regex(
    new RegExp(`^(${Object.keys(instruments).join('|')}):[0-9A-Za-z()-]{1,40}$`),
    `expected <instrument>:<article>, the instrument one of ${Object.keys(instruments).join(', ')}`,
  ) as unknown as z.ZodType<LegalBasis, string>

export const teamRoles = [
  'legalRepresentative',
  'technicalLead',
  'projectLead',
  'engineer',
  'operator',
  'archivist',
] as const
export const teamRole = z.enum(teamRoles)
export type TeamRole = z.output<typeof teamRole>

/** The registration that a role needs on the day of the act; `none` answers for the institution alone. */
export const practiceLevel = z.enum(['none', 'any', 'engineer', 'grade-one'])
export type PracticeLevel = z.output<typeof practiceLevel>

const role = z.strictObject({ role: teamRole, title, level: practiceLevel })
export type ProcessRole = z.output<typeof role>

/** The checks that the rules know; `assessment-gates.ts` says what each asks. */
export const gateChecks = [
  'institution-entitled',
  'contract-entered',
  'team-entitled',
  'plan-approved',
  'findings-evidenced',
  'plan-fulfilled',
  'sampling-met',
  'presence-proved',
  'instruments-calibrated',
  'score-recomputes',
  'direct-fails-handled',
  'report-drafted',
  'sentences-evidenced',
  'report-issued',
  'signatures-hold',
  'report-delivered',
] as const
export const gateCheck = z.enum(gateChecks)
export type GateCheck = z.output<typeof gateCheck>

/** What is done in a stage beyond recording evidence. */
export const stageActs = ['plan', 'inspect', 'judge', 'draft', 'sign', 'deliver'] as const
const stageAct = z.enum(stageActs).meta({
  description:
    'plan: the plan and its approval · inspect: findings, presence, interviews · judge: score and grade · draft: the report · sign: check, audit, issue · deliver: to the client',
})
export type StageAct = z.output<typeof stageAct>

/** Where the file of a piece of evidence must be for the piece to count. */
const fileRule = z.enum(['stored', 'stored-or-held-elsewhere', 'named']).meta({
  description:
    'stored: in the evidence store · stored-or-held-elsewhere: there, or it is recorded who keeps it and where · named: its hash is enough',
})
export type FileRule = z.output<typeof fileRule>

const stageEvidence = z.strictObject({
  kind: evidenceKind,
  title,
  required: z.boolean(),
  waivable: z.boolean().default(false),
  file: fileRule.default('named'),
})

const stage = z.strictObject({
  code: stageCode,
  title,
  evidence: z.array(stageEvidence).max(100),
  responsible: z.array(teamRole).min(1).max(6).meta({ description: 'who may complete the stage' }),
  acts: z.array(stageAct).max(6).default([]),
  onSite: z.boolean().default(false).meta({ description: 'evidence of this stage is from the site' }),
  gate: z
    .array(z.strictObject({ check: gateCheck, waivable: z.boolean().default(false) }))
    .max(20)
    .default([]),
  backTo: z.array(stageCode).max(20).default([]),
  limitWorkingDays: z.int().min(1).max(1000),
  legalBasis: z.array(citation).min(1).max(10),
})
export type StageDefinition = z.output<typeof stage>

/** So many of a population: the share of it, and at least the count of the highest step that the population exceeds. */
const sampleRule = {
  share: z.number().min(0).max(1),
  least: z
    .array(z.strictObject({ above: z.int().min(0), count: z.int().min(1).max(10_000) }))
    .max(10)
    .default([]),
}

const interviewRule = z.strictObject({ group: code, title, ...sampleRule })
const itemRule = z.strictObject({ class: itemClass, ...sampleRule })
export type SampleRule = Pick<z.output<typeof itemRule>, 'share' | 'least'>

const signer = z.array(teamRole).min(1).max(6)

export const processContent = z.strictObject({
  title,
  source: text(500).meta({ description: 'where it comes from: the standard, and who divided it so' }),
  illustrative: z.boolean().meta({ description: 'true: a demonstration’s default, no authority’s' }),
  roles: z.array(role).min(1).max(6),
  stages: z.array(stage).min(1).max(30),
  /** The order draft → check → audit → issue, and that the last three are three persons, is the rules’ own. */
  signers: z.strictObject({
    plan: signer,
    judge: signer,
    draft: signer,
    check: signer,
    audit: signer,
    issue: signer,
    void: signer,
    archive: signer,
  }),
  sampling: z.strictObject({
    interviews: z.array(interviewRule).max(20).default([]),
    items: z.array(itemRule).max(3).default([]),
  }),
  presence: z
    .strictObject({
      leastMinutes: z.int().min(1).max(10_000),
      /** One person of each group, each another person. */
      groups: z.array(z.array(teamRole).min(1).max(6)).min(1).max(6),
    })
    .nullable(),
  grading: z
    .strictObject({
      grades: z
        .array(z.strictObject({ grade: code, title, minimum: z.number().min(0).max(100) }))
        .min(1)
        .max(10)
        .meta({ description: 'from the best to the worst, the last from 0' }),
      directFail: code.meta({ description: 'the grade of whoever fails an item of class A' }),
    })
    .nullable(),
  leastHours: z
    .array(z.strictObject({ from: stageCode, to: stageCode, hours: z.number().positive().max(10_000) }))
    .max(30)
    .default([])
    .meta({
      description: 'faster from the completion of one stage to that of another is impossible, and marked',
    }),
  sections: z
    .array(z.strictObject({ section: code, title, statesResults: z.boolean() }))
    .max(50)
    .default([])
    .meta({ description: 'of the report; none: any section, none of which must state results' }),
  retentionYearsMin: z.int().min(0).max(100),
})
export type ProcessContent = z.output<typeof processContent>

/** What an assessment's own events keep of its process, so that a fold needs no other stream. */
export function outlineOf({ stages, leastHours }: ProcessContent) {
  return {
    stages: stages.map(({ code, title, limitWorkingDays }) => ({ code, title, limitWorkingDays })),
    leastHours,
  }
}

/** How many of a population a rule asks for; never more than there are. */
export function sampleNeeded({ share, least }: SampleRule, population: number): number {
  const steps = least.filter((step) => population > step.above).map((step) => step.count)
  // Rounded first: 0.2 of 35 is 7.000000000000001 in binary.
  const byShare = Math.ceil(Math.round(share * population * 1e6) / 1e6)
  return Math.min(population, Math.max(byShare, 0, ...steps))
}

/** The best grade whose minimum the score reaches; without points the last one; by a direct fail its own. */
export function gradeOf(
  { grading }: Pick<ProcessContent, 'grading'>,
  score: number | null,
  directFail: boolean,
): string | null {
  if (!grading) return null
  if (directFail) return grading.directFail
  return (
    (grading.grades.find(({ minimum }) => (score ?? 0) >= minimum) ?? grading.grades.at(-1))?.grade ?? null
  )
}

/** The code in a reference. */
export function processCodeOf(reference: string): string {
  return reference.split('@', 1)[0] ?? reference
}
