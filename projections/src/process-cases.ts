import { createHash } from 'node:crypto'
import {
  dayOf,
  type LedgerEvent,
  type StageOutline,
  type StageStep,
  stageMarks,
  stageStepOf,
} from '@fireledger/domain'
import {
  type CaseKind,
  type Course,
  currentVisit,
  durationOf,
  follow,
  noCourse,
  outlineOf,
  stepOf,
  type Visit,
} from '@fireledger/process-logs'
import type { FoldProjection } from './projection.ts'
import { type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/**
 * Cases as a process view counts them: which path each took, how long it stayed in each stage, what was waived, refused
 * and returned. One fold for assessments and penalty cases; counting is left to the question, over narrow rows.
 */

/** waived: a requirement of a gate · refused: an attempt, by the rule that refused · returned: to which stage · voided: a report */
export type GateEventKind = 'waived' | 'refused' | 'returned' | 'voided'

type GateEvent = {
  readonly revision: number
  readonly kind: GateEventKind
  readonly stage: string | null
  readonly detail: string
  readonly on: string
}

type Opening = {
  readonly kind: CaseKind
  readonly process: string
  readonly division: string
  readonly institution: string | null
  readonly unit: string | null
  readonly startedOn: string
}

type CountedMark = { readonly mark: string; readonly stage: string | null; readonly count: number }

type State = {
  readonly opening: Opening | null
  readonly outline: StageOutline
  /** Those that the marks of later ones depend on. */
  readonly markedSteps: readonly StageStep[]
  readonly marks: readonly CountedMark[]
  readonly course: Course
  /** What was done, in the order of the ledger. */
  readonly activities: readonly string[]
  readonly gates: readonly GateEvent[]
  /** Numbers of the reports that were voided as such. */
  readonly voided: readonly string[]
  readonly stamp: Stamp
}

const caseColumns = {
  /** assessment · penaltyCase */
  kind: 'text',
  /** Code of the process, without its revision. */
  process: 'text',
  /** `<code>@<revision>`: stages of one name in two processes, or in two versions of one, are not the same. */
  process_reference: 'text',
  division: 'text',
  institution: 'text',
  /** Day of the first event, in China. */
  started_on: 'text',
} as const

const caseIndexes = [
  ['kind', 'process', 'started_on'],
  ['institution', 'started_on'],
] as const

export const processCases: FoldProjection<State> = {
  kind: 'fold',
  name: 'process-cases',
  version: 4,
  categories: ['assessment', 'penaltyCase'],
  tables: {
    process_case: {
      columns: {
        id: 'text',
        ...caseColumns,
        unit: 'text',
        /** The stage in work; null when all are through. */
        stage: 'text',
        stage_since: 'text',
        /** Day on which the last stage was left; null while one is in work. */
        ended_on: 'text',
        /** Of the stages in the order entered, with how each was left; equal paths have equal ids. */
        stage_path_id: 'text',
        stage_path: 'text',
        activity_path_id: 'text',
        activity_path: 'text',
        activity_count: 'integer',
        ...stampColumns,
      },
      primaryKey: ['id'],
      indexes: caseIndexes,
    },
    process_visit: {
      columns: {
        case_id: 'text',
        number: 'integer',
        ...caseColumns,
        stage: 'text',
        entered_at: 'text',
        left_at: 'text',
        /** completed · returned · reopened · withdrawn; null while it lasts */
        outcome: 'text',
        elapsed_seconds: 'integer',
        working_days: 'integer',
        limit_working_days: 'integer',
        due_on: 'text',
        /** Null while it lasts: then the day of the question says. */
        overdue: 'boolean',
        provisional: 'boolean',
      },
      primaryKey: ['case_id', 'number'],
      indexes: caseIndexes,
    },
    process_gate_event: {
      columns: {
        case_id: 'text',
        revision: 'integer',
        ...caseColumns,
        /** waived · refused · returned · voided */
        gate_event: 'text',
        stage: 'text',
        /** The requirement waived, the code of the refusal, the stage returned to, how a report became void (voided · revised). */
        detail: 'text',
        happened_on: 'text',
      },
      primaryKey: ['case_id', 'revision'],
      indexes: caseIndexes,
    },
    process_mark: {
      columns: {
        case_id: 'text',
        number: 'integer',
        ...caseColumns,
        /** A code of `stageMarkCodes`; two-sites: within the case. */
        mark: 'text',
        stage: 'text',
        count: 'integer',
      },
      primaryKey: ['case_id', 'number'],
      indexes: caseIndexes,
    },
    /** Who was on site where and when: for marks across assessments. */
    process_presence: {
      columns: {
        case_id: 'text',
        revision: 'integer',
        member: 'text',
        arrived_at: 'text',
        left_at: 'text',
        place: 'text',
        latitude: 'real',
        longitude: 'real',
        effective_at: 'text',
        recorded_at: 'text',
      },
      primaryKey: ['case_id', 'revision'],
      indexes: [['member', 'arrived_at']],
    },
  },
  // Ids are ULIDs of their own for every case, of whatever kind.
  keysOf: (event) => [event.streamId],
  initialState: {
    opening: null,
    outline: { stages: [], leastHours: [] },
    markedSteps: [],
    marks: [],
    course: noCourse,
    activities: [],
    gates: [],
    voided: [],
    stamp: unstamped,
  },
  evolve(state, event) {
    const step = stepOf(event, event.metadata.refusal !== null)
    const gate = gateEventOf(event, state)
    return {
      opening: state.opening ?? openingOf(event),
      ...marked(state, event),
      course: follow(state.course, event),
      activities: step.isWork ? [...state.activities, step.activity] : state.activities,
      gates: gate ? [...state.gates, gate] : state.gates,
      voided:
        event.type === 'ReportVoided'
          ? [...state.voided, String((event.data as Fields).reportNumber)]
          : state.voided,
      stamp: stampOf(event),
    }
  },
  rows(state, key) {
    const { opening } = state
    if (!opening) return {}
    const { kind, process: reference, division, institution, unit, startedOn } = opening
    const process = reference.split('@', 1)[0] ?? reference
    const common = {
      ...{ kind, process, process_reference: reference, division, institution },
      started_on: startedOn,
    }
    return {
      process_case: [
        {
          id: key,
          ...common,
          unit,
          ...pathColumns(state, reference),
          ...stampValues(state.stamp),
        },
      ],
      process_visit: staysOf(state.course).map((visit, index) => ({
        case_id: key,
        number: index + 1,
        ...common,
        ...visitColumns(state.course, visit),
      })),
      process_gate_event: state.gates.map((gate) => ({
        case_id: key,
        revision: gate.revision,
        ...common,
        gate_event: gate.kind,
        stage: gate.stage,
        detail: gate.detail,
        happened_on: gate.on,
      })),
      process_mark: state.marks.map((each, index) => ({
        case_id: key,
        number: index + 1,
        ...common,
        ...each,
      })),
      process_presence: state.markedSteps.flatMap((step) => presenceRow(key, step)),
    }
  },
}

/** What is odd about this event, given those before it; most events need to be looked at only once. */
function marked(state: State, event: LedgerEvent): Pick<State, 'outline' | 'markedSteps' | 'marks'> {
  const outline = state.opening ? state.outline : outlineOf(event)
  const step = stageStepOf(event)
  const isKept = step.kind !== 'other' && step.kind !== 'by-time'
  const steps = [...(isKept ? state.markedSteps : []), step]
  const own = stageMarks(outline, steps).filter(({ revision }) => revision === event.revision)
  return {
    outline,
    markedSteps: isKept ? steps : state.markedSteps,
    marks: own.reduce(countMark, state.marks),
  }
}

function countMark(marks: readonly CountedMark[], { code, stage }: { code: string; stage: string | null }) {
  const isSame = (each: CountedMark) => each.mark === code && each.stage === stage
  if (!marks.some(isSame)) return [...marks, { mark: code, stage, count: 1 }]
  return marks.map((each) => (isSame(each) ? { ...each, count: each.count + 1 } : each))
}

function presenceRow(key: string, { revision, presence, effectiveAt, recordedAt }: StageStep) {
  if (!presence) return []
  const { member, arrivedAt, leftAt, place, latitude, longitude } = presence
  return [
    {
      ...{ case_id: key, revision, member, arrived_at: arrivedAt, left_at: leftAt, place },
      ...{ latitude, longitude, effective_at: effectiveAt, recorded_at: recordedAt },
    },
  ]
}

type Fields = Readonly<Record<string, unknown>>

function openingOf({ type, data, metadata, category }: LedgerEvent): Opening | null {
  const { division, institution, unit, process } = data as Fields
  const startedOn = dayOf(metadata.effectiveAt)
  if (type === 'AssessmentEngaged') {
    return {
      kind: 'assessment',
      process: String(process),
      division: String(division),
      institution: String(institution),
      unit: String(unit),
      startedOn,
    }
  }
  if (type !== 'PenaltyCaseFiled') {
    throw new Error(`${type} before ${category === 'assessment' ? 'AssessmentEngaged' : 'PenaltyCaseFiled'}`)
  }
  return {
    kind: 'penaltyCase',
    process: 'penalty',
    division: String(division),
    institution: metadata.institutions[0] ?? null,
    unit: metadata.units[0] ?? null,
    startedOn,
  }
}

function gateEventOf(
  { type, data, metadata, revision }: LedgerEvent,
  { course, voided }: Pick<State, 'course' | 'voided'>,
): GateEvent | null {
  const fields = data as Fields
  const stage = typeof fields.stage === 'string' ? fields.stage : (currentVisit(course)?.stage ?? null)
  const happened = { revision, stage, on: dayOf(metadata.effectiveAt) }
  if (metadata.refusal !== null) return { ...happened, kind: 'refused', detail: metadata.refusal.code }
  if (type === 'SignatureRefused') return { ...happened, kind: 'refused', detail: String(fields.obstacle) }
  if (type === 'GateWaived') return { ...happened, kind: 'waived', detail: String(fields.requirement) }
  if (type === 'StageReturned') return { ...happened, kind: 'returned', detail: String(fields.to) }
  if (type === 'ReportVoided') return { ...happened, kind: 'voided', detail: 'voided' }
  // A revision of what was not void yet takes its validity away as well.
  if (type === 'ReportRevised' && !voided.includes(String(fields.replaces)))
    return { ...happened, kind: 'voided', detail: 'revised' }
  return null
}

/** A path is its steps joined by blanks; names of stages and activities have none. */
function pathColumns({ course, activities }: State, reference: string) {
  const current = currentVisit(course)
  const left = current ? null : (course.visits.at(-1)?.leftAt ?? null)
  const stagePath = staysOf(course)
    .map(({ stage }) => stage)
    .join(' ')
  const activityPath = activities.join(' ')
  return {
    stage: current?.stage ?? null,
    stage_since: current?.enteredAt ?? null,
    ended_on: left === null ? null : dayOf(left),
    stage_path_id: pathId(reference, stagePath),
    stage_path: stagePath,
    activity_path_id: pathId(reference, activityPath),
    activity_path: activityPath,
    activity_count: activities.length,
  }
}

/** Of one process. 64 bits of a digest: enough to tell paths apart, short enough to go into an address. */
function pathId(process: string, path: string): string {
  return createHash('sha256').update(`${process} ${path}`).digest('hex').slice(0, 16)
}

/** `limitFrom`: when the time that the stage may take began to run; a revision of the report begins it anew. */
type Stay = Visit & { readonly limitFrom: string }

/** The visits, but a revision of the report in the very stage that it reopens enters nothing: the case was there. */
function staysOf({ visits }: Course): Stay[] {
  const stays: Stay[] = []
  for (const visit of visits) {
    const last = stays.at(-1)
    const goesOn = last?.outcome === 'reopened' && last.stage === visit.stage
    const { enteredAt, enteredBy } = goesOn ? last : visit
    if (goesOn) stays.pop()
    stays.push({ ...visit, enteredAt, enteredBy, limitFrom: visit.enteredAt })
  }
  return stays
}

function visitColumns(course: Course, visit: Stay) {
  const { workingDays, limitWorkingDays, provisional } = durationOf(course, visit, null)
  const { dueOn, overdue } = durationOf(course, { ...visit, enteredAt: visit.limitFrom }, null)
  const { enteredAt, leftAt } = visit
  return {
    stage: visit.stage,
    entered_at: enteredAt,
    left_at: leftAt,
    outcome: visit.outcome,
    elapsed_seconds: leftAt === null ? null : Math.round((Date.parse(leftAt) - Date.parse(enteredAt)) / 1000),
    working_days: workingDays,
    limit_working_days: limitWorkingDays,
    due_on: dueOn,
    overdue,
    provisional,
  }
}
