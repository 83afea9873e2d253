import type { AssessmentEvent, AssessmentTeam } from './assessment-events.ts'
import type { StageCode } from './process-content.ts'
import { dayOf, type Instant, type LocalDate } from './values.ts'

/** What an assessment's rules need to remember of its events. */

export type AssessmentEventData<Type extends AssessmentEvent['type']> = Extract<
  AssessmentEvent,
  { type: Type }
>['data']

export type AssessmentReport = {
  readonly reportNumber: string
  readonly draftedBy: string
  readonly draftedAt: Instant
  readonly checkedBy: string | null
  readonly checkedAt: Instant | null
  readonly auditedBy: string | null
  readonly auditedAt: Instant | null
  readonly issuedBy: string | null
  readonly issuedAt: Instant | null
  readonly voided: boolean
  /** Why it is void: as voided, or as revised. */
  readonly voidReason: string | null
  readonly delivered: boolean
  /** The number it revises; null for the first. */
  readonly replaces: string | null
  readonly sentences: readonly Pick<
    AssessmentEventData<'ReportDrafted'>['sentences'][number],
    'id' | 'section' | 'findings'
  >[]
}

export type AssessmentState =
  | { readonly status: 'unknown' }
  | (AssessmentEventData<'AssessmentEngaged'> & {
      readonly status: 'open' | 'archived'
      /** The stage in work; null when all are complete. */
      readonly stage: StageCode | null
      /** When the stage in work was entered. */
      readonly stageSince: Instant
      /** When each stage was entered for the first time. */
      readonly firstEntered: Readonly<Record<StageCode, Instant>>
      readonly completed: readonly { readonly stage: StageCode; readonly by: string; readonly at: Instant }[]
      readonly evidence: readonly (Pick<
        AssessmentEventData<'EvidenceRecorded'>,
        'evidenceId' | 'stage' | 'kind' | 'sha256' | 'instrument' | 'takenAt' | 'heldElsewhere'
      > & {
        /** Where the file is, as it was recorded. */
        readonly held: 'store' | 'elsewhere' | 'unknown'
      })[]
      /** The latest one; null before the first. */
      readonly plan: AssessmentEventData<'PlanRecorded'> | null
      readonly presence: readonly AssessmentEventData<'PresenceRecorded'>[]
      /** Interviews held, by group, with the evidence that records them. */
      readonly interviews: Readonly<Record<string, { readonly count: number; readonly evidence: string }>>
      readonly findings: readonly Pick<
        AssessmentEventData<'FindingRecorded'>,
        'findingId' | 'item' | 'class' | 'conforms' | 'score' | 'evidence' | 'supersedes'
      >[]
      /** The latest one; null before the first. */
      readonly judgement: AssessmentEventData<'JudgementRecorded'> | null
      readonly waivers: readonly (AssessmentEventData<'GateWaived'> & { readonly at: Instant })[]
      /** Stages that fell overdue: which, entered when, due when. */
      readonly overdue: readonly {
        readonly stage: StageCode
        readonly enteredOn: LocalDate
        readonly dueOn: LocalDate
      }[]
      /** In the order of their drafting; the last one counts. */
      readonly reports: readonly AssessmentReport[]
      readonly followUps: readonly AssessmentEventData<'AssessmentFollowedUp'>[]
    })

export type KnownAssessment = Exclude<AssessmentState, { status: 'unknown' }>

/** Every practitioner of the team, once. */
export function practitionersOf(team: AssessmentTeam): string[] {
  return [...new Set([team.technicalLead, team.projectLead, ...team.engineers, ...team.operators])]
}

/** The findings that no later one corrects. */
export function standingFindings(state: KnownAssessment) {
  const corrected = new Set(state.findings.map((finding) => finding.supersedes))
  return state.findings.filter((finding) => !corrected.has(finding.findingId))
}

/**
 * The score that the findings give: points earned of the full points, on a scale of 100, to 0.01.
 * Null when no finding carries points.
 */
export function assessmentScore(state: KnownAssessment): number | null {
  const scored = standingFindings(state).flatMap((finding) => finding.score ?? [])
  const hundredths = (pick: (score: { earned: number; full: number }) => number) =>
    scored.reduce((total, score) => total + Math.round(pick(score) * 100), 0)
  const full = hundredths((score) => score.full)
  return full === 0 ? null : Math.round((hundredths((score) => score.earned) * 10_000) / full) / 100
}

/** From now on that stage is in work; null: none, all are complete. */
export function enter(state: KnownAssessment, stage: StageCode | null, at: Instant): KnownAssessment {
  const { firstEntered } = state
  const first = stage === null ? firstEntered : { [stage]: at, ...firstEntered }
  return { ...state, stage, stageSince: at, firstEntered: first }
}

/** The day on which the stage in work was entered, in China. */
export function enteredOn(state: KnownAssessment): LocalDate {
  return dayOf(state.stageSince)
}
