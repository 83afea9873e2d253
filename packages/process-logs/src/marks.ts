import {
  type LedgerEvent,
  type PresenceElsewhere,
  type StageMark,
  type StageOutline,
  stageMarks,
  stageStepOf,
} from '@fireledger/domain'

/** What is odd about the events of one case, in order: skipped, too fast, out of time, back-dated, at two sites at once. */
export function marksOf(
  events: readonly LedgerEvent[],
  elsewhere: readonly PresenceElsewhere[] = [],
): StageMark[] {
  const [first] = events
  return first ? stageMarks(outlineOf(first), events.map(stageStepOf), elsewhere) : []
}

/** What the process of a case says; a penalty case has no stages of this kind, and is looked at for its dates only. */
export function outlineOf({ type, data }: Pick<LedgerEvent, 'type' | 'data'>): StageOutline {
  if (type !== 'AssessmentEngaged') return { stages: [], leastHours: [] }
  const { stages, leastHours } = data as StageOutline
  return { stages, leastHours }
}
