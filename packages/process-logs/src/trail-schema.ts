import { type StageMarkCode, stageMarkCodes } from '@fireledger/domain'
import { z } from 'zod'

/**
 * The trail of one assessment, as it is answered and exported. This schema is published; `trail.ts` makes the document.
 * Nothing in it depends on when or where it is computed: no clock, no position in a ledger, no name of a person.
 */

export const trailFormat = 'fireledger-assessment-trail-1'

const revision = z.int().min(0).meta({ description: 'of the event in the stream of the assessment' })
const moment = z.iso.datetime({ precision: 3 }).meta({ description: 'RFC 3339 in UTC with milliseconds' })
const day = z.iso.date().meta({ description: 'day in China' })
const personId = z.string().meta({ description: 'practitioner id, or the subject id of who is none' })
const title = z.strictObject({ zh: z.string(), en: z.string() })

const sentenceReference = z.strictObject({ report: z.string(), sentence: z.string() })
export type SentenceReference = z.output<typeof sentenceReference>

const reliance = z.strictObject({
  stream: z.string().meta({ description: 'another stream that the decision read' }),
  revision: z.int().min(-1).meta({ description: 'its revision then; -1: it did not exist' }),
})

const mark = z.strictObject({
  code: z.enum(Object.keys(stageMarkCodes) as [StageMarkCode, ...StageMarkCode[]]),
  title,
  stage: z.string().nullable(),
  revision,
  detail: title.meta({ description: 'what exactly, with its figures' }),
})

const visit = z.strictObject({
  number: z.int().min(1),
  stage: z.string(),
  title,
  enteredAt: moment,
  enteredBy: revision,
  leftAt: moment.nullable(),
  leftBy: revision.nullable(),
  outcome: z.enum(['completed', 'returned', 'reopened', 'withdrawn']).nullable(),
  member: personId.nullable(),
  reason: z.string().nullable(),
  workingDays: z
    .int()
    .nullable()
    .meta({ description: 'the day entered is not counted; while it lasts, up to measuredTo' }),
  limitWorkingDays: z.int().nullable(),
  dueOn: day.nullable(),
  overdue: z.boolean().nullable().meta({ description: 'while it lasts, on the day measuredTo' }),
  provisional: z
    .boolean()
    .meta({ description: 'some working days were not known, plain weeks were counted' }),
})

const account = z.strictObject({
  id: z.string(),
  role: z.string(),
  person: personId
    .nullable()
    .meta({ description: 'whose login it was; null: of an officer or a service, or unknown' }),
})

const step = z.strictObject({
  revision,
  eventId: z.uuid(),
  type: z.string(),
  kind: z.string(),
  stage: z.string().nullable(),
  member: personId.nullable(),
  effectiveAt: moment.meta({ description: 'when it holds in the world' }),
  recordedAt: moment.meta({ description: 'when the ledger learnt it' }),
  actor: account,
  legalBasis: z.array(z.string()),
  refusal: z
    .strictObject({ code: z.string(), message: title, legalBasis: z.array(z.string()) })
    .nullable()
    .meta({ description: 'set when the event records an attempt that was refused' }),
  reliedOn: z.array(reliance),
  data: z.record(z.string(), z.unknown()),
})
export type TrailStep = z.output<typeof step>

const evidence = z.strictObject({
  id: z.string(),
  revision,
  stage: z.string(),
  kind: z.string(),
  title: z.string(),
  sha256: z.string(),
  file: z
    .strictObject({ bytes: z.int(), mediaType: z.string(), name: z.string() })
    .nullable()
    .meta({ description: 'that lies in the evidence store' }),
  heldElsewhere: z
    .strictObject({ holder: z.string(), place: z.string() })
    .nullable()
    .meta({ description: 'who keeps the file and where; null beside a null file: only its hash is known' }),
  takenAt: moment,
  place: z.string().nullable(),
  instrument: z.string().nullable(),
  member: personId,
  findings: z.array(z.string()).meta({ description: 'that rest on it' }),
  sentences: z.array(sentenceReference).meta({ description: 'that rest on it, by those findings' }),
})
export type TrailEvidence = z.output<typeof evidence>

const finding = z.strictObject({
  id: z.string(),
  revision,
  item: z.string(),
  class: z.string(),
  conforms: z.boolean(),
  score: z.strictObject({ earned: z.number(), full: z.number() }).nullable(),
  description: z.string(),
  member: personId,
  recordedAt: moment,
  evidence: z.array(z.string()),
  supersedes: z.string().nullable(),
  supersededBy: z.string().nullable(),
  sentences: z.array(sentenceReference),
})
export type TrailFinding = z.output<typeof finding>

const signature = z.strictObject({
  act: z.enum(['draft', 'check', 'audit', 'issue']),
  member: personId,
  enteredBy: account.meta({ description: 'the account; an officer or a service records what others signed' }),
  at: moment,
  recordedAt: moment,
  revision,
  eventId: z.uuid(),
  reliedOn: z.array(reliance),
  stands: z.boolean().meta({ description: 'false: a return took it back, or the report is void' }),
})

const report = z.strictObject({
  number: z.string(),
  revision,
  replaces: z.string().nullable(),
  replacedBy: z.string().nullable(),
  status: z.enum(['drafted', 'checked', 'audited', 'issued', 'delivered', 'void']),
  sha256: z.string().meta({ description: 'of the file as last stated: issued, else drafted' }),
  signatures: z.array(signature),
  voided: z.strictObject({ at: moment, member: personId, reason: z.string(), revision }).nullable(),
  delivered: z.strictObject({ on: day, receiptSha256: z.string(), revision }).nullable(),
  sentences: z.array(
    z.strictObject({
      id: z.string(),
      section: z.string(),
      text: z.string(),
      findings: z.array(z.string()),
      evidence: z.array(z.string()).meta({ description: 'on which those findings rest' }),
    }),
  ),
})
export type TrailReport = z.output<typeof report>

const person = z.strictObject({
  id: personId,
  roles: z.array(z.string()).meta({ description: 'in the team, at any time' }),
  steps: z.array(revision),
  evidence: z.array(z.string()),
  findings: z.array(z.string()),
  sentences: z.array(sentenceReference).meta({ description: 'that rest on what this person recorded' }),
  reliedOn: z
    .array(z.strictObject({ revision: z.int().min(-1), step: revision }))
    .meta({ description: 'revisions of the practitioner that decisions read, and the step of each' }),
})
export type TrailPerson = z.output<typeof person>

const calibration = z.strictObject({
  revision: z.int().min(0).meta({ description: 'of the event in the stream of the institution' }),
  eventId: z.uuid(),
  name: z.string(),
  calibratedOn: day,
  validUntil: day,
  certificateSha256: z.string(),
})
export type TrailCalibration = z.output<typeof calibration>

const instrument = z.strictObject({
  id: z.string(),
  calibrations: z.array(calibration).meta({
    description: 'on record at the last revision of the institution that a decision here relied on',
  }),
  evidence: z.array(z.string()),
  uncovered: z.array(z.string()).meta({ description: 'evidence taken on a day within none of them' }),
  findings: z.array(z.string()),
  sentences: z.array(sentenceReference),
})
export type TrailInstrument = z.output<typeof instrument>

export const trailSchema = z
  .strictObject({
    format: z.literal(trailFormat),
    assessment: z.string(),
    revision: revision.meta({ description: 'of the last event that the trail is made of' }),
    asOf: moment.nullable().meta({ description: 'what held by then' }),
    asKnownAt: moment.nullable().meta({ description: 'what the ledger knew by then' }),
    division: z.string(),
    institution: z.string(),
    unit: z.string(),
    project: z.string().nullable(),
    process: z.string().meta({ description: '<code>@<revision> of the process it began under' }),
    status: z.enum(['open', 'archived']),
    stage: z.string().nullable().meta({ description: 'in work; null: all are through' }),
    score: z.number().nullable(),
    measuredTo: day.meta({
      description:
        'a stage in work is measured up to this day: of asOf, else of asKnownAt, else of the last event',
    }),
    visits: z.array(visit),
    reports: z.array(report),
    findings: z.array(finding),
    evidence: z.array(evidence),
    persons: z.array(person),
    instruments: z.array(instrument),
    presence: z.array(
      z.strictObject({
        revision,
        stage: z.string(),
        member: personId,
        arrivedAt: moment,
        leftAt: moment,
        place: z.string(),
        latitude: z.number().nullable(),
        longitude: z.number().nullable(),
        evidence: z.string(),
      }),
    ),
    waivers: z.array(
      z.strictObject({
        revision,
        stage: z.string(),
        requirement: z.string(),
        member: personId,
        at: moment,
        reason: z.string(),
      }),
    ),
    refused: z
      .array(
        z.strictObject({
          revision,
          code: z.string(),
          member: personId.nullable(),
          stage: z.string().nullable(),
        }),
      )
      .meta({ description: 'attempts that the rules did not let through' }),
    marks: z.array(mark).meta({
      description:
        'questions to a human: skipped, too fast, out of time, back-dated, at two sites at once, evidence from before its stage or from when nobody was on site; from these events alone',
    }),
    steps: z.array(step).meta({ description: 'every event, in the order of the ledger' }),
  })
  .meta({ title: 'Trail of a fire safety assessment' })
export type Trail = z.output<typeof trailSchema>

/** JSON Schema, draft 2020-12. */
export function trailJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(trailSchema, { io: 'output' }), $id: `urn:fireledger:schema:${trailFormat}` }
}
