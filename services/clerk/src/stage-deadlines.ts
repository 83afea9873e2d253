import {
  type AssessmentEvent,
  addDays,
  dayOf,
  type Instant,
  type LedgerEvent,
  type LocalDate,
  type StageList,
  stageDeadline,
  stageEntered,
  startOfDay,
} from '@fireledger/domain'
import { type Cause, causeOf } from './command-request.ts'
import type { DeadlineRule } from './deadlines.ts'
import type { Draft } from './memory.ts'
import type { Recollection } from './recollections.ts'

/** Stages of assessments that are in work, and what follows when their time is over. */

/** `stages/<assessment id>`: the order and limits of its stages. */
type Course = { readonly stages: StageList; readonly cause: Cause }

/** The stage in work, unless it is known to be overdue. `stage/<assessment id>` */
type StageInWork = {
  readonly stage: string
  readonly enteredOn: LocalDate
  /** The first day on which it counts as overdue. */
  readonly overdueFrom: LocalDate
  readonly cause: Cause
}

export const stagesInWork: Recollection = {
  on: [
    'AssessmentEngaged',
    'StageCompleted',
    'StageReturned',
    'ReportRevised',
    'StageFellOverdue',
  ] satisfies AssessmentEvent['type'][],
  fold(event, memory) {
    const { type, data } = event as LedgerEvent & AssessmentEvent
    if (type === 'AssessmentEngaged') {
      const { stages } = data
      memory.set(`stages/${event.streamId}`, { stages, cause: causeOf(event) } satisfies Course)
    }
    const course = memory.get(`stages/${event.streamId}`) as Course | undefined
    if (!course) return
    const entered = stageEntered(event, course.stages)
    if (type === 'StageFellOverdue') memory.set(`stage/${event.streamId}`, null)
    else if (entered !== undefined) enter(event, course.stages, entered, event.metadata.effectiveAt, memory)
  },
}

function enter(
  event: LedgerEvent,
  stages: StageList,
  stage: string | null,
  at: Instant,
  memory: Draft,
): void {
  const deadline = stage === null ? null : stageDeadline(stages, stage, dayOf(at))
  const { enteredOn, dueOn } = deadline ?? { enteredOn: '', dueOn: '' }
  const inWork = deadline && {
    ...{ stage: deadline.stage, enteredOn, overdueFrom: addDays(dueOn, 1), cause: causeOf(event) },
  }
  memory.set(`stage/${event.streamId}`, inWork satisfies StageInWork | null)
}

/** A stage is overdue from the day after its last day in time on; said once for each time that it was entered. */
export const markOverdueStages: DeadlineRule = {
  name: 'mark-stage-overdue',
  *due(today, memory) {
    for (const [key, document] of memory.entries('stage/')) {
      const { stage, enteredOn, overdueFrom, cause } = document as StageInWork
      if (today < overdueFrom) continue
      yield {
        rule: 'mark-stage-overdue',
        cause,
        category: 'assessment',
        type: 'MarkStageOverdue',
        id: key.slice('stage/'.length),
        part: `${stage}/${enteredOn}`,
        data: { stage, enteredOn },
        effectiveAt: startOfDay(overdueFrom),
      }
    }
  },
}
