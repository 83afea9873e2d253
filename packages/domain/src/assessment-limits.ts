import type { AssessmentEvent } from './assessment-events.ts'
import { enteredOn, type KnownAssessment } from './assessment-state.ts'
import { accept, type Decision, type Proposed, refuse } from './decider.ts'
import type { StageCode } from './process-content.ts'
import { addDays, type LocalDate, startOfDay } from './values.ts'
import { addWorkingDays } from './working-days.ts'

/** The time that a stage may take, in working days from the day after it was entered (Civil Code art. 201). */

export type StageDeadline = {
  readonly stage: StageCode
  readonly enteredOn: LocalDate
  readonly limitWorkingDays: number
  /** The last day in time. */
  readonly dueOn: LocalDate
  /** A year without a holiday table was counted as plain weeks. */
  readonly provisional: boolean
}

/** When a stage that was entered on that day has to be complete; null for a stage that the process does not have. */
export function stageDeadline(
  stages: KnownAssessment['stages'],
  stage: StageCode,
  entered: LocalDate,
): StageDeadline | null {
  const limitWorkingDays = stages.find((each) => each.code === stage)?.limitWorkingDays
  if (limitWorkingDays === undefined) return null
  const { day: dueOn, provisional } = addWorkingDays(entered, limitWorkingDays)
  return { stage, enteredOn: entered, limitWorkingDays, dueOn, provisional }
}

/**
 * The stage in work fell overdue before that day, and nobody said so yet: then that goes first, as of the day after the
 * last day in time, whether or not anyone watched.
 */
export function overdueSince(state: KnownAssessment, day: LocalDate): Proposed<AssessmentEvent>[] {
  if (state.stage === null) return []
  const deadline = stageDeadline(state.stages, state.stage, enteredOn(state))
  if (!deadline || day <= deadline.dueOn || isTold(state, deadline)) return []
  return [{ type: 'StageFellOverdue', data: deadline, effectiveAt: startOfDay(addDays(deadline.dueOn, 1)) }]
}

function isTold(
  state: KnownAssessment,
  { stage, enteredOn: on }: Pick<StageDeadline, 'stage' | 'enteredOn'>,
) {
  return state.overdue.some((each) => each.stage === stage && each.enteredOn === on)
}

/** Asked by who watches the calendar: nothing follows when the stage was left meanwhile or it was said before. */
export function markOverdue(
  asked: { readonly stage: StageCode; readonly enteredOn: LocalDate },
  state: KnownAssessment,
  day: LocalDate,
): Decision<AssessmentEvent> {
  if (state.stage !== asked.stage || enteredOn(state) !== asked.enteredOn || isTold(state, asked))
    return accept<AssessmentEvent>()
  const events = overdueSince(state, day)
  if (events.length > 0) return accept<AssessmentEvent>(...events)
  const message = {
    zh: `${asked.stage}阶段尚未逾期，请到期后再记`,
    en: `stage ${asked.stage} is not overdue yet; ask again when its last day in time has passed`,
  }
  return refuse('stage-not-overdue', message, ['XF3005:7'], '/data/stage')
}
