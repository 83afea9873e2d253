import type { AssessmentEvent } from './assessment-events.ts'
import { refuseInstitution } from './assessment-gates.ts'
import { refuseSecondSignature, refuseSignature, type Signature } from './assessment-signatures.ts'
import { findStage, processOf, stageWith } from './assessment-stages.ts'
import type { AssessmentReport, KnownAssessment } from './assessment-state.ts'
import { accept, type Decision, type DecisionContext, refuse } from './decider.ts'
import type { StageAct } from './process-content.ts'
import { dayOf, type Instant } from './values.ts'

/** The life of a report: draft → check → audit → issue → deliver; void or revised under a new number, never removed. */

type EventData<Type extends AssessmentEvent['type']> = Extract<AssessmentEvent, { type: Type }>['data']
type Asked<Data> = { readonly data: Data; readonly effectiveAt: Instant }
type Answer = Decision<AssessmentEvent>

function findReport(state: KnownAssessment, reportNumber: string): AssessmentReport | undefined {
  return state.reports.find((each) => each.reportNumber === reportNumber)
}

function refuseUnknown(reportNumber: string, pointer = '/data/reportNumber') {
  const text = { zh: `没有报告${reportNumber}`, en: `there is no report ${reportNumber}` }
  return refuse('report-unknown', text, ['XF3005:7'], pointer)
}

function refuseVoid(reportNumber: string) {
  const text = { zh: `报告${reportNumber}已作废`, en: `report ${reportNumber} is void` }
  return refuse('report-void', text, ['XF3005:7'], '/data/reportNumber')
}

function refuseOutsideStage(state: KnownAssessment, act: StageAct, context: DecisionContext) {
  const process = processOf(state, context)
  const current = state.stage === null ? undefined : findStage(process, state.stage)
  if (current?.acts.includes(act)) return null
  const stage = process.stages.filter((each) => each.acts.includes(act)).map((each) => each.code)
  const text = {
    zh: `此事项属于${stage.join('、')}阶段，当前阶段是${state.stage ?? '无（已全部完成）'}`,
    en: `this belongs to stage ${stage.join(', ')}; the stage in work is ${state.stage ?? 'none, all are complete'}`,
  }
  return refuse('stage-not-current', text, ['XF3005:7'])
}

function signature(
  act: 'draft' | 'check' | 'audit' | 'issue' | 'void' | 'revise',
  asked: { readonly effectiveAt: Instant; readonly data: { readonly reportNumber: string } },
  state: KnownAssessment,
  context: DecisionContext,
  rest: Pick<Signature, 'member' | 'pointer' | 'legalBasis'>,
): Signature {
  const { reportNumber } = asked.data
  const { signers } = processOf(state, context)
  const roles = signers[act === 'revise' ? 'draft' : act]
  return { act, day: dayOf(asked.effectiveAt), stage: state.stage, reportNumber, roles, ...rest }
}

const drafting = {
  pointer: '/data/draftedBy',
  legalBasis: ['O7:14', 'XF3005:7'],
} as const

export function draftReport(
  asked: Asked<EventData<'ReportDrafted'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const outside = refuseOutsideStage(state, 'draft', context)
  if (outside) return outside
  const { reportNumber, draftedBy } = asked.data
  const known = findReport(state, reportNumber)
  if (known && (known.voided || known.issuedBy !== null)) {
    const text = { zh: '报告编号已使用', en: 'the number is used; a revision takes the next suffix' }
    return refuse('report-number-used', text, ['XF3005:7'], '/data/reportNumber')
  }
  const issued = state.reports.find((each) => each.issuedBy !== null && !each.voided)
  if (issued) {
    const text = {
      zh: `报告${issued.reportNumber}已签发，请以修订方式出具新编号`,
      en: `report ${issued.reportNumber} is issued; revise it under a new number`,
    }
    return refuse('report-issued-already', text, ['XF3005:7'], '/data/reportNumber')
  }
  const act = signature('draft', asked, state, context, { member: draftedBy, ...drafting })
  return (
    refuseSignature(act, state, context) ??
    accept<AssessmentEvent>({ type: 'ReportDrafted', data: asked.data })
  )
}

/** By the project lead, before anyone else signs. */
export function checkReport(
  asked: Asked<EventData<'ReportChecked'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, checkedBy } = asked.data
  const report = findReport(state, reportNumber)
  if (!report) return refuseUnknown(reportNumber)
  if (report.checkedBy === checkedBy) return accept<AssessmentEvent>()
  if (report.voided) return refuseVoid(reportNumber)
  const outside = refuseOutsideStage(state, 'sign', context)
  if (outside) return outside
  const act = signature('check', asked, state, context, {
    member: checkedBy,
    pointer: '/data/checkedBy',
    legalBasis: ['O7:13', 'O7:14', 'XF3005:7'],
  })
  return (
    refuseSignature(act, state, context) ??
    refuseSecondSignature(act, report, context) ??
    accept<AssessmentEvent>({ type: 'ReportChecked', data: asked.data })
  )
}

/** By the technical lead, who must be grade one, after the check. */
export function auditReport(
  asked: Asked<EventData<'ReportAudited'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, auditedBy } = asked.data
  const report = findReport(state, reportNumber)
  if (!report) return refuseUnknown(reportNumber)
  if (report.auditedBy === auditedBy) return accept<AssessmentEvent>()
  if (report.voided) return refuseVoid(reportNumber)
  const outside = refuseOutsideStage(state, 'sign', context)
  if (outside) return outside
  const act = signature('audit', asked, state, context, {
    member: auditedBy,
    pointer: '/data/auditedBy',
    legalBasis: ['O7:12', 'O7:14', 'XF3005:7'],
  })
  const entitled = refuseSignature(act, state, context) ?? refuseSecondSignature(act, report, context)
  if (entitled) return entitled
  if (report.checkedBy === null) {
    const text = { zh: '报告须先由项目负责人校核', en: 'the project lead must check the report first' }
    return refuse('report-not-checked', text, ['XF3005:7'], '/data/reportNumber')
  }
  return accept<AssessmentEvent>({ type: 'ReportAudited', data: asked.data })
}

/** By the legal representative, after the audit, while the institution may practise. */
export function issueReport(
  asked: Asked<EventData<'ReportIssued'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, issuedBy } = asked.data
  const report = findReport(state, reportNumber)
  if (!report) return refuseUnknown(reportNumber)
  if (report.issuedBy === issuedBy) return accept<AssessmentEvent>()
  if (report.voided) return refuseVoid(reportNumber)
  const outside = refuseOutsideStage(state, 'sign', context)
  if (outside) return outside
  const act = signature('issue', asked, state, context, {
    member: issuedBy,
    pointer: '/data/issuedBy',
    legalBasis: ['O7:14', 'XF3005:7'],
  })
  const entitled = refuseSignature(act, state, context) ?? refuseSecondSignature(act, report, context)
  if (entitled) return entitled
  if (report.auditedBy === null) {
    const text = { zh: '报告须先经校核、审核', en: 'the report must be checked and audited first' }
    return refuse('report-not-audited', text, ['O7:12', 'XF3005:7'], '/data/reportNumber')
  }
  return (
    refuseInstitution(state, context, asked.effectiveAt) ??
    accept<AssessmentEvent>({ type: 'ReportIssued', data: asked.data })
  )
}

export function voidReport(
  asked: Asked<EventData<'ReportVoided'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const report = findReport(state, asked.data.reportNumber)
  if (!report) return refuseUnknown(asked.data.reportNumber)
  if (report.voided) return accept<AssessmentEvent>()
  const act = signature('void', asked, state, context, {
    member: asked.data.voidedBy,
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
  asked: Asked<Omit<EventData<'ReportRevised'>, 'reopens'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, replaces, draftedBy } = asked.data
  const old = findReport(state, replaces)
  if (!old) return refuseUnknown(replaces, '/data/replaces')
  const last = state.reports.at(-1)
  if (last?.reportNumber === reportNumber && last.replaces === replaces) return accept<AssessmentEvent>()
  if (last !== old) {
    const text = {
      zh: '只能修订最新一份报告',
      en: `only the latest report can be revised: ${last?.reportNumber}`,
    }
    return refuse('report-revised-already', text, ['XF3005:7'], '/data/replaces')
  }
  if (old.issuedBy === null) {
    const text = { zh: '报告尚未签发，请重新编制', en: 'the report is not issued yet: draft it anew' }
    return refuse('report-not-issued', text, ['XF3005:7'], '/data/replaces')
  }
  const expected = nextRevisionNumber(state, replaces)
  if (reportNumber !== expected) {
    const text = { zh: `修订报告的编号应为${expected}`, en: `the revision takes the number ${expected}` }
    return refuse('revision-number-wrong', text, ['XF3005:7'], '/data/reportNumber')
  }
  const reopens = stageWith(processOf(state, context), 'sign')?.code ?? state.stages.at(-1)?.code ?? ''
  const act = signature('revise', asked, state, context, { member: draftedBy, ...drafting })
  return (
    refuseSignature(act, state, context) ??
    accept<AssessmentEvent>({ type: 'ReportRevised', data: { ...asked.data, reopens } })
  )
}

export function deliverReport(
  { data }: Asked<EventData<'ReportDelivered'>>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const report = findReport(state, data.reportNumber)
  if (!report) return refuseUnknown(data.reportNumber)
  if (report.delivered) return accept<AssessmentEvent>()
  if (report.voided) return refuseVoid(data.reportNumber)
  if (report.issuedBy === null) {
    const text = { zh: '报告尚未签发，不得交付', en: 'the report is not issued and cannot be delivered' }
    return refuse('report-not-issued', text, ['O7:14', 'XF3005:7'], '/data/reportNumber')
  }
  const outside = refuseOutsideStage(state, 'deliver', context)
  if (outside) return outside
  if (data.deliveredOn > context.today) {
    const text = { zh: '交付日期晚于今日', en: 'the day of delivery lies in the future' }
    return refuse('in-the-future', text, ['XF3005:7'], '/data/deliveredOn')
  }
  return accept<AssessmentEvent>({ type: 'ReportDelivered', data })
}
