import {
  addDays,
  dayOf,
  divisionOn,
  type EventOf,
  type InstitutionEvent,
  type inspectionEvents,
  type LedgerEvent,
  type LocalDate,
  moved,
  ownScheme,
  type PenaltyCaseEvent,
  type PenaltyCaseFiling,
  type PractitionerEvent,
  type Residence,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookInForce,
  rulebookVersion,
  type SubjectKind,
  type UnitEvent,
} from '@fireledger/domain'
import { type Cause, causeOf } from './command-request.ts'
import type { Draft, Memory } from './memory.ts'
import { recallLaterLibraries } from './reread.ts'
import { stagesInWork } from './stage-deadlines.ts'

/** What the clerk keeps in mind of the events that pass: one fold per kind of document. */

export type Recollection = {
  readonly on: readonly string[]
  fold(event: LedgerEvent, memory: Draft): void
}

/** `rulebook/<id>` */
const rulebooks: Recollection = {
  on: Object.keys(rulebook.events),
  fold(event, memory) {
    const key = `rulebook/${event.streamId}`
    const before = (memory.get(key) as RulebookState | undefined) ?? rulebook.initialState
    const occurred = { type: event.type, data: event.data, effectiveAt: event.metadata.effectiveAt }
    memory.set(key, rulebook.evolve(before, occurred as Parameters<typeof rulebook.evolve>[1]))
  },
}

export function recallRulebook(
  memory: Memory,
  division: string,
  kind: SubjectKind,
  day: LocalDate,
): RulebookVersion | null {
  const now = rulebookInForce(recallLibrary(memory), division, kind, day)
  if (now) return now
  // While the ledger is read again: what is to come for that day.
  for (const library of recallLaterLibraries(memory)) {
    const version = rulebookInForce(library, division, kind, day)
    if (version) return version
  }
  return null
}

/** All rulebooks. */
export function recallLibrary(memory: Memory): RulebookVersion[] {
  return [...memory.entries('rulebook/')].flatMap(([key, state]) => {
    const version = rulebookVersion(key.slice('rulebook/'.length), state as RulebookState)
    return version ? [version] : []
  })
}

/** Somebody registered, whose grade is published when a cycle is over. `subject/<id>` */
export type Subject = {
  readonly subjectKind: SubjectKind
  readonly residences: readonly Residence[]
  readonly from: LocalDate
  /** The first day on which it was gone; null while it is there. */
  readonly goneFrom: LocalDate | null
  /** Days for which a grade was published, in order. */
  readonly published: readonly LocalDate[]
  readonly cause: Cause
}

type RegisterEvent = InstitutionEvent | PractitionerEvent | UnitEvent

const beginnings: Partial<Record<RegisterEvent['type'], SubjectKind>> = {
  InstitutionRegistered: 'institution',
  PractitionerRegistered: 'practitioner',
  UnitRegistered: 'unit',
}
const moves: readonly RegisterEvent['type'][] = [
  'InstitutionDetailsCorrected',
  'PractitionerDetailsCorrected',
  'UnitDetailsCorrected',
]
const ends: readonly RegisterEvent['type'][] = [
  'InstitutionWithdrew',
  'InstitutionRemoved',
  'RegistrationCancelled',
  'RegistrationRevoked',
  'RegistrationStruckOff',
  'UnitClosed',
]

const subjects: Recollection = {
  on: [...Object.keys(beginnings), ...moves, ...ends, 'GradePublished'],
  fold(event, memory) {
    const key = `subject/${event.streamId}`
    const day = dayOf(event.metadata.effectiveAt)
    const known = recallSubject(memory, event.streamId)
    const subjectKind = beginnings[event.type as RegisterEvent['type']]
    if (subjectKind) {
      const { division } = event.data as { division: string }
      const residences = moved(known?.residences ?? [], day, division)
      const from = known && known.from < day ? known.from : day
      const { published = [], cause = causeOf(event) } = known ?? {}
      memory.set(key, { subjectKind, residences, from, goneFrom: null, published, cause } satisfies Subject)
    } else if (!known) {
      return
    } else if (event.type === 'GradePublished') {
      const { asOf } = event.data as { asOf: LocalDate }
      memory.set(key, { ...known, published: [...new Set([...known.published, asOf])].sort() })
    } else if ((moves as readonly string[]).includes(event.type)) {
      const { division } = event.data as { division: string }
      memory.set(key, { ...known, residences: moved(known.residences, day, division) })
    } else {
      memory.set(key, { ...known, goneFrom: day })
    }
  },
}

export function recallSubject(memory: Memory, id: string): Subject | undefined {
  return memory.get(`subject/${id}`) as Subject | undefined
}

/** Where the subject belonged on the day; null when it is not registered. */
export function recallDivision(memory: Memory, id: string, day: LocalDate): string | null {
  return divisionOn(recallSubject(memory, id)?.residences ?? [], day)
}

/** A rectification that is not settled. `due/<inspection id>` */
export type DueRectification = {
  readonly dueOn: LocalDate
  /** The first day on which it counts as missed. */
  readonly missedFrom: LocalDate
  /** Known as missed; a cure in time that the ledger learns of late would undo it. */
  readonly missed: boolean
  /** Reported in time and not looked at yet. */
  readonly awaitsVerification: boolean
  readonly cause: Cause
}

type InspectionEvent = EventOf<typeof inspectionEvents>

const dueRectifications: Recollection = {
  on: [
    'RectificationOrdered',
    'RectificationReported',
    'RectificationVerified',
    'RectificationMissed',
  ] satisfies (keyof typeof inspectionEvents)[],
  fold(event, memory) {
    const key = `due/${event.streamId}`
    const { type, data } = event as LedgerEvent & InspectionEvent
    if (type === 'RectificationOrdered') {
      const missedFrom = addDays(data.dueOn, 1)
      const { dueOn } = data
      const cause = causeOf(event)
      memory.set(key, {
        dueOn,
        missedFrom,
        missed: false,
        awaitsVerification: false,
        cause,
      } satisfies DueRectification)
      return
    }
    const due = recallDueRectification(memory, event.streamId)
    if (!due) return
    if (type === 'RectificationReported') {
      const inTime = dayOf(event.metadata.effectiveAt) < due.missedFrom
      memory.set(key, { ...due, awaitsVerification: due.awaitsVerification || inTime })
    } else if (type === 'RectificationVerified' && !data.cured) {
      memory.set(key, { ...due, awaitsVerification: false })
    } else if (type === 'RectificationMissed') {
      memory.set(key, { ...due, missed: true })
    } else {
      memory.set(key, null)
    }
  },
}

export function recallDueRectification(memory: Memory, inspection: string): DueRectification | undefined {
  return memory.get(`due/${inspection}`) as DueRectification | undefined
}

/** What later events of a penalty case need of the earlier ones. `case/<case id>` */
export type CaseMemory = Pick<PenaltyCaseFiling, 'division' | 'inspection' | 'currency'> & {
  /** When it was decided; null before. */
  readonly decidedAt: string | null
}

const cases: Recollection = {
  on: ['PenaltyCaseFiled', 'PenaltyDecided'] satisfies PenaltyCaseEvent['type'][],
  fold(event, memory) {
    const key = `case/${event.streamId}`
    const { type, data } = event as LedgerEvent & PenaltyCaseEvent
    if (type === 'PenaltyCaseFiled') {
      const { division, inspection, currency, violations } = data
      // Imported cases under other law and in other money have no consequence here: not worth remembering.
      if (currency !== 'CNY' && violations.every(({ scheme }) => scheme !== ownScheme)) return
      memory.set(key, { division, inspection, currency, decidedAt: null } satisfies CaseMemory)
    } else {
      const known = recallCase(memory, event.streamId)
      if (known) memory.set(key, { ...known, decidedAt: event.metadata.effectiveAt })
    }
  },
}

export function recallCase(memory: Memory, id: string): CaseMemory | undefined {
  return memory.get(`case/${id}`) as CaseMemory | undefined
}

/** An objection without a ruling that is not known to be overdue. `objection/<account>/<entry>` */
export type PendingObjection = {
  readonly account: string
  readonly entry: string
  readonly dueOn: LocalDate
  readonly cause: Cause
}

const objections: Recollection = {
  on: ['CreditObjectionFiled', 'CreditObjectionExtended', 'CreditObjectionDecided', 'CreditObjectionOverdue'],
  fold(event, memory) {
    const { entry, dueOn } = event.data as { entry: string; dueOn: LocalDate }
    const key = `objection/${event.streamId}/${entry}`
    const pends = event.type === 'CreditObjectionFiled' || event.type === 'CreditObjectionExtended'
    const account = event.streamId
    memory.set(
      key,
      pends ? ({ account, entry, dueOn, cause: causeOf(event) } satisfies PendingObjection) : null,
    )
  },
}

/** The last day for which it was seen whose grades are to be published; gone when somebody or a rulebook has changed. */
export const gradedThrough = 'graded/through'

const ungraded: Recollection = {
  on: [...rulebooks.on, ...subjects.on.filter((type) => type !== 'GradePublished')],
  fold: (_event, memory) => memory.set(gradedThrough, null),
}

export const recollections: readonly Recollection[] = [
  rulebooks,
  subjects,
  ungraded,
  dueRectifications,
  cases,
  objections,
  stagesInWork,
]
