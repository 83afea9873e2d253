import { describe, expect, it } from 'vitest'
import { given } from './given.ts'
import { institution } from './institution.ts'
import { practitioner } from './practitioner.ts'
import { project } from './project.ts'
import { unit } from './unit.ts'

const here = '91350100M000100Y43'
const unitId = '01JD0000000000000000000009'
const gradeOne = '01JD0000000000000000000001'
const gradeTwo = '01JD0000000000000000000002'
const stranger = '01JD0000000000000000000003'
const at = (day: string) => ({ effectiveAt: `${day}T01:00:00.000Z` })
const sealed = { subjectId: 'person-1', sealed: 'c2VhbGVk' }

function engineer(qualification: 'grade-one-engineer' | 'grade-two-engineer') {
  const data = {
    qualification,
    registrationNumber: '1320240000123',
    validFrom: '2024-01-10',
    validUntil: '2027-01-09',
    division: '320400',
    person: sealed,
  }
  const job = { employer: here, role: 'engineer' as const, until: null }
  return given(practitioner, [
    { type: 'PractitionerRegistered', data, ...at('2024-01-10') },
    { type: 'EmploymentStarted', data: job, ...at('2024-01-10') },
  ]).state
}

const provider = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance' as const,
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: sealed,
}
const providerFacts = [{ type: 'InstitutionRegistered' as const, data: provider, ...at('2024-01-02') }]
const served = {
  name: '常州新天地商业广场',
  uscc: null,
  kind: 'commercial-complex' as const,
  areaSquareMetres: 52_000,
  division: '320402',
  address: '常州市天宁区延陵西路1号',
  contact: null,
}
const unitFacts = [{ type: 'UnitRegistered' as const, data: served, ...at('2024-01-02') }]
const relied = {
  [`institution-${here}`]: given(institution, providerFacts).state,
  [`unit-${unitId}`]: given(unit, unitFacts).state,
  [`practitioner-${gradeOne}`]: engineer('grade-one-engineer'),
  [`practitioner-${gradeTwo}`]: engineer('grade-two-engineer'),
}
const options = { relied, id: '01JD0000000000000000000005' }

const contract = {
  institution: here,
  unit: unitId,
  kind: 'maintenance' as const,
  contractNumber: 'CZ-2026-017',
  from: '2026-03-01',
  until: '2027-02-28',
  amountFen: 4_800_000,
  areaSquareMetres: 52_000,
  division: '320402',
}
const contracted = { type: 'ProjectContracted' as const, data: contract, ...at('2026-02-25') }
const leads = { technicalLead: gradeOne, projectLead: gradeTwo }
const appointed = { type: 'LeadsAppointed' as const, data: leads, ...at('2026-02-26') }
const report = {
  number: 'AX-2026-0031',
  documentSha256: 'a'.repeat(64),
  conclusion: '消防设施运行正常',
  ...leads,
}
const issued = { type: 'ConclusionIssued' as const, data: report }
const concluded = { type: 'ProjectConcluded' as const, data: { outcome: 'completed' as const, note: null } }

describe('project', () => {
  it('is contracted once, with a registered institution and unit', () => {
    const order = { type: 'ContractProject' as const, data: contract }
    given(project, [], options).when(order).thenAppends({ type: 'ProjectContracted', data: contract })
    given(project, [contracted], options).when(order).thenRefused('project-already-contracted')
    given(project, [], { relied: { ...relied, [`unit-${unitId}`]: unit.initialState } })
      .when(order)
      .thenRefused('unit-not-registered')
  })

  it('is not contracted by an institution that may not practise on that day, and the attempt is kept', () => {
    const suspension = {
      type: 'InstitutionSuspended' as const,
      data: { reason: '不具备从业条件', until: '2026-03-31' },
      ...at('2026-02-01'),
    }
    const suspended = given(institution, [...providerFacts, suspension]).state
    const stream = given(project, [], { relied: { ...relied, [`institution-${here}`]: suspended } })
    const asked = stream.when({ type: 'ContractProject', data: contract })
    asked.thenRefused('institution-may-not-practise')
    expect(asked.decision).toMatchObject({
      recorded: [{ type: 'ContractAttempted', data: { ...contract, institutionStatus: 'suspended' } }],
    })
    stream
      .when({ type: 'ContractProject', data: contract, ...at('2026-04-01') })
      .thenAppendsTypes('ProjectContracted')
    stream
      .when({ type: 'ContractProject', data: contract, ...at('2026-01-31') })
      .thenAppendsTypes('ProjectContracted')
  })

  it('can still be contracted after an attempt that failed, and knew its division already then', () => {
    const attempt = {
      type: 'ContractAttempted' as const,
      data: { ...contract, institutionStatus: 'suspended' },
    }
    const stream = given(project, [attempt], options)
    expect(project.concerns(stream.state, options.id).division).toBe('320402')
    stream.when({ type: 'ContractProject', data: contract }).thenAppendsTypes('ProjectContracted')
  })

  it('is of a kind that the institution offers', () => {
    given(project, [], options)
      .when({ type: 'ContractProject', data: { ...contract, kind: 'assessment' } })
      .thenRefused('service-outside-type')
  })

  // Contracted on Wednesday 25 February 2026; Saturday 28 was made up for the Spring Festival.
  it.each([
    ['2026-03-03', false],
    ['2026-03-04', true],
  ])('entered on %s, its entry is late: %s', (day, late) => {
    given(project, [contracted], options)
      .when({ type: 'EnterProject', data: { entryNumber: '320402-0017' }, ...at(day) })
      .thenAppends({
        type: 'ProjectEntered',
        data: { entryNumber: '320402-0017', dueOn: '2026-03-03', duePrecision: 'final', late },
      })
  })

  it('has leads who were qualified here on that day', () => {
    const stream = given(project, [contracted], options)
    stream.when({ type: 'AppointLeads', data: leads }).thenAppends({ type: 'LeadsAppointed', data: leads })
    given(project, [contracted, appointed], options).when({ type: 'AppointLeads', data: leads }).thenAppends()
  })

  it.each([
    [
      'a technical lead of grade two',
      { technicalLead: gradeTwo, projectLead: gradeOne },
      ['not-grade-one'],
      '2026-03-02',
    ],
    [
      'a project lead whom nobody knows',
      { technicalLead: gradeOne, projectLead: stranger },
      ['unregistered'],
      '2026-03-02',
    ],
    ['leads whose registration has expired', leads, ['expired', 'expired'], '2027-01-10'],
  ])('refuses %s, and keeps the attempt', (_, wanted, obstacles, day) => {
    const asked = given(project, [contracted], options).when({
      type: 'AppointLeads',
      data: wanted,
      ...at(day),
    })
    asked.thenRefused('lead-not-qualified')
    expect(asked.decision).toMatchObject({
      recorded: [
        {
          type: 'LeadAppointmentAttempted',
          data: { ...wanted, failures: obstacles.map((obstacle) => ({ obstacle })) },
        },
      ],
    })
  })

  it('issues a conclusion signed by the leads of that day', () => {
    const issue = { type: 'IssueConclusion' as const, data: report }
    given(project, [contracted, appointed], options).when(issue).thenAppends(issued)
    given(project, [contracted], options).when(issue).thenRefused('leads-not-appointed')
    given(project, [contracted, appointed], options)
      .when({ ...issue, ...at('2026-02-25') })
      .thenRefused('leads-not-appointed')
    given(project, [contracted, appointed, issued], options).when(issue).thenAppends()
    const over = given(project, [contracted, appointed, concluded], options)
    over.when({ ...issue, ...at('2026-03-03') }).thenRefused('project-concluded')
    over.when({ ...issue, ...at('2026-02-27') }).thenAppends(issued)
  })

  it('refuses a signature by another, and keeps the attempt', () => {
    const asked = given(project, [contracted, appointed], options).when({
      type: 'IssueConclusion',
      data: { ...report, projectLead: gradeOne },
    })
    asked.thenRefused('signer-not-qualified')
    expect(asked.decision).toMatchObject({
      recorded: [
        {
          type: 'ConclusionAttempted',
          data: { number: report.number, failures: [{ obstacle: 'not-appointed' }] },
        },
      ],
    })
  })

  it('revises under the first number with -1, -2, and keeps the old ones', () => {
    const revise = (revises: string, hex: string) => ({
      type: 'ReviseConclusion' as const,
      data: { revises, documentSha256: hex.repeat(64), conclusion: '更正', ...leads, reason: '数据有误' },
    })
    const first = revise(report.number, 'b')
    const firstEvent = {
      type: 'ConclusionRevised' as const,
      data: { ...first.data, number: `${report.number}-1` },
    }
    given(project, [contracted, appointed, issued], options).when(first).thenAppends(firstEvent)
    const stream = given(project, [contracted, appointed, issued, firstEvent], options)
    stream.when(first).thenAppends()
    stream.when(revise(report.number, 'c')).thenRefused('conclusion-already-revised')
    const second = revise(`${report.number}-1`, 'c')
    stream
      .when(second)
      .thenAppends({ type: 'ConclusionRevised', data: { ...second.data, number: `${report.number}-2` } })
    expect(stream.state).toMatchObject({ conclusions: [{ status: 'revised' }, { status: 'standing' }] })
  })

  it('voids a conclusion once, with its reason, and never one it does not have', () => {
    const voiding = { type: 'VoidConclusion' as const, data: { number: report.number, reason: '未实际检测' } }
    const voided = { type: 'ConclusionVoided' as const, data: voiding.data }
    given(project, [contracted, appointed, issued], options).when(voiding).thenAppends(voided)
    given(project, [contracted, appointed, issued, voided], options).when(voiding).thenAppends()
    given(project, [contracted], options).when(voiding).thenRefused('conclusion-unknown')
    given(project, [contracted, appointed, issued, voided], options)
      .when({ type: 'IssueConclusion', data: report })
      .thenRefused('conclusion-number-taken')
  })

  it('is archived after it is concluded, for six years at least', () => {
    const archive = (retainUntil: string) => ({
      type: 'DepositArchive' as const,
      data: { indexSha256: 'd'.repeat(64), location: '档案室3柜', retainUntil },
    })
    given(project, [contracted], options).when(archive('2040-01-01')).thenRefused('project-not-concluded')
    const done = given(project, [contracted, concluded], options)
    done.when(archive('2032-03-01')).thenRefused('retention-too-short')
    done.when(archive('2032-03-02')).thenAppendsTypes('ArchiveDeposited')
  })
})
