import { z } from 'zod'
import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { person, sealedPerson } from './person.ts'
import {
  assessConditions,
  conditionFigures,
  conditionOutcome,
  institutionType,
} from './practice-conditions.ts'
import { eventId, type Instant, localDate, sha256Hex, text } from './values.ts'

/**
 * Fire technical service institution 社会消防技术服务机构. Stream `institution-<USCC>`.
 * registered → (conditions verified) active ⇄ suspended → withdrawn | removed | banned (Order 7, ch. 2 and 5).
 */

const details = {
  name: text(120),
  type: institutionType,
  division: divisionCode,
  address: text(200),
  establishedOn: localDate,
}

const reason = text(500)

export const institutionEvents = {
  /** Entered in the register. Order 7 art. 20. */
  InstitutionRegistered: event(
    { zh: '机构登记', en: 'Institution registered', law: ['O7:20'] },
    { ...details, legalRepresentative: sealedPerson },
  ),
  /** Details as they should have stood; `supersedes` names the event that was wrong. */
  InstitutionDetailsCorrected: event(
    { zh: '机构信息更正', en: 'Institution details corrected', law: ['O7:20'] },
    { ...details, legalRepresentative: sealedPerson, supersedes: eventId, reason },
  ),
  /** The institution's own declaration of its practice conditions, PC1–PC6. Order 7 art. 5–7. */
  PracticeConditionsDeclared: event(
    { zh: '从业条件自我申报', en: 'Practice conditions declared', law: ['O7:5', 'O7:6', 'O7:7'] },
    { figures: conditionFigures },
  ),
  /** The authority's finding on each of PC1–PC6, with what was required and what was found. */
  PracticeConditionsVerified: event(
    { zh: '从业条件核查', en: 'Practice conditions verified', law: ['O7:5', 'O7:6', 'O7:7', 'O7:21'] },
    {
      figures: conditionFigures,
      outcomes: z.array(conditionOutcome),
      met: z.boolean(),
      rectifyBy: localDate.nullable(),
    },
  ),
  /** Written promise to meet the conditions and practise lawfully, posted publicly. */
  CommitmentSigned: event(
    { zh: '签署从业承诺', en: 'Commitment signed', law: ['NJ39:5'] },
    { signedOn: localDate, postedAt: text(200), documentSha256: sha256Hex },
  ),
  /** Ordered to stop practice 责令停止执业. */
  InstitutionSuspended: event(
    { zh: '责令停止执业', en: 'Institution suspended', law: ['FL:69', 'O7:29'] },
    { reason, until: localDate.nullable() },
  ),
  InstitutionResumed: event({ zh: '恢复执业', en: 'Institution resumed', law: ['FL:69'] }, { reason }),
  /** Left the market of its own will. */
  InstitutionWithdrew: event({ zh: '主动退出', en: 'Institution withdrew', law: ['O7:20'] }, { reason }),
  /** Removed from the register by the authority, e.g. a branch without legal personality. */
  InstitutionRemoved: event(
    { zh: '清理退出', en: 'Institution removed', law: ['O7:5', 'NJ39:5'] },
    { reason },
  ),
  /** Lifetime ban from the market 终身市场禁入. */
  InstitutionBanned: event({ zh: '终身市场禁入', en: 'Institution banned', law: ['FL:69'] }, { reason }),
}
export type InstitutionEvent = EventOf<typeof institutionEvents>

export type InstitutionStatus = 'registered' | 'active' | 'suspended' | 'withdrawn' | 'removed' | 'banned'

type Details = Omit<
  Extract<InstitutionEvent, { type: 'InstitutionRegistered' }>['data'],
  'legalRepresentative'
>

export type InstitutionState =
  | { readonly status: 'unknown' }
  | {
      readonly status: InstitutionStatus
      readonly details: Details
      readonly conditionsMet: boolean | null
      /** Every status with the moment from which it held, in that order. */
      readonly history: readonly { readonly from: Instant; readonly status: InstitutionStatus }[]
    }

type Known = Exclude<InstitutionState, { status: 'unknown' }>

const initialState = { status: 'unknown' } as InstitutionState

/** The status on a moment, from the facts recorded so far; null before registration. */
export function institutionStatusAt(state: InstitutionState, at: Instant): InstitutionStatus | null {
  if (state.status === 'unknown') return null
  return state.history.findLast((entry) => entry.from <= at)?.status ?? null
}

function become(state: Known, status: InstitutionStatus, from: Instant): Known {
  const history = [...state.history, { from, status }].sort((a, b) =>
    a.from < b.from ? -1 : a.from > b.from ? 1 : 0,
  )
  // A fact recorded late does not overturn one that holds later.
  return { ...state, status: history.at(-1)?.status ?? status, history }
}

function evolve(state: InstitutionState, event: InstitutionEvent): InstitutionState {
  if (event.type === 'InstitutionRegistered') {
    const { legalRepresentative: _, ...details } = event.data
    const history = [{ from: event.effectiveAt, status: 'registered' as const }]
    return { status: 'registered', details, conditionsMet: null, history }
  }
  if (state.status === 'unknown') throw new Error(`${event.type} before InstitutionRegistered`)
  switch (event.type) {
    case 'InstitutionDetailsCorrected': {
      const { legalRepresentative: _, supersedes: __, reason: ___, ...details } = event.data
      return { ...state, details }
    }
    case 'PracticeConditionsDeclared':
    case 'CommitmentSigned':
      return state
    case 'PracticeConditionsVerified': {
      const verified = { ...state, conditionsMet: event.data.met }
      const pending = institutionStatusAt(state, event.effectiveAt) === 'registered'
      return event.data.met && pending ? become(verified, 'active', event.effectiveAt) : verified
    }
    case 'InstitutionSuspended':
      return become(state, 'suspended', event.effectiveAt)
    case 'InstitutionResumed':
      return become(state, 'active', event.effectiveAt)
    case 'InstitutionWithdrew':
      return become(state, 'withdrawn', event.effectiveAt)
    case 'InstitutionRemoved':
      return become(state, 'removed', event.effectiveAt)
    case 'InstitutionBanned':
      return become(state, 'banned', event.effectiveAt)
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
    { zh: '更正机构信息', en: 'Correct details', law: ['O7:20'], permission: 'register' },
    { ...details, legalRepresentative: person, supersedes: eventId, reason },
  ),
  DeclarePracticeConditions: command(
    {
      zh: '申报从业条件',
      en: 'Declare practice conditions',
      law: ['O7:5', 'O7:6', 'O7:7'],
      permission: 'register',
    },
    { figures: conditionFigures },
  ),
  VerifyPracticeConditions: command(
    { zh: '核查从业条件', en: 'Verify practice conditions', law: ['O7:21'], permission: 'inspect' },
    { figures: conditionFigures, rectifyBy: localDate.nullable() },
  ),
  SignCommitment: command(
    { zh: '签署承诺', en: 'Sign commitment', law: ['NJ39:5'], permission: 'register' },
    { signedOn: localDate, postedAt: text(200), documentSha256: sha256Hex },
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
    { zh: '主动退出', en: 'Withdraw institution', law: ['O7:20'], permission: 'register' },
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
  if (command.type === 'RegisterInstitution') {
    if (state.status === 'unknown') return accept({ type: 'InstitutionRegistered', data: command.data })
    return refuse(
      'institution-already-registered',
      { zh: '该统一社会信用代码已登记', en: 'this unified social credit code is already registered' },
      ['O7:20'],
    )
  }
  if (state.status === 'unknown') {
    return refuse(
      'institution-not-registered',
      { zh: '机构尚未登记', en: 'the institution is not registered; register it first' },
      ['O7:20'],
    )
  }
  if (state.status === 'banned' && command.type !== 'BanInstitution' && command.type !== 'CorrectDetails') {
    return refuse(
      'institution-banned',
      { zh: '机构已被终身市场禁入', en: 'the institution is banned for life' },
      ['FL:69'],
    )
  }
  return decideKnown(command, state)
}

type LaterCommand = Exclude<InstitutionCommand, { type: 'RegisterInstitution' }>

function decideKnown(command: LaterCommand, state: Known): Decision<InstitutionEvent> {
  const gone = state.status === 'withdrawn' || state.status === 'removed'
  switch (command.type) {
    case 'CorrectDetails':
      return accept({ type: 'InstitutionDetailsCorrected', data: command.data })
    case 'DeclarePracticeConditions':
      return gone ? refuseGone() : accept({ type: 'PracticeConditionsDeclared', data: command.data })
    case 'VerifyPracticeConditions': {
      if (gone) return refuseGone()
      const outcomes = assessConditions(state.details.type, command.data.figures)
      const met = outcomes.every((outcome) => outcome.met)
      return accept({ type: 'PracticeConditionsVerified', data: { ...command.data, outcomes, met } })
    }
    case 'SignCommitment':
      return gone ? refuseGone() : accept({ type: 'CommitmentSigned', data: command.data })
    case 'SuspendInstitution':
      if (gone) return refuseGone()
      if (state.status === 'suspended') return accept()
      return accept({ type: 'InstitutionSuspended', data: command.data })
    case 'ResumeInstitution':
      if (state.status === 'active') return accept()
      if (state.status === 'suspended') return accept({ type: 'InstitutionResumed', data: command.data })
      return refuse(
        'institution-not-suspended',
        { zh: '机构未处于停止执业状态', en: 'the institution is not suspended' },
        ['FL:69'],
      )
    case 'WithdrawInstitution':
      return gone ? accept() : accept({ type: 'InstitutionWithdrew', data: command.data })
    case 'RemoveInstitution':
      return state.status === 'removed'
        ? accept()
        : accept({ type: 'InstitutionRemoved', data: command.data })
    case 'BanInstitution':
      return state.status === 'banned' ? accept() : accept({ type: 'InstitutionBanned', data: command.data })
    default:
      return unreachable(command)
  }
}

function refuseGone() {
  return refuse('institution-gone', { zh: '机构已退出', en: 'the institution has left the register' }, [
    'O7:20',
  ])
}

export const institution = streamCategory({
  name: 'institution',
  path: 'institutions',
  title: { zh: '社会消防技术服务机构', en: 'Fire technical service institution' },
  id: uscc,
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
