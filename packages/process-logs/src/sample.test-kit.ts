import type { EventMetadata, LedgerEvent } from '@fireledger/domain'

/** A short assessment with everything in it: a return, a waiver, a refused signature, a corrected finding, a revised report. */

export const assessmentId = '01JD00000000000000000000A1'
export const institution = '91320402MA1WABCD1L'
const ulidOf = (n: number) => `01JD00000000000000000000${String(n).padStart(2, '0')}`
export const [lead, technical, engineer, operator] = [ulidOf(1), ulidOf(2), ulidOf(3), ulidOf(4)] as const
export const ids = {
  photo: ulidOf(10),
  table: ulidOf(11),
  gauge: ulidOf(12),
  wrong: ulidOf(20),
  right: ulidOf(21),
  doors: ulidOf(22),
}
export const reportNumber = 'CXP〔2026〕7'

type Fact = {
  readonly type: string
  readonly data: Record<string, unknown>
  readonly at: string
  readonly recordedAt?: string
  readonly refusal?: EventMetadata['refusal']
  readonly reliedOn?: EventMetadata['reliedOn']
}

const team = {
  legalRepresentative: 'person-legal',
  technicalLead: technical,
  projectLead: lead,
  engineers: [engineer],
  operators: [operator],
  archivist: 'person-archive',
}

const stages = [
  { code: 'S1', title: { zh: '承接', en: 'Engagement' }, limitWorkingDays: 5 },
  { code: 'S4', title: { zh: '现场检查', en: 'On site' }, limitWorkingDays: 20 },
  { code: 'S7', title: { zh: '审核签发', en: 'Review and issue' }, limitWorkingDays: 5 },
]

function evidence(evidenceId: string, kind: string, instrument: string | null, recordedBy: string) {
  const file = { bytes: 1200, mediaType: 'image/jpeg', name: `${kind}.jpg` }
  return {
    ...{ evidenceId, stage: 'S4', kind, title: `一层 <大厅> & "${kind}"`, sha256: 'ab'.repeat(32) },
    ...{ recordedBy, instrument, place: '一层大厅\n东侧', takenAt: '2026-03-05T01:00:00.000Z', file },
    heldElsewhere: null,
  }
}

function finding(findingId: string, item: string, more: Record<string, unknown>) {
  const score = { earned: 3, full: 5 }
  return {
    ...{ findingId, item, class: 'B', conforms: true, score, description: '疏散门完好' },
    ...{ evidence: [ids.photo], recordedBy: engineer, supersedes: null, ...more },
  }
}

const done = (stage: string, completedBy: string, score: number | null = null) => ({
  stage,
  completedBy,
  score,
})
const draft = (number: string, text: string) => ({
  reportNumber: number,
  sha256: 'cd'.repeat(32),
  draftedBy: engineer,
  sentences: [
    { id: '1', section: 'overview', text: '本报告依据合同编制。', findings: [] },
    { id: '4.2-1', section: 'results', text, findings: [ids.right, ids.doors] },
  ],
})
const relied = (...people: string[]) =>
  people.map((id, index) => ({ stream: `practitioner-${id}`, revision: index + 1 }))
const refusal = {
  code: 'signer-not-entitled',
  message: { zh: '注册已过期', en: 'the registration has expired' },
  legalBasis: ['O7:12'],
} as const

const facts: readonly Fact[] = [
  {
    type: 'AssessmentEngaged',
    at: '2026-03-02T01:00:00.000Z',
    data: {
      ...{ division: '320402', institution, unit: ulidOf(50), project: null, process: 'XF3005-EIGHT-2@0' },
      ...{ stages, leastHours: [], team },
    },
  },
  {
    type: 'GateWaived',
    at: '2026-03-02T02:00:00.000Z',
    data: { stage: 'S1', requirement: 'system-entry', waivedBy: technical, reason: '平台停机 <维护>' },
  },
  { type: 'StageCompleted', at: '2026-03-03T01:00:00.000Z', data: done('S1', 'person-legal') },
  {
    type: 'EvidenceRecorded',
    at: '2026-03-05T01:30:00.000Z',
    data: evidence(ids.photo, 'site-image', null, operator),
  },
  {
    type: 'EvidenceRecorded',
    at: '2026-03-05T01:40:00.000Z',
    data: evidence(ids.gauge, 'check-table', 'PG-1', engineer),
  },
  {
    type: 'PresenceRecorded',
    at: '2026-03-05T03:00:00.000Z',
    data: {
      ...{
        stage: 'S4',
        member: lead,
        arrivedAt: '2026-03-05T00:30:00.000Z',
        leftAt: '2026-03-05T03:00:00.000Z',
      },
      ...{ place: '一层大厅', latitude: 31.77, longitude: 119.95, evidence: ids.photo },
    },
  },
  {
    type: 'FindingRecorded',
    at: '2026-03-05T04:00:00.000Z',
    data: finding(ids.wrong, '4.1', { evidence: [ids.gauge] }),
  },
  {
    type: 'FindingRecorded',
    at: '2026-03-06T04:00:00.000Z',
    // Learnt two weeks late.
    recordedAt: '2026-03-20T04:00:00.000Z',
    data: finding(ids.right, '4.1', { evidence: [ids.gauge], supersedes: ids.wrong, conforms: false }),
  },
  {
    type: 'FindingRecorded',
    at: '2026-03-06T04:10:00.000Z',
    data: finding(ids.doors, '5.1', { score: null }),
  },
  {
    type: 'StageCompleted',
    at: '2026-03-06T05:00:00.000Z',
    data: done('S4', lead, 80.5),
    reliedOn: [...relied(lead, engineer), { stream: `institution-${institution}`, revision: 1 }],
  },
  { type: 'ReportDrafted', at: '2026-03-07T01:00:00.000Z', data: draft(reportNumber, '压力不足。') },
  {
    type: 'ReportChecked',
    at: '2026-03-07T02:00:00.000Z',
    data: { reportNumber, checkedBy: lead },
    reliedOn: relied(lead),
  },
  {
    type: 'StageReturned',
    at: '2026-03-07T03:00:00.000Z',
    data: { stage: 'S7', to: 'S4', returnedBy: technical, reason: '缺图' },
  },
  { type: 'StageCompleted', at: '2026-03-09T03:00:00.000Z', data: done('S4', lead, 80.5) },
  { type: 'ReportDrafted', at: '2026-03-09T04:00:00.000Z', data: draft(reportNumber, '末端压力不足。') },
  {
    type: 'ReportChecked',
    at: '2026-03-09T05:00:00.000Z',
    data: { reportNumber, checkedBy: lead },
    reliedOn: relied(lead),
  },
  {
    type: 'SignatureRefused',
    at: '2026-03-09T06:00:00.000Z',
    refusal,
    data: { act: 'audit', stage: null, reportNumber, member: engineer, obstacle: 'expired' },
  },
  {
    type: 'ReportAudited',
    at: '2026-03-10T01:00:00.000Z',
    data: { reportNumber, auditedBy: technical },
    reliedOn: relied(technical),
  },
  {
    type: 'ReportIssued',
    at: '2026-03-10T02:00:00.000Z',
    data: { reportNumber, issuedBy: 'person-legal', sha256: 'ef'.repeat(32) },
  },
  {
    type: 'ReportVoided',
    at: '2026-03-12T02:00:00.000Z',
    data: { reportNumber, voidedBy: 'person-legal', reason: '压力单位有误' },
  },
  {
    type: 'ReportRevised',
    at: '2026-03-13T02:00:00.000Z',
    data: {
      ...draft(`${reportNumber}-1`, '末端压力不足（0.05 MPa）。'),
      ...{ replaces: reportNumber, reason: '压力单位有误', reopens: 'S7' },
    },
  },
]

/** The institution's own stream: registered, its gauge calibrated, and calibrated anew after the assessment. */
export function sampleInstitution(): LedgerEvent[] {
  const [like] = sampleEvents()
  if (!like) throw new Error('the sample has events')
  const calibrated = (calibratedOn: string, validUntil: string) => ({
    ...{ instrument: 'PG-1', name: '压力表', calibratedOn, validUntil },
    certificateSha256: '12'.repeat(32),
  })
  const told = [
    ['InstitutionRegistered', {}],
    ['InstrumentCalibrated', calibrated('2026-01-01', '2026-12-31')],
    ['InstrumentCalibrated', calibrated('2027-01-01', '2027-12-31')],
  ] as const
  return told.map(([type, data], revision) => ({
    ...like,
    ...{ type, data, revision, category: 'institution', streamId: institution },
    stream: `institution-${institution}`,
  }))
}

export function sampleEvents(): LedgerEvent[] {
  return facts.map(({ type, data, at, recordedAt = at, refusal = null, reliedOn = [] }, revision) => ({
    id: `00000000-0000-8000-a000-${revision.toString(16).padStart(12, '0')}`,
    type,
    stream: `assessment-${assessmentId}`,
    category: 'assessment',
    streamId: assessmentId,
    revision,
    position: BigInt(revision),
    data,
    metadata: {
      ...{ schemaVersion: 2, effectiveAt: at, recordedAt, commandId: ulidOf(revision) },
      ...{ commandDigest: '0'.repeat(64), correlationId: ulidOf(revision), causationId: null },
      actor: { id: 'account-anxin', role: 'institution', division: '320402' },
      ...{ legalBasis: ['XF3005:7'], rulebook: null, reliedOn, division: '320402' },
      ...{ institutions: [institution], practitioners: [lead, technical], units: [ulidOf(50)], refusal },
    },
  }))
}
