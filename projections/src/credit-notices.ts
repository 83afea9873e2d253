import { type CreditAccountEvent, dayOf, type LedgerEvent, type Title } from '@fireledger/domain'
import { positionColumn, type Rows } from './projection.ts'
import { occurred } from './stream-row.ts'

/** What was told of an account: changed grades, and warnings until their reason was gone. */

type Told = {
  readonly eventId: string
  readonly position: number
  readonly division: string
  readonly subjectKind: string
  readonly rulebook: string
}

type Warning = Told & {
  readonly kind: string
  readonly about: string
  readonly message: Title
  readonly raisedOn: string
  readonly endedOn: string | null
}

type Standing = { readonly grade: string; readonly score: number | null; readonly rulebook: string }
type Change = Told & {
  readonly asOf: string
  readonly before: Standing
  readonly now: Standing
  readonly direction: string
}

export type Notices = { readonly warnings: readonly Warning[]; readonly changes: readonly Change[] }

export const noNotices: Notices = { warnings: [], changes: [] }

export function withNotice(notices: Notices, event: LedgerEvent): Notices {
  const fact = occurred<CreditAccountEvent>(event)
  const at = { eventId: fact.id, position: positionColumn(event.position) }
  switch (fact.type) {
    case 'GradeChanged': {
      const { division, subjectKind, rulebook, asOf, before, grade, score, direction } = fact.data
      const told = {
        ...at,
        division,
        subjectKind,
        rulebook,
        asOf,
        before,
        now: { grade, score, rulebook },
        direction,
      }
      return { ...notices, changes: [...notices.changes, told] }
    }
    case 'CreditWarningRaised': {
      const warning = { ...at, ...fact.data, raisedOn: dayOf(fact.effectiveAt), endedOn: null }
      return { ...notices, warnings: [...notices.warnings, warning] }
    }
    case 'CreditWarningEnded': {
      const endedOn = dayOf(fact.effectiveAt)
      const warnings = notices.warnings.map((each) =>
        each.eventId === fact.data.warning ? { ...each, endedOn } : each,
      )
      return { ...notices, warnings }
    }
    default:
      return notices
  }
}

export function noticeRows({ warnings, changes }: Notices, subject: string): Rows {
  const shared = ({ eventId, position, division, subjectKind, rulebook }: Told) => ({
    event_id: eventId,
    subject,
    subject_kind: subjectKind,
    division,
    rulebook,
    position,
  })
  return {
    credit_warning: warnings.map((each) => ({
      ...shared(each),
      kind: each.kind,
      about: each.about,
      message: each.message,
      raised_on: each.raisedOn,
      ended_on: each.endedOn,
      standing: each.endedOn === null,
    })),
    credit_grade_change: changes.map((each) => ({
      ...shared(each),
      as_of: each.asOf,
      grade_before: each.before.grade,
      grade: each.now.grade,
      score_before: each.before.score,
      score: each.now.score,
      direction: each.direction,
      rulebook_before: each.before.rulebook,
    })),
  }
}
