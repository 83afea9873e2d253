import { readFileSync } from 'node:fs'
import { shippedRulebooks } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { institutionRegister } from './institution-register.ts'
import { practitionerRegister } from './practitioner-register.ts'
import { projectRegister } from './project-register.ts'
import { rulebookRegister } from './rulebook-register.ts'
import { type Fact, foldRows, testUlid, testUscc, testVault } from './test-kit.ts'
import { unitRegister } from './unit-register.ts'

const uscc = testUscc(1)
const stream = `institution-${uscc}`
const registration = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市延陵路1号',
  establishedOn: '2020-01-01',
  legalRepresentative: { subjectId: 'legal-1', sealed: '王小明' },
}
const registered: Fact = {
  stream,
  type: 'InstitutionRegistered',
  data: registration,
  effectiveAt: '2024-01-01T02:00:00.000Z',
}

describe('institution register', () => {
  it('given a registration, shows the institution with its legal representative', () => {
    const { institution } = foldRows(institutionRegister, [registered])
    expect(institution).toHaveLength(1)
    expect(institution?.[0]).toMatchObject({
      uscc,
      name: '常州安信消防技术服务有限公司',
      registered_on: '2024-01-01',
      conditions_met: null,
      legal_representative_name: '王小明',
      revision: 0,
    })
  })

  it('given a suspension and its end, shows each status with the moments between which it held', () => {
    const { institution, institution_status_step: steps } = foldRows(institutionRegister, [
      registered,
      {
        stream,
        type: 'InstitutionSuspended',
        data: { reason: '违法', until: null },
        effectiveAt: '2024-02-01T02:00:00.000Z',
      },
      {
        stream,
        type: 'InstitutionResumed',
        data: { reason: '整改完成' },
        effectiveAt: '2024-03-01T02:00:00.000Z',
      },
    ])
    expect(steps?.map(({ status, from_at, to_at }) => [status, from_at, to_at])).toEqual([
      ['registered', '2024-01-01T02:00:00.000Z', '2024-02-01T02:00:00.000Z'],
      ['suspended', '2024-02-01T02:00:00.000Z', '2024-03-01T02:00:00.000Z'],
      ['registered', '2024-03-01T02:00:00.000Z', null],
    ])
    expect(institution?.[0]).toMatchObject({ revision: 2 })
  })

  it('given corrected details, shows the corrected ones', () => {
    const corrected = {
      ...registration,
      name: '常州安信消防科技有限公司',
      supersedes: '00000000-0000-8000-a000-000000000000',
      reason: '名称有误',
    }
    const { institution } = foldRows(institutionRegister, [
      registered,
      { stream, type: 'InstitutionDetailsCorrected', data: corrected },
    ])
    expect(institution?.[0]).toMatchObject({ name: '常州安信消防科技有限公司', revision: 1 })
  })

  it('when the key of the legal representative is destroyed, shows no name and says why', () => {
    const vault = testVault()
    vault.forget('legal-1')
    const { institution } = foldRows(institutionRegister, [registered], vault.open)
    expect(institution?.[0]).toMatchObject({
      legal_representative_name: null,
      person: { subjectId: 'legal-1', name: null, withheld: 'key-destroyed' },
    })
  })
})

describe('unit register', () => {
  const unitStream = `unit-${testUlid(1)}`
  const details = {
    name: '吾悦广场',
    uscc: null,
    kind: 'commercial-complex',
    areaSquareMetres: 60_000,
    division: '320402',
    address: '常州市和平路1号',
    contact: null,
  }

  it('given a designation that was lifted, is no key unit any more and says when it was', () => {
    const { unit } = foldRows(unitRegister, [
      { stream: unitStream, type: 'UnitRegistered', data: details },
      { stream: unitStream, type: 'KeyUnitDesignated', data: { basis: '人员密集' } },
      { stream: unitStream, type: 'KeyUnitDesignationLifted', data: { reason: '已停业' } },
    ])
    expect(unit?.[0]).toMatchObject({ name: '吾悦广场', key_unit: false, person: null, status: 'open' })
    expect(unit?.[0]?.details).toMatchObject({ keyUnit: [{ designated: true }, { designated: false }] })
  })
})

describe('practitioner register', () => {
  const practitionerStream = `practitioner-${testUlid(1)}`
  const registration: Fact = {
    stream: practitionerStream,
    type: 'PractitionerRegistered',
    effectiveAt: '2024-01-01T02:00:00.000Z',
    data: {
      qualification: 'grade-one-engineer',
      registrationNumber: '320400000001',
      validFrom: '2024-01-01',
      validUntil: '2026-12-31',
      division: '320402',
      person: { subjectId: 'p-1', sealed: '李雷' },
    },
  }
  const started = (employer: string, day: string): Fact => ({
    stream: practitionerStream,
    type: 'EmploymentStarted',
    data: { employer, role: 'project-lead', until: null },
    effectiveAt: `${day}T02:00:00.000Z`,
  })
  const ended = (employer: string, day: string): Fact => ({
    stream: practitionerStream,
    type: 'EmploymentEnded',
    data: { employer, reason: '合同到期' },
    effectiveAt: `${day}T02:00:00.000Z`,
  })

  it('given two employments, keeps both with their days; the last day is the one before the end', () => {
    const { practitioner, practitioner_employment: employments } = foldRows(practitionerRegister, [
      registration,
      started(testUscc(1), '2024-01-10'),
      ended(testUscc(1), '2024-05-10'),
      started(testUscc(2), '2024-05-10'),
    ])
    expect(practitioner?.[0]).toMatchObject({
      name: '李雷',
      profession: 'engineer',
      employer: testUscc(2),
      valid_until: '2026-12-31',
    })
    expect(employments?.map((row) => [row.institution, row.from_day, row.until_day])).toEqual([
      [testUscc(1), '2024-01-10', '2024-05-09'],
      [testUscc(2), '2024-05-10', null],
    ])
  })

  it('given a suspension recorded after a later cancellation, shows what held when', () => {
    const { practitioner_status_step: steps } = foldRows(practitionerRegister, [
      registration,
      {
        stream: practitionerStream,
        type: 'RegistrationCancelled',
        data: { reason: '本人申请' },
        effectiveAt: '2025-01-01T02:00:00.000Z',
      },
      {
        stream: practitionerStream,
        type: 'PracticeSuspended',
        data: { reason: '调查', until: '2024-08-01' },
        effectiveAt: '2024-07-01T02:00:00.000Z',
      },
    ])
    expect(steps?.map(({ status, from_at }) => [status, from_at])).toEqual([
      ['registered', '2023-12-31T16:00:00.000Z'],
      ['suspended', '2024-06-30T16:00:00.000Z'],
      ['registered', '2024-08-01T16:00:00.000Z'],
      ['cancelled', '2024-12-31T16:00:00.000Z'],
    ])
  })

  it('given a term that ran out and a renewal, was expired in between', () => {
    const { practitioner_status_step: steps } = foldRows(practitionerRegister, [
      registration,
      {
        stream: practitionerStream,
        type: 'RegistrationRenewed',
        data: { validFrom: '2027-03-01', validUntil: '2029-12-31' },
        effectiveAt: '2027-03-01T02:00:00.000Z',
      },
    ])
    expect(steps?.map(({ status, from_at }) => [status, from_at])).toEqual([
      ['registered', '2023-12-31T16:00:00.000Z'],
      ['expired', '2026-12-31T16:00:00.000Z'],
      ['registered', '2027-02-28T16:00:00.000Z'],
      ['expired', '2029-12-31T16:00:00.000Z'],
    ])
  })

  it('given a revocation, was on no day registered', () => {
    const { practitioner_status_step: steps } = foldRows(practitionerRegister, [
      registration,
      {
        stream: practitionerStream,
        type: 'RegistrationRevoked',
        data: { reason: '骗取注册', deceit: true, barredUntil: '2028-01-01' },
        effectiveAt: '2025-01-01T02:00:00.000Z',
      },
    ])
    expect(steps?.map(({ status }) => status)).toEqual(['revoked'])
  })
})

describe('project register', () => {
  const name = 'project_entered_late_conclusion_revised_twice_and_archived'
  const url = new URL(`../../packages/domain/golden/valid/${name}.json`, import.meta.url)
  const history = (JSON.parse(readFileSync(url, 'utf8')) as { events: Fact[] }).events
  const facts = history.filter(({ stream }) => stream.startsWith('project-'))

  it('given a contract entered late and archived, shows each and the leads as last appointed', () => {
    const { project } = foldRows(projectRegister, facts)
    expect(project).toHaveLength(1)
    expect(project?.[0]).toMatchObject({ status: 'archived', entered_late: true, conclusion_count: 3 })
    expect(project?.[0]?.technical_lead).not.toBeNull()
    expect(project?.[0]?.retain_until).not.toBeNull()
  })

  it('given a conclusion revised twice, keeps all three, and only the last one stands', () => {
    const { project_conclusion: conclusions } = foldRows(projectRegister, facts)
    expect(conclusions?.map(({ status }) => status)).toEqual(['revised', 'revised', 'standing'])
    expect(conclusions?.map(({ revises }) => revises)).toEqual([
      null,
      conclusions?.[0]?.number,
      conclusions?.[1]?.number,
    ])
  })

  it('given only an attempt to contract, shows no project', () => {
    const contracted = facts.find(({ type }) => type === 'ProjectContracted')
    const attempt = {
      stream: `project-${testUlid(9)}`,
      type: 'ContractAttempted',
      data: { ...(contracted?.data as object), institutionStatus: 'suspended' },
    }
    expect(foldRows(projectRegister, [attempt]).project ?? []).toEqual([])
  })
})

describe('rulebook register', () => {
  it('given a draft adopted and retired, shows its content, where it was in force and until when', () => {
    const content = shippedRulebooks.find(({ id }) => id === 'CZ-DEFAULT-1')?.content
    const stream = 'rulebook-CZ-DEFAULT-1'
    const { rulebook, rulebook_adoption: adoptions } = foldRows(rulebookRegister, [
      { stream, type: 'RulebookDrafted', data: { division: '320400', content } },
      {
        stream,
        type: 'RulebookAdopted',
        data: { division: '320400', subjectKind: 'institution', from: '2024-01-01' },
      },
      { stream, type: 'RulebookRetired', data: { from: '2026-01-01', reason: '新规施行' } },
    ])
    expect(rulebook?.[0]).toMatchObject({
      status: 'retired',
      method: 'points',
      illustrative: true,
      content_revision: 0,
      retired_from: '2026-01-01',
    })
    expect(adoptions).toEqual([
      {
        rulebook: 'CZ-DEFAULT-1',
        number: 1,
        division: '320400',
        subject_kind: 'institution',
        from_day: '2024-01-01',
      },
    ])
  })
})
