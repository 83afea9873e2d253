import { describe, expect, it } from 'vitest'
import { anomalyRegister } from './anomaly-register.ts'
import { complaintRegister } from './complaint-register.ts'
import { meritRegister } from './merit-register.ts'
import { type Fact, foldRows, testUlid, testUscc } from './test-kit.ts'

const id = testUlid(1)
const about = { division: '320402', institution: testUscc(1) }
const at = (day: string) => `${day}T02:00:00.000Z`

describe('the register of complaints', () => {
  const stream = `complaint-${id}`
  const fact = (type: string, day: string, data: object): Fact => ({
    stream,
    type,
    effectiveAt: at(day),
    recordedAt: at(day),
    data,
  })
  const received = fact('ComplaintReceived', '2026-03-02', {
    ...about,
    channel: '12345',
    summary: '维保未到场',
    number: '20260302001',
    dueOn: '2026-03-23',
    provisional: false,
  })
  const decided = (day: string, outcome: string, inTime: boolean) =>
    fact('ComplaintDecided', day, { outcome, inTime, reason: '核查' })
  const row = (...facts: Fact[]) => foldRows(complaintRegister, facts).complaint?.[0]

  it('given one without a finding, shows it open with its last day, neither in time nor late', () => {
    expect(row(received)).toMatchObject({
      ...about,
      id,
      status: 'open',
      outcome: null,
      received_on: '2026-03-02',
      due_on: '2026-03-23',
      decided_on: null,
      in_time: null,
      overdue: false,
    })
  })

  it('given a finding after its last day, shows both that it was overdue and that it came late', () => {
    const overdue = fact('ComplaintOverdue', '2026-03-24', { dueOn: '2026-03-23' })
    expect(row(received, overdue)).toMatchObject({ status: 'open', in_time: null, overdue: true })
    expect(row(received, overdue, decided('2026-03-27', 'substantiated', false))).toMatchObject({
      status: 'decided',
      outcome: 'substantiated',
      decided_on: '2026-03-27',
      in_time: false,
      overdue: true,
    })
  })

  it('given a finding that fell, is open again, keeps it in the details, and goes by the next one', () => {
    const annulled = fact('ComplaintFindingAnnulled', '2026-04-10', { reason: '新证据' })
    const open = row(received, decided('2026-03-10', 'substantiated', true), annulled)
    expect(open).toMatchObject({ status: 'open', outcome: null, decided_on: null, in_time: null })
    const again = row(
      received,
      decided('2026-03-10', 'substantiated', true),
      annulled,
      decided('2026-04-13', 'unsubstantiated', false),
    )
    expect(again).toMatchObject({ outcome: 'unsubstantiated', decided_on: '2026-04-13', in_time: false })
    expect(again?.details).toMatchObject({
      findings: [
        { on: '2026-03-10', outcome: 'substantiated', annulled: { on: '2026-04-10', reason: '新证据' } },
        { on: '2026-04-13', outcome: 'unsubstantiated', annulled: null },
      ],
    })
  })
})

describe('the register of anomalies', () => {
  const fact = (type: string, day: string, data: object = {}): Fact => ({
    stream: `anomaly-${id}`,
    type,
    effectiveAt: at(day),
    recordedAt: at(day),
    data,
  })
  const detected = fact('AnomalyDetected', '2026-03-02', {
    ...about,
    practitioner: testUlid(2),
    code: 'AN03',
    detail: '同日两地签到',
    evidence: [],
  })
  const notified = fact('AnomalyNotified', '2026-03-03', { replyBy: '2026-03-17', provisional: false })
  const explained = (day: string) => fact('AnomalyExplained', day, { explanation: '离线上传', evidence: [] })
  const row = (...facts: Fact[]) => foldRows(anomalyRegister, facts).anomaly?.[0]

  it('given one that nobody was told of, shows no clock', () => {
    expect(row(detected)).toMatchObject({
      ...about,
      practitioner: testUlid(2),
      code: 'AN03',
      status: 'detected',
      reply_by: null,
      in_time: null,
      settled_on: null,
      annulled: false,
    })
  })

  it.each([
    ['by its last day', '2026-03-17', true],
    ['after it', '2026-03-18', false],
  ])('given an explanation %s, says whether it came in time', (_, day, inTime) => {
    expect(row(detected, notified, explained(day))).toMatchObject({
      status: 'explained',
      explained_on: day,
      reply_by: '2026-03-17',
      in_time: inTime,
    })
  })

  it('given a confirmation that was annulled, shows it dismissed since, and that it had been confirmed', () => {
    const confirmed = fact('AnomalyConfirmed', '2026-03-20', { reason: '属实' })
    expect(row(detected, notified, confirmed)).toMatchObject({
      status: 'confirmed',
      settled_on: '2026-03-20',
      in_time: null,
      annulled: false,
    })
    const annulled = fact('AnomalyConfirmationAnnulled', '2026-04-20', { reason: '数据有误' })
    expect(row(detected, notified, confirmed, annulled)).toMatchObject({
      status: 'dismissed',
      settled_on: '2026-04-20',
      annulled: true,
    })
  })
})

describe('the register of merits', () => {
  const fact = (type: string, day: string, data: object): Fact => ({
    stream: `merit-${id}`,
    type,
    effectiveAt: at(day),
    recordedAt: at('2026-04-01'),
    data,
  })
  const recorded = fact('MeritRecorded', '2026-03-02', {
    ...about,
    practitioner: null,
    kind: 'hazard-reported',
    description: '书面报告隐患',
    fireOn: '2026-03-09',
    evidence: [],
  })
  const row = (...facts: Fact[]) => foldRows(meritRegister, facts).merit?.[0]

  it('goes by the day on which it was done, not by the one on which it was recorded', () => {
    expect(row(recorded)).toMatchObject({
      ...about,
      kind: 'hazard-reported',
      status: 'recorded',
      done_on: '2026-03-02',
      fire_on: '2026-03-09',
      withdrawn_on: null,
    })
  })

  it('keeps what was withdrawn, with the reason', () => {
    const withdrawn = row(recorded, fact('MeritWithdrawn', '2026-04-02', { reason: '记录有误' }))
    expect(withdrawn).toMatchObject({
      status: 'withdrawn',
      done_on: '2026-03-02',
      withdrawn_on: '2026-04-02',
    })
    expect(withdrawn?.details).toMatchObject({ withdrawn: { on: '2026-04-02', reason: '记录有误' } })
  })
})
