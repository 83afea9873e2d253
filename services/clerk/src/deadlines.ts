import { addDays, type LocalDate, startOfDay } from '@fireledger/domain'
import type { CommandRequest } from './command-request.ts'
import type { Memory } from './memory.ts'
import { type DueRectification, recallRulebook, type Subject } from './recollections.ts'

/** What the passing of time asks for. Pure: the day comes in, and what is due by it comes out, the same each time. */

export type DeadlineRule = {
  readonly name: string
  due(today: LocalDate, memory: Memory): Iterable<CommandRequest>
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

export const deadlineRules: readonly DeadlineRule[] = [missRectifications, publishYearEndGrades]
