import { describe, expect, it } from 'vitest'
import { standingFindings } from './assessment-state.ts'
import {
  engineer,
  lead,
  openDesk,
  operator,
  stranger,
  team,
  technical,
  uscc,
} from './test-kit/assessment-desk.ts'
import {
  archive,
  audit,
  check,
  completion,
  deliver,
  draft,
  evidence,
  finding,
  issue,
  judgement,
  plannedItems,
  presence,
  reportNumber,
  revision,
  sentences,
  until,
  voiding,
  work,
} from './test-kit/assessment-story.ts'

describe('an assessment under XF3005-EIGHT-3', () => {
  it('goes through all eight stages and into the archive', () => {
    const desk = until(openDesk())
    desk.get(archive)
    expect(desk.known()).toMatchObject({ status: 'archived', stage: null, overdue: [], waivers: [] })
  })

  it('keeps the process it began under, also when that is retired and another one adopted', () => {
    const desk = until(openDesk(), 'S3')
    desk.tell(
      `assessmentProcess-${desk.code}`,
      'ProcessRetired',
      { from: '2026-03-01', reason: '废止' },
      desk.now(),
    )
    work(desk, 'S3')
    desk.get(completion(desk, 'S3'))
    expect(desk.known()).toMatchObject({ process: 'XF3005-EIGHT-3@0', stage: 'S4' })
  })
})

describe('a gate', () => {
  it('tells everything that is missing at once, each with its code, article and remedy', () => {
    const desk = until(openDesk(), 'S4')
    const decision = desk.ask(completion(desk, 'S4', { completedBy: stranger }))
    if (decision.accepted) throw new Error('accepted')
    const codes = decision.refusal.errors?.map(({ code }) => code) ?? []
    expect(new Set(codes)).toEqual(
      new Set([
        'signature-not-in-role',
        'gate-evidence-missing',
        'findings-missing',
        'planned-item-undone',
        'interviews-too-few',
        'presence-missing',
      ]),
    )
    expect(codes.filter((code) => code === 'gate-evidence-missing')).toHaveLength(6)
    expect(decision.refusal.code).toBe('signature-not-in-role')
    expect(decision.recorded.map((event) => event.type)).toEqual(['SignatureRefused'])
  })

  it('lets a waiver with reason and name through, and keeps it visible', () => {
    const desk = until(openDesk(), 'S4')
    work(desk, 'S4', ['RecordInterviews'])
    expect(desk.ask(completion(desk, 'S4')).accepted).toBe(false)
    const waiver = {
      stage: 'S4',
      requirement: 'sampling-met',
      waivedBy: technical,
      reason: '单位停业，人员离岗',
    }
    desk.get({ type: 'WaiveGate', data: waiver })
    desk.get(completion(desk, 'S4'))
    expect(desk.known().waivers).toEqual([expect.objectContaining(waiver)])
  })

  it('counts presence of several visits, of another person for each group', () => {
    const desk = until(openDesk(), 'S4')
    work(desk, 'S4', ['RecordPresence'])
    const first = presence(desk, 'S4', lead, 30)
    if (first.type !== 'RecordPresence') throw new Error('a presence is recorded')
    const minutesAfter = (at: string, minutes: number) =>
      new Date(Date.parse(at) + minutes * 60_000).toISOString()
    const again = [minutesAfter(first.data.leftAt, 5), minutesAfter(first.data.leftAt, 35)] as const
    desk.get(first)
    desk.get({ type: 'RecordPresence', data: { ...first.data, arrivedAt: again[0], leftAt: again[1] } })
    desk.get({ type: 'ChangeTeam', data: { team: { ...team, engineers: [engineer, lead] }, reason: '补充' } })
    expect(desk.ask(completion(desk, 'S4'))).toMatchObject({ refusal: { code: 'presence-missing' } })
    desk.get(presence(desk, 'S4', engineer))
    desk.get(completion(desk, 'S4'))
  })

  it('given stays that overlap, counts each minute of a person once', () => {
    const desk = until(openDesk(), 'S4')
    work(desk, 'S4', ['RecordPresence'])
    desk.get(presence(desk, 'S4', engineer))
    for (const minutes of [20, 30, 30, 30]) desk.get(presence(desk, 'S4', lead, minutes))
    const refused = desk.ask(completion(desk, 'S4'))
    expect(refused).toMatchObject({
      refusal: { code: 'presence-missing', message: { en: expect.stringContaining(`${lead} 30`) } },
    })
    desk.get(presence(desk, 'S4', lead))
    desk.get(completion(desk, 'S4'))
  })

  it('asks for an instrument’s calibration on the day of the measurement, not of the completion', () => {
    const desk = until(openDesk(), 'S4')
    work(desk, 'S4')
    const known = desk.context().stateOf({ name: 'institution', initialState: {} }, uscc)
    desk.put(`institution-${uscc}`, {
      ...known,
      instruments: { 'YQ-101': [{ from: '2026-01-01', until: desk.day() }] },
    })
    desk.wait(48)
    desk.get(completion(desk, 'S4'))
  })

  it('makes the grade of a unit that fails an item of class A the process’s own, listed with its handling', () => {
    const desk = until(openDesk(), 'S4')
    work(desk, 'S4', ['RecordFinding'])
    for (const item of plannedItems) desk.get(finding(desk, 'S4', item, { conforms: item.class !== 'A' }))
    desk.get(completion(desk, 'S4'))
    work(desk, 'S5')
    desk.get(completion(desk, 'S5'))
    expect(desk.known().judgement).toMatchObject({ grade: 'poor', score: 80, directFails: [{}] })
  })
})

describe('a stage over its limit in working days', () => {
  const order = (enteredOn: string) => ({
    type: 'MarkStageOverdue' as const,
    data: { stage: 'S3', enteredOn },
  })

  it('is marked once, as of the day after the last day in time', () => {
    const desk = until(openDesk(), 'S3')
    const entered = desk.day()
    desk.wait(24 * 15)
    const marked = desk.ask(order(entered))
    expect(marked).toMatchObject({
      accepted: true,
      events: [
        {
          type: 'StageFellOverdue',
          data: { stage: 'S3', enteredOn: entered, dueOn: '2026-03-16', provisional: false },
        },
      ],
    })
    expect(desk.ask(order(entered))).toEqual({ accepted: true, events: [] })
    expect(desk.known().overdue).toEqual([{ stage: 'S3', enteredOn: entered, dueOn: '2026-03-16' }])
    work(desk, 'S3')
    expect(desk.ask(completion(desk, 'S3'))).toMatchObject({ events: [{ type: 'StageCompleted' }] })
  })

  it('is told when it is completed late though nobody watched', () => {
    const desk = until(openDesk(), 'S3')
    desk.wait(24 * 15)
    work(desk, 'S3')
    const done = desk.ask(completion(desk, 'S3'))
    expect(done).toMatchObject({ events: [{ type: 'StageFellOverdue' }, { type: 'StageCompleted' }] })
  })

  it('is not marked on its last day, and not when it was left meanwhile', () => {
    const desk = until(openDesk(), 'S3')
    const entered = desk.day()
    desk.wait(24 * 14 - 3)
    expect(desk.ask(order(entered))).toMatchObject({ refusal: { code: 'stage-not-overdue' } })
    work(desk, 'S3')
    desk.get(completion(desk, 'S3'))
    desk.wait(24 * 3)
    expect(desk.ask(order(entered))).toEqual({ accepted: true, events: [] })
  })
})

describe('a wrong report', () => {
  it('is revised under -1, -2 …; each old one stays, void with its reason', () => {
    const desk = until(openDesk())
    desk.get(archive)
    desk.get(voiding(reportNumber))
    desk.get(revision(desk))
    expect(desk.known()).toMatchObject({ status: 'open', stage: 'S7' })
    const first = `${reportNumber}-1`
    for (const act of [check(first), audit(first), issue(first)]) desk.get(act)
    desk.get(completion(desk, 'S7'))
    desk.get(deliver(desk, first))
    desk.get(completion(desk, 'S8'))
    desk.get(voiding(first))
    desk.get(revision(desk, { reportNumber: `${reportNumber}-2`, replaces: first, reason: '结论更正' }))
    expect(desk.known().reports).toMatchObject([
      { reportNumber, voided: true, voidReason: '面积有误', issuedBy: 'person-legal' },
      { reportNumber: first, voided: true, voidReason: '面积有误' },
      { reportNumber: `${reportNumber}-2`, voided: false, replaces: first, issuedBy: null },
    ])
  })

  it('given a process whose sentences rest on findings, is not revised without them', () => {
    const desk = until(openDesk())
    desk.get(voiding(reportNumber))
    const without = revision(desk, { sentences: [] })
    expect(desk.ask(without)).toMatchObject({ refusal: { code: 'sentences-missing' } })
    const bare = sentences(desk).map((each) => ({ ...each, findings: [] }))
    expect(desk.ask(revision(desk, { sentences: bare }))).toMatchObject({
      refusal: { code: 'sentence-without-finding' },
    })
    desk.get(revision(desk))
    expect(desk.known().reports).toHaveLength(2)
  })

  it('voided and returned, is revised where reports are drafted, and no stage is jumped over', () => {
    const desk = until(openDesk(), 'S7')
    work(desk, 'S7')
    desk.get({ type: 'VoidReport', data: { reportNumber, voidedBy: technical, reason: '附件缺页' } })
    desk.get({ type: 'ReturnStage', data: { stage: 'S7', to: 'S5', returnedBy: technical, reason: '复核' } })
    expect(desk.ask(revision(desk))).toMatchObject({ refusal: { code: 'stage-not-current' } })
    const [known] = standingFindings(desk.known())
    desk.get(
      finding(desk, 'S4', plannedItems[0] ?? { item: '', class: 'A' }, {
        earned: 9,
        supersedes: known?.findingId ?? null,
      }),
    )
    desk.get(judgement(desk))
    desk.get(completion(desk, 'S5'))
    desk.get(revision(desk))
    expect(desk.known()).toMatchObject({ stage: 'S6' })
    desk.get(draft(desk, { reportNumber: `${reportNumber}-1` }))
    expect(desk.known().reports.at(-1)).toMatchObject({ replaces: reportNumber })
    desk.get(completion(desk, 'S6'))
    expect(desk.known()).toMatchObject({
      stage: 'S7',
      reports: [{ voided: true, voidReason: '附件缺页' }, {}],
    })
  })
})

describe('what is recorded on site', () => {
  it('yields nothing when it is recorded again', () => {
    const desk = until(openDesk(), 'S4')
    desk.wait(2)
    const piece = evidence(desk, 'S4', 'sign-in')
    desk.get(piece)
    const there = presence(desk, 'S4', operator)
    desk.get(there)
    for (const command of [piece, there]) expect(desk.ask(command)).toEqual({ accepted: true, events: [] })
  })
})
