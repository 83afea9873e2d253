import { z } from 'zod'
import { type EventOf, event } from './category.ts'
import { unreachable } from './decider.ts'
import { divisionCode } from './identifiers.ts'
import { rulebookReference, type SubjectKind, subjectKind, violationCode } from './rulebook-content.ts'
import { eventId, type LocalDate, localDate, text } from './values.ts'

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

export const creditAccountEvents = {
  /** One fact, judged by one item of the rulebook in force on its day. Order 7 art. 31. */
  CreditAdjusted: event(
    { zh: '信用计分', en: 'Credit adjusted', law: ['O7:31'] },
    {
      ...accountOpening,
      rulebook: rulebookReference,
      item: rulebookCode,
      count: itemCount.meta({ description: 'how often the item applies to the act: persons, documents' }),
      points: z.number().meta({ description: 'signed: item × count, before caps and repetition' }),
      factId,
      violation: violationCode.nullable(),
      causeEventId,
      effectiveOn: localDate.meta({ description: 'the day of the fact; the first day on which it counts' }),
      validUntil: localDate
        .nullable()
        .meta({ description: 'the last day on which it counts; null: for good' }),
      reason,
    },
  ),
  /** An entry taken back; the entry stays readable. */
  CreditAdjustmentReversed: event(
    { zh: '信用计分撤销', en: 'Credit adjustment reversed', law: ['O7:31', 'N36:1'] },
    { supersedes: eventId, basis: reversalBasis, effectiveOn: localDate, reason },
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
    { zh: '一票否决解除', en: 'Credit veto lifted', law: ['O7:31', 'N36:1'] },
    { supersedes: eventId, basis: reversalBasis, effectiveOn: localDate, reason },
  ),
  /** The grade as frozen for publication, with the entries it was computed from: anyone can compute it again. */
  GradePublished: event(
    { zh: '信用等级公布', en: 'Grade published', law: ['O7:31'] },
    {
      ...accountOpening,
      rulebook: rulebookReference,
      asOf: localDate,
      score: z.number(),
      level: rulebookCode,
      grade: rulebookCode,
      veto: rulebookCode.nullable(),
      inputs: z.array(eventId).meta({ description: 'the entries and vetoes that stood on the day, sorted' }),
      supersedes: eventId.nullable().meta({ description: 'the earlier publication for the same day' }),
    },
  ),
}
export type CreditAccountEvent = EventOf<typeof creditAccountEvents>

type EventData<Type extends CreditAccountEvent['type']> = Extract<CreditAccountEvent, { type: Type }>['data']

/** An adjustment as the account remembers it; `eventId` is empty only before the entry is stored. */
export type CreditEntry = Omit<EventData<'CreditAdjusted'>, 'division' | 'subjectKind' | 'reason'> & {
  readonly eventId: string
  readonly reversed: { readonly basis: ReversalBasis; readonly effectiveOn: LocalDate } | null
}

export type CreditVeto = Omit<EventData<'CreditVetoImposed'>, 'division' | 'subjectKind' | 'reason'> & {
  readonly eventId: string
  readonly lifted: { readonly basis: ReversalBasis; readonly effectiveOn: LocalDate } | null
}

export type PublishedGrade = EventData<'GradePublished'> & { readonly eventId: string }

export type CreditAccountState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'open'
      readonly division: string
      readonly subjectKind: SubjectKind
      readonly entries: readonly CreditEntry[]
      readonly vetoes: readonly CreditVeto[]
      readonly published: readonly PublishedGrade[]
    }

export type OpenAccount = Exclude<CreditAccountState, { status: 'unknown' }>

export const initialAccount = { status: 'unknown' } as CreditAccountState

export function evolveAccount(state: CreditAccountState, event: CreditAccountEvent): CreditAccountState {
  const id = event.id ?? ''
  switch (event.type) {
    case 'CreditAdjusted': {
      const { division, subjectKind, reason: _, ...entry } = event.data
      const open = opened(state, division, subjectKind)
      return { ...open, entries: [...open.entries, { ...entry, eventId: id, reversed: null }] }
    }
    case 'CreditVetoImposed': {
      const { division, subjectKind, reason: _, ...veto } = event.data
      const open = opened(state, division, subjectKind)
      return { ...open, vetoes: [...open.vetoes, { ...veto, eventId: id, lifted: null }] }
    }
    case 'GradePublished': {
      const open = opened(state, event.data.division, event.data.subjectKind)
      return { ...open, published: [...open.published, { ...event.data, eventId: id }] }
    }
    case 'CreditAdjustmentReversed': {
      const { supersedes, basis, effectiveOn } = event.data
      const open = mustBeOpen(state, event.type)
      const entries = open.entries.map((entry) =>
        entry.eventId === supersedes ? { ...entry, reversed: { basis, effectiveOn } } : entry,
      )
      return { ...open, entries }
    }
    case 'CreditVetoLifted': {
      const { supersedes, basis, effectiveOn } = event.data
      const open = mustBeOpen(state, event.type)
      const vetoes = open.vetoes.map((veto) =>
        veto.eventId === supersedes ? { ...veto, lifted: { basis, effectiveOn } } : veto,
      )
      return { ...open, vetoes }
    }
    default:
      return unreachable(event)
  }
}

/** The account, opened by its first event; a subject that moved is where the last one says. */
function opened(state: CreditAccountState, division: string, subjectKind: SubjectKind): OpenAccount {
  if (state.status === 'open') return { ...state, division }
  return { status: 'open', division, subjectKind, entries: [], vetoes: [], published: [] }
}

function mustBeOpen(state: CreditAccountState, type: string): OpenAccount {
  if (state.status === 'unknown') throw new Error(`${type} before the account was opened`)
  return state
}
