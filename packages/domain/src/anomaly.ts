import { z } from 'zod'
import { refuseOtherDivision } from './account-subject.ts'
import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { accept, type Decision, type DecisionContext, refuse, unreachable } from './decider.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { practitioner } from './practitioner.ts'
import { dayOf, type LocalDate, localDate, sha256Hex, type Title, text, ulid } from './values.ts'
import { addWorkingDays } from './working-days.ts'

/**
 * Anomaly 异常线索 about an institution or one of its people, e.g. somebody insured by another employer. Stream
 * `anomaly-<ULID>`. detected → notified (with time to reply) → confirmed or dismissed; a confirmation may be annulled.
 * An anomaly is an allegation: nothing follows from it before it is confirmed.
 */

/** What is looked for; the codes and their thresholds are defaults of this program. */
export const anomalyKinds = {
  AN01: { zh: '社会保险与聘用单位不一致', en: 'insured by another than the employer' },
  AN02: { zh: '同时在两个以上单位受聘', en: 'employed by two' },
  AN03: { zh: '同一时间出现在两地', en: 'at two places at once' },
  AN04: { zh: '工作量超出可能', en: 'more work than is possible' },
  AN05: { zh: '签字人资格过期或者暂停', en: 'signer expired or suspended' },
  AN06: { zh: '人员低于从业条件', en: 'staff below the conditions' },
  AN07: { zh: '阶段缺失或者过快', en: 'stage missing or impossibly fast' },
  AN08: { zh: '报告雷同', en: 'copied reports' },
  AN09: { zh: '未登记而执业', en: 'active without registration' },
  AN10: { zh: '报价过低', en: 'price too low' },
  AN11: { zh: '外省机构未登记', en: 'firm of another province without entry' },
  AN12: { zh: '报告与现场不符', en: 'report contradicts the site' },
  AN13: { zh: '记录被改动或者迟报', en: 'records tampered with or late' },
  AN14: { zh: '共用印章或者地址', en: 'seal or address shared' },
} as const satisfies Record<string, Title>
export type AnomalyCode = keyof typeof anomalyKinds
export const anomalyCode = z.enum(Object.keys(anomalyKinds) as [AnomalyCode, ...AnomalyCode[]])

/** Working days for a reply. */
const toReply = 10

const reason = text(500)
const evidence = z.array(sha256Hex).max(50).default([])
const detected = {
  division: divisionCode,
  institution: uscc,
  practitioner: ulid.nullable().default(null),
  code: anomalyCode,
  detail: text(1000).meta({ description: 'what was compared and what differs, without names' }),
  evidence,
}

export const anomalyEvents = {
  AnomalyDetected: event({ zh: '发现异常线索', en: 'Anomaly detected', law: ['O7:20', 'O7:21'] }, detected),
  AnomalyNotified: event(
    { zh: '告知异常线索', en: 'Anomaly notified', law: ['APL:44', 'HOUSE:anomaly'] },
    { replyBy: localDate, provisional: z.boolean() },
  ),
  AnomalyExplained: event(
    { zh: '说明异常线索', en: 'Anomaly explained', law: ['APL:45'] },
    { explanation: text(2000), evidence },
  ),
  AnomalyConfirmed: event(
    { zh: '确认异常', en: 'Anomaly confirmed', law: ['O7:21', 'HOUSE:anomaly'] },
    { reason },
  ),
  AnomalyDismissed: event(
    { zh: '排除异常', en: 'Anomaly dismissed', law: ['O7:21', 'HOUSE:anomaly'] },
    { reason },
  ),
  /** The confirmation falls; what followed from it is taken back. */
  AnomalyConfirmationAnnulled: event(
    { zh: '撤销异常确认', en: 'Anomaly confirmation annulled', law: ['O7:21', 'HOUSE:anomaly'] },
    { reason },
  ),
}
export type AnomalyEvent = EventOf<typeof anomalyEvents>

type Detected = Extract<AnomalyEvent, { type: 'AnomalyDetected' }>['data']
export type AnomalyState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'detected' | 'notified' | 'explained' | 'confirmed' | 'dismissed'
      readonly anomaly: Detected
      readonly detectedOn: LocalDate
      readonly notifiedOn: LocalDate | null
      /** The first explanation; it may come before the notice. */
      readonly explainedOn: LocalDate | null
      readonly replyBy: LocalDate | null
    }
type KnownAnomaly = Exclude<AnomalyState, { status: 'unknown' }>

const initialState = { status: 'unknown' } as AnomalyState

function evolve(state: AnomalyState, event: AnomalyEvent): AnomalyState {
  const on = dayOf(event.effectiveAt)
  if (event.type === 'AnomalyDetected') {
    const nothingYet = { notifiedOn: null, explainedOn: null, replyBy: null }
    return { status: 'detected', anomaly: event.data, detectedOn: on, ...nothingYet }
  }
  if (state.status === 'unknown') throw new Error(`${event.type} before AnomalyDetected`)
  switch (event.type) {
    case 'AnomalyNotified':
      return { ...state, status: 'notified', notifiedOn: on, replyBy: event.data.replyBy }
    case 'AnomalyExplained':
      return { ...state, status: 'explained', explainedOn: earlier(state.explainedOn, on) }
    case 'AnomalyConfirmed':
      return { ...state, status: 'confirmed' }
    case 'AnomalyDismissed':
    case 'AnomalyConfirmationAnnulled':
      return { ...state, status: 'dismissed' }
    default:
      return unreachable(event)
  }
}

function earlier(known: LocalDate | null, on: LocalDate): LocalDate {
  return known !== null && known < on ? known : on
}

export const anomalyCommands = {
  DetectAnomaly: command(
    { zh: '登记异常线索', en: 'Detect anomaly', law: ['O7:21'], permission: 'inspect', opens: true },
    detected,
  ),
  NotifyAnomaly: command(
    { zh: '告知异常线索', en: 'Notify anomaly', law: ['APL:44'], permission: 'inspect' },
    {},
  ),
  ExplainAnomaly: command(
    { zh: '说明异常线索', en: 'Explain anomaly', law: ['APL:45'], permission: 'declare' },
    { explanation: text(2000), evidence },
  ),
  ConfirmAnomaly: command(
    { zh: '确认异常', en: 'Confirm anomaly', law: ['O7:21'], permission: 'inspect' },
    { reason },
  ),
  DismissAnomaly: command(
    { zh: '排除异常', en: 'Dismiss anomaly', law: ['O7:21'], permission: 'inspect' },
    { reason },
  ),
  AnnulConfirmation: command(
    { zh: '撤销异常确认', en: 'Annul confirmation', law: ['O7:21'], permission: 'inspect' },
    { reason },
  ),
}
export type AnomalyCommand = CommandOf<typeof anomalyCommands>

function decide(
  command: AnomalyCommand,
  state: AnomalyState,
  context: DecisionContext,
): Decision<AnomalyEvent> {
  const day = dayOf(command.effectiveAt)
  if (command.effectiveAt > context.now) {
    const text = {
      zh: '发生时间晚于现在；请事后登记',
      en: 'this lies in the future; record it when it has happened',
    }
    return refuse('in-the-future', text, ['O7:21', 'HOUSE:anomaly'])
  }
  if (command.type === 'DetectAnomaly') return detect(command.data, state, context, day)
  if (state.status === 'unknown') {
    const text = { zh: '没有此异常线索，请先登记', en: 'there is no such anomaly; record it first' }
    return refuse('anomaly-unknown', text, ['O7:21'])
  }
  const untimely = refuseBeforehand(state, day)
  if (untimely) return untimely
  const { status } = state
  const settled = status === 'confirmed' || status === 'dismissed'
  switch (command.type) {
    case 'NotifyAnomaly': {
      if (status !== 'detected') return accept()
      // From today, also for a notice recorded late: a back-dated one must not eat up the time to reply.
      const { day: replyBy, provisional } = addWorkingDays(context.today, toReply)
      return accept({ type: 'AnomalyNotified', data: { replyBy, provisional } })
    }
    case 'ExplainAnomaly':
      if (settled) return refuseSettled()
      return accept({ type: 'AnomalyExplained', data: command.data })
    case 'ConfirmAnomaly':
      if (status === 'confirmed') return accept()
      if (status === 'dismissed') return refuseSettled()
      return refuseUnheard(state, day) ?? accept({ type: 'AnomalyConfirmed', data: command.data })
    case 'DismissAnomaly':
      if (status === 'dismissed') return accept()
      if (status === 'confirmed') return refuseSettled()
      return accept({ type: 'AnomalyDismissed', data: command.data })
    case 'AnnulConfirmation':
      if (status !== 'confirmed') return accept()
      return accept({ type: 'AnomalyConfirmationAnnulled', data: command.data })
    default:
      return unreachable(command)
  }
}

function detect(
  data: Detected,
  { status }: AnomalyState,
  context: DecisionContext,
  day: LocalDate,
): Decision<AnomalyEvent> {
  if (status !== 'unknown') {
    const text = { zh: '该线索已登记', en: 'this anomaly is recorded already; use a new id' }
    return refuse('anomaly-already-detected', text, ['O7:21'])
  }
  const claim = { division: data.division, subjectKind: 'institution' as const }
  return (
    refuseOtherDivision(claim, data.institution, context, day) ??
    refuseUnknownPractitioner(data.practitioner, context) ??
    accept({ type: 'AnomalyDetected', data })
  )
}

function refuseUnknownPractitioner(id: string | null, context: DecisionContext) {
  if (id === null || context.stateOf(practitioner, id).status !== 'unknown') return null
  const text = {
    zh: `没有从业人员${id}的登记；请更正编号，或先登记`,
    en: `no register knows the practitioner ${id}; correct the id, or register the person first`,
  }
  return refuse('practitioner-not-registered', text, ['O7:20', 'O7:21'], '/data/practitioner')
}

/** What follows from an anomaly comes neither before it was detected nor before the party was told. */
function refuseBeforehand({ detectedOn, notifiedOn }: KnownAnomaly, day: LocalDate) {
  if (day < detectedOn) {
    const text = {
      zh: `早于发现日期${detectedOn}；请更正时间`,
      en: `that lies before the detection on ${detectedOn}; correct effectiveAt`,
    }
    return refuse('anomaly-not-detected-yet', text, ['O7:21'])
  }
  if (notifiedOn === null || day >= notifiedOn) return null
  const text = {
    zh: `早于告知日期${notifiedOn}；请更正时间`,
    en: `that lies before the notice on ${notifiedOn}; correct effectiveAt`,
  }
  return refuse('anomaly-not-notified-yet', text, ['APL:44', 'O7:21'])
}

function refuseSettled() {
  const text = {
    zh: '该线索已有结论；确认有误的，请撤销确认',
    en: 'the anomaly is settled; a wrong confirmation is annulled',
  }
  return refuse('anomaly-settled', text, ['O7:21'])
}

/** Nothing is confirmed against somebody who was not told, or still has time to reply. */
function refuseUnheard({ explainedOn, replyBy }: KnownAnomaly, day: LocalDate) {
  if (explainedOn !== null && explainedOn <= day) return null
  if (replyBy === null) {
    const text = { zh: '尚未告知当事人，请先告知', en: 'the party was not told; notify it first' }
    return refuse('anomaly-not-notified', text, ['APL:44'])
  }
  if (day > replyBy) return null
  const text = {
    zh: `当事人可在${replyBy}前说明，期限未到`,
    en: `the party may explain until ${replyBy}; wait for that day or its explanation`,
  }
  return refuse('anomaly-reply-pending', text, ['APL:45', 'HOUSE:anomaly'])
}

export const anomaly = streamCategory({
  name: 'anomaly',
  path: 'anomalies',
  title: { zh: '异常线索', en: 'Anomaly' },
  id: ulid,
  visibility: 'cases',
  events: anomalyEvents,
  commands: anomalyCommands,
  initialState,
  evolve,
  reliesOn(command) {
    if (command.type !== 'DetectAnomaly') return []
    const { institution, practitioner: id } = command.data
    const named = id === null ? [] : [{ category: 'practitioner', id }]
    return [{ category: 'institution', id: institution }, ...named]
  },
  decide,
  concerns: (state) => ({
    division: state.status === 'unknown' ? null : state.anomaly.division,
    institutions: state.status === 'unknown' ? [] : [state.anomaly.institution],
    practitioners:
      state.status === 'unknown' || !state.anomaly.practitioner ? [] : [state.anomaly.practitioner],
    units: [],
  }),
})
