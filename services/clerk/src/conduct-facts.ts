import {
  type AnomalyEvent,
  type ComplaintEvent,
  type CreditFact,
  dayOf,
  type InspectionEvent,
  type InstitutionEvent,
  type LedgerEvent,
  type MeritEvent,
  violations,
} from '@fireledger/domain'
import { failedAfter, recallAnomaly, recallComplaint, recallFindings } from './conduct-memory.ts'
import { type FactSource, fact, type SaidFacts } from './fact-source.ts'

/** What an institution did, and what was found of it, besides what it was fined for. */

const none = (event: LedgerEvent): SaidFacts => ({ scope: event.stream, facts: [] })

/** A complaint counts from the day of its finding, while the finding stands. */
const complaints: FactSource = {
  name: 'complaint',
  on: ['ComplaintDecided', 'ComplaintFindingAnnulled'] satisfies ComplaintEvent['type'][],
  takenBackAs: 'decision-annulled',
  say(event, memory) {
    const { type, data } = event as LedgerEvent & ComplaintEvent
    const known = recallComplaint(memory, event.streamId)
    if (!known || type !== 'ComplaintDecided' || data.outcome !== 'substantiated') return none(event)
    const said = fact({
      kind: 'complaint-substantiated',
      account: known.institution,
      subjectKind: 'institution',
      // Decided anew after its finding was annulled, it is another decision about the same act.
      factId: `${event.stream}/substantiated`,
      effectiveAt: event.metadata.effectiveAt,
      reason: '投诉经查实',
    })
    return { scope: event.stream, facts: [said] }
  },
}

const anomalies: FactSource = {
  name: 'anomaly',
  on: ['AnomalyConfirmed', 'AnomalyConfirmationAnnulled'] satisfies AnomalyEvent['type'][],
  takenBackAs: 'decision-annulled',
  say(event, memory) {
    const known = recallAnomaly(memory, event.streamId)
    if (!known || event.type !== 'AnomalyConfirmed') return none(event)
    const { institution, practitioner, code, title } = known
    const shared = {
      kind: 'anomaly-confirmed' as const,
      factId: `${event.stream}/${code}`,
      effectiveAt: event.metadata.effectiveAt,
      reason: `异常经确认：${title}`,
    }
    const facts: CreditFact[] = [
      fact({ ...shared, account: institution, subjectKind: 'institution' }, { codes: [code] }),
      ...(practitioner === null
        ? []
        : [fact({ ...shared, account: practitioner, subjectKind: 'practitioner' }, { codes: [code] })]),
    ]
    return { scope: event.stream, facts }
  },
}

const meritFacts = {
  training: 'training-completed',
  'public-service': 'public-service',
  'hazard-reported': 'hazard-reported',
} as const

const merits: FactSource = {
  name: 'merit',
  on: ['MeritRecorded', 'MeritWithdrawn'] satisfies MeritEvent['type'][],
  takenBackAs: 'recorded-in-error',
  say(event) {
    const { type, data } = event as LedgerEvent & MeritEvent
    if (type === 'MeritWithdrawn') return none(event)
    const { institution, practitioner, kind, description } = data
    const factId = `${event.stream}/${kind}`
    const { effectiveAt } = event.metadata
    const shared = { kind: meritFacts[kind], factId, effectiveAt, reason: description }
    return {
      scope: event.stream,
      facts: [
        ...(institution === null
          ? []
          : [fact({ ...shared, account: institution, subjectKind: 'institution' })]),
        ...(practitioner === null
          ? []
          : [fact({ ...shared, account: practitioner, subjectKind: 'practitioner' })]),
      ],
    }
  },
}

const refusals: FactSource = {
  name: 'inspection-refused',
  on: ['InspectionRefused', 'RefusalAnnulled'] satisfies InspectionEvent['type'][],
  takenBackAs: 'recorded-in-error',
  say(event) {
    if (event.type === 'RefusalAnnulled') return none(event)
    const { effectiveAt, institutions } = event.metadata
    const shared = { kind: 'inspection-refused' as const, effectiveAt, reason: '拒绝监督检查' }
    const factId = `${event.stream}/refused`
    return {
      scope: event.stream,
      facts: institutions.map((account) => fact({ ...shared, account, subjectKind: 'institution', factId })),
    }
  },
}

/**
 * Findings of a concluded inspection, as corrected since: by check item. A finding is the same act as the violations
 * that are found under its item, so that it does not count beside the fine.
 */
const findings: FactSource = {
  name: 'finding',
  on: ['InspectionConcluded', 'ItemCorrected'] satisfies InspectionEvent['type'][],
  takenBackAs: 'recorded-in-error',
  say(event, memory) {
    const known = recallFindings(memory, event.streamId)
    const concludedAt = event.type === 'InspectionConcluded' ? event.metadata.effectiveAt : known?.concludedAt
    if (!known || !concludedAt) return null
    const corrected = event.type === 'ItemCorrected' ? failedAfter(known.failed, event) : known.failed
    const facts = event.metadata.institutions.flatMap((account) =>
      [...new Set(corrected.map(([code]) => code))].sort().map((code) =>
        fact(
          {
            kind: 'finding',
            account,
            subjectKind: 'institution',
            factId: `${event.stream}/${code}`,
            effectiveAt: concludedAt,
            reason: `检查发现问题：${code}`,
          },
          {
            codes: [code],
            furtherActs: violations
              .filter(({ items }) => items.includes(code))
              .map((violation) => ({ factId: `${event.stream}/${violation.code}`, violation: null })),
          },
        ),
      ),
    )
    return { scope: event.stream, facts }
  },
}

/** Counted once a year, by the first verification of that year. */
const extraEngineers: FactSource = {
  name: 'extra-grade-one',
  on: ['PracticeConditionsVerified'] satisfies InstitutionEvent['type'][],
  takenBackAs: 'recorded-in-error',
  say(event) {
    const { data } = event as LedgerEvent & Extract<InstitutionEvent, { type: 'PracticeConditionsVerified' }>
    const extra = data.figures.gradeOneEngineers - leastGradeOne
    if (extra <= 0 || !data.met) return null
    const year = dayOf(event.metadata.effectiveAt).slice(0, 4)
    const said = fact(
      {
        kind: 'extra-grade-one',
        account: event.streamId,
        subjectKind: 'institution',
        factId: `${event.stream}/extra-grade-one/${year}`,
        effectiveAt: event.metadata.effectiveAt,
        reason: `一级注册消防工程师${data.figures.gradeOneEngineers}人，超出${extra}人`,
      },
      { count: extra },
    )
    return { scope: null, facts: [said] }
  },
}

/** Order 7 art. 5–7: of the engineers at least one is of grade one. */
const leastGradeOne = 1

export const conductFacts: readonly FactSource[] = [
  complaints,
  anomalies,
  merits,
  refusals,
  findings,
  extraEngineers,
]
