import type { AssessmentEvent } from './assessment-events.ts'
import { comesBefore, placeOf, type StageList, stageAfter } from './assessment-stages.ts'
import type { AssessmentEventData } from './assessment-state.ts'
import type { LedgerEvent } from './metadata.ts'
import type { StageCode } from './process-content.ts'
import type { Instant, Title } from './values.ts'

/**
 * What does not look right in the course of an assessment: stages skipped, faster than the process allows, ended before
 * they began, recorded long after, people at two sites at once, evidence from before its stage or from when nobody was
 * there. A mark is a question to a human, no decision; the rules
 * refuse most of it when it is asked for, but what was imported or recorded late shows it.
 */

export const stageMarkCodes = {
  skipped: { zh: '跳过阶段', en: 'stage skipped' },
  'too-fast': { zh: '快于过程所允许', en: 'faster than the process allows' },
  'out-of-time': { zh: '先于其开始而结束', en: 'ended before it began' },
  'back-dated': { zh: '补录', en: 'recorded long after' },
  'two-sites': { zh: '同一人同时在两处', en: 'one person at two sites at once' },
  'before-stage': { zh: '证据早于其阶段', en: 'evidence taken before its stage began' },
  'nobody-on-site': { zh: '取证时无人在场', en: 'evidence taken while nobody was on site' },
} as const satisfies Record<string, Title>
export type StageMarkCode = keyof typeof stageMarkCodes

export type StageMark = {
  readonly code: StageMarkCode
  /** Null where the step belongs to no stage. */
  readonly stage: StageCode | null
  /** Of the assessment's stream: the step that shows it. */
  readonly revision: number
  /** What exactly, with its figures. */
  readonly detail: Title
}

type Presence = Pick<
  AssessmentEventData<'PresenceRecorded'>,
  'member' | 'arrivedAt' | 'leftAt' | 'place' | 'latitude' | 'longitude'
>

/** A piece of evidence, and when it was taken. */
type Taken = Pick<AssessmentEventData<'EvidenceRecorded'>, 'evidenceId' | 'takenAt'>

/** One event as the marks need it; small, so that a fold can keep them all. */
export type StageStep = {
  readonly revision: number
  readonly kind:
    | 'engaged'
    | 'completed'
    | 'returned'
    | 'reopened'
    | 'presence'
    | 'evidence'
    /** Made by the calendar alone: it holds whether or not anyone watched, so nobody recorded it late. */
    | 'by-time'
    | 'other'
  /** Of a completion the stage completed, of a return or a reopening the one entered. */
  readonly stage: StageCode | null
  readonly effectiveAt: Instant
  readonly recordedAt: Instant
  /** Of a presence. */
  readonly presence: Presence | null
  /** Of evidence. */
  readonly taken: Taken | null
}

/** A presence of one of the same people, in another assessment. */
export type PresenceElsewhere = Presence & { readonly assessment: string }

/** What the process says, as the assessment's own first event keeps it. */
export type StageOutline = {
  readonly stages: StageList
  readonly leastHours: AssessmentEventData<'AssessmentEngaged'>['leastHours']
}

/** Recorded later than this after it held is marked. */
export const backDatedAfterDays = 7
/** Nobody gets from one site to another faster (AN03 of the anomaly rules). */
export const fastestKilometresPerHour = 120

const hourMs = 3_600_000

export function stageStepOf(event: LedgerEvent): StageStep {
  const { effectiveAt, recordedAt } = event.metadata
  const step = { revision: event.revision, effectiveAt, recordedAt, presence: null, taken: null }
  const occurred = { type: event.type, data: event.data } as AssessmentEvent
  switch (occurred.type) {
    case 'AssessmentEngaged':
      return { ...step, kind: 'engaged', stage: null }
    case 'StageCompleted':
      return { ...step, kind: 'completed', stage: occurred.data.stage }
    case 'StageReturned':
      return { ...step, kind: 'returned', stage: occurred.data.to }
    case 'ReportRevised':
      return { ...step, kind: 'reopened', stage: occurred.data.reopens }
    case 'StageFellOverdue':
      return { ...step, kind: 'by-time', stage: occurred.data.stage }
    case 'PresenceRecorded':
      return { ...step, kind: 'presence', stage: occurred.data.stage, presence: occurred.data }
    case 'EvidenceRecorded': {
      const { evidenceId, takenAt } = occurred.data
      return { ...step, kind: 'evidence', stage: occurred.data.stage, taken: { evidenceId, takenAt } }
    }
    default:
      return { ...step, kind: 'other', stage: 'stage' in occurred.data ? occurred.data.stage : null }
  }
}

/**
 * All marks of one assessment, in the order of its steps. The same steps give the same marks; no clock is asked.
 * `elsewhere` holds what other assessments know of the same people.
 */
export function stageMarks(
  outline: StageOutline,
  steps: readonly StageStep[],
  elsewhere: readonly PresenceElsewhere[] = [],
): StageMark[] {
  const before: Before = { entered: null, begun: new Map(), done: new Map(), presences: [], unseen: [] }
  return steps.flatMap((step) => {
    const marks = [
      ...backDated(step),
      ...(step.kind === 'completed' ? completionMarks(outline, before, step) : []),
      ...(step.presence ? presenceMarks(step, step.presence, [...before.presences, ...elsewhere]) : []),
      ...(step.taken ? beforeStage(before, step, step.taken) : []),
      ...(step.kind === 'completed' ? nobodyOnSite(before, step) : []),
    ]
    goOn(outline.stages, before, step)
    return marks
  })
}

/** What the marks of a step need of those before it, kept while going along so that no step looks at all of them. */
type Before = {
  /** The step that entered the stage in work. */
  entered: StageStep | null
  /** The stages complete, each with the moment. What was returned is to be done again. */
  readonly done: Map<StageCode, Instant>
  /** When each stage was entered first. */
  readonly begun: Map<StageCode, Instant>
  readonly presences: (Presence & { readonly stage: StageCode | null })[]
  /** Evidence of stages that were not completed since. */
  unseen: (Taken & { readonly stage: StageCode | null })[]
}

function goOn(stages: StageList, before: Before, step: StageStep): void {
  const { kind, stage, effectiveAt, presence, taken } = step
  if (entersOrLeaves(step)) before.entered = step
  if (presence) before.presences.push({ ...presence, stage })
  if (taken) before.unseen.push({ ...taken, stage })
  const entered = enteredBy(stages, step)
  if (entered !== null && !before.begun.has(entered)) before.begun.set(entered, effectiveAt)
  if (stage === null) return
  if (kind === 'completed') {
    before.done.set(stage, effectiveAt)
    before.unseen = before.unseen.filter((each) => each.stage !== stage)
  }
  if (kind !== 'returned' && kind !== 'reopened') return
  for (const code of [...before.done.keys()]) {
    if (!comesBefore(stages, code, stage)) before.done.delete(code)
  }
}

function mark(code: StageMarkCode, step: StageStep, zh: string, en: string, stage = step.stage): StageMark {
  return { code, stage, revision: step.revision, detail: { zh, en } }
}

function backDated(step: StageStep): StageMark[] {
  if (step.kind === 'by-time') return []
  const days = (Date.parse(step.recordedAt) - Date.parse(step.effectiveAt)) / (24 * hourMs)
  if (days <= backDatedAfterDays) return []
  const whole = Math.floor(days)
  return [mark('back-dated', step, `事后${whole}天才登记`, `recorded ${whole} days after it held`)]
}

/** What the completion of a stage shows, given what went before it. */
function completionMarks(
  { stages, leastHours }: StageOutline,
  { entered, done }: Before,
  step: StageStep,
): StageMark[] {
  const code = step.stage ?? ''
  const marks: StageMark[] = []
  if (entered && step.effectiveAt < entered.effectiveAt) {
    const [zh, en] = [`${code}在其开始之前结束`, `${code} ended before it began (${entered.effectiveAt})`]
    marks.push(mark('out-of-time', step, zh, en))
  }
  for (const { code: earlier } of stages.slice(0, Math.max(0, placeOf(stages, code)))) {
    if (!done.has(earlier))
      marks.push(
        mark(
          'skipped',
          step,
          `${code}完成时${earlier}尚未完成`,
          `${code} is complete, ${earlier} was not`,
          earlier,
        ),
      )
  }
  for (const { from, to, hours } of leastHours.filter((each) => each.to === code)) {
    const start = done.get(from)
    const took = start === undefined ? hours : (Date.parse(step.effectiveAt) - Date.parse(start)) / hourMs
    if (took >= hours) continue
    const figure = Math.round(took * 100) / 100
    const zh = `${from}至${to}仅${figure}小时（不少于${hours}小时）`
    marks.push(
      mark('too-fast', step, zh, `${from} to ${to} in ${figure} hours; less than ${hours} is impossible`),
    )
  }
  return marks
}

function beforeStage({ begun }: Before, step: StageStep, { evidenceId, takenAt }: Taken): StageMark[] {
  const since = step.stage === null ? undefined : begun.get(step.stage)
  if (since === undefined || takenAt >= since) return []
  const zh = `证据${evidenceId}形成于${takenAt}，早于${step.stage}阶段开始（${since}）`
  const en = `evidence ${evidenceId} was taken at ${takenAt}; ${step.stage} began at ${since}`
  return [mark('before-stage', step, zh, en)]
}

/**
 * Told when the stage is complete: until then somebody may still record that they were there. A stage for which nobody
 * recorded any presence may be none on site.
 */
function nobodyOnSite({ presences, unseen }: Before, step: StageStep): StageMark[] {
  const there = presences.filter(({ stage }) => stage === step.stage)
  if (there.length === 0) return []
  const isWitnessed = ({ takenAt }: Taken) =>
    there.some(({ arrivedAt, leftAt }) => arrivedAt <= takenAt && takenAt <= leftAt)
  return unseen
    .filter((each) => each.stage === step.stage && !isWitnessed(each))
    .map(({ evidenceId, takenAt }) => {
      const zh = `证据${evidenceId}形成于${takenAt}，当时无人登记在场`
      const en = `evidence ${evidenceId} was taken at ${takenAt}, when nobody is recorded as on site`
      return mark('nobody-on-site', step, zh, en)
    })
}

/** The stage that the step enters; null for none. */
function enteredBy(stages: StageList, { kind, stage }: StageStep): StageCode | null {
  if (kind === 'engaged') return stages[0]?.code ?? null
  if (kind === 'completed' && stage !== null) return stageAfter(stages, stage)
  return kind === 'returned' || kind === 'reopened' ? stage : null
}

function entersOrLeaves({ kind }: StageStep): boolean {
  return kind === 'engaged' || kind === 'completed' || kind === 'returned' || kind === 'reopened'
}

function presenceMarks(step: StageStep, presence: Presence, known: readonly Presence[]): StageMark[] {
  const { member } = presence
  const others = known.filter((other) => other.member === member && !isPossible(presence, other))
  const marks = others.map((other) => {
    const zh = `${member}同时在${presence.place}和${other.place}（${other.arrivedAt}至${other.leftAt}）`
    const en = `${member} was at ${presence.place} and at ${other.place} (${other.arrivedAt} to ${other.leftAt})`
    return mark('two-sites', step, zh, en)
  })
  if (presence.leftAt >= presence.arrivedAt) return marks
  return [...marks, mark('out-of-time', step, `${member}先离开后到达`, `${member} left before arriving`)]
}

/** Whether one person can have been at both: the same place, or time enough to get from one to the other. */
function isPossible(a: Presence, b: Presence): boolean {
  const apart = kilometresBetween(a, b)
  const [first, second] = a.arrivedAt <= b.arrivedAt ? [a, b] : [b, a]
  const hours = (Date.parse(second.arrivedAt) - Date.parse(first.leftAt)) / hourMs
  if (hours < 0) return a.place === b.place || (apart !== null && apart < sameSiteKilometres)
  return apart === null || apart <= sameSiteKilometres || apart / hours <= fastestKilometresPerHour
}

const sameSiteKilometres = 0.5
const earthRadiusKilometres = 6371

/** Along the great circle; null where either has no coordinates. */
function kilometresBetween(a: Presence, b: Presence): number | null {
  if (a.latitude === null || a.longitude === null || b.latitude === null || b.longitude === null) return null
  const radians = (degrees: number) => (degrees * Math.PI) / 180
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2
  const chord =
    half(a.latitude, b.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude)
  return 2 * earthRadiusKilometres * Math.asin(Math.min(1, Math.sqrt(chord)))
}
