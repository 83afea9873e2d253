import { z } from 'zod'
import { type EventOf, event } from './category.ts'
import { unreachable } from './decider.ts'
import { divisionCode } from './identifiers.ts'
import {
  creditGravity,
  rulebookReference,
  type SubjectKind,
  subjectKind,
  violationCode,
} from './rulebook-content.ts'
import { dayOf, eventId, type LocalDate, localDate, sha256Hex, text } from './values.ts'

export const creditWarningKind = z.enum([
  'near-lower-grade',
  'sharp-drop',
  'certificate-ending',
  'staffing-at-minimum',
])

/** What is recorded of one subject's credit, and what the rules need to remember of it. */

export const accountOpening = { division: divisionCode, subjectKind }
const reason = text(500)
export const rulebookCode = text(20).meta({ description: 'a code of the rulebook' })

/**
 * The act in the world that is judged. What follows from one act carries one fact id, whether it was found on a check
 * or fined later, so that it counts once: by custom `<stream where it was first recorded>/<code>`.
 */
export const factId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._/@-]{2,119}$/, 'expected 3 to 120 letters, digits or : . _ / @ -')

/** Further acts that the same decision judged together: a fine for several violations is one entry for all of them. */
export const furtherActs = z.array(z.strictObject({ factId, violation: violationCode.nullable() })).max(100)

export const causeEventId = eventId
  .nullable()
  .meta({ description: 'the event that the entry follows from; null when an officer records it by hand' })

export const itemCount = z.int().min(1).max(1000)

/**
 * Why an entry is taken back. `repaired` ends its effect from a day on (credit repair 信用修复); the others say that
 * it should never have been there.
 */
export const reversalBasis = z.enum([
  'objection-upheld',
  'decision-annulled',
  'recorded-in-error',
  'repaired',
])
export type ReversalBasis = z.output<typeof reversalBasis>

/** A repair 信用修复: by which law, of what class, and how much of the points it gives back. */
const creditRepair = z
  .strictObject({
    law: z
      .enum(['N58', 'N36'])
      .meta({ description: 'NDRC Order 58 until 2026-03-31, Order 36 from 2026-04-01' }),
    gravity: creditGravity,
    restores: z.number().min(0).max(1).meta({ description: 'share of the points given back; 1: all' }),
    curedOn: localDate.nullable(),
    commitmentSha256: sha256Hex.nullable().meta({ description: 'of the credit commitment 信用承诺书' }),
  })
  .nullable()
  .meta({ description: 'null unless the basis is repaired' })
export type CreditRepair = NonNullable<z.output<typeof creditRepair>>

export const objectionOutcome = z.enum(['upheld', 'rejected'])
const entry = eventId.meta({ description: 'the adjustment or the veto that is disputed' })

const standing = {
  score: z.number().nullable().meta({ description: 'null where the rulebook only counts' }),
  level: rulebookCode,
  grade: rulebookCode,
}

export const creditAccountEvents = {
  /** One fact, judged by one item of the rulebook in force on its day. Order 7 art. 31. */
  CreditAdjusted: event(
    { zh: '信用计分', en: 'Credit adjusted', law: ['O7:31'], schemaVersion: 2 },
    {
      ...accountOpening,
      rulebook: rulebookReference,
      item: rulebookCode,
      count: itemCount.meta({ description: 'how often the item applies to the act: persons, documents' }),
      points: z.number().meta({ description: 'signed: item × count, before caps and repetition' }),
      factId,
      violation: violationCode.nullable(),
      furtherActs,
      causeEventId,
      effectiveOn: localDate.meta({ description: 'the day of the fact; the first day on which it counts' }),
      validUntil: localDate
        .nullable()
        .meta({ description: 'the last day on which it counts; null: for good' }),
      reason,
    },
  ),
  /** An entry taken back; the entry stays readable. By which law it was repaired, the repair says. */
  CreditAdjustmentReversed: event(
    { zh: '信用计分撤销', en: 'Credit adjustment reversed', law: ['O7:31'], schemaVersion: 2 },
    { supersedes: eventId, basis: reversalBasis, effectiveOn: localDate, repair: creditRepair, reason },
  ),
  /** An act that outweighs any score 一票否决. */
  CreditVetoImposed: event(
    { zh: '一票否决', en: 'Credit veto imposed', law: ['O7:31', 'FL:69'] },
    {
      ...accountOpening,
      rulebook: rulebookReference,
      code: rulebookCode,
      factId,
      causeEventId,
      effectiveOn: localDate,
      liftableFrom: localDate.nullable().meta({ description: 'first day of a repair; null: never' }),
      reason,
    },
  ),
  CreditVetoLifted: event(
    { zh: '一票否决解除', en: 'Credit veto lifted', law: ['O7:31'], schemaVersion: 2 },
    { supersedes: eventId, basis: reversalBasis, effectiveOn: localDate, repair: creditRepair, reason },
  ),
  /** The subject disputes an entry 信用异议; it stays and counts until the ruling, and is shown as disputed. */
  CreditObjectionFiled: event(
    { zh: '提出信用异议', en: 'Credit objection filed', law: ['O7:31', 'HOUSE:credit-objection'] },
    {
      entry,
      noticedOn: localDate.meta({ description: 'the day on which the subject was told of the entry' }),
      dueOn: localDate.meta({ description: 'last day of the ruling, ten working days after the filing' }),
      provisional: z.boolean().meta({ description: 'counted over a year whose holidays are not published' }),
      grounds: text(2000),
    },
  ),
  CreditObjectionExtended: event(
    { zh: '信用异议延期', en: 'Credit objection extended', law: ['HOUSE:credit-objection'] },
    { entry, dueOn: localDate, provisional: z.boolean(), reason },
  ),
  /** Upheld, the entry is taken back by an event of its own. */
  CreditObjectionDecided: event(
    { zh: '信用异议裁定', en: 'Credit objection decided', law: ['O7:31', 'HOUSE:credit-objection'] },
    { entry, outcome: objectionOutcome, inTime: z.boolean(), reason },
  ),
  /** The ruling did not come in time; it is still owed. */
  CreditObjectionOverdue: event(
    { zh: '信用异议逾期未裁定', en: 'Credit objection overdue', law: ['HOUSE:credit-objection'] },
    { entry, dueOn: localDate },
  ),
  /**
   * The grade of a day is another than the one last told, by what the ledger knew then: by a fact, or because time
   * passed. A notice for those who watch; what the grade of any day is, the entries alone say.
   */
  GradeChanged: event(
    { zh: '信用等级变动', en: 'Grade changed', law: ['O7:31'], visibility: 'public', withheld: ['because'] },
    {
      ...accountOpening,
      asOf: localDate,
      before: z.strictObject({ rulebook: rulebookReference, ...standing }),
      rulebook: rulebookReference,
      ...standing,
      direction: z.enum(['up', 'down', 'other']).meta({
        description: 'other: by another rulebook, whose grades are not comparable',
      }),
      veto: rulebookCode.nullable(),
      because: z
        .array(eventId)
        .meta({ description: 'entries and vetoes that count now and did not, or did and no longer do' }),
    },
  ),
  /** What the subject should know before it costs a grade 信用预警. */
  CreditWarningRaised: event(
    { zh: '信用预警', en: 'Credit warning raised', law: ['HOUSE:credit-warning'] },
    {
      ...accountOpening,
      rulebook: rulebookReference,
      kind: creditWarningKind,
      about: text(60).meta({
        description: 'the lower grade, the day of the higher score, the practitioner, the condition',
      }),
      message: z.strictObject({ zh: text(200), en: text(200) }),
    },
  ),
  /** The reason for the warning is gone. */
  CreditWarningEnded: event(
    { zh: '信用预警解除', en: 'Credit warning ended', law: ['HOUSE:credit-warning'] },
    { warning: eventId, kind: creditWarningKind, about: text(60) },
  ),
  /** The grade as frozen for publication, with the entries it was computed from: anyone can compute it again. */
  GradePublished: event(
    { zh: '信用等级公布', en: 'Grade published', law: ['O7:31'], schemaVersion: 2, visibility: 'public' },
    {
      ...accountOpening,
      rulebook: rulebookReference,
      asOf: localDate,
      score: z.number().nullable().meta({ description: 'null where the rulebook only counts' }),
      level: rulebookCode,
      grade: rulebookCode,
      veto: rulebookCode.nullable(),
      inputs: z.array(eventId).meta({ description: 'the entries and vetoes that stood on the day, sorted' }),
      inputsDigest: sha256Hex
        .nullable()
        .meta({ description: 'SHA-256 of the canonical inputs, `gradeInputs`; null before there was one' }),
      supersedes: eventId.nullable().meta({ description: 'the earlier publication for the same day' }),
    },
  ),
}
export type CreditAccountEvent = EventOf<typeof creditAccountEvents>

type EventData<Type extends CreditAccountEvent['type']> = Extract<CreditAccountEvent, { type: Type }>['data']

type Reversed = {
  readonly basis: ReversalBasis
  readonly effectiveOn: LocalDate
  /** Share of the points given back by a repair; null for the other bases. */
  readonly restores: number | null
}

/** An adjustment as the account remembers it; `eventId` is empty only before the entry is stored. */
export type CreditEntry = Omit<EventData<'CreditAdjusted'>, 'division' | 'subjectKind' | 'reason'> & {
  readonly eventId: string
  readonly reversed: Reversed | null
}

export type CreditVeto = Omit<EventData<'CreditVetoImposed'>, 'division' | 'subjectKind' | 'reason'> & {
  readonly eventId: string
  readonly lifted: Reversed | null
}

export type PublishedGrade = EventData<'GradePublished'> & { readonly eventId: string }

export type CreditObjection = {
  /** The disputed adjustment or veto. */
  readonly entry: string
  readonly noticedOn: LocalDate
  readonly filedOn: LocalDate
  readonly dueOn: LocalDate
  readonly extended: boolean
  readonly decidedOn: LocalDate | null
  readonly outcome: z.output<typeof objectionOutcome> | null
  /** Whether the ruling came by its last day; null: there is none yet. */
  readonly inTime: boolean | null
  /** Told to be overdue, whether decided since or not. */
  readonly overdue: boolean
}

/** The grade as last told to those who watch, and what it came from. */
export type AnnouncedGrade = Pick<EventData<'GradeChanged'>, 'rulebook' | 'score' | 'level' | 'grade'> & {
  readonly inputs: readonly string[]
}

/** A warning that stands. */
export type StandingWarning = Pick<EventData<'CreditWarningRaised'>, 'kind' | 'about'> & {
  readonly eventId: string
}

export type CreditAccountState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'open'
      /** Of the latest fact. */
      readonly division: string
      readonly divisionSince: LocalDate
      readonly subjectKind: SubjectKind
      readonly entries: readonly CreditEntry[]
      readonly vetoes: readonly CreditVeto[]
      readonly objections: readonly CreditObjection[]
      readonly published: readonly PublishedGrade[]
      /** By a change that was told, or else by the first publication; null before. */
      readonly announced: AnnouncedGrade | null
      readonly warnings: readonly StandingWarning[]
    }

export type OpenAccount = Exclude<CreditAccountState, { status: 'unknown' }>

export const initialAccount = { status: 'unknown' } as CreditAccountState

export function evolveAccount(state: CreditAccountState, event: CreditAccountEvent): CreditAccountState {
  const id = event.id ?? ''
  switch (event.type) {
    case 'CreditAdjusted': {
      const { division, subjectKind, reason: _, ...entry } = event.data
      const open = opened(state, { division, subjectKind }, entry.effectiveOn)
      return { ...open, entries: [...open.entries, { ...entry, eventId: id, reversed: null }] }
    }
    case 'CreditVetoImposed': {
      const { division, subjectKind, reason: _, ...veto } = event.data
      const open = opened(state, { division, subjectKind }, veto.effectiveOn)
      return { ...open, vetoes: [...open.vetoes, { ...veto, eventId: id, lifted: null }] }
    }
    case 'GradePublished': {
      const open = opened(state, event.data, event.data.asOf)
      const { rulebook, score, level, grade, inputs } = event.data
      const told = open.announced ?? { rulebook, score, level, grade, inputs }
      return { ...open, published: [...open.published, { ...event.data, eventId: id }], announced: told }
    }
    case 'CreditAdjustmentReversed': {
      const open = mustBeOpen(state, event.type)
      const reversed = reversedBy(event.data)
      const entries = open.entries.map((entry) =>
        entry.eventId === event.data.supersedes ? { ...entry, reversed } : entry,
      )
      return { ...open, entries }
    }
    case 'CreditVetoLifted': {
      const open = mustBeOpen(state, event.type)
      const lifted = reversedBy(event.data)
      const vetoes = open.vetoes.map((veto) =>
        veto.eventId === event.data.supersedes ? { ...veto, lifted } : veto,
      )
      return { ...open, vetoes }
    }
    case 'GradeChanged':
      return announced(opened(state, event.data, event.data.asOf), event.data)
    case 'CreditWarningRaised': {
      const { kind, about } = event.data
      const open = opened(state, event.data, dayOf(event.effectiveAt))
      return { ...open, warnings: [...open.warnings, { kind, about, eventId: id }] }
    }
    case 'CreditWarningEnded': {
      const open = mustBeOpen(state, event.type)
      return { ...open, warnings: open.warnings.filter(({ eventId }) => eventId !== event.data.warning) }
    }
    case 'CreditObjectionFiled':
    case 'CreditObjectionExtended':
    case 'CreditObjectionDecided':
    case 'CreditObjectionOverdue':
      return evolveObjections(mustBeOpen(state, event.type), event)
    default:
      return unreachable(event)
  }
}

function announced(open: OpenAccount, data: EventData<'GradeChanged'>): OpenAccount {
  const { rulebook, score, level, grade, because } = data
  const before = open.announced?.inputs ?? []
  const kept = before.filter((input) => !because.includes(input))
  const inputs = [...kept, ...because.filter((input) => !before.includes(input))].sort()
  return { ...open, announced: { rulebook, score, level, grade, inputs } }
}

function reversedBy({ basis, effectiveOn, repair }: EventData<'CreditAdjustmentReversed'>): Reversed {
  return { basis, effectiveOn, restores: repair?.restores ?? null }
}

type ObjectionEvent = Extract<CreditAccountEvent, { type: `CreditObjection${string}` }>

function evolveObjections(open: OpenAccount, event: ObjectionEvent): OpenAccount {
  const day = dayOf(event.effectiveAt)
  if (event.type === 'CreditObjectionFiled') {
    const { entry, noticedOn, dueOn } = event.data
    const undecided = { decidedOn: null, outcome: null, inTime: null, extended: false, overdue: false }
    const filed = { entry, noticedOn, filedOn: day, dueOn, ...undecided }
    return { ...open, objections: [...open.objections, filed] }
  }
  const change = changeOf(event, day)
  const objections = open.objections.map((each) =>
    each.entry === event.data.entry && each.decidedOn === null ? { ...each, ...change } : each,
  )
  return { ...open, objections }
}

function changeOf(
  event: Exclude<ObjectionEvent, { type: 'CreditObjectionFiled' }>,
  day: LocalDate,
): Partial<CreditObjection> {
  switch (event.type) {
    case 'CreditObjectionExtended':
      return { dueOn: event.data.dueOn, extended: true, overdue: false }
    case 'CreditObjectionOverdue':
      return { overdue: true }
    case 'CreditObjectionDecided':
      return { decidedOn: day, outcome: event.data.outcome, inTime: event.data.inTime }
    default:
      return unreachable(event)
  }
}

/** The account, opened by its first event; a subject that moved is where its latest fact says. */
function opened(
  state: CreditAccountState,
  { division, subjectKind }: { division: string; subjectKind: SubjectKind },
  day: LocalDate,
): OpenAccount {
  if (state.status === 'open')
    return day < state.divisionSince ? state : { ...state, division, divisionSince: day }
  const empty = { entries: [], vetoes: [], objections: [], published: [], announced: null, warnings: [] }
  return { status: 'open', division, divisionSince: day, subjectKind, ...empty }
}

function mustBeOpen(state: CreditAccountState, type: string): OpenAccount {
  if (state.status === 'unknown') throw new Error(`${type} before the account was opened`)
  return state
}
