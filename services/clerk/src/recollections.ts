import {
  addDays,
  dayOf,
  type EventOf,
  type inspectionEvents,
  type institutionEvents,
  type LedgerEvent,
  type LocalDate,
  ownScheme,
  type PenaltyCaseEvent,
  type PenaltyCaseFiling,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookInForce,
  rulebookVersion,
  type SubjectKind,
} from '@fireledger/domain'
import { type Cause, causeOf } from './command-request.ts'
import type { Draft, Memory } from './memory.ts'

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
  const library = [...memory.entries('rulebook/')].flatMap(([key, state]) => {
    const version = rulebookVersion(key.slice('rulebook/'.length), state as RulebookState)
    return version ? [version] : []
  })
  return rulebookInForce(library, division, kind, day)
}

/** An institution whose grade is published at each year's end. `subject/<USCC>` */
export type Subject = {
  readonly division: string
  readonly from: LocalDate
  /** The first day on which it was gone; null while it is there. */
  readonly goneFrom: LocalDate | null
  readonly publishedYears: readonly number[]
  readonly cause: Cause
}

const subjects: Recollection = {
  on: [
    'InstitutionRegistered',
    'InstitutionDetailsCorrected',
    'InstitutionWithdrew',
    'InstitutionRemoved',
    'GradePublished',
  ] satisfies (keyof typeof institutionEvents | 'GradePublished')[],
  fold(event, memory) {
    const key = `subject/${event.streamId}`
    const day = dayOf(event.metadata.effectiveAt)
    if (event.type === 'InstitutionRegistered') {
      const { division } = event.data as { division: string }
      const subject: Subject = {
        division,
        from: day,
        goneFrom: null,
        publishedYears: [],
        cause: causeOf(event),
      }
      memory.set(key, subject)
      return
    }
    const known = recallSubject(memory, event.streamId)
    if (!known) return
    if (event.type === 'InstitutionDetailsCorrected') {
      memory.set(key, { ...known, division: (event.data as { division: string }).division })
    } else if (event.type === 'GradePublished') {
      const { asOf } = event.data as { asOf: LocalDate }
      if (!asOf.endsWith('-12-31')) return
      const years = new Set([...known.publishedYears, Number(asOf.slice(0, 4))])
      memory.set(key, { ...known, publishedYears: [...years].sort() })
    } else {
      memory.set(key, { ...known, goneFrom: day })
    }
  },
}

export function recallSubject(memory: Memory, id: string): Subject | undefined {
  return memory.get(`subject/${id}`) as Subject | undefined
}

/** A rectification that is not settled. `due/<inspection id>` */
export type DueRectification = {
  /** The first day on which it counts as missed. */
  readonly missedFrom: LocalDate
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
      const due: DueRectification = { missedFrom, awaitsVerification: false, cause: causeOf(event) }
      memory.set(key, due)
      return
    }
    const due = memory.get(key) as DueRectification | undefined
    if (!due) return
    if (type === 'RectificationReported') {
      const inTime = dayOf(event.metadata.effectiveAt) < due.missedFrom
      memory.set(key, { ...due, awaitsVerification: due.awaitsVerification || inTime })
    } else if (type === 'RectificationVerified' && !data.cured) {
      memory.set(key, { ...due, awaitsVerification: false })
    } else {
      memory.set(key, null)
    }
  },
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

export const recollections: readonly Recollection[] = [rulebooks, subjects, dueRectifications, cases]
