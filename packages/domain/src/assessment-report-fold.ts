import type { AssessmentEvent } from './assessment-events.ts'
import { comesBefore } from './assessment-stages.ts'
import {
  type AssessmentEventData,
  type AssessmentReport,
  enter,
  type KnownAssessment,
} from './assessment-state.ts'
import { unreachable } from './decider.ts'
import type { Instant } from './values.ts'

/** The reports of an assessment as its events leave them; every one ever drafted stays. */

export type ReportEvent = Extract<AssessmentEvent, { type: `Report${string}` }>

export function evolveReports(state: KnownAssessment, event: ReportEvent, at: Instant): KnownAssessment {
  const change = (number: string, part: Partial<AssessmentReport>): KnownAssessment => ({
    ...state,
    reports: state.reports.map((each) => (each.reportNumber === number ? { ...each, ...part } : each)),
  })
  const number = event.data.reportNumber
  switch (event.type) {
    case 'ReportDrafted': {
      // Drafted anew under its number, a revision stays one.
      const replaces = state.reports.find((each) => each.reportNumber === number)?.replaces ?? null
      const others = state.reports.filter((each) => each.reportNumber !== number)
      return { ...state, reports: [...others, drafted(event.data, at, replaces)] }
    }
    case 'ReportChecked':
      return change(number, { checkedBy: event.data.checkedBy, checkedAt: at })
    case 'ReportAudited':
      return change(number, { auditedBy: event.data.auditedBy, auditedAt: at })
    case 'ReportIssued':
      return change(number, { issuedBy: event.data.issuedBy, issuedAt: at })
    case 'ReportVoided':
      return change(number, { voided: true, voidReason: event.data.reason })
    case 'ReportRevised': {
      const { replaces, reopens, reason } = event.data
      const reports = state.reports.map((each) =>
        each.reportNumber === replaces
          ? { ...each, voided: true, voidReason: each.voidReason ?? reason }
          : each,
      )
      // A revision is reviewed and delivered like the first; an archived assessment opens again for it.
      const completed = state.completed.filter((entry) => comesBefore(state.stages, entry.stage, reopens))
      const open = { ...state, status: 'open' as const, completed }
      return enter({ ...open, reports: [...reports, drafted(event.data, at, replaces)] }, reopens, at)
    }
    case 'ReportDelivered':
      return change(number, { delivered: true })
    default:
      return unreachable(event)
  }
}

type Draft = Pick<AssessmentEventData<'ReportDrafted'>, 'reportNumber' | 'draftedBy' | 'sentences'>

function drafted(draft: Draft, draftedAt: Instant, replaces: string | null): AssessmentReport {
  const { reportNumber, draftedBy } = draft
  const unsigned = {
    checkedBy: null,
    checkedAt: null,
    auditedBy: null,
    auditedAt: null,
    issuedBy: null,
    issuedAt: null,
    voided: false,
    voidReason: null,
    delivered: false,
  }
  const sentences = draft.sentences.map(({ id, section, findings }) => ({ id, section, findings }))
  return { reportNumber, draftedBy, draftedAt, replaces, sentences, ...unsigned }
}
