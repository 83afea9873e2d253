import {
  addDays,
  type CreditCycle,
  cycleEnd,
  dayOf,
  divisionOn,
  holdsFrom,
  type LocalDate,
  rulebookInForce,
  startOfDay,
} from '@fireledger/domain'
import type { CommandRequest } from './command-request.ts'
import { countFaultlessYears, countShortStaff, noteOverdueComplaints } from './conduct-in-time.ts'
import type { DeadlineRule } from './deadline-rule.ts'
import type { Memory } from './memory.ts'
import {
  type DueRectification,
  gradedThrough,
  type PendingObjection,
  recallLibrary,
  type Subject,
} from './recollections.ts'
import { reviewCredits } from './review.ts'
import { markOverdueStages } from './stage-deadlines.ts'

/** What the passing of time asks for. */

export type { DeadlineRule }

/** A request for a day that had not come, e.g. because of a decision that is to hold later. `waiting/<command id>` */
export function waitingKey(commandId: string): string {
  return `waiting/${commandId}`
}

export const askWhatWaited: DeadlineRule = {
  name: 'ask-what-waited',
  due: (today, memory) =>
    waitingFor(today, memory)
      .map(([, request]) => request)
      .sort((a, b) => (a.effectiveAt < b.effectiveAt ? -1 : a.effectiveAt > b.effectiveAt ? 1 : 0)),
  done: (today, memory) => waitingFor(today, memory).map(([key]) => [key, null] as const),
}

function waitingFor(today: LocalDate, memory: Memory) {
  return [...memory.entries('waiting/')]
    .map(([key, document]) => [key, document as CommandRequest] as const)
    .filter(([, { effectiveAt }]) => dayOf(effectiveAt) <= today)
}

/** A ruling on an objection is overdue from the day after its last day on. */
export const noteOverdueObjections: DeadlineRule = {
  name: 'note-objection-overdue',
  *due(today, memory) {
    for (const [key, document] of memory.entries('objection/')) {
      const { dueOn, account, entry, cause } = document as PendingObjection
      if (today <= dueOn) continue
      yield {
        rule: 'note-objection-overdue',
        cause,
        category: 'creditAccount',
        type: 'NoteObjectionOverdue',
        id: account,
        part: `${key}/${dueOn}`,
        data: { entry },
        effectiveAt: startOfDay(addDays(dueOn, 1)),
      }
    }
  },
}

/** A rectification is missed from the day after its due day on. */
export const missRectifications: DeadlineRule = {
  name: 'miss-rectification',
  *due(today, memory) {
    for (const [key, document] of memory.entries('due/')) {
      const { missedFrom, missed, awaitsVerification, cause } = document as DueRectification
      if (today < missedFrom || missed || awaitsVerification) continue
      yield {
        rule: 'miss-rectification',
        cause,
        category: 'inspection',
        type: 'MissRectification',
        id: key.slice('due/'.length),
        part: missedFrom,
        data: {},
        effectiveAt: startOfDay(missedFrom),
      }
    }
  },
}

/**
 * Grades are frozen at the end of each cycle of the rulebook in force on that day, on 31 December where it has none, for
 * everybody who was there; and published as soon as the result holds.
 */
export const publishGrades: DeadlineRule = {
  name: 'publish-grade',
  *due(today, memory) {
    // There are many subjects, and a grade is published from the first day of a month on.
    if (isSeen(today, memory)) return
    const library = recallLibrary(memory)
    const kinds = new Set(
      library.flatMap((version) => version.adoptions.map(({ subjectKind }) => subjectKind)),
    )
    const months = Math.min(...library.map(({ content }) => content.cycle?.months ?? yearly.months))
    for (const [key, document] of memory.entries('subject/')) {
      const { subjectKind, residences, from, goneFrom, published, cause } = document as Subject
      if (!kinds.has(subjectKind)) continue
      for (const asOf of cycleEnds(months, from, today)) {
        if (published.includes(asOf) || (goneFrom !== null && goneFrom <= asOf)) continue
        const division = divisionOn(residences, asOf) ?? ''
        const version = rulebookInForce(library, division, subjectKind, asOf)
        if (!version || publishedFrom(version.content.cycle, asOf) > today) continue
        const rulebook = version.reference.slice(0, version.reference.lastIndexOf('@'))
        yield {
          rule: 'publish-grade',
          cause,
          category: 'creditAccount',
          type: 'PublishGrade',
          id: key.slice('subject/'.length),
          part: asOf,
          data: { division, subjectKind, rulebook, asOf, supersedes: null },
          effectiveAt: startOfDay(publishedFrom(version.content.cycle, asOf)),
        }
      }
    }
  },
  *done(today, memory) {
    if (!isSeen(today, memory)) yield [gradedThrough, today]
  },
}

/** Whether nobody new can have come to be published since it was last looked. */
function isSeen(today: LocalDate, memory: Memory): boolean {
  const seen = memory.get(gradedThrough) as LocalDate | undefined
  return seen !== undefined && seen <= today && seen.slice(0, 7) === today.slice(0, 7)
}

const yearly = { months: 12 } as const

function* cycleEnds(months: number, from: LocalDate, today: LocalDate): Generator<LocalDate> {
  const cycle = { months } as Pick<CreditCycle, 'months'>
  for (let end = cycleEnd(cycle, from); end < today; end = cycleEnd(cycle, addDays(end, 1))) yield end
}

/** The first day of the publication; none for a day on which no cycle ends. */
function publishedFrom(cycle: CreditCycle | null, asOf: LocalDate): LocalDate {
  if (cycleEnd(cycle ?? yearly, asOf) !== asOf) return '9999-12-31'
  return cycle === null || cycle.settledAfterMonths === null ? addDays(asOf, 1) : holdsFrom(cycle, asOf)
}

/** In this order, and each only when what the ones before it brought about is worked off: grades come last. */
export const deadlineRules: readonly DeadlineRule[] = [
  askWhatWaited,
  missRectifications,
  markOverdueStages,
  noteOverdueObjections,
  noteOverdueComplaints,
  countShortStaff,
  publishGrades,
  countFaultlessYears,
  reviewCredits,
]
