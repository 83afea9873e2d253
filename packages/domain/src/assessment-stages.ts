import type { AssessmentEvent } from './assessment-events.ts'
import { assessmentProcess } from './assessment-process.ts'
import type { DecisionContext } from './decider.ts'
import {
  type ProcessContent,
  processCodeOf,
  type StageCode,
  type StageDefinition,
} from './process-content.ts'
import { findShippedProcess } from './shipped-processes.ts'

/** The stages of an assessment: their order, as its own events keep it, and what its process says of them. */

type Engaged = Extract<AssessmentEvent, { type: 'AssessmentEngaged' }>['data']
/** Of an assessment: the order of its stages. */
export type StageList = Engaged['stages']

type Stages = readonly { readonly code: StageCode }[]

/**
 * The stage that an event of an assessment enters; null: it completes the last one; undefined: it leaves the course as
 * it is. Process logs and the clerk follow a course by it; the marks, from the little they keep of each event.
 */
export function stageEntered(
  event: { readonly type: string; readonly data: unknown },
  stages: Stages,
): StageCode | null | undefined {
  const { type, data } = event as AssessmentEvent
  if (type === 'AssessmentEngaged') return data.stages[0]?.code ?? null
  if (type === 'StageCompleted') return stageAfter(stages, data.stage)
  if (type === 'StageReturned') return data.to
  return type === 'ReportRevised' ? data.reopens : undefined
}

/** The stage after this one; null after the last, or of one that is not in the list. */
export function stageAfter(stages: Stages, code: StageCode): StageCode | null {
  const place = placeOf(stages, code)
  return place === -1 ? null : (stages[place + 1]?.code ?? null)
}

/** Whether a comes before b in the list. */
export function comesBefore(stages: StageList, a: StageCode, b: StageCode): boolean {
  return placeOf(stages, a) < placeOf(stages, b)
}

/** From 0; -1 when the process has no such stage. */
export function placeOf(stages: Stages, code: StageCode): number {
  return stages.findIndex((each) => each.code === code)
}

/**
 * The process that the assessment began under. What was adopted never changes, so the stream says it still; before
 * processes were adopted by events, the definition was the program's own, and the reference names no revision.
 */
export function processOf(
  { process }: Pick<Engaged, 'process'>,
  context: Pick<DecisionContext, 'stateOf'>,
): ProcessContent {
  const code = processCodeOf(process)
  const known = process.includes('@') ? context.stateOf(assessmentProcess, code) : null
  const content = known && known.status !== 'unknown' ? known.content : findShippedProcess(code)?.content
  if (!content) throw new Error(`process ${process} is neither in the ledger nor among the files`)
  return content
}

export function findStage(process: ProcessContent, code: StageCode): StageDefinition | undefined {
  return process.stages.find((each) => each.code === code)
}

/** The first stage in which that is done, e.g. check, audit and issue of the report. */
export function stageWith(process: ProcessContent, act: StageDefinition['acts'][number]) {
  return process.stages.find((stage) => stage.acts.includes(act))
}
