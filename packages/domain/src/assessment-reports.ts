import type { AssessmentEvent } from './assessment-events.ts'
import { missingSentencesOf } from './assessment-report-checks.ts'
import { refuseSignature, rolesOf, type Signature } from './assessment-signatures.ts'
import { comesBefore, findStage, processOf, stageWith } from './assessment-stages.ts'
import {
  type AssessmentEventData,
  type AssessmentReport,
  type KnownAssessment,
  standingFindings,
} from './assessment-state.ts'
import { refuseOutsideAct } from './assessment-turn.ts'
import {
  accept,
  type Decision,
  type DecisionContext,
  type RefusalPart,
  refusalOf,
  refuse,
} from './decider.ts'
import { dayOf, type Instant } from './values.ts'

/**
 * The life of a report but for its review: drafted, delivered; void or revised under a new number, never removed.
 * Check, audit and issue are in `assessment-review.ts`.
 */

type Asked<Data> = { readonly data: Data; readonly effectiveAt: Instant }
type Answer = Decision<AssessmentEvent>

export function findReport(state: KnownAssessment, reportNumber: string): AssessmentReport | undefined {
  return state.reports.find((each) => each.reportNumber === reportNumber)
}

export function refuseUnknown(state: KnownAssessment, reportNumber: string, pointer = '/data/reportNumber') {
  const numbers = state.reports.map((each) => each.reportNumber)
  const text = {
    zh: `没有报告${reportNumber}；${numbers.length === 0 ? '尚未编制报告，请先编制' : `现有：${numbers.join('、')}`}`,
    en: `there is no report ${reportNumber}; ${numbers.length === 0 ? 'none is drafted yet, draft one first' : `name one of: ${numbers.join(', ')}`}`,
  }
  return refuse('report-unknown', text, ['XF3005:7'], pointer)
}

export function refuseVoid({ reportNumber, voidReason }: AssessmentReport) {
  const text = {
    zh: `报告${reportNumber}已作废（${voidReason}）；请修订为新编号后办理`,
    en: `report ${reportNumber} is void (${voidReason}); revise it under a new number and go on with that`,
  }
  return refuse('report-void', text, ['XF3005:7'], '/data/reportNumber')
}

export function signature(
  act: 'draft' | 'check' | 'audit' | 'issue' | 'void' | 'revise',
  { effectiveAt, reportNumber }: { readonly effectiveAt: Instant; readonly reportNumber: string },
  state: KnownAssessment,
  context: DecisionContext,
  rest: Pick<Signature, 'member' | 'pointer' | 'legalBasis'>,
): Signature {
  const { signers } = processOf(state, context)
  const roles = signers[act === 'revise' ? 'draft' : act]
  return { act, day: dayOf(effectiveAt), stage: state.stage, reportNumber, roles, ...rest }
}

const drafting = { pointer: '/data/draftedBy', legalBasis: ['O7:14', 'XF3005:7'] } as const

type Sentences = AssessmentEventData<'ReportDrafted'>['sentences']

/** A sentence is in a section that the process knows and rests on findings that stand; all that is wrong at once. */
function sentenceFaults(sentences: Sentences, state: KnownAssessment, context: DecisionContext) {
  const sections = processOf(state, context).sections.map((each) => each.section)
  const standing = new Set(standingFindings(state).map((each) => each.findingId))
  const part = (code: string, at: string, zh: string, en: string): RefusalPart => {
    const pointer = `/data/sentences/${at}`
    return { code, message: { zh, en }, legalBasis: ['O7:14', 'XF3005:7'], pointer }
  }
  return sentences.flatMap(({ id, section, findings }, index) => {
    const zhSection = `第${id}句的章节${section}不在本评估过程中；请用：${sections.join('、')}`
    const enSection = `sentence ${id} is in the section ${section}, which the process does not have; name one of ${sections.join(', ')}`
    const unknown = findings.flatMap((finding, place) => {
      if (standing.has(finding)) return []
      const zh = `第${id}句引用的检查结果${finding}不存在或已被更正；请引用现有结果`
      const en = `sentence ${id} rests on finding ${finding}, which does not stand; name one that does`
      return [part('sentence-finding-unknown', `${index}/findings/${place}`, zh, en)]
    })
    const known = sections.length === 0 || sections.includes(section)
    return known ? unknown : [part('section-unknown', `${index}/section`, zhSection, enSection), ...unknown]
  })
}

export function draftReport(
  asked: Asked<AssessmentEventData<'ReportDrafted'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const outside = refuseOutsideAct(state, 'draft', context)
  if (outside) return outside
  const { reportNumber, draftedBy, sentences } = asked.data
  const used = refuseUsedNumber(state, reportNumber)
  if (used) return used
  const about = { effectiveAt: asked.effectiveAt, reportNumber }
  const act = signature('draft', about, state, context, { member: draftedBy, ...drafting })
  return put(act, sentences, state, context, { type: 'ReportDrafted', data: asked.data })
}

/** Appends the draft, unless whoever drafts may not or the sentences are wrong. */
function put(
  act: Signature,
  sentences: Sentences,
  state: KnownAssessment,
  context: DecisionContext,
  event:
    | { type: 'ReportDrafted'; data: AssessmentEventData<'ReportDrafted'> }
    | { type: 'ReportRevised'; data: AssessmentEventData<'ReportRevised'> },
): Answer {
  const barred = refuseSignature(act, state, context)
  const faults = sentenceFaults(sentences, state, context)
  const refusal = refusalOf([...(barred ? [barred.refusal] : []), ...faults])
  if (refusal) return { accepted: false, refusal, recorded: barred?.recorded ?? [] }
  return accept<AssessmentEvent>(event)
}

/** What was issued once is only ever replaced by a revision, whose number says so. */
function refuseUsedNumber(state: KnownAssessment, reportNumber: string) {
  const known = findReport(state, reportNumber)
  const last = state.reports.at(-1)
  if (known && known === last && !known.voided && known.issuedBy === null) return null
  const issued = state.reports.find((each) => each.issuedBy !== null && !each.voided)
  if (known && (known.voided || known.issuedBy !== null)) {
    const text = {
      zh: `报告编号${reportNumber}已使用；请以修订方式取下一个编号`,
      en: `the number ${reportNumber} is used; revise the report, which takes the next suffix`,
    }
    return refuse('report-number-used', text, ['XF3005:7'], '/data/reportNumber')
  }
  if (issued) {
    const text = {
      zh: `报告${issued.reportNumber}已签发；请以修订方式出具新编号`,
      en: `report ${issued.reportNumber} is issued; revise it under a new number`,
    }
    return refuse('report-issued-already', text, ['XF3005:7'], '/data/reportNumber')
  }
  if (!last || state.reports.every((each) => each.issuedBy === null)) return null
  const number = last.voided ? nextRevisionNumber(state, last.reportNumber) : last.reportNumber
  const text = {
    zh: `已签发过报告，不得另起编号；请${last.voided ? '以修订方式' : '重新编制'}使用${number}`,
    en: `a report was issued before, and no other number may begin; ${last.voided ? 'revise it' : 'draft anew'} as ${number}`,
  }
  return refuse('report-number-not-next', text, ['XF3005:7'], '/data/reportNumber')
}

export function voidReport(
  asked: Asked<AssessmentEventData<'ReportVoided'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, voidedBy, reason } = asked.data
  const report = findReport(state, reportNumber)
  if (!report) return refuseUnknown(state, reportNumber)
  if (report.voided) {
    if (report.voidReason === reason) return accept<AssessmentEvent>()
    const text = {
      zh: `报告${reportNumber}此前已作废（${report.voidReason}），作废原因不再更改；无需再次作废`,
      en: `report ${reportNumber} is already void (${report.voidReason}) and stays so for that reason; nothing is left to void`,
    }
    return refuse('report-void-already', text, ['XF3005:7'], '/data/reason')
  }
  const act = signature('void', { effectiveAt: asked.effectiveAt, reportNumber }, state, context, {
    member: voidedBy,
    pointer: '/data/voidedBy',
    legalBasis: ['XF3005:7'],
  })
  return (
    refuseSignature(act, state, context) ??
    accept<AssessmentEvent>({ type: 'ReportVoided', data: asked.data })
  )
}

/** `CZ-2026-001` → `CZ-2026-001-1` → `CZ-2026-001-2` (XF/T 3005-2020). */
export function nextRevisionNumber(state: KnownAssessment, reportNumber: string): string {
  let root = findReport(state, reportNumber)
  let revisions = 0
  while (root?.replaces) {
    root = findReport(state, root.replaces)
    revisions += 1
  }
  return `${root?.reportNumber ?? reportNumber}-${revisions + 1}`
}

export function reviseReport(
  asked: Asked<Omit<AssessmentEventData<'ReportRevised'>, 'reopens'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, replaces, draftedBy, sentences } = asked.data
  const old = findReport(state, replaces)
  if (!old) return refuseUnknown(state, replaces, '/data/replaces')
  const last = state.reports.at(-1)
  if (last?.reportNumber === reportNumber && last.replaces === replaces) return accept<AssessmentEvent>()
  if (last !== old) {
    const text = {
      zh: `只能修订最新一份报告；请修订${last?.reportNumber}`,
      en: `only the latest report can be revised; revise ${last?.reportNumber}`,
    }
    return refuse('report-revised-already', text, ['XF3005:7'], '/data/replaces')
  }
  if (old.issuedBy === null && !old.voided) {
    const text = {
      zh: '报告尚未签发，无需修订；请重新编制',
      en: 'the report is not issued yet, there is nothing to revise; draft it anew',
    }
    return refuse('report-not-issued', text, ['XF3005:7'], '/data/replaces')
  }
  const expected = nextRevisionNumber(state, replaces)
  if (reportNumber !== expected) {
    const text = {
      zh: `修订报告的编号应为${expected}；请更正`,
      en: `the revision takes the number ${expected}; correct it`,
    }
    return refuse('revision-number-wrong', text, ['XF3005:7'], '/data/reportNumber')
  }
  const reopens = reopenedStage(state, context)
  if (reopens === null) return refuseOutsideAct(state, 'draft', context) ?? accept<AssessmentEvent>()
  const about = { effectiveAt: asked.effectiveAt, reportNumber }
  const act = signature('revise', about, state, context, { member: draftedBy, ...drafting })
  const decision = put(act, sentences, state, context, {
    type: 'ReportRevised',
    data: { ...asked.data, reopens },
  })
  if (!decision.accepted) return decision
  const gate = { process: processOf(state, context), state, at: asked.effectiveAt }
  const lacking = refusalOf(missingSentencesOf(asked.data, gate))
  if (lacking) return { accepted: false, refusal: lacking, recorded: [] }
  return refuseUnvoided(old, draftedBy, state, context) ?? decision
}

/** A revision takes the old report's validity away: what was issued is void first, or revised by who may void it. */
function refuseUnvoided(
  old: AssessmentReport,
  reviser: string,
  state: KnownAssessment,
  context: DecisionContext,
): Answer | null {
  if (old.voided) return null
  const { signers } = processOf(state, context)
  if (rolesOf(state.team, reviser).some((role) => signers.void.includes(role))) return null
  const text = {
    zh: `报告${old.reportNumber}已签发且未作废，${reviser}无权作废；请先由有权人员作废，再修订`,
    en: `report ${old.reportNumber} is issued and not void, and ${reviser} may not void it; void it first, by somebody who may, then revise it`,
  }
  return refuse('report-not-void', text, ['XF3005:7'], '/data/replaces')
}

/**
 * A revision is reviewed like the first: from the stage of the signatures on. Where the work had been returned before
 * that, it goes on in the stage that drafts, once it is reached; nothing between is jumped over. Null: not its turn yet.
 */
function reopenedStage(state: KnownAssessment, context: DecisionContext): string | null {
  const process = processOf(state, context)
  const review = stageWith(process, 'sign')?.code ?? state.stages.at(-1)?.code ?? null
  if (state.stage === null || review === null || !comesBefore(state.stages, state.stage, review))
    return review
  return findStage(process, state.stage)?.acts.includes('draft') ? state.stage : null
}

export function deliverReport(
  { data }: Asked<AssessmentEventData<'ReportDelivered'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const report = findReport(state, data.reportNumber)
  if (!report) return refuseUnknown(state, data.reportNumber)
  if (report.delivered) return accept<AssessmentEvent>()
  if (report.voided) return refuseVoid(report)
  if (report.issuedBy === null) {
    const text = {
      zh: '报告尚未签发，不得交付；请先校核、审核、签发',
      en: 'the report is not issued and cannot be delivered; have it checked, audited and issued first',
    }
    return refuse('report-not-issued', text, ['O7:14', 'XF3005:7'], '/data/reportNumber')
  }
  const outside = refuseOutsideAct(state, 'deliver', context)
  if (outside) return outside
  if (data.deliveredOn > context.today) {
    const text = {
      zh: '交付日期晚于今日；请交付后登记',
      en: 'the day of delivery lies in the future; record it afterwards',
    }
    return refuse('in-the-future', text, ['XF3005:7'], '/data/deliveredOn')
  }
  return accept<AssessmentEvent>({ type: 'ReportDelivered', data })
}
