import { addDays, dayOf, type LocalDate, startOfDay } from '@fireledger/domain'
import type { CommandRequest } from './command-request.ts'
import type { Memory } from './memory.ts'
import { type DueRectification, recallRulebook, type Subject } from './recollections.ts'

/** What the passing of time asks for. Pure: the day comes in, and what is due by it comes out, the same each time. */

export type DeadlineRule = {
  readonly name: string
  due(today: LocalDate, memory: Memory): Iterable<CommandRequest>
}

/** A request for a day that had not come, e.g. because of a decision that is to hold later. `waiting/<command id>` */
export function waitingKey(commandId: string): string {
  return `waiting/${commandId}`
}

export const askWhatWaited: DeadlineRule = {
  name: 'ask-what-waited',
  due: (today, memory) =>
    [...memory.entries('waiting/')]
      .map(([, document]) => document as CommandRequest)
      .filter(({ effectiveAt }) => dayOf(effectiveAt) <= today)
      .sort((a, b) => (a.effectiveAt < b.effectiveAt ? -1 : a.effectiveAt > b.effectiveAt ? 1 : 0)),
}

/** A rectification is missed from the day after its due day on. */
export const missRectifications: DeadlineRule = {
  name: 'miss-rectification',
  *due(today, memory) {
    for (const [key, document] of memory.entries('due/')) {
      const { missedFrom, awaitsVerification, cause } = document as DueRectification
      if (today < missedFrom || awaitsVerification) continue
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

/** Grades are frozen on 31 December and published afterwards, for each institution that was there on that day. */
export const publishYearEndGrades: DeadlineRule = {
  name: 'publish-year-end-grade',
  *due(today, memory) {
    for (const [key, document] of memory.entries('subject/')) {
      const { division, from, goneFrom, publishedYears, cause } = document as Subject
      for (let year = Number(from.slice(0, 4)); year < Number(today.slice(0, 4)); year++) {
        const asOf = `${year}-12-31`
        if (publishedYears.includes(year) || (goneFrom !== null && goneFrom <= asOf)) continue
        const version = recallRulebook(memory, division, 'institution', asOf)
        if (!version) continue
        const rulebook = version.reference.slice(0, version.reference.lastIndexOf('@'))
        yield {
          rule: 'publish-year-end-grade',
          cause,
          category: 'creditAccount',
          type: 'PublishGrade',
          id: key.slice('subject/'.length),
          part: asOf,
          data: { division, subjectKind: 'institution', rulebook, asOf, supersedes: null },
          effectiveAt: startOfDay(addDays(asOf, 1)),
        }
      }
    }
  },
}

/** In this order, and each only when what the ones before it brought about is worked off: grades come last. */
export const deadlineRules: readonly DeadlineRule[] = [
  askWhatWaited,
  missRectifications,
  publishYearEndGrades,
]
