import { describe, expect, it } from 'vitest'
import { anomaly } from './anomaly.ts'
import { complaint } from './complaint.ts'
import { given } from './given.ts'
import { merit } from './merit.ts'

/** Complaints, anomalies and merits of an institution that its register knows in 320402. */

const uscc = '91320402MA1WABCD1L'
const known = { status: 'registered', residences: [{ from: '2025-01-06', division: '320402' }] }
const options = { relied: { [`institution-${uscc}`]: known } }
const about = { division: '320402', institution: uscc }

describe('a complaint', () => {
  const data = { ...about, channel: '12345' as const, summary: '维保人员未到场', number: null }
  const received = {
    type: 'ComplaintReceived' as const,
    data: { ...data, dueOn: '2026-03-23', provisional: false },
    effectiveAt: '2026-03-02T01:00:00.000Z',
  }
  const decide = (outcome: 'substantiated' | 'unsubstantiated', effectiveAt?: string) => ({
    type: 'DecideComplaint' as const,
    data: { outcome, reason: '核查' },
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
  })

  it('is to be decided within fifteen working days', () => {
    given(complaint, [], options)
      .when({ type: 'ReceiveComplaint', data })
      .thenAppends({ type: 'ComplaintReceived', data: { ...data, dueOn: '2026-03-23', provisional: false } })
  })

  it('is received once, by the division of the institution, and about one that is registered', () => {
    given(complaint, [received], options)
      .when({ type: 'ReceiveComplaint', data })
      .thenRefused('complaint-already-received')
    const elsewhere = { ...data, division: '320500' }
    given(complaint, [], options)
      .when({ type: 'ReceiveComplaint', data: elsewhere })
      .thenRefused('division-differs')
    given(complaint, []).when({ type: 'ReceiveComplaint', data }).thenRefused('subject-not-registered')
  })

  it('has one finding, that may come late, and be annulled', () => {
    given(complaint, []).when(decide('substantiated')).thenRefused('complaint-unknown')
    given(complaint, [received])
      .when(decide('substantiated', '2026-02-27T01:00:00.000Z'))
      .thenRefused('complaint-not-received-yet')
    given(complaint, [received])
      .when(decide('substantiated', '2026-04-01T01:00:00.000Z'))
      .thenAppends({
        type: 'ComplaintDecided',
        data: { outcome: 'substantiated', inTime: false, reason: '核查' },
      })
    const decided = {
      type: 'ComplaintDecided' as const,
      data: { outcome: 'substantiated' as const, inTime: true, reason: '核查' },
    }
    given(complaint, [received, decided]).when(decide('substantiated')).thenAppends()
    given(complaint, [received, decided])
      .when(decide('unsubstantiated'))
      .thenRefused('complaint-already-decided')
    const annul = { type: 'AnnulFinding' as const, data: { reason: '复核' } }
    given(complaint, [received, decided]).when(annul).thenAppendsTypes('ComplaintFindingAnnulled')
    given(complaint, [received]).when(annul).thenAppends()
  })

  it('is overdue from the day after its last day, once', () => {
    const note = (effectiveAt: string) => ({ type: 'NoteOverdue' as const, data: {}, effectiveAt })
    given(complaint, [received]).when(note('2026-03-23T04:00:00.000Z')).thenAppends()
    given(complaint, [received])
      .when(note('2026-03-24T04:00:00.000Z'))
      .thenAppends({ type: 'ComplaintOverdue', data: { dueOn: '2026-03-23' } })
    const overdue = { type: 'ComplaintOverdue' as const, data: { dueOn: '2026-03-23' } }
    given(complaint, [received, overdue]).when(note('2026-03-25T04:00:00.000Z')).thenAppends()
  })
})

describe('an anomaly', () => {
  const data = {
    ...about,
    practitioner: null,
    code: 'AN01' as const,
    detail: '社保由其他单位缴纳',
    evidence: [],
  }
  const told = '2026-03-02T04:00:00.000Z'
  const detected = { type: 'AnomalyDetected' as const, data, effectiveAt: told }
  const notified = {
    type: 'AnomalyNotified' as const,
    data: { replyBy: '2026-03-16', provisional: false },
    effectiveAt: told,
  }
  const explained = { type: 'AnomalyExplained' as const, data: { explanation: '集团代缴', evidence: [] } }
  const confirmed = { type: 'AnomalyConfirmed' as const, data: { reason: '未作说明' } }
  const confirm = (effectiveAt?: string) => ({
    type: 'ConfirmAnomaly' as const,
    data: { reason: '未作说明' },
    ...(effectiveAt === undefined ? {} : { effectiveAt }),
  })

  it('is an allegation until the party was told and heard, or kept silent', () => {
    given(anomaly, []).when(confirm()).thenRefused('anomaly-unknown')
    given(anomaly, [detected]).when(confirm()).thenRefused('anomaly-not-notified')
    given(anomaly, [detected, notified], { at: '2026-03-16T04:00:00.000Z' })
      .when(confirm())
      .thenRefused('anomaly-reply-pending')
    given(anomaly, [detected, notified], { at: '2026-03-17T04:00:00.000Z' })
      .when(confirm())
      .thenAppendsTypes('AnomalyConfirmed')
    given(anomaly, [detected, notified, explained]).when(confirm()).thenAppendsTypes('AnomalyConfirmed')
  })

  it('gives ten working days for a reply', () => {
    given(anomaly, [detected])
      .when({ type: 'NotifyAnomaly', data: {} })
      .thenAppends({ type: 'AnomalyNotified', data: { replyBy: '2026-03-16', provisional: false } })
  })

  it('is not dated into the future: what is asked today cannot come after the time to reply', () => {
    given(anomaly, [detected, notified])
      .when(confirm('2026-12-31T01:40:00.000Z'))
      .thenRefused('in-the-future')
    given(anomaly, [detected])
      .when({ type: 'NotifyAnomaly', data: {}, effectiveAt: '2026-03-02T04:00:00.001Z' })
      .thenRefused('in-the-future')
    given(anomaly, [], options)
      .when({ type: 'DetectAnomaly', data, effectiveAt: '2026-03-03T04:00:00.000Z' })
      .thenRefused('in-the-future')
  })

  it('goes on neither before it was detected nor before the party was told or heard', () => {
    const at = '2026-03-20T04:00:00.000Z'
    const [before, between] = ['2026-03-01T04:00:00.000Z', '2026-03-04T04:00:00.000Z']
    const heard = { ...explained, effectiveAt: '2026-03-05T04:00:00.000Z' }
    given(anomaly, [detected, heard], { at }).when(confirm(before)).thenRefused('anomaly-not-detected-yet')
    given(anomaly, [detected], { at })
      .when({ type: 'NotifyAnomaly', data: {}, effectiveAt: before })
      .thenRefused('anomaly-not-detected-yet')
    const toldLate = { ...notified, effectiveAt: '2026-03-05T04:00:00.000Z' }
    given(anomaly, [detected, toldLate, heard], { at })
      .when(confirm(between))
      .thenRefused('anomaly-not-notified-yet')
    given(anomaly, [detected, notified, heard], { at })
      .when(confirm(between))
      .thenRefused('anomaly-reply-pending')
    given(anomaly, [detected, notified, heard], { at })
      .when(confirm('2026-03-06T04:00:00.000Z'))
      .thenAppendsTypes('AnomalyConfirmed')
  })

  it('given a notice recorded late, leaves the whole time to reply', () => {
    given(anomaly, [detected], { at: '2026-04-20T04:00:00.000Z' })
      .when({ type: 'NotifyAnomaly', data: {}, effectiveAt: told })
      .thenAppends({ type: 'AnomalyNotified', data: { replyBy: '2026-05-07', provisional: false } })
  })

  it('names a practitioner that the register knows', () => {
    const practitioner = '01JD0000000000000000000013'
    const about = { type: 'DetectAnomaly' as const, data: { ...data, practitioner } }
    given(anomaly, [], options).when(about).thenRefused('practitioner-not-registered')
    const relied = { ...options.relied, [`practitioner-${practitioner}`]: { status: 'registered' } }
    given(anomaly, [], { relied }).when(about).thenAppendsTypes('AnomalyDetected')
    expect(anomaly.reliesOn?.({ ...about, id: 'test', effectiveAt: told }, anomaly.initialState)).toEqual([
      { category: 'institution', id: uscc },
      { category: 'practitioner', id: practitioner },
    ])
  })

  it('is settled once; a confirmation can be annulled', () => {
    const dismiss = { type: 'DismissAnomaly' as const, data: { reason: '属实' } }
    const facts = [detected, notified, explained, confirmed]
    given(anomaly, facts).when(dismiss).thenRefused('anomaly-settled')
    given(anomaly, facts).when(confirm()).thenAppends()
    const annul = { type: 'AnnulConfirmation' as const, data: { reason: '复核' } }
    given(anomaly, facts).when(annul).thenAppendsTypes('AnomalyConfirmationAnnulled')
    given(anomaly, [detected]).when(annul).thenAppends()
    given(anomaly, [detected]).when(dismiss).thenAppendsTypes('AnomalyDismissed')
  })

  it('is recorded by the division of the institution only', () => {
    const elsewhere = { ...data, division: '320500' }
    given(anomaly, [], options)
      .when({ type: 'DetectAnomaly', data: elsewhere })
      .thenRefused('division-differs')
    given(anomaly, [], options)
      .when({ type: 'DetectAnomaly', data })
      .thenAppends({ type: 'AnomalyDetected', data })
  })
})

describe('a merit', () => {
  const data = {
    ...about,
    practitioner: null,
    kind: 'training' as const,
    description: '年度培训',
    fireOn: null,
    evidence: [],
  }

  it('names who did it, and is recorded once', () => {
    given(merit, [], options).when({ type: 'RecordMerit', data }).thenAppends({ type: 'MeritRecorded', data })
    const nobody = { ...data, institution: null }
    given(merit, [], options).when({ type: 'RecordMerit', data: nobody }).thenRefused('merit-of-nobody')
    const recorded = { type: 'MeritRecorded' as const, data }
    given(merit, [recorded], options)
      .when({ type: 'RecordMerit', data })
      .thenRefused('merit-already-recorded')
  })

  it('of a reported hazard comes before the fire', () => {
    const hazard = { ...data, kind: 'hazard-reported' as const }
    given(merit, [], options)
      .when({ type: 'RecordMerit', data: hazard })
      .thenRefused('hazard-not-reported-before-fire')
    const after = { ...hazard, fireOn: '2026-03-01' }
    given(merit, [], options)
      .when({ type: 'RecordMerit', data: after })
      .thenRefused('hazard-not-reported-before-fire')
    const before = { ...hazard, fireOn: '2026-03-05' }
    given(merit, [], options).when({ type: 'RecordMerit', data: before }).thenAppendsTypes('MeritRecorded')
  })

  it('is withdrawn when it was none', () => {
    const withdraw = { type: 'WithdrawMerit' as const, data: { reason: '证书不实' } }
    given(merit, []).when(withdraw).thenRefused('merit-unknown')
    given(merit, [{ type: 'MeritRecorded', data }])
      .when(withdraw)
      .thenAppendsTypes('MeritWithdrawn')
    given(merit, [
      { type: 'MeritRecorded', data },
      { type: 'MeritWithdrawn', data: { reason: '证书不实' } },
    ])
      .when(withdraw)
      .thenAppends()
  })
})
