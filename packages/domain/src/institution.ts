import { type CommandOf, command, streamCategory } from './category.ts'
import { refuseUnlessStanding } from './correction.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { uscc } from './identifiers.ts'
import {
  calibrationShape,
  institutionDetails as details,
  type InstitutionEvent,
  institutionEvents,
  institutionReason as reason,
} from './institution-events.ts'
import {
  type InstitutionStatus,
  inOrder,
  type StatusEntry,
  type StatusFact,
  statusHistory,
} from './institution-status.ts'
import { person } from './person.ts'
import { assessConditions, type ConditionFigures, conditionFigures } from './practice-conditions.ts'
import { type DaySpan, spanCovers } from './practice-standing.ts'
import { type Representative, represented } from './representative.ts'
import { moved, type Residence } from './residence.ts'
import {
  dayOf,
  type EventId,
  eventId,
  type Instant,
  type LocalDate,
  localDate,
  sha256Hex,
  text,
} from './values.ts'

/**
 * Fire technical service institution 社会消防技术服务机构. Stream `institution-<USCC>`.
 * registered → (conditions verified) active ⇄ suspended → withdrawn | removed | banned (Order 7, ch. 2 and 5).
 */

type Details = Omit<
  Extract<InstitutionEvent, { type: 'InstitutionRegistered' }>['data'],
  'legalRepresentative'
>

export type InstitutionState =
  | { readonly status: 'unknown' }
  | {
      /** After the last fact; what it is on a given day, `institutionStatusAt` tells. */
      readonly status: InstitutionStatus
      readonly details: Details
      /** Where it belonged, over time: whose business it was on a day. */
      readonly residences: readonly Residence[]
      readonly representatives: readonly Representative[]
      /** The event whose details stand. */
      readonly detailsEvent: EventId | null
      /** By the latest verification; null before the first. */
      readonly conditionsMet: boolean | null
      readonly verifications: readonly { readonly from: Instant; readonly met: boolean }[]
      readonly facts: readonly StatusFact[]
      /** By instrument number: the days on which it was in calibration. */
      readonly instruments: Readonly<Record<string, readonly DaySpan[]>>
      /** Every status with the moment from which it held, in that order; the end of a suspension may lie ahead. */
      readonly history: readonly StatusEntry[]
    }

type Known = Exclude<InstitutionState, { status: 'unknown' }>

const initialState = { status: 'unknown' } as InstitutionState

/** The status on a moment, from the facts recorded so far; null before registration. */
export function institutionStatusAt(state: InstitutionState, at: Instant): InstitutionStatus | null {
  if (state.status === 'unknown') return null
  return state.history.findLast((entry) => entry.from <= at)?.status ?? null
}

/** Whether the practice conditions were met at the last verification before that moment; null before the first. */
export function conditionsMetAt(state: InstitutionState, at: Instant): boolean | null {
  if (state.status === 'unknown') return null
  return state.verifications.findLast((entry) => entry.from <= at)?.met ?? null
}

/** Whether the instrument was in calibration on the day; null when it is not among the institution's. */
export function isCalibratedOn(state: InstitutionState, instrument: string, day: LocalDate): boolean | null {
  const spans = state.status === 'unknown' ? [] : calibrationsOf(state, instrument)
  return spans.length === 0 ? null : spans.some((span) => spanCovers(span, day))
}

function calibrationsOf({ instruments }: Known, instrument: string): readonly DaySpan[] {
  return (Object.hasOwn(instruments, instrument) && instruments[instrument]) || []
}

function learn(state: Known, fact: StatusFact): Known {
  const facts = inOrder([...state.facts, fact])
  const history = statusHistory(facts)
  const lastFactAt = facts.at(-1)?.from ?? fact.from
  const status = history.findLast((entry) => entry.from <= lastFactAt)?.status ?? state.status
  return { ...state, status, facts, history }
}

function registered(
  state: InstitutionState,
  event: Extract<InstitutionEvent, { type: 'InstitutionRegistered' }>,
) {
  const { legalRepresentative, ...details } = event.data
  const nothingYet = { residences: [], representatives: [], conditionsMet: null, verifications: [] }
  const before =
    state.status === 'unknown' ? { ...nothingYet, facts: [], history: [], instruments: {} } : state
  const detailsEvent = event.id ?? null
  const residences = moved(before.residences, dayOf(event.effectiveAt), details.division)
  const representatives = represented(before.representatives, event.effectiveAt, legalRepresentative)
  return learn(
    { ...before, status: 'registered', details, residences, representatives, detailsEvent },
    { kind: 'registered', from: event.effectiveAt },
  )
}

function verified(state: Known, from: Instant, met: boolean): Known {
  const verifications = [...state.verifications, { from, met }].sort(
    (a, b) => Date.parse(a.from) - Date.parse(b.from),
  )
  const known = { ...state, verifications, conditionsMet: verifications.at(-1)?.met ?? met }
  return met ? learn(known, { kind: 'verified', from }) : known
}

function evolve(state: InstitutionState, event: InstitutionEvent): InstitutionState {
  const from = event.effectiveAt
  if (event.type === 'InstitutionRegistered') return registered(state, event)
  if (state.status === 'unknown') throw new Error(`${event.type} before InstitutionRegistered`)
  switch (event.type) {
    case 'InstitutionDetailsCorrected': {
      const { legalRepresentative, supersedes: __, reason: ___, ...details } = event.data
      const residences = moved(state.residences, dayOf(from), details.division)
      const representatives = represented(state.representatives, from, legalRepresentative)
      return { ...state, details, residences, representatives, detailsEvent: event.id ?? null }
    }
    case 'PracticeConditionsDeclared':
    case 'CommitmentSigned':
      return state
    case 'PracticeConditionsVerified':
      return verified(state, from, event.data.met)
    case 'InstrumentCalibrated': {
      const { instrument, calibratedOn, validUntil } = event.data
      const spans = [...calibrationsOf(state, instrument), { from: calibratedOn, until: validUntil }]
      return { ...state, instruments: { ...state.instruments, [instrument]: spans } }
    }
    case 'InstitutionSuspended':
      return learn(state, { kind: 'suspended', from, until: event.data.until })
    case 'InstitutionResumed':
      return learn(state, { kind: 'resumed', from })
    case 'InstitutionWithdrew':
      return learn(state, { kind: 'withdrawn', from })
    case 'InstitutionRemoved':
      return learn(state, { kind: 'removed', from })
    case 'InstitutionBanned':
      return learn(state, { kind: 'banned', from })
    default:
      return unreachable(event)
  }
}

export const institutionCommands = {
  RegisterInstitution: command(
    { zh: '登记机构', en: 'Register institution', law: ['O7:20'], permission: 'register', opens: true },
    { ...details, legalRepresentative: person },
  ),
  CorrectDetails: command(
    { zh: '更正机构信息', en: 'Correct details', law: ['O7:20'], permission: 'register', corrects: true },
    { ...details, legalRepresentative: person, supersedes: eventId, reason },
  ),
  DeclarePracticeConditions: command(
    {
      zh: '申报从业条件',
      en: 'Declare practice conditions',
      law: ['O7:5', 'O7:6', 'O7:7'],
      permission: 'declare',
    },
    { figures: conditionFigures },
  ),
  VerifyPracticeConditions: command(
    { zh: '核查从业条件', en: 'Verify practice conditions', law: ['O7:21'], permission: 'inspect' },
    { figures: conditionFigures, rectifyBy: localDate.nullable() },
  ),
  SignCommitment: command(
    { zh: '签署承诺', en: 'Sign commitment', law: ['NJ39:5'], permission: 'declare' },
    { signedOn: localDate, postedAt: text(200), documentSha256: sha256Hex },
  ),
  CalibrateInstrument: command(
    {
      zh: '登记仪器检定校准',
      en: 'Calibrate instrument',
      law: ['O7:5', 'O7:6', 'XF3005:7'],
      permission: 'declare',
    },
    calibrationShape,
  ),
  SuspendInstitution: command(
    { zh: '责令停止执业', en: 'Suspend institution', law: ['FL:69', 'O7:29'], permission: 'penalise' },
    { reason, until: localDate.nullable() },
  ),
  ResumeInstitution: command(
    { zh: '恢复执业', en: 'Resume institution', law: ['FL:69'], permission: 'penalise' },
    { reason },
  ),
  WithdrawInstitution: command(
    { zh: '主动退出', en: 'Withdraw institution', law: ['O7:20'], permission: 'declare' },
    { reason },
  ),
  RemoveInstitution: command(
    { zh: '清理退出', en: 'Remove institution', law: ['O7:5', 'NJ39:5'], permission: 'register' },
    { reason },
  ),
  BanInstitution: command(
    { zh: '终身市场禁入', en: 'Ban institution', law: ['FL:69'], permission: 'penalise' },
    { reason },
  ),
}
export type InstitutionCommand = CommandOf<typeof institutionCommands>

function decide(command: InstitutionCommand, state: InstitutionState): Decision<InstitutionEvent> {
  const status = institutionStatusAt(state, command.effectiveAt)
  if (status === 'banned' && command.type !== 'BanInstitution' && command.type !== 'CorrectDetails') {
    return refuse(
      'institution-banned',
      { zh: '机构已被终身市场禁入', en: 'the institution is banned for life' },
      ['FL:69'],
    )
  }
  if (command.type === 'RegisterInstitution') {
    if (state.status === 'unknown' || isGone(status)) {
      return accept({ type: 'InstitutionRegistered', data: command.data })
    }
    return refuse(
      'institution-already-registered',
      { zh: '该统一社会信用代码已登记', en: 'this unified social credit code is already registered' },
      ['O7:20'],
    )
  }
  if (state.status === 'unknown' || status === null) {
    return refuse(
      'institution-not-registered',
      {
        zh: '机构在该时间尚未登记',
        en: 'the institution was not registered at that time; register it first, or correct effectiveAt',
      },
      ['O7:20'],
    )
  }
  return decideKnown(command, state, status)
}

type LaterCommand = Exclude<InstitutionCommand, { type: 'RegisterInstitution' }>

/** `status` is what the institution was at the moment from which the command shall hold. */
function decideKnown(
  command: LaterCommand,
  state: Known,
  status: InstitutionStatus,
): Decision<InstitutionEvent> {
  switch (command.type) {
    case 'CorrectDetails':
      return (
        refuseUnlessStanding(state.detailsEvent, command.data.supersedes) ??
        accept({ type: 'InstitutionDetailsCorrected', data: command.data })
      )
    case 'DeclarePracticeConditions':
      if (isGone(status)) return refuseGone()
      return (
        figuresFault(command.data.figures) ??
        accept({ type: 'PracticeConditionsDeclared', data: command.data })
      )
    case 'VerifyPracticeConditions':
      return isGone(status) ? refuseGone() : verify(command, state)
    case 'SignCommitment':
      return isGone(status) ? refuseGone() : accept({ type: 'CommitmentSigned', data: command.data })
    case 'CalibrateInstrument':
      return isGone(status) ? refuseGone() : calibrate(command, state)
    case 'SuspendInstitution':
      return isGone(status) ? refuseGone() : suspend(command, state, status)
    case 'ResumeInstitution':
      if (isGone(status)) return refuseGone()
      if (status === 'suspended') return accept({ type: 'InstitutionResumed', data: command.data })
      if (state.facts.some((fact) => fact.kind === 'suspended')) return accept()
      return refuse(
        'institution-not-suspended',
        { zh: '机构未处于停止执业状态', en: 'the institution is not suspended' },
        ['FL:69'],
      )
    case 'WithdrawInstitution':
      return isGone(status) ? accept() : accept({ type: 'InstitutionWithdrew', data: command.data })
    case 'RemoveInstitution':
      return status === 'removed' ? accept() : accept({ type: 'InstitutionRemoved', data: command.data })
    case 'BanInstitution':
      return status === 'banned' ? accept() : accept({ type: 'InstitutionBanned', data: command.data })
    default:
      return unreachable(command)
  }
}

type Command<Type extends InstitutionCommand['type']> = Extract<InstitutionCommand, { type: Type }>

function verify(command: Command<'VerifyPracticeConditions'>, state: Known): Decision<InstitutionEvent> {
  const { figures, rectifyBy } = command.data
  const fault = figuresFault(figures)
  if (fault) return fault
  const outcomes = assessConditions(state.details.type, figures)
  const met = outcomes.every((outcome) => outcome.met)
  return accept({
    type: 'PracticeConditionsVerified',
    data: { figures, outcomes, met, rectifyBy: met ? null : rectifyBy },
  })
}

function calibrate(command: Command<'CalibrateInstrument'>, state: Known): Decision<InstitutionEvent> {
  const { instrument, calibratedOn, validUntil } = command.data
  if (validUntil < calibratedOn || calibratedOn > dayOf(command.effectiveAt)) {
    const message = {
      zh: '检定校准日期不得晚于登记之日，有效期不得早于检定校准日期',
      en: 'the calibration lies in the future, or ends before it begins; correct the days on the certificate',
    }
    return refuse('calibration-period-wrong', message, ['O7:5', 'O7:6'], '/data/validUntil')
  }
  const known = calibrationsOf(state, instrument)
  const same = known.some((span) => span.from === calibratedOn && span.until === validUntil)
  return same ? accept() : accept({ type: 'InstrumentCalibrated', data: command.data })
}

/** Suspending again with another last day prolongs or shortens the suspension that runs. */
function suspend(
  command: Command<'SuspendInstitution'>,
  state: Known,
  status: InstitutionStatus,
): Decision<InstitutionEvent> {
  const { until } = command.data
  if (until !== null && until < dayOf(command.effectiveAt)) {
    return refuse(
      'suspension-reversed',
      { zh: '停止执业的截止日早于起始日', en: 'the suspension ends before it begins' },
      ['FL:69'],
      '/data/until',
    )
  }
  const running = state.facts.findLast(
    (fact) => fact.kind === 'suspended' && fact.from <= command.effectiveAt,
  )
  const same = status === 'suspended' && running?.kind === 'suspended' && running.until === until
  return same ? accept() : accept({ type: 'InstitutionSuspended', data: command.data })
}

function isGone(status: InstitutionStatus | null): boolean {
  return status === 'withdrawn' || status === 'removed'
}

function figuresFault(figures: ConditionFigures) {
  const parts = [
    ['gradeOneEngineers', 'engineers'],
    ['intermediateOperators', 'operators'],
  ] as const
  const wrong = parts.find(([part, whole]) => figures[part] > figures[whole])
  if (!wrong) return null
  return refuse(
    'figures-inconsistent',
    { zh: '分项人数不得多于总人数', en: `${wrong[0]} are counted among ${wrong[1]} and cannot be more` },
    ['O7:5'],
    `/data/figures/${wrong[0]}`,
  )
}

function refuseGone() {
  return refuse(
    'institution-gone',
    { zh: '机构已退出，须重新登记', en: 'the institution has left the register; register it again' },
    ['O7:20'],
  )
}

export const institution = streamCategory({
  name: 'institution',
  path: 'institutions',
  title: { zh: '社会消防技术服务机构', en: 'Fire technical service institution' },
  id: uscc,
  visibility: 'register',
  events: institutionEvents,
  commands: institutionCommands,
  initialState,
  evolve,
  decide,
  concerns: (state, id) => ({
    division: state.status === 'unknown' ? null : state.details.division,
    institutions: [id],
    practitioners: [],
    units: [],
  }),
})
