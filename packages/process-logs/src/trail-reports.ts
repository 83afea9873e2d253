import type { LedgerEvent } from '@fireledger/domain'
import type { TrailReport } from './trail-schema.ts'

/** Reports of an assessment with their signatures, sentences and voided predecessors, from the facts in order. */

type Sentence = {
  readonly id: string
  readonly section: string
  readonly text: string
  readonly findings: string[]
}
type Draft = {
  readonly reportNumber: string
  readonly sha256: string
  readonly draftedBy: string
  readonly sentences: readonly Sentence[]
  readonly replaces?: string
  readonly reason?: string
}

const acts = {
  ReportChecked: ['check', 'checkedBy', 'checked'],
  ReportAudited: ['audit', 'auditedBy', 'audited'],
  ReportIssued: ['issue', 'issuedBy', 'issued'],
} as const

export function reportsIn(facts: readonly LedgerEvent[]): TrailReport[] {
  const evidenceOf = new Map(
    facts
      .filter(({ type }) => type === 'FindingRecorded')
      .map(({ data }) => data as { findingId: string; evidence: string[] })
      .map(({ findingId, evidence }) => [findingId, evidence]),
  )
  let reports: readonly TrailReport[] = []
  for (const event of facts) {
    if (event.type === 'ReportDrafted' || event.type === 'ReportRevised')
      reports = drafted(reports, event, evidenceOf)
    else if (event.type === 'StageReturned') reports = reports.map(withdrawn)
    else if (event.type.startsWith('Report')) reports = changed(reports, event)
  }
  return [...reports]
}

/** A draft under a number that is there already takes its place; a revision makes its predecessor void. */
function drafted(
  reports: readonly TrailReport[],
  event: LedgerEvent,
  evidenceOf: ReadonlyMap<string, readonly string[]>,
): TrailReport[] {
  const { reportNumber, sha256, draftedBy, replaces, reason = '', ...rest } = event.data as Draft
  const sentences = rest.sentences.map(({ id, section, text, findings }) => ({
    id,
    section,
    text,
    findings: [...findings],
    evidence: [...new Set(findings.flatMap((finding) => evidenceOf.get(finding) ?? []))],
  }))
  const draft: TrailReport = {
    number: reportNumber,
    revision: event.revision,
    replaces: replaces ?? null,
    replacedBy: null,
    status: 'drafted',
    sha256,
    signatures: [signature('draft', draftedBy, event)],
    voided: null,
    delivered: null,
    sentences,
  }
  const others = reports
    .filter(({ number }) => number !== reportNumber)
    .map((each) =>
      each.number === replaces
        ? { ...makeVoid(each, draftedBy, reason, event), replacedBy: reportNumber }
        : each,
    )
  return [...others, draft]
}

/** What is done again is signed again; only an issued report keeps its names. */
function withdrawn(report: TrailReport): TrailReport {
  if (report.status !== 'checked' && report.status !== 'audited') return report
  const signatures = report.signatures.map((each) =>
    each.act === 'draft' ? each : { ...each, stands: false },
  )
  return { ...report, status: 'drafted', signatures }
}

function changed(reports: readonly TrailReport[], event: LedgerEvent): TrailReport[] {
  const data = event.data as Readonly<Record<string, string>>
  return reports.map((report) => {
    if (report.number !== data.reportNumber) return report
    if (event.type === 'ReportVoided')
      return makeVoid(report, String(data.voidedBy), String(data.reason), event)
    if (event.type === 'ReportDelivered') {
      const delivered = {
        on: String(data.deliveredOn),
        receiptSha256: String(data.receiptSha256),
        revision: event.revision,
      }
      return { ...report, status: report.voided ? 'void' : 'delivered', delivered }
    }
    const [act, field, status] = acts[event.type as keyof typeof acts]
    const signatures = [...report.signatures, signature(act, String(data[field]), event)]
    return {
      ...report,
      status: report.voided ? 'void' : status,
      sha256: data.sha256 ?? report.sha256,
      signatures,
    }
  })
}

function makeVoid(report: TrailReport, member: string, reason: string, event: LedgerEvent): TrailReport {
  const { revision, metadata } = event
  const voided = report.voided ?? { at: metadata.effectiveAt, member, reason, revision }
  const signatures = report.signatures.map((each) => ({ ...each, stands: false }))
  return { ...report, status: 'void', voided, signatures }
}

function signature(
  act: TrailReport['signatures'][number]['act'],
  member: string,
  { metadata, revision, id }: LedgerEvent,
): TrailReport['signatures'][number] {
  const { effectiveAt, recordedAt, reliedOn, actor } = metadata
  return {
    act,
    member,
    enteredBy: { id: actor.id, role: actor.role, person: actor.person ?? null },
    at: effectiveAt,
    recordedAt,
    revision,
    eventId: id,
    reliedOn: reliedOn.map(({ stream, revision: at }) => ({ stream, revision: at })),
    stands: true,
  }
}
