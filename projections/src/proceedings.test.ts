import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { assessmentSteps } from './assessment-steps.ts'
import { assessmentTrail } from './assessment-trail.ts'
import { inspections } from './inspections.ts'
import { penaltyCases } from './penalty-cases.ts'
import { type Fact, foldRows, testUlid, testUscc } from './test-kit.ts'

/** A golden history of the domain: real facts, in the stored shapes. */
function golden(name: string): Fact[] {
  const url = new URL(`../../packages/domain/golden/valid/${name}.json`, import.meta.url)
  return (JSON.parse(readFileSync(url, 'utf8')) as { events: Fact[] }).events
}

describe('inspections', () => {
  it('given an item corrected after the conclusion, counts and shows the corrected outcome', () => {
    const facts = golden('inspection_item_corrected_after_conclusion_and_cured_in_time')
    const { inspection, inspection_item: items } = foldRows(inspections, facts)
    expect(inspection).toHaveLength(1)
    expect(inspection?.[0]).toMatchObject({ form: 'daily', status: 'concluded', rectification: 'cured' })
    const failed = items?.filter((item) => item.outcome === 'fail').length
    expect(inspection?.[0]?.items_failed).toBe(failed)
    expect(items?.some((item) => (item.details as { corrected: boolean }).corrected)).toBe(true)
  })
})

describe('penalty cases', () => {
  it('given the Shayang case, sums five violations to 37,000 yuan for one respondent', () => {
    const facts = golden('penalty_shayang_five_violations_merged_to_37000')
    const {
      penalty_case: cases,
      penalty_line: lines,
      penalty_respondent: respondents,
    } = foldRows(penaltyCases, facts)
    expect(cases?.[0]).toMatchObject({
      fine_fen: 3_700_000,
      violations: 'V03 V05 V06 V08 V11',
      currency: 'CNY',
    })
    expect(lines).toHaveLength(5)
    expect(respondents?.map((row) => row.fine_fen)).toEqual([3_700_000])
  })

  it('given the Lanzhou case, keeps institution and person apart', () => {
    const facts = golden('penalty_lanzhou_institution_16000_person_4000')
    const { penalty_case: cases, penalty_respondent: respondents } = foldRows(penaltyCases, facts)
    expect(cases?.[0]).toMatchObject({ fine_fen: 2_000_000 })
    expect(respondents?.map((row) => row.fine_fen).sort()).toEqual([1_600_000, 400_000])
  })

  it('given a case withdrawn after its decision, shows no fine', () => {
    const facts = golden('penalty_suizhou_not_on_site_6000').filter(
      ({ type }) => type !== 'PenaltyCaseClosed',
    )
    const stream = facts[0]?.stream ?? ''
    const withdrawn: Fact = { stream, type: 'PenaltyCaseWithdrawn', data: { reason: '证据不足' } }
    const { penalty_case: cases, penalty_line: lines } = foldRows(penaltyCases, [...facts, withdrawn])
    expect(cases?.[0]).toMatchObject({ status: 'withdrawn', fine_fen: 0 })
    expect(lines).toEqual([])
  })
})

describe('assessment trail', () => {
  const stream = `assessment-${testUlid(1)}`
  const lead = testUlid(2)
  const engineer = testUlid(3)
  const team = {
    legalRepresentative: 'legal-1',
    technicalLead: lead,
    projectLead: engineer,
    engineers: [engineer],
    operators: [],
    archivist: 'archivist-1',
  }
  const engaged: Fact = {
    stream,
    type: 'AssessmentEngaged',
    effectiveAt: '2024-01-01T00:00:00.000Z',
    data: {
      division: '320402',
      institution: testUscc(1),
      unit: testUlid(9),
      project: null,
      process: 'XF3005-EIGHT-1@0',
      stages: ['S1', 'S2'].map((code) => ({ code, title: { zh: '阶段', en: code }, limitWorkingDays: 5 })),
      leastHours: [],
      team,
    },
  }
  const completed = (stage: string, at: string): Fact => ({
    stream,
    type: 'StageCompleted',
    effectiveAt: at,
    data: { stage, completedBy: lead, score: null },
  })

  it('given a stage that was returned, shows each entering with its outcome and duration', () => {
    const { assessment, assessment_stage: stages } = foldRows(assessmentTrail, [
      engaged,
      completed('S1', '2024-01-03T12:00:00.000Z'),
      {
        stream,
        type: 'StageReturned',
        effectiveAt: '2024-01-04T12:00:00.000Z',
        data: { stage: 'S2', to: 'S1', returnedBy: lead, reason: '合同缺页' },
      },
    ])
    expect(stages?.map(({ stage, outcome, days }) => [stage, outcome, days])).toEqual([
      ['S1', 'completed', 2.5],
      ['S2', 'returned', 1],
      ['S1', null, null],
    ])
    expect(assessment?.[0]).toMatchObject({ stage: 'S1', stage_since: '2024-01-04T12:00:00.000Z' })
  })

  it('given a revision of the report, says that the stage in work was reopened, not returned', () => {
    const revised = {
      reportNumber: 'R-2',
      replaces: 'R-1',
      reopens: 'S1',
      reason: '单位有误',
      draftedBy: lead,
    }
    const { assessment, assessment_stage: stages } = foldRows(assessmentTrail, [
      engaged,
      completed('S1', '2024-01-03T12:00:00.000Z'),
      { stream, type: 'ReportRevised', effectiveAt: '2024-01-04T12:00:00.000Z', data: revised },
    ])
    expect(stages?.map(({ stage, outcome, member }) => [stage, outcome, member])).toEqual([
      ['S1', 'completed', lead],
      ['S2', 'reopened', lead],
      ['S1', null, null],
    ])
    expect(assessment?.[0]).toMatchObject({ stage: 'S1', report_number: 'R-2' })
  })

  it('given a stage over its limit and a waiver, shows both', () => {
    const waiver = { stage: 'S1', requirement: 'drawings', waivedBy: lead, reason: '无图纸' }
    const deadline = { stage: 'S1', enteredOn: '2024-01-01', limitWorkingDays: 5, dueOn: '2024-01-08' }
    const { assessment, assessment_stage: stages } = foldRows(assessmentTrail, [
      engaged,
      { stream, type: 'GateWaived', data: waiver },
      { stream, type: 'StageFellOverdue', data: { ...deadline, provisional: false } },
      completed('S1', '2024-01-10T12:00:00.000Z'),
    ])
    expect(assessment?.[0]).toMatchObject({
      waiver_count: 1,
      overdue_count: 1,
      details: { waivers: [waiver] },
    })
    expect(stages?.map(({ stage, due_on, overdue }) => [stage, due_on, overdue])).toEqual([
      ['S1', '2024-01-08', true],
      ['S2', '2024-01-17', false],
    ])
  })

  it('given a refused signature, keeps the attempt with the person who tried', () => {
    const refused: Fact = {
      stream,
      type: 'SignatureRefused',
      data: { act: 'audit', stage: null, reportNumber: 'CZ-2024-001', member: engineer, obstacle: 'expired' },
    }
    const { assessment_step: steps } = foldRows(assessmentSteps, [engaged, refused])
    expect(steps?.[1]).toMatchObject({ kind: 'attempt', member: engineer, revision: 1 })
    expect(foldRows(assessmentTrail, [engaged, refused]).assessment?.[0]).toMatchObject({
      refused_signature_count: 1,
    })
  })
})
