import { describe, expect, it } from 'vitest'
import { assessment } from './assessment.ts'
import type { AssessmentEvent } from './assessment-events.ts'
import { assessmentProcess } from './assessment-process.ts'
import { assessmentScore } from './assessment-state.ts'
import { given } from './given.ts'
import { institution } from './institution.ts'
import { assessConditions } from './practice-conditions.ts'
import type { Qualification } from './practice-standing.ts'
import type { KnownPractitioner } from './practitioner-events.ts'
import { outlineOf } from './process-content.ts'
import { findShippedProcess } from './shipped-processes.ts'

const file = findShippedProcess('XF3005-EIGHT-1')
if (!file) throw new Error('the process is among the files')
const process = file.content

const stageCodes = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8'] as const
type StageCode = (typeof stageCodes)[number]
const adopted = given(assessmentProcess, [
  { type: 'ProcessDrafted', data: { division: '320400', content: process } },
  { type: 'ProcessAdopted', data: { division: '320400', from: '2026-01-01' } },
]).state

const uscc = '91320402MA1WABCD1F'
const ulidOf = (n: number) => `01JD00000000000000000000${String(n).padStart(2, '0')}`
const [lead, technical, engineer, operator] = [ulidOf(1), ulidOf(2), ulidOf(3), ulidOf(4)] as const
const team = {
  legalRepresentative: 'person-legal',
  technicalLead: technical,
  projectLead: lead,
  engineers: [engineer],
  operators: [operator],
  archivist: 'person-archive',
}
const sha256 = 'a'.repeat(64)

function standing(qualification: Qualification, change: Partial<KnownPractitioner> = {}): KnownPractitioner {
  return {
    status: 'known',
    division: '320402',
    residences: [{ from: '2024-01-01', division: '320402' }],
    subjectId: `subject-${qualification}`,
    registrations: [
      {
        qualification,
        registrationNumber: '3204-1',
        terms: [{ from: '2024-01-01', until: '2026-12-31' }],
        endedFrom: null,
        annulled: false,
      },
    ],
    employments: [{ employer: uscc, role: 'engineer', from: '2024-01-01', until: null }],
    suspensions: [],
    bans: [],
    barred: [],
    detailsEvent: null,
    employersConcerned: [],
    ...change,
  }
}

const figures = {
  legalPerson: true,
  premisesAreaSquareMetres: 200,
  equipmentComplete: true,
  engineers: 2,
  gradeOneEngineers: 1,
  operators: 6,
  intermediateOperators: 2,
  qualitySystem: true,
  processControlSystem: true,
}
function institutionOf(type: 'assessment' | 'maintenance' | 'both', met = true) {
  const profile = {
    name: '常州安信消防技术服务有限公司',
    type,
    division: '320402',
    address: '常州市天宁区竹林西路19号',
    establishedOn: '2019-05-06',
    legalRepresentative: { subjectId: 'person-legal', sealed: 'c2VhbGVk' },
  }
  const verified = { figures, outcomes: assessConditions(type, figures), met, rectifyBy: null }
  return given(institution, [
    { type: 'InstitutionRegistered', data: profile },
    { type: 'PracticeConditionsVerified', data: verified },
  ]).state
}

const people: Record<string, unknown> = {
  [`practitioner-${lead}`]: standing('grade-two-engineer', { subjectId: 'person-lead' }),
  [`practitioner-${technical}`]: standing('grade-one-engineer', { subjectId: 'person-technical' }),
  [`practitioner-${engineer}`]: standing('grade-two-engineer', { subjectId: 'person-engineer' }),
  [`practitioner-${operator}`]: standing('senior-operator', { subjectId: 'person-operator' }),
}
const relied = {
  ...people,
  [`institution-${uscc}`]: institutionOf('assessment'),
  'assessmentProcess-XF3005-EIGHT-1': adopted,
}

const engagement = {
  division: '320402',
  institution: uscc,
  unit: ulidOf(50),
  project: null,
  process: 'XF3005-EIGHT-1',
  team,
}
type Fact = {
  [Type in AssessmentEvent['type']]: { type: Type; data: Extract<AssessmentEvent, { type: Type }>['data'] }
}[AssessmentEvent['type']]
const engaged: Fact = {
  type: 'AssessmentEngaged',
  data: { ...engagement, process: 'XF3005-EIGHT-1@0', ...outlineOf(process) },
}

const byOf: Record<StageCode, string> = {
  S1: 'person-legal',
  S2: lead,
  S3: lead,
  S4: lead,
  S5: lead,
  S6: lead,
  S7: technical,
  S8: 'person-archive',
}
let serial = 60
const idsOf = new Map<string, string>()
function evidenceId(stage: StageCode, kind: string) {
  const key = `${stage} ${kind}`
  const known = idsOf.get(key) ?? `01JD0000000000000000000${String(serial++).padStart(3, '0')}`
  idsOf.set(key, known)
  return known
}
function evidence(stage: StageCode, kind: string) {
  const id = evidenceId(stage, kind)
  return {
    evidenceId: id,
    stage,
    kind,
    title: kind,
    sha256,
    recordedBy: lead,
    instrument: null,
    place: null,
    takenAt: '2026-03-01T02:00:00.000Z',
    file: null,
    heldElsewhere: null,
  }
}
const finding = {
  findingId: ulidOf(40),
  item: '5.2.1',
  class: 'B' as const,
  conforms: false,
  score: { earned: 7, full: 8 },
  description: '消火栓栓口压力不足',
  evidence: [evidenceId('S4', 'site-image')],
  recordedBy: engineer,
  supersedes: null,
}
const number = 'CZPG-2026-001'
const report = {
  drafted: {
    type: 'ReportDrafted',
    data: { reportNumber: number, sha256, draftedBy: engineer, sentences: [] },
  },
  checked: { type: 'ReportChecked', data: { reportNumber: number, checkedBy: lead } },
  audited: { type: 'ReportAudited', data: { reportNumber: number, auditedBy: technical } },
  issued: { type: 'ReportIssued', data: { reportNumber: number, issuedBy: 'person-legal', sha256 } },
  delivered: {
    type: 'ReportDelivered',
    data: { reportNumber: number, deliveredOn: '2026-03-02', receiptSha256: sha256 },
  },
} as const satisfies Record<string, Fact>

/** The evidence that a stage requires. */
function evidenceOf(code: StageCode): Fact[] {
  const stage = process.stages.find((each) => each.code === code)
  return (stage?.evidence ?? [])
    .filter((each) => each.required)
    .map((each) => ({ type: 'EvidenceRecorded', data: evidence(code, each.kind) }))
}

/** All the work of a stage, without its completion. */
function workOf(code: StageCode): Fact[] {
  const extra: Partial<Record<StageCode, Fact[]>> = {
    S4: [{ type: 'FindingRecorded', data: finding }],
    S6: [report.drafted],
    S7: [report.checked, report.audited, report.issued],
    S8: [report.delivered],
  }
  return [...evidenceOf(code), ...(extra[code] ?? [])]
}

function completed(stage: StageCode): Fact {
  return { type: 'StageCompleted', data: completion(stage) }
}
function completion(stage: StageCode) {
  return { stage, completedBy: byOf[stage], score: stage === 'S5' ? 87.5 : null }
}

/** Everything up to the beginning of the stage. */
function until(code: StageCode | 'end'): Fact[] {
  const before = stageCodes.filter((each) => code === 'end' || each < code)
  return [engaged, ...before.flatMap((each) => [...workOf(each), completed(each)])]
}

const at = (facts: readonly Fact[], change: Record<string, unknown> = {}) =>
  given(assessment, facts, { relied: { ...relied, ...change } })

describe('the process definition', () => {
  it('has eight stages in order, each with evidence, persons, a limit and its source', () => {
    expect(process.stages.map((stage) => stage.code)).toEqual([...stageCodes])
    for (const stage of process.stages) {
      expect(stage.responsible.length, stage.code).toBeGreaterThan(0)
      expect(stage.evidence.length, stage.code).toBeGreaterThan(0)
      expect(stage.limitWorkingDays, stage.code).toBeGreaterThan(0)
      expect(stage.legalBasis.length, stage.code).toBeGreaterThan(0)
      for (const back of stage.backTo) expect(back < stage.code, stage.code).toBe(true)
    }
    expect(process.illustrative).toBe(true)
  })
})

describe('an engagement', () => {
  it('begins in S1 under a version of the process', () => {
    at([]).when({ type: 'EngageAssessment', data: engagement }).thenAppends(engaged)
    expect(at([engaged]).state).toMatchObject({ status: 'open', stage: 'S1', process: 'XF3005-EIGHT-1@0' })
  })

  it('is refused twice, under an unknown process, or for the future', () => {
    at([engaged])
      .when({ type: 'EngageAssessment', data: engagement })
      .thenRefused('assessment-already-engaged')
    at([])
      .when({ type: 'EngageAssessment', data: { ...engagement, process: 'XF3005-EIGHT-9' } })
      .thenRefused('process-unknown')
    at([])
      .when({ type: 'EngageAssessment', data: engagement, effectiveAt: '2026-03-03T00:00:00.000Z' })
      .thenRefused('in-the-future')
    at([])
      .when({ type: 'CompleteStage', data: completion('S1') })
      .thenRefused('assessment-not-engaged')
  })

  it('concerns its division, institution, team and unit', () => {
    expect(assessment.concerns(at([engaged]).state, ulidOf(9))).toEqual({
      division: '320402',
      institutions: [uscc],
      practitioners: [technical, lead, engineer, operator],
      units: [ulidOf(50)],
    })
  })

  it('changes its team', () => {
    const changed = { ...team, engineers: [] }
    at([engaged])
      .when({ type: 'ChangeTeam', data: { team: changed, reason: '人员调整' } })
      .thenAppendsTypes('AssessmentTeamChanged')
    at([engaged])
      .when({ type: 'ChangeTeam', data: { team, reason: '无变化' } })
      .thenAppends()
  })
})

describe('a stage', () => {
  it.each(stageCodes)('%s is complete when its work is done', (code) => {
    at([...until(code), ...workOf(code)])
      .when({ type: 'CompleteStage', data: completion(code) })
      .thenAppends(completed(code))
  })

  it.each(stageCodes)('%s is not complete without its evidence, and the refusal names it', (code) => {
    const [missing, ...rest] = workOf(code)
    const asked = at([...until(code), ...rest]).when({ type: 'CompleteStage', data: completion(code) })
    asked.thenRefused('gate-evidence-missing')
    const kind = missing?.type === 'EvidenceRecorded' ? missing.data.kind : '?'
    expect(asked.decision).toMatchObject({
      refusal: { message: { en: expect.stringContaining(`(${kind})`), zh: expect.stringContaining(kind) } },
      recorded: [],
    })
  })

  it('is complete without an item that was waived', () => {
    const [missing, ...rest] = workOf('S3')
    const requirement = missing?.type === 'EvidenceRecorded' ? missing.data.kind : '?'
    const waived: Fact = {
      type: 'GateWaived',
      data: { stage: 'S3', requirement, waivedBy: 'officer-3204-017', reason: '委托方无此资料' },
    }
    at([...until('S3'), ...rest, waived])
      .when({ type: 'CompleteStage', data: completion('S3') })
      .thenAppendsTypes('StageCompleted')
  })

  it('comes in its turn, and completing it again changes nothing', () => {
    at([engaged])
      .when({ type: 'CompleteStage', data: completion('S2') })
      .thenRefused('stage-out-of-order')
    at(until('S3'))
      .when({ type: 'CompleteStage', data: completion('S2') })
      .thenAppends()
    at(until('end'))
      .when({ type: 'CompleteStage', data: completion('S8') })
      .thenAppends()
  })

  it('does not end before it began', () => {
    at([...until('S2'), ...workOf('S2')])
      .when({ type: 'CompleteStage', data: completion('S2'), effectiveAt: '2026-03-02T03:59:59.999Z' })
      .thenRefused('stage-ends-before-it-began')
  })

  it('is completed by a responsible person only; another’s attempt is recorded', () => {
    const asked = at([...until('S3'), ...workOf('S3')]).when({
      type: 'CompleteStage',
      data: { ...completion('S3'), completedBy: operator },
    })
    asked.thenRefused('signature-not-in-role')
    expect(asked.decision).toMatchObject({
      refusal: { pointer: '/data/completedBy' },
      recorded: [
        {
          type: 'SignatureRefused',
          data: { act: 'complete-stage', stage: 'S3', member: operator, obstacle: 'not-in-role' },
        },
      ],
    })
  })

  it('S1 needs an institution that is active and may assess', () => {
    const s1 = [...until('S1'), ...workOf('S1')]
    const withInstitution = (state: unknown) => at(s1, { [`institution-${uscc}`]: state })
    const order = { type: 'CompleteStage' as const, data: completion('S1') }
    withInstitution(institutionOf('both')).when(order).thenAppendsTypes('StageCompleted')
    withInstitution(institutionOf('maintenance')).when(order).thenRefused('institution-out-of-scope')
    withInstitution(institutionOf('assessment', false)).when(order).thenRefused('institution-not-active')
    withInstitution({ status: 'unknown' }).when(order).thenRefused('institution-not-active')
  })

  it.each<[string, Partial<KnownPractitioner>]>([
    ['registered', { registrations: [] }],
    [
      'expired',
      { registrations: [{ ...onlyRegistration(), terms: [{ from: '2023-01-01', until: '2026-03-01' }] }] },
    ],
    ['suspended', { suspensions: [{ from: '2026-03-01', until: null }] }],
    ['employed', { employments: [] }],
    ['banned', { bans: [{ from: '2026-01-01', until: null }] }],
  ])('S2 names each person of the team who was not entitled on that day: %s', (word, change) => {
    const asked = at([...until('S2'), ...workOf('S2')], {
      [`practitioner-${engineer}`]: standing('grade-two-engineer', change),
    }).when({ type: 'CompleteStage', data: completion('S2') })
    asked.thenRefused('team-not-entitled')
    expect(asked.decision).toMatchObject({
      refusal: {
        message: {
          en: expect.stringMatching(new RegExp(`${engineer}.*${word}`)),
          zh: expect.stringContaining(engineer),
        },
        legalBasis: expect.arrayContaining(['O7:11', 'O7:12']),
      },
    })
  })

  it('S2 needs a grade-one technical lead', () => {
    at([...until('S2'), ...workOf('S2')], { [`practitioner-${technical}`]: standing('grade-two-engineer') })
      .when({ type: 'CompleteStage', data: completion('S2') })
      .thenRefused('team-not-entitled')
  })

  it('asks what was so on the day, not what is so now', () => {
    const expired = standing('grade-two-engineer', {
      registrations: [{ ...onlyRegistration(), terms: [{ from: '2023-01-01', until: '2026-03-01' }] }],
    })
    const earlier = '2026-03-01T03:00:00.000Z'
    given(
      assessment,
      [...until('S2'), ...workOf('S2')].map((fact) => ({ ...fact, effectiveAt: '2026-02-01T00:00:00.000Z' })),
      { relied: { ...relied, [`practitioner-${engineer}`]: expired } },
    )
      .when({ type: 'CompleteStage', data: completion('S2'), effectiveAt: earlier })
      .thenAppendsTypes('StageFellOverdue', 'StageCompleted')
  })

  it('S4 needs findings, each with evidence from the site', () => {
    at([...until('S4'), ...evidenceOf('S4')])
      .when({ type: 'CompleteStage', data: completion('S4') })
      .thenRefused('findings-missing')
    const fromPaper = { ...finding, evidence: [evidenceId('S3', 'drawings')] }
    at([...until('S4'), ...evidenceOf('S4'), { type: 'FindingRecorded', data: fromPaper }])
      .when({ type: 'CompleteStage', data: completion('S4') })
      .thenRefused('findings-without-evidence')
  })

  it('S5 states the score that the findings give', () => {
    const s5 = at([...until('S5'), ...workOf('S5')])
    if (s5.state.status === 'unknown') throw new Error('engaged')
    expect(assessmentScore(s5.state)).toBe(87.5)
    s5.when({ type: 'CompleteStage', data: { ...completion('S5'), score: 88 } }).thenRefused('score-differs')
    s5.when({ type: 'CompleteStage', data: { ...completion('S5'), score: null } }).thenRefused(
      'score-differs',
    )
  })

  it('S6, S7 and S8 need a draft, an issued and a delivered report', () => {
    for (const [code, refusal] of [
      ['S6', 'report-not-drafted'],
      ['S7', 'report-not-issued'],
      ['S8', 'report-not-delivered'],
    ] as const) {
      at([...until(code), ...evidenceOf(code)])
        .when({ type: 'CompleteStage', data: completion(code) })
        .thenRefused(refusal)
    }
  })
})

function onlyRegistration() {
  const [registration] = standing('grade-two-engineer').registrations
  if (!registration) throw new Error('registered')
  return registration
}

describe('a return', () => {
  const order = { stage: 'S7' as const, to: 'S5' as const, returnedBy: technical, reason: '评分依据不足' }

  it('goes back to an allowed stage, and what was signed is signed again', () => {
    const s7 = [...until('S7'), report.checked, report.audited]
    at(s7).when({ type: 'ReturnStage', data: order }).thenAppends({ type: 'StageReturned', data: order })
    const { state } = at([...s7, { type: 'StageReturned', data: order }])
    expect(state).toMatchObject({ stage: 'S5', reports: [{ checkedBy: null, auditedBy: null }] })
    at([...s7, { type: 'StageReturned', data: order }])
      .when({ type: 'CompleteStage', data: completion('S5') })
      .thenAppendsTypes('StageCompleted')
  })

  it('is refused to a stage that is not allowed, from another stage, or by a stranger', () => {
    const s7 = at(until('S7'))
    s7.when({ type: 'ReturnStage', data: { ...order, to: 'S2' } }).thenRefused('stage-return-not-allowed')
    s7.when({ type: 'ReturnStage', data: { ...order, stage: 'S6' } }).thenRefused('stage-return-not-allowed')
    s7.when({ type: 'ReturnStage', data: { ...order, returnedBy: 'somebody' } }).thenRefused('not-in-team')
    s7.when({ type: 'ReturnStage', data: { ...order, to: 'S7' } }).thenAppends()
  })

  it('is refused once the report is issued', () => {
    at([...until('S7'), report.checked, report.audited, report.issued])
      .when({ type: 'ReturnStage', data: order })
      .thenRefused('report-issued-already')
  })
})

describe('a waiver', () => {
  const order = {
    stage: 'S3' as const,
    requirement: 'drawings',
    waivedBy: technical,
    reason: '老旧建筑无图纸',
  }

  it('sets one item aside, once', () => {
    at([engaged]).when({ type: 'WaiveGate', data: order }).thenAppends({ type: 'GateWaived', data: order })
    at([engaged, { type: 'GateWaived', data: order }])
      .when({ type: 'WaiveGate', data: order })
      .thenAppends()
  })

  it('never reaches persons, comes before completion, and has a name', () => {
    at([engaged])
      .when({ type: 'WaiveGate', data: { ...order, requirement: 'team-entitled' } })
      .thenRefused('requirement-unknown')
    at(until('S4')).when({ type: 'WaiveGate', data: order }).thenRefused('stage-completed')
    at([engaged])
      .when({ type: 'WaiveGate', data: { ...order, waivedBy: 'somebody' } })
      .thenRefused('not-in-team')
  })
})

describe('an officer’s name on a waiver or a return', () => {
  const officer = 'officer-3204-017'
  const waiver = { stage: 'S3' as const, requirement: 'drawings', waivedBy: officer, reason: '无图纸' }
  const back = { stage: 'S7' as const, to: 'S5' as const, returnedBy: officer, reason: '依据不足' }
  const asked = [
    [{ type: 'WaiveGate' as const, data: waiver }, [engaged], 'GateWaived'],
    [{ type: 'ReturnStage' as const, data: back }, until('S7'), 'StageReturned'],
  ] as const

  it.each(asked)('given the institution’s own account, is refused: %j', (order, facts) => {
    const actor = { id: 'account-1', role: 'institution', division: '320402' }
    given(assessment, facts, { relied, actor }).when(order).thenRefused('officer-named-by-institution')
  })

  it.each(asked)('given somebody of the authority, is taken: %j', (order, facts, type) => {
    const actor = { id: officer, role: 'assessor', division: '320402' }
    given(assessment, facts, { relied, actor }).when(order).thenAppendsTypes(type)
  })
})

describe('evidence', () => {
  const order = evidence('S1', 'request')

  it('is recorded once under its id', () => {
    at([engaged])
      .when({ type: 'RecordEvidence', data: order })
      .thenAppends({ type: 'EvidenceRecorded', data: order })
    const recorded = at([engaged, { type: 'EvidenceRecorded', data: order }])
    recorded.when({ type: 'RecordEvidence', data: order }).thenAppends()
    recorded
      .when({ type: 'RecordEvidence', data: { ...order, sha256: 'b'.repeat(64) } })
      .thenRefused('evidence-id-used')
  })

  it.each([
    ['stage-not-reached', { stage: 'S2' as const, kind: 'plan' }],
    ['evidence-kind-unknown', { kind: 'site-image' }],
    ['in-the-future', { takenAt: '2026-03-02T04:00:00.001Z' }],
    ['not-in-team', { recordedBy: 'somebody' }],
  ])('is refused: %s %o', (code, change) => {
    at([engaged])
      .when({ type: 'RecordEvidence', data: { ...order, ...change } })
      .thenRefused(code)
  })
})

describe('a finding', () => {
  const s4 = [...until('S4'), ...evidenceOf('S4')]
  const recorded: Fact = { type: 'FindingRecorded', data: finding }

  it('is recorded once, and corrected by another that names it', () => {
    at(s4).when({ type: 'RecordFinding', data: finding }).thenAppends(recorded)
    at([...s4, recorded])
      .when({ type: 'RecordFinding', data: finding })
      .thenAppends()
    at([...s4, recorded])
      .when({ type: 'RecordFinding', data: { ...finding, conforms: true } })
      .thenRefused('finding-id-used')
    const correction = { ...finding, findingId: ulidOf(41), supersedes: finding.findingId, score: null }
    at([...s4, recorded])
      .when({ type: 'RecordFinding', data: correction })
      .thenAppendsTypes('FindingRecorded')
    const { state } = at([...s4, recorded, { type: 'FindingRecorded', data: correction }])
    if (state.status === 'unknown') throw new Error('engaged')
    expect(assessmentScore(state)).toBeNull()
  })

  it('is refused with evidence that is not there, for a finding that does not stand, or out of its stages', () => {
    at(s4)
      .when({ type: 'RecordFinding', data: { ...finding, evidence: [ulidOf(99)] } })
      .thenRefused('evidence-unknown')
    at(s4)
      .when({ type: 'RecordFinding', data: { ...finding, supersedes: ulidOf(98) } })
      .thenRefused('finding-unknown')
    at(s4)
      .when({ type: 'RecordFinding', data: { ...finding, recordedBy: 'somebody' } })
      .thenRefused('not-in-team')
    at([engaged]).when({ type: 'RecordFinding', data: finding }).thenRefused('stage-not-current')
    at(until('S7'))
      .when({ type: 'RecordFinding', data: { ...finding, findingId: ulidOf(41) } })
      .thenRefused('stage-not-current')
  })
})

describe('a report', () => {
  const s7 = until('S7')
  const check = { type: 'CheckReport' as const, data: report.checked.data }
  const audit = { type: 'AuditReport' as const, data: report.audited.data }
  const issue = { type: 'IssueReport' as const, data: report.issued.data }

  it('is drafted in S6 by a registered engineer, and anew under its number until it is issued', () => {
    const draft = { type: 'DraftReport' as const, data: report.drafted.data }
    at(until('S6')).when(draft).thenAppends(report.drafted)
    at([...until('S6'), report.drafted])
      .when(draft)
      .thenAppendsTypes('ReportDrafted')
    at(until('S5')).when(draft).thenRefused('stage-not-current')
    at(until('S6'))
      .when({ ...draft, data: { ...draft.data, draftedBy: operator } })
      .thenRefused('signature-not-in-role')
  })

  it('is checked, audited and issued in this order by three persons', () => {
    at(s7).when(check).thenAppends(report.checked)
    at([...s7, report.checked])
      .when(audit)
      .thenAppends(report.audited)
    at([...s7, report.checked, report.audited])
      .when(issue)
      .thenAppends(report.issued)
    at(s7).when(audit).thenRefused('report-not-checked')
    at([...s7, report.checked])
      .when(issue)
      .thenRefused('report-not-audited')
    at([...s7, report.checked])
      .when(check)
      .thenAppends()
    at(until('S6')).when(check).thenRefused('report-unknown')
    at([...until('S6'), report.drafted])
      .when(check)
      .thenRefused('stage-not-current')
  })

  it('is not audited by the one who checked it, nor issued by the one who audited it', () => {
    const oneLead = { ...team, projectLead: technical }
    const changed: Fact = { type: 'AssessmentTeamChanged', data: { team: oneLead, reason: '兼任' } }
    const checked: Fact = { type: 'ReportChecked', data: { reportNumber: number, checkedBy: technical } }
    const asked = at([...s7, changed, checked]).when(audit)
    asked.thenRefused('signature-signed-before')
    expect(asked.decision).toMatchObject({
      recorded: [
        { type: 'SignatureRefused', data: { act: 'audit', member: technical, obstacle: 'signed-before' } },
      ],
    })
    const owner = standing('grade-one-engineer', { subjectId: 'person-legal' })
    at([...s7, report.checked, report.audited], { [`practitioner-${technical}`]: owner })
      .when(issue)
      .thenRefused('signature-signed-before')
  })

  it.each<[string, Partial<KnownPractitioner> & { grade?: Qualification }]>([
    ['signature-not-grade-one', { grade: 'grade-two-engineer' }],
    ['signature-suspended', { suspensions: [{ from: '2026-03-02', until: '2026-03-02' }] }],
    ['signature-employed-elsewhere', { employments: [] }],
    ['signature-unregistered', { registrations: [] }],
    ['signature-banned', { bans: [{ from: '2026-01-01', until: null }] }],
  ])('is not audited by one who may not: %s; the attempt is recorded', (code, { grade, ...change }) => {
    const asked = at([...s7, report.checked], {
      [`practitioner-${technical}`]: standing(grade ?? 'grade-one-engineer', change),
    }).when(audit)
    asked.thenRefused(code)
    expect(asked.decision).toMatchObject({
      refusal: { message: { en: expect.stringContaining(technical) }, pointer: '/data/auditedBy' },
      recorded: [{ type: 'SignatureRefused', data: { reportNumber: number, member: technical } }],
    })
  })

  it('is checked by an engineer, and by the project lead only', () => {
    at(s7, { [`practitioner-${lead}`]: standing('senior-operator') })
      .when(check)
      .thenRefused('signature-not-engineer')
    at(s7)
      .when({ ...check, data: { ...check.data, checkedBy: engineer } })
      .thenRefused('signature-not-in-role')
    at([...s7, report.checked, report.audited])
      .when({ ...issue, data: { ...issue.data, issuedBy: technical } })
      .thenRefused('signature-not-in-role')
  })

  it('given somebody made legal representative by a change of the team, is not issued by that person', () => {
    const changed: Fact = {
      type: 'AssessmentTeamChanged',
      data: { team: { ...team, legalRepresentative: 'person-other' }, reason: '变更' },
    }
    at([...s7, report.checked, report.audited, changed])
      .when({ ...issue, data: { ...issue.data, issuedBy: 'person-other' } })
      .thenRefused('legal-representative-differs')
  })

  it('is not issued by an institution that may not practise', () => {
    at([...s7, report.checked, report.audited], {
      [`institution-${uscc}`]: institutionOf('assessment', false),
    })
      .when(issue)
      .thenRefused('institution-not-active')
  })

  it('is voided and stays; a void report goes no further', () => {
    const order = { reportNumber: number, voidedBy: technical, reason: '数据有误' }
    const voided: Fact = { type: 'ReportVoided', data: order }
    at(until('end')).when({ type: 'VoidReport', data: order }).thenAppends(voided)
    at([...until('end'), voided])
      .when({ type: 'VoidReport', data: order })
      .thenAppends()
    at([...until('end'), voided])
      .when({ type: 'VoidReport', data: { ...order, reason: '附件缺页' } })
      .thenRefused('report-void-already')
    at([...until('end'), voided])
      .when({ type: 'DeliverReport', data: { ...report.delivered.data } })
      .thenAppends()
    at([...s7, voided])
      .when(check)
      .thenRefused('report-void')
    at([...s7, report.checked, voided])
      .when(audit)
      .thenRefused('report-void')
    at([...s7, report.checked, voided])
      .when(issue)
      .thenRefused('report-void')
    at(s7)
      .when({ type: 'VoidReport', data: { ...order, voidedBy: operator } })
      .thenRefused('signature-not-in-role')
    at(s7)
      .when({ type: 'VoidReport', data: { ...order, reportNumber: 'CZPG-2026-002' } })
      .thenRefused('report-unknown')
  })
})

describe('a revision', () => {
  const archived: Fact = {
    type: 'AssessmentArchived',
    data: { indexSha256: sha256, archivedBy: 'person-archive', retainUntil: '2032-03-02' },
  }
  const revision = {
    reportNumber: `${number}-1`,
    replaces: number,
    sha256,
    draftedBy: lead,
    reason: '面积更正',
    sentences: [],
  }
  const voidOf = (reportNumber: string): Fact => ({
    type: 'ReportVoided',
    data: { reportNumber, voidedBy: technical, reason: '面积有误' },
  })
  const voided = voidOf(number)
  const revised: Fact = { type: 'ReportRevised', data: { ...revision, reopens: 'S7' } }

  it('takes the next suffix of the void one, and opens the archive again for review', () => {
    at([...until('end'), archived, voided])
      .when({ type: 'ReviseReport', data: revision })
      .thenAppends(revised)
    const { state } = at([...until('end'), archived, revised])
    expect(state).toMatchObject({
      status: 'open',
      stage: 'S7',
      reports: [
        { reportNumber: number, voided: true, issuedBy: 'person-legal' },
        { reportNumber: `${number}-1`, voided: false, checkedBy: null, replaces: number },
      ],
    })
    at([...until('end'), revised])
      .when({ type: 'ReviseReport', data: revision })
      .thenAppends()
  })

  it('counts on from the first number', () => {
    const second = { ...revision, reportNumber: `${number}-2`, replaces: `${number}-1` }
    const signed: Fact[] = [
      { type: 'ReportChecked', data: { reportNumber: `${number}-1`, checkedBy: lead } },
      { type: 'ReportAudited', data: { reportNumber: `${number}-1`, auditedBy: technical } },
      { type: 'ReportIssued', data: { reportNumber: `${number}-1`, issuedBy: 'person-legal', sha256 } },
    ]
    at([...until('end'), revised, ...signed, voidOf(`${number}-1`)])
      .when({ type: 'ReviseReport', data: second })
      .thenAppendsTypes('ReportRevised')
    at([...until('end'), revised, ...signed])
      .when({ type: 'ReviseReport', data: { ...second, reportNumber: `${number}-1-1` } })
      .thenRefused('revision-number-wrong')
  })

  it.each([
    ['revision-number-wrong', { reportNumber: 'CZPG-2026-002' }],
    ['report-unknown', { replaces: 'CZPG-2025-009' }],
    ['signature-not-in-role', { draftedBy: operator }],
  ])('is refused: %s %o', (code, change) => {
    at(until('end'))
      .when({ type: 'ReviseReport', data: { ...revision, ...change } })
      .thenRefused(code)
  })

  it('given an issued report that is not void, is refused to who may not void it', () => {
    const facts = [...until('end'), archived]
    at(facts).when({ type: 'ReviseReport', data: revision }).thenRefused('report-not-void')
    const both = { ...team, technicalLead: lead }
    const changed: Fact = { type: 'AssessmentTeamChanged', data: { team: both, reason: '补充' } }
    at([...until('end'), changed])
      .when({ type: 'ReviseReport', data: revision })
      .thenAppends(revised)
  })

  it('is refused of a report that is not issued, or no longer the latest', () => {
    at(until('S7')).when({ type: 'ReviseReport', data: revision }).thenRefused('report-not-issued')
    at([...until('end'), revised])
      .when({ type: 'ReviseReport', data: { ...revision, reportNumber: `${number}-2` } })
      .thenRefused('report-revised-already')
  })
})

describe('delivery, archive and follow-up', () => {
  const archive = { indexSha256: sha256, archivedBy: 'person-archive', retainUntil: '2032-03-02' }
  const archived: Fact = { type: 'AssessmentArchived', data: archive }
  const visit = { on: '2026-03-02', followedUpBy: lead, outcome: '整改已启动' }

  it('delivers what is issued, in S8, once', () => {
    const order = { type: 'DeliverReport' as const, data: report.delivered.data }
    at(until('S8')).when(order).thenAppends(report.delivered)
    at([...until('S8'), report.delivered])
      .when(order)
      .thenAppends()
    at(until('S7')).when(order).thenRefused('report-not-issued')
    at([...until('S7'), ...workOf('S7')])
      .when(order)
      .thenRefused('stage-not-current')
    at(until('S8'))
      .when({ ...order, data: { ...order.data, deliveredOn: '2026-03-03' } })
      .thenRefused('in-the-future')
    at(until('S8'))
      .when({ ...order, data: { ...order.data, reportNumber: 'CZPG-2025-009' } })
      .thenRefused('report-unknown')
  })

  it('archives for six years or more, when all stages are complete', () => {
    at(until('end')).when({ type: 'ArchiveAssessment', data: archive }).thenAppends(archived)
    at([...until('end'), archived])
      .when({ type: 'ArchiveAssessment', data: archive })
      .thenAppends()
    at(until('end'))
      .when({ type: 'ArchiveAssessment', data: { ...archive, retainUntil: '2032-03-01' } })
      .thenRefused('retention-too-short')
    at(until('S8')).when({ type: 'ArchiveAssessment', data: archive }).thenRefused('stages-open')
    at(until('end'))
      .when({ type: 'ArchiveAssessment', data: { ...archive, archivedBy: engineer } })
      .thenRefused('signature-not-in-role')
  })

  it('is closed once archived, but for follow-up and revision', () => {
    const closed = at([...until('end'), archived])
    closed.when({ type: 'ChangeTeam', data: { team, reason: '调整' } }).thenRefused('assessment-archived')
    closed.when({ type: 'FollowUpAssessment', data: visit }).thenAppendsTypes('AssessmentFollowedUp')
  })

  it('follows up what was delivered', () => {
    at([...until('end'), { type: 'AssessmentFollowedUp', data: visit }])
      .when({ type: 'FollowUpAssessment', data: visit })
      .thenAppends()
    at(until('S8')).when({ type: 'FollowUpAssessment', data: visit }).thenRefused('report-not-delivered')
    at(until('end'))
      .when({ type: 'FollowUpAssessment', data: { ...visit, on: '2026-03-03' } })
      .thenRefused('in-the-future')
    at(until('end'))
      .when({ type: 'FollowUpAssessment', data: { ...visit, followedUpBy: 'somebody' } })
      .thenRefused('not-in-team')
  })
})

describe('what a decision relies on', () => {
  it('is the institution and everyone who signs or may sign, for acts that need a name', () => {
    const { state } = at([...until('S7'), report.checked])
    const changed = assessment.evolve(state, {
      type: 'AssessmentTeamChanged',
      data: { team: { ...team, projectLead: engineer, engineers: [] }, reason: '更换' },
      effectiveAt: '2026-03-02T04:00:00.000Z',
    })
    const command = { id: ulidOf(9), effectiveAt: '2026-03-02T04:00:00.000Z' }
    const audit = { ...command, type: 'AuditReport' as const, data: report.audited.data }
    expect(assessment.reliesOn?.(audit, changed)?.map((each) => each.id)).toEqual([
      'XF3005-EIGHT-1',
      uscc,
      lead,
      technical,
      engineer,
      operator,
    ])
    const record = { ...command, type: 'RecordEvidence' as const, data: evidence('S7', 'review-record') }
    expect(assessment.reliesOn?.(record, changed)).toEqual([
      { category: 'assessmentProcess', id: 'XF3005-EIGHT-1' },
    ])
  })
})
