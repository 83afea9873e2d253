import type { AssessmentEvent } from './assessment-events.ts'
import { missingSentencesOf } from './assessment-report-checks.ts'
import { findReport, refuseUnknown, refuseVoid, signature } from './assessment-reports.ts'
import { refuseSecondSignature, refuseSignature, type Signature } from './assessment-signatures.ts'
import { processOf } from './assessment-stages.ts'
import type { AssessmentEventData, AssessmentReport, KnownAssessment } from './assessment-state.ts'
import { refuseOutsideAct } from './assessment-turn.ts'
import { missingInstitution } from './assessment-who-checks.ts'
import {
  accept,
  type Decision,
  type DecisionContext,
  type Proposed,
  type RefusalPart,
  refusalOf,
  refuse,
} from './decider.ts'
import type { Instant } from './values.ts'

/** Check by the project lead, audit by the technical lead, issue by the legal representative: three persons, in order. */

type Asked<Type extends AssessmentEvent['type']> = {
  readonly data: AssessmentEventData<Type>
  readonly effectiveAt: Instant
}
type Answer = Decision<AssessmentEvent>

/** By the project lead, before anyone else signs. */
export function checkReport(
  asked: Asked<'ReportChecked'>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, checkedBy } = asked.data
  return sign(asked, state, context, {
    signed: (report) => report.checkedBy,
    act: signature('check', { effectiveAt: asked.effectiveAt, reportNumber }, state, context, {
      member: checkedBy,
      pointer: '/data/checkedBy',
      legalBasis: ['O7:13', 'O7:14', 'XF3005:7'],
    }),
    missing: (report) => outOfOrder(report.draftedAt, asked.effectiveAt, '编制', 'drafted'),
    event: { type: 'ReportChecked', data: asked.data },
  })
}

/** By the technical lead, who must be grade one, after the check. */
export function auditReport(
  asked: Asked<'ReportAudited'>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, auditedBy } = asked.data
  return sign(asked, state, context, {
    signed: (report) => report.auditedBy,
    act: signature('audit', { effectiveAt: asked.effectiveAt, reportNumber }, state, context, {
      member: auditedBy,
      pointer: '/data/auditedBy',
      legalBasis: ['O7:12', 'O7:14', 'XF3005:7'],
    }),
    missing: (report) =>
      report.checkedAt === null
        ? [unsigned('report-not-checked', '校核', 'checked', '项目负责人', 'project lead')]
        : outOfOrder(report.checkedAt, asked.effectiveAt, '校核', 'checked'),
    event: { type: 'ReportAudited', data: asked.data },
  })
}

/** By the legal representative, after the audit, while the institution may practise. */
export function issueReport(
  asked: Asked<'ReportIssued'>,
  state: KnownAssessment,
  context: DecisionContext,
): Answer {
  const { reportNumber, issuedBy } = asked.data
  return sign(asked, state, context, {
    signed: (report) => report.issuedBy,
    act: signature('issue', { effectiveAt: asked.effectiveAt, reportNumber }, state, context, {
      member: issuedBy,
      pointer: '/data/issuedBy',
      legalBasis: ['O7:14', 'XF3005:7'],
    }),
    missing: (report) => [
      ...(report.auditedAt === null
        ? [unsigned('report-not-audited', '审核', 'audited', '技术负责人', 'technical lead')]
        : outOfOrder(report.auditedAt, asked.effectiveAt, '审核', 'audited')),
      ...missingInstitution({ state, context, at: asked.effectiveAt }),
      ...missingSentencesOf(report, { process: processOf(state, context), state, at: asked.effectiveAt }),
    ],
    event: { type: 'ReportIssued', data: asked.data },
  })
}

type Signing = {
  /** Who put this very signature there; null: nobody yet. */
  readonly signed: (report: AssessmentReport) => string | null
  readonly act: Signature
  /** What has to come before it, or hold beside it. */
  readonly missing: (report: AssessmentReport) => readonly RefusalPart[]
  readonly event: Proposed<
    Extract<AssessmentEvent, { type: 'ReportChecked' | 'ReportAudited' | 'ReportIssued' }>
  >
}

function sign(
  { data }: { readonly data: { readonly reportNumber: string } },
  state: KnownAssessment,
  context: DecisionContext,
  { signed, act, missing, event }: Signing,
): Answer {
  const report = findReport(state, data.reportNumber)
  if (!report) return refuseUnknown(state, data.reportNumber)
  const signer = signed(report)
  if (signer === act.member) return accept<AssessmentEvent>()
  if (report.voided) return refuseVoid(report)
  const outside = refuseOutsideAct(state, 'sign', context)
  if (outside) return outside
  if (signer !== null) return refuseSignedAlready(report.reportNumber, signer)
  const barred = refuseSignature(act, state, context) ?? refuseSecondSignature(act, report, context)
  const refusal = refusalOf([...(barred ? [barred.refusal] : []), ...missing(report)])
  if (refusal) return { accepted: false, refusal, recorded: barred?.recorded ?? [] }
  return accept<AssessmentEvent>(event)
}

/** A name once put there is not replaced: what others signed after it rests on it. */
function refuseSignedAlready(reportNumber: string, signer: string) {
  const message = {
    zh: `报告${reportNumber}此处已由${signer}签字；如须重签，请先退回，已签发的请修订`,
    en: `report ${reportNumber} is signed here by ${signer} already; to have it signed anew, return it, or revise it once it is issued`,
  }
  return refuse('report-signed-already', message, ['O7:14', 'XF3005:7'], '/data/reportNumber')
}

function unsigned(code: string, zh: string, en: string, zhWho: string, enWho: string): RefusalPart {
  const message = {
    zh: `报告尚未${zh}；请先由${zhWho}${zh}`,
    en: `the report is not ${en}; let the ${enWho} do so first`,
  }
  return { code, message, legalBasis: ['O7:12', 'XF3005:7'], pointer: '/data/reportNumber' }
}

function outOfOrder(before: Instant, at: Instant, zh: string, en: string): RefusalPart[] {
  if (at >= before) return []
  const message = {
    zh: `报告于${before}${zh}，签字不能早于此；请更正时间`,
    en: `the report was ${en} at ${before}, and this signature cannot come before; correct effectiveAt`,
  }
  return [{ code: 'signature-before-previous', message, legalBasis: ['XF3005:7'] }]
}
