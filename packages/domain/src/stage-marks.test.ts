import { describe, expect, it } from 'vitest'
import type { LedgerEvent } from './metadata.ts'
import { type StageMark, type StageStep, stageMarks, stageStepOf } from './stage-marks.ts'

const outline = {
  stages: ['S1', 'S2', 'S3', 'S4'].map((code) => ({
    code,
    title: { zh: '阶段', en: code },
    limitWorkingDays: 5,
  })),
  leastHours: [{ from: 'S2', to: 'S4', hours: 4 }],
}
const lead = '01JD0000000000000000000001'

let revision = 0
function step(kind: StageStep['kind'], stage: string | null, at: string, later = 0): StageStep {
  const effectiveAt = `2026-03-${at}:00.000Z`
  const recordedAt = new Date(Date.parse(effectiveAt) + later * 86_400_000).toISOString()
  return { revision: revision++, kind, stage, effectiveAt, recordedAt, presence: null, taken: null }
}
function present(from: string, to: string, place: string, where: [number, number] | null = null) {
  return {
    member: lead,
    arrivedAt: `2026-03-${from}:00.000Z`,
    leftAt: `2026-03-${to}:00.000Z`,
    place,
    latitude: where?.[0] ?? null,
    longitude: where?.[1] ?? null,
  }
}
function onSite(presence: ReturnType<typeof present>): StageStep {
  return { ...step('presence', 'S3', '05T09:00'), presence }
}
function evidence(stage: string, takenAt: string): StageStep {
  const taken = { evidenceId: 'E1', takenAt: `2026-03-${takenAt}:00.000Z` }
  return { ...step('evidence', stage, '05T09:00'), taken }
}
const said = (marks: readonly StageMark[]) => marks.map(({ code, stage }) => `${code} ${stage}`)

const engaged = step('engaged', null, '01T01:00')
const orderly = [
  engaged,
  step('completed', 'S1', '02T01:00'),
  step('completed', 'S2', '03T01:00'),
  step('completed', 'S3', '03T03:00'),
  step('completed', 'S4', '03T05:00'),
]

describe('marks of a course of stages', () => {
  it('are none when each stage ends after it began, in order and in time', () => {
    expect(stageMarks(outline, orderly)).toEqual([])
  })

  it('name the stage that was skipped, also one that was returned and not done again', () => {
    expect(said(stageMarks(outline, [engaged, step('completed', 'S2', '02T01:00')]))).toEqual(['skipped S1'])
    const returned = [
      ...orderly.slice(0, 4),
      step('returned', 'S2', '04T01:00'),
      step('completed', 'S3', '05T01:00'),
    ]
    expect(said(stageMarks(outline, returned))).toEqual(['skipped S2'])
  })

  it('tell what was faster than the process allows, to the hour', () => {
    const fast = [...orderly.slice(0, 4), step('completed', 'S4', '03T04:59')]
    const [mark, ...rest] = stageMarks(outline, fast)
    expect(rest).toEqual([])
    expect(mark).toMatchObject({
      code: 'too-fast',
      stage: 'S4',
      detail: { en: expect.stringContaining('3.98') },
    })
  })

  it('tell a stage that ended before it began', () => {
    const backward = [engaged, step('completed', 'S1', '02T01:00'), step('completed', 'S2', '02T00:59')]
    expect(said(stageMarks(outline, backward))).toEqual(['out-of-time S2'])
  })

  it('tell what was recorded more than seven days after, not what was within', () => {
    const late = [engaged, step('other', 'S1', '01T02:00', 7), step('other', 'S1', '01T03:00', 7.001)]
    const marks = stageMarks(outline, late)
    expect(said(marks)).toEqual(['back-dated S1'])
    expect(marks[0]?.revision).toBe(late[2]?.revision)
  })

  it('are none for what only time makes, however late the calendar was looked at', () => {
    const overdue = stageStepOf({
      ...({ type: 'StageFellOverdue', revision: 1, data: { stage: 'S1' } } as unknown as LedgerEvent),
      metadata: {
        effectiveAt: '2026-03-02T16:00:00.000Z',
        recordedAt: '2026-05-02T16:00:00.000Z',
      } as LedgerEvent['metadata'],
    })
    expect(overdue).toMatchObject({ stage: 'S1' })
    expect(stageMarks(outline, [engaged, overdue])).toEqual([])
    expect(said(stageMarks(outline, [engaged, { ...overdue, kind: 'other' }]))).toEqual(['back-dated S1'])
  })
})

describe('marks of presence', () => {
  const here: [number, number] = [31.81, 119.97]
  const far: [number, number] = [32.06, 118.8]

  it('are none for one site, or two with time enough between them', () => {
    const steps = [
      onSite(present('05T01:00', '05T03:00', 'A', here)),
      onSite(present('05T02:00', '05T04:00', 'A', here)),
      onSite(present('05T06:00', '05T08:00', 'B', far)),
    ]
    expect(stageMarks(outline, steps)).toEqual([])
  })

  it('tell one person at two sites at once, in this assessment or another', () => {
    const steps = [onSite(present('05T01:00', '05T03:00', 'A')), onSite(present('05T02:00', '05T04:00', 'B'))]
    expect(said(stageMarks(outline, steps))).toEqual(['two-sites S3'])
    const elsewhere = { ...present('05T02:30', '05T05:00', 'C'), assessment: '01JD0000000000000000000009' }
    expect(said(stageMarks(outline, steps.slice(0, 1), [elsewhere]))).toEqual(['two-sites S3'])
    const another = { ...elsewhere, member: '01JD0000000000000000000002' }
    expect(stageMarks(outline, steps.slice(0, 1), [another])).toEqual([])
  })

  it('tell a journey that nobody makes', () => {
    const steps = [
      onSite(present('05T01:00', '05T03:00', 'A', here)),
      onSite(present('05T03:30', '05T04:00', 'B', far)),
    ]
    expect(said(stageMarks(outline, steps))).toEqual(['two-sites S3'])
  })

  it('tell who left before arriving', () => {
    expect(said(stageMarks(outline, [onSite(present('05T03:00', '05T02:00', 'A'))]))).toEqual([
      'out-of-time S3',
    ])
  })

  it('tell evidence that was taken before its stage began, also after a return to it', () => {
    const begun = orderly.slice(0, 3)
    expect(said(stageMarks(outline, [...begun, evidence('S3', '03T00:59')]))).toEqual(['before-stage S3'])
    expect(stageMarks(outline, [...begun, evidence('S3', '03T01:00')])).toEqual([])
    const again = [...orderly, step('returned', 'S3', '04T01:00'), evidence('S3', '03T02:00')]
    expect(stageMarks(outline, again), 'it began when it was entered first').toEqual([])
  })

  describe('of evidence from when nobody was on site', () => {
    const begun = orderly.slice(0, 3)
    const there = onSite(present('05T01:00', '05T03:00', 'A'))
    const completed = step('completed', 'S3', '05T09:00')

    it('come with the completion of the stage, until which somebody may still say that they were there', () => {
      const late = evidence('S3', '05T03:01')
      expect(stageMarks(outline, [...begun, there, late])).toEqual([])
      const marks = stageMarks(outline, [...begun, late, there, completed])
      expect(said(marks)).toEqual(['nobody-on-site S3'])
      expect(marks[0]).toMatchObject({ revision: completed.revision })
      expect(marks[0]?.detail.en).toContain('evidence E1 was taken at 2026-03-05T03:01:00.000Z')
      const later = onSite(present('05T03:01', '05T04:00', 'A'))
      expect(stageMarks(outline, [...begun, late, there, later, completed])).toEqual([])
    })

    it('are none within the minutes of a stay, nor in a stage that nobody was on site for', () => {
      const first = [evidence('S3', '05T01:00'), evidence('S3', '05T03:00')]
      expect(stageMarks(outline, [...begun, ...first, there, completed])).toEqual([])
      expect(stageMarks(outline, [...begun, evidence('S3', '05T08:00'), completed])).toEqual([])
    })

    it('are told once, not again when the stage was returned to and completed anew', () => {
      const again = [step('returned', 'S3', '06T01:00'), step('completed', 'S3', '07T01:00')]
      const steps = [...begun, there, evidence('S3', '05T08:00'), completed, ...again]
      expect(said(stageMarks(outline, steps))).toEqual(['nobody-on-site S3'])
    })
  })
})
