import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { assessmentProcess } from './assessment-process.ts'
import { given } from './given.ts'
import { gateChecks, type ProcessContent, processContent, sampleNeeded } from './process-content.ts'
import { processFaults } from './process-faults.ts'
import { parseProcessFile, shippedProcesses } from './shipped-processes.ts'
import { type Desk, engineer, openDesk, operator, shippedProcess } from './test-kit/assessment-desk.ts'
import {
  archive,
  completion,
  draft,
  reportNumber,
  until,
  voiding,
  work,
} from './test-kit/assessment-story.ts'

const file = new URL('./test-kit/processes/maintenance-and-test.json', import.meta.url)
const foreign = parseProcessFile(JSON.parse(readFileSync(file, 'utf8')))

const data = { division: '320400', content: shippedProcess }
const drafted = { type: 'ProcessDrafted' as const, data }
const adopted = { type: 'ProcessAdopted' as const, data: { division: '320400', from: '2026-01-01' } }

describe('the shipped processes', () => {
  it.each(shippedProcesses)('$code has no fault and says where it comes from', ({ content }) => {
    expect(processFaults(content)).toEqual([])
    expect(content.source).not.toBe('')
    expect(content.illustrative).toBe(true)
    for (const stage of content.stages) {
      expect(stage.evidence.length, stage.code).toBeGreaterThan(0)
      expect(stage.limitWorkingDays, stage.code).toBeGreaterThan(0)
    }
  })

  it('use every check that the rules know', () => {
    const used = shippedProcesses.flatMap(({ content }) =>
      content.stages.flatMap(({ gate }) => gate.map(({ check }) => check)),
    )
    expect(gateChecks.filter((check) => !used.includes(check))).toEqual([])
  })
})

const faultyTwice = (): ProcessContent => ({
  ...shippedProcess,
  stages: shippedProcess.stages.map((each) => (each.code === 'S2' ? { ...each, backTo: ['S0'] } : each)),
  leastHours: [{ from: 'S7', to: 'S4', hours: 4 }],
})

describe('a process', () => {
  it('is drafted as often as needed, adopted, and retired', () => {
    given(assessmentProcess, []).when({ type: 'DraftAssessmentProcess', data }).thenAppends(drafted)
    const other = { ...data, content: { ...shippedProcess, retentionYearsMin: 10 } }
    given(assessmentProcess, [drafted])
      .when({ type: 'DraftAssessmentProcess', data: other })
      .thenAppendsTypes('ProcessDrafted')
    given(assessmentProcess, [drafted])
      .when({ type: 'AdoptAssessmentProcess', data: adopted.data })
      .thenAppends(adopted)
    const retired = { type: 'ProcessRetired' as const, data: { from: '2026-06-01', reason: '新标准施行' } }
    given(assessmentProcess, [drafted, adopted])
      .when({ type: 'RetireAssessmentProcess', data: retired.data })
      .thenAppends(retired)
  })

  it('yields nothing when it is so already', () => {
    const known = given(assessmentProcess, [drafted, adopted])
    known.when({ type: 'DraftAssessmentProcess', data }).thenAppends()
    known.when({ type: 'AdoptAssessmentProcess', data: adopted.data }).thenAppends()
  })

  it('given it is adopted, is not adopted from a later day, and names the day from which it is', () => {
    const again = given(assessmentProcess, [drafted, adopted]).when({
      type: 'AdoptAssessmentProcess',
      data: { ...adopted.data, from: '2026-02-01' },
    })
    again.thenRefused('already-adopted')
    expect(again.decision).toMatchObject({
      refusal: { pointer: '/data/from', message: { en: expect.stringContaining('2026-01-01') } },
    })
  })

  it('given a draft with several faults, tells each with its place', () => {
    const content = faultyTwice()
    const { decision } = given(assessmentProcess, []).when({
      type: 'DraftAssessmentProcess',
      data: { ...data, content },
    })
    const places = ['/data/content/stages/1/backTo/0', '/data/content/leastHours/0']
    expect(decision).toMatchObject({
      refusal: {
        errors: expect.arrayContaining(places.map((pointer) => expect.objectContaining({ pointer }))),
      },
    })
  })

  it('never changes once adopted, is adopted within its division only, and retired once', () => {
    const known = given(assessmentProcess, [drafted, adopted])
    known
      .when({
        type: 'DraftAssessmentProcess',
        data: { ...data, content: { ...shippedProcess, retentionYearsMin: 7 } },
      })
      .thenRefused('process-already-adopted')
    known
      .when({ type: 'AdoptAssessmentProcess', data: { division: '320500', from: '2026-01-01' } })
      .thenRefused('process-out-of-scope')
    given(assessmentProcess, [])
      .when({ type: 'AdoptAssessmentProcess', data: adopted.data })
      .thenRefused('process-not-drafted')
    given(assessmentProcess, [drafted])
      .when({ type: 'RetireAssessmentProcess', data: { from: '2026-06-01', reason: '废止' } })
      .thenRefused('process-not-adopted')
    const gone = given(assessmentProcess, [
      drafted,
      adopted,
      { type: 'ProcessRetired', data: { from: '2026-06-01', reason: '废止' } },
    ])
    gone.when({ type: 'AdoptAssessmentProcess', data: adopted.data }).thenRefused('process-retired')
    gone
      .when({ type: 'RetireAssessmentProcess', data: { from: '2026-07-01', reason: '废止' } })
      .thenRefused('process-retired')
  })

  it.each<[string, string, (content: ProcessContent) => unknown]>([
    ['code-repeated', '/data/content/stages/8', (c) => ({ stages: [...c.stages, c.stages[0]] })],
    [
      'role-unknown',
      '/data/content/stages/7/responsible/1',
      (c) => ({ roles: c.roles.filter((each) => each.role !== 'archivist') }),
    ],
    ['stage-unknown', '/data/content/stages/1/backTo/0', (c) => stagesOf(c, 'S2', { backTo: ['S0'] })],
    ['way-back-forward', '/data/content/stages/1/backTo/0', (c) => stagesOf(c, 'S2', { backTo: ['S5'] })],
    [
      'hours-backward',
      '/data/content/leastHours/0',
      () => ({ leastHours: [{ from: 'S7', to: 'S4', hours: 4 }] }),
    ],
    [
      'gate-not-waivable',
      '/data/content/stages/1/gate/0',
      (c) => stagesOf(c, 'S2', { gate: [{ check: 'team-entitled', waivable: true }] }),
    ],
    [
      'gate-unreachable',
      '/data/content/stages/0/gate/0',
      (c) => stagesOf(c, 'S1', { gate: [{ check: 'report-issued', waivable: false }] }),
    ],
    ['gate-unreachable', '/data/content/stages/3/gate/4', () => ({ presence: null })],
    ['grades-missing', '/data/content/stages/4/acts', () => ({ grading: null })],
    [
      'grades-gap',
      '/data/content/grading/grades',
      (c) => ({ grading: { ...c.grading, grades: c.grading?.grades.slice(0, 2) } }),
    ],
    [
      'grade-unknown',
      '/data/content/grading/directFail',
      (c) => ({ grading: { ...c.grading, directFail: 'bad' } }),
    ],
    [
      'grades-overlap',
      '/data/content/grading/grades/1',
      (c) => ({ grading: { ...c.grading, grades: c.grading?.grades.toReversed() } }),
    ],
    [
      'steps-out-of-order',
      '/data/content/sampling/interviews/3/least/1',
      (c) => ({
        sampling: {
          ...c.sampling,
          interviews: c.sampling.interviews.map((each) => ({ ...each, least: each.least.toReversed() })),
        },
      }),
    ],
  ])('is refused at drafting with the place of its fault: %s at %s', (code, pointer, change) => {
    const content = processContent.parse({ ...shippedProcess, ...(change(shippedProcess) as object) })
    const asked = given(assessmentProcess, []).when({
      type: 'DraftAssessmentProcess',
      data: { ...data, content },
    })
    if (asked.decision.accepted) throw new Error('accepted')
    const told = processFaults(content).map((each) => [`process-${each.code}`, `/data${each.pointer}`])
    expect(told).toContainEqual([`process-${code}`, pointer])
    expect(asked.decision.refusal.message.en).toContain(pointer.slice('/data'.length))
  })

  it('parses no check that the rules do not know, and no article of no instrument', () => {
    const [first, ...rest] = shippedProcess.stages
    const stages = (part: object) => ({ ...shippedProcess, stages: [{ ...first, ...part }, ...rest] })
    expect(processContent.safeParse(stages({ gate: [{ check: 'weather-good' }] })).success).toBe(false)
    expect(processContent.safeParse(stages({ legalBasis: ['XX:1'] })).success).toBe(false)
    expect(processContent.safeParse(stages({ code: 'Stage one' })).success).toBe(false)
  })
})

function stagesOf(content: ProcessContent, code: string, part: object) {
  return { stages: content.stages.map((each) => (each.code === code ? { ...each, ...part } : each)) }
}

describe('how many of a population a rule asks for', () => {
  const heads = { share: 0.2, least: [] }
  const staff = {
    share: 0,
    least: [
      { above: 0, count: 5 },
      { above: 50, count: 10 },
    ],
  }
  it.each([
    [heads, 0, 0],
    [heads, 1, 1],
    [heads, 5, 1],
    [heads, 6, 2],
    [heads, 35, 7],
    [{ share: 1, least: [] }, 13, 13],
    [staff, 3, 3],
    [staff, 50, 5],
    [staff, 51, 10],
  ])('%o of %i: %i', (rule, population, needed) => {
    expect(sampleNeeded(rule, population)).toBe(needed)
  })
})

describe('another standard with other stages (five, maintenance and test)', () => {
  const open = (): Desk => openDesk(foreign.content, foreign.code)

  it('is drafted and adopted by events, and an assessment runs through it to the archive', () => {
    given(assessmentProcess, [])
      .when({
        type: 'DraftAssessmentProcess',
        data: { division: foreign.division, content: foreign.content },
      })
      .thenAppendsTypes('ProcessDrafted')
    const desk = until(open())
    desk.get({
      ...archive,
      data: { ...archive.data, archivedBy: desk.known().team.projectLead },
    } as typeof archive)
    expect(desk.known()).toMatchObject({ status: 'archived', process: 'O7-MAINTENANCE-5@0' })
    expect(desk.known().completed.map((each) => each.stage)).toEqual(['M1', 'M2', 'M3', 'M4', 'M5'])
    expect(desk.known().stages.map((each) => each.limitWorkingDays)).toEqual([5, 10, 10, 5, 5])
  })

  it('has its own gates, persons and ways back', () => {
    const desk = until(open(), 'M2')
    work(desk, 'M2', ['RecordPresence'])
    const alone = desk.ask(completion(desk, 'M2'))
    expect(alone).toMatchObject({ accepted: false, refusal: { code: 'presence-missing' } })
    const back = desk.ask({
      type: 'ReturnStage',
      data: { stage: 'M2', to: 'M1', returnedBy: operator, reason: '计划有误' },
    })
    expect(back.accepted).toBe(true)
    const late = until(open(), 'M4')
    expect(late.ask(draft(late, { draftedBy: engineer }))).toMatchObject({
      refusal: { code: 'signature-not-in-role' },
    })
    expect(late.ask(draft(late, { draftedBy: operator })).accepted).toBe(true)
  })

  it('has its own review: a revision reopens the stage that signs', () => {
    const desk = until(open())
    const change = {
      reportNumber: `${reportNumber}-1`,
      replaces: reportNumber,
      draftedBy: operator,
      reason: '更正',
    }
    desk.get(voiding(reportNumber))
    desk.get({ type: 'ReviseReport', data: { ...change, sha256: 'b'.repeat(64), sentences: [] } })
    expect(desk.known()).toMatchObject({ status: 'open', stage: 'M4' })
  })
})
