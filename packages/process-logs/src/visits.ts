import {
  addWorkingDays,
  dayOf,
  type LedgerEvent,
  type LocalDate,
  stageEntered,
  type Title,
  workingDaysBetween,
} from '@fireledger/domain'

/**
 * How a case went through its stages: each entering of a stage is a visit, with what ended it. Assessments bring the
 * list of their stages along; a penalty case goes by its procedure, which has no stage limits.
 */

export type StageOutline = {
  readonly code: string
  readonly title: Title
  readonly limitWorkingDays: number | null
}

/** completed · returned (to an earlier stage) · reopened (a revision of the report began anew) · withdrawn */
export type VisitOutcome = 'completed' | 'returned' | 'reopened' | 'withdrawn'

export type Visit = {
  readonly stage: string
  readonly enteredAt: string
  /** Revision of the event that began it. */
  readonly enteredBy: number
  readonly leftAt: string | null
  readonly leftBy: number | null
  /** Null while it lasts. */
  readonly outcome: VisitOutcome | null
  readonly member: string | null
  readonly reason: string | null
}

export type Course = { readonly stages: readonly StageOutline[]; readonly visits: readonly Visit[] }

export const noCourse: Course = { stages: [], visits: [] }

type Fields = Readonly<Record<string, unknown>>
type Passing = Pick<LedgerEvent, 'type' | 'data' | 'revision' | 'metadata'>

const penaltyStages: readonly StageOutline[] = [
  { code: 'FILED', title: { zh: '立案调查', en: 'filed' }, limitWorkingDays: null },
  { code: 'NOTIFIED', title: { zh: '已告知', en: 'notified' }, limitWorkingDays: null },
  { code: 'DECIDED', title: { zh: '已决定', en: 'decided' }, limitWorkingDays: null },
]

/** The course after one more event of the case. Attempts that were refused change nothing. */
export function follow(course: Course, event: Passing): Course {
  if (event.metadata.refusal !== null) return course
  switch (event.type) {
    case 'AssessmentEngaged': {
      const { stages } = event.data as { readonly stages: readonly StageOutline[] }
      return enter({ stages, visits: [] }, stageEntered(event, stages) ?? null, event)
    }
    case 'StageCompleted':
      return pass(course, 'completed', event)
    case 'StageReturned':
      return pass(course, 'returned', event)
    case 'ReportRevised':
      return pass(course, 'reopened', event)
    case 'PenaltyCaseFiled':
      return enter({ stages: penaltyStages, visits: [] }, 'FILED', event)
    case 'PenaltyNoticeServed':
      return isIn(course, 'FILED') ? enter(leave(course, 'completed', event), 'NOTIFIED', event) : course
    case 'PenaltyDecided':
      return enter(leave(course, 'completed', event), 'DECIDED', event)
    case 'PenaltyCaseWithdrawn':
      return leave(course, 'withdrawn', event)
    case 'PenaltyCaseClosed':
      return leave(course, 'completed', event)
    default:
      return course
  }
}

/** The visit that still lasts; none when all stages are through. */
export function currentVisit({ visits }: Course): Visit | null {
  const last = visits.at(-1)
  return last?.outcome === null ? last : null
}

function isIn(course: Course, stage: string): boolean {
  return currentVisit(course)?.stage === stage
}

/** From the stage in work to the one that the event enters. */
function pass(course: Course, outcome: VisitOutcome, event: Passing): Course {
  return enter(leave(course, outcome, event), stageEntered(event, course.stages) ?? null, event)
}

function enter({ stages, visits }: Course, stage: string | null, { metadata, revision }: Passing): Course {
  if (stage === null) return { stages, visits }
  const visit: Visit = {
    stage,
    enteredAt: metadata.effectiveAt,
    enteredBy: revision,
    leftAt: null,
    leftBy: null,
    outcome: null,
    member: null,
    reason: null,
  }
  return { stages, visits: [...visits, visit] }
}

function leave(course: Course, outcome: VisitOutcome, { data, metadata, revision }: Passing): Course {
  const current = currentVisit(course)
  if (!current) return course
  const { completedBy, returnedBy, draftedBy, reason } = data as Fields
  const member = [completedBy, returnedBy, draftedBy].find((each) => typeof each === 'string')
  const left: Visit = {
    ...current,
    leftAt: metadata.effectiveAt,
    leftBy: revision,
    outcome,
    member: member === undefined ? null : String(member),
    reason: typeof reason === 'string' ? reason : null,
  }
  return { ...course, visits: [...course.visits.slice(0, -1), left] }
}

export type Duration = {
  /** The day entered is not counted. Null while it lasts and no day is given. */
  readonly workingDays: number | null
  readonly limitWorkingDays: number | null
  /** Last day in time; null without a limit. */
  readonly dueOn: LocalDate | null
  /** Null while nobody can say: it lasts, and no day is given. */
  readonly overdue: boolean | null
  /** Some working days were not known yet, and plain weeks were counted. */
  readonly provisional: boolean
}

/** How long a visit took against its limit; while it lasts, up to the day given, if any. */
export function durationOf(
  { stages }: Course,
  visit: Pick<Visit, 'stage' | 'enteredAt' | 'leftAt'>,
  upTo: LocalDate | null,
): Duration {
  const entered = dayOf(visit.enteredAt)
  const end = visit.leftAt === null ? upTo : dayOf(visit.leftAt)
  const limit = stages.find((stage) => stage.code === visit.stage)?.limitWorkingDays ?? null
  const due = limit === null ? null : addWorkingDays(entered, limit)
  const taken = end === null ? null : workingDaysBetween(entered, end)
  return {
    workingDays: taken?.days ?? null,
    limitWorkingDays: limit,
    dueOn: due?.day ?? null,
    overdue: due === null ? false : end === null ? null : end > due.day,
    provisional: (due?.provisional ?? false) || (taken?.provisional ?? false),
  }
}
