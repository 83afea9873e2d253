import { findStage, placeOf, processOf } from './assessment-stages.ts'
import type { KnownAssessment } from './assessment-state.ts'
import { type DecisionContext, refuse } from './decider.ts'
import type { StageAct, StageCode } from './process-content.ts'

/** Whether it is this stage's turn. */

/** Null when that may be done in the stage in work. */
export function refuseOutsideAct(state: KnownAssessment, act: StageAct, context: DecisionContext) {
  const process = processOf(state, context)
  const current = state.stage === null ? undefined : findStage(process, state.stage)
  if (current?.acts.includes(act)) return null
  const codes = process.stages.filter((each) => each.acts.includes(act)).map((each) => each.code)
  if (codes.length === 0) {
    const message = {
      zh: '本评估过程没有此事项；无需登记',
      en: 'the process of this assessment knows nothing of this; there is nothing to record',
    }
    return refuse('act-not-in-process', message, ['XF3005:7'])
  }
  const message = {
    zh: `此事项属于${codes.join('、')}阶段，当前阶段是${state.stage ?? '无（已全部完成）'}；请在该阶段办理，或先退回`,
    en: `this belongs to ${codes.join(', ')}; the stage in work is ${state.stage ?? 'none, all are complete'}: wait for its turn, or return to it`,
  }
  return refuse('stage-not-current', message, ['XF3005:7'])
}

/** Null when the process has the stage. */
export function refuseUnknownStage(state: KnownAssessment, stage: StageCode, pointer: string) {
  if (placeOf(state.stages, stage) !== -1) return null
  const codes = state.stages.map((each) => each.code)
  const message = {
    zh: `本评估过程没有阶段${stage}；请用${codes.join('、')}之一`,
    en: `the process has no stage ${stage}; name one of ${codes.join(', ')}`,
  }
  return refuse('stage-unknown', message, ['XF3005:7'], pointer)
}

/** Null when the stage in work is this one or a later one. */
export function refuseUnreached(state: KnownAssessment, stage: StageCode, pointer: string) {
  const unknown = refuseUnknownStage(state, stage, pointer)
  if (unknown) return unknown
  if (state.stage === null || placeOf(state.stages, stage) <= placeOf(state.stages, state.stage)) return null
  const message = {
    zh: `尚未进入${stage}阶段，当前阶段是${state.stage}；请先完成前面的阶段`,
    en: `stage ${stage} is not reached; the stage in work is ${state.stage}: complete what comes before`,
  }
  return refuse('stage-not-reached', message, ['XF3005:7'], pointer)
}
