import { z } from 'zod'
import { type CommandOf, command, streamCategory } from './category.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import {
  filedShape,
  fineCharge,
  type PenaltyCaseEvent,
  type PenaltyCaseFiling,
  type PenaltyLine,
  penaltyCaseEvents,
  penaltyLines,
  penaltyReason,
  type Respondent,
  respondent,
  reviewOutcome,
} from './penalty-case-events.ts'
import { decidePenalty } from './penalty-decision.ts'
import { decideExecution } from './penalty-execution.ts'
import { refuseOutOfOrder } from './penalty-order.ts'
import { decideNotice, filePenaltyCase } from './penalty-procedure.ts'
import { decideReview } from './penalty-review.ts'
import { amountFen, dayOf, type LocalDate, sha256Hex, text, ulid } from './values.ts'

/**
 * Administrative penalty case 行政处罚案件. Stream `penaltyCase-<ULID>`.
 * filed → notified → (hearing) → decided → closed; or withdrawn 撤销 (Administrative Penalty Law).
 * The day of an act is the day of its `effectiveAt`. Violations of the scheme `fireledger` follow `violations.ts` and
 * the procedure of the Penalty Law; a case under other law (imported data) is checked for its sums and its order only.
 */

export type PenaltyPayment = {
  readonly respondent: Respondent
  readonly amountFen: number
  readonly day: string
}

export type FineCharge = {
  readonly respondent: Respondent
  readonly charge: z.output<typeof fineCharge>
  readonly amountFen: number
}

export type PenaltyCaseState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'filed' | 'notified' | 'decided' | 'withdrawn' | 'closed'
      readonly filing: PenaltyCaseFiling
      readonly filedOn: string
      readonly notice: {
        readonly hearingRight: boolean
        readonly hearingUntil: string | null
        /** When some working days of the period were not known yet, and plain weeks were counted. */
        readonly provisional: boolean
        readonly on: string
      } | null
      readonly hearing: 'none' | 'requested' | 'held'
      /** Day of the request, then of the hearing itself. */
      readonly hearingOn: string | null
      readonly decision: {
        readonly lines: readonly PenaltyLine[]
        readonly on: string
        readonly servedOn: string | null
        readonly payBy: string
      } | null
      readonly charges: readonly FineCharge[]
      readonly payments: readonly PenaltyPayment[]
      readonly enforcement: boolean
      readonly review: 'none' | 'requested' | 'upheld' | 'changed' | 'withdrawn'
      readonly transferredTo: readonly string[]
      readonly exposed: boolean
    }
export type KnownCase = Exclude<PenaltyCaseState, { status: 'unknown' }>

const initialState = { status: 'unknown' } as PenaltyCaseState

function evolve(state: PenaltyCaseState, event: PenaltyCaseEvent): PenaltyCaseState {
  const on = dayOf(event.effectiveAt)
  if (event.type === 'PenaltyCaseFiled') return openCase(event.data, on)
  if (state.status === 'unknown') throw new Error(`${event.type} before PenaltyCaseFiled`)
  switch (event.type) {
    case 'PenaltyNoticeServed': {
      const { hearingRight, hearingUntil, provisional } = event.data
      const status = state.status === 'filed' ? 'notified' : state.status
      return { ...state, status, notice: { hearingRight, hearingUntil, provisional, on } }
    }
    case 'PenaltyHearingRequested':
      return { ...state, hearing: 'requested', hearingOn: on }
    case 'PenaltyHearingHeld':
      return { ...state, hearing: 'held', hearingOn: on }
    case 'PenaltyDecided': {
      const { lines, payBy } = event.data
      return { ...state, status: 'decided', decision: { lines, payBy, on, servedOn: null } }
    }
    case 'PenaltyDecisionServed': {
      const { payBy } = event.data
      return { ...state, decision: state.decision && { ...state.decision, payBy, servedOn: on } }
    }
    case 'FinePaid': {
      const { respondent, amountFen } = event.data
      return { ...state, payments: [...state.payments, { respondent, amountFen, day: on }] }
    }
    case 'FineChargeAdded': {
      const { respondent, amountFen, charge } = event.data
      return { ...state, charges: [...state.charges, { respondent, amountFen, charge }] }
    }
    case 'FineEnforcementRequested':
      return { ...state, enforcement: true }
    case 'PenaltyReviewRequested':
      return { ...state, review: 'requested' }
    case 'PenaltyReviewDecided': {
      const { outcome, lines } = event.data
      const status = outcome === 'withdrawn' ? 'withdrawn' : state.status
      const decision = state.decision && lines ? { ...state.decision, lines } : state.decision
      return { ...state, status, review: outcome, decision }
    }
    case 'PenaltyCaseTransferred':
      return { ...state, transferredTo: [...state.transferredTo, event.data.to] }
    case 'PenaltyCaseExposed':
      return { ...state, exposed: true }
    case 'PenaltyCaseWithdrawn':
      return { ...state, status: 'withdrawn' }
    case 'PenaltyCaseClosed':
      return { ...state, status: 'closed' }
    default:
      return unreachable(event)
  }
}

function openCase(filing: PenaltyCaseFiling, filedOn: LocalDate): KnownCase {
  return {
    status: 'filed',
    filing,
    filedOn,
    notice: null,
    hearing: 'none',
    hearingOn: null,
    decision: null,
    charges: [],
    payments: [],
    enforcement: false,
    review: 'none',
    transferredTo: [],
    exposed: false,
  }
}

export const penaltyCaseCommands = {
  FilePenaltyCase: command(
    { zh: '立案', en: 'File penalty case', law: ['APL:54', 'APL:36'], permission: 'penalise', opens: true },
    filedShape,
  ),
  ServePenaltyNotice: command(
    { zh: '送达处罚告知书', en: 'Serve penalty notice', law: ['APL:44', 'APL:63'], permission: 'penalise' },
    { hearingRight: z.boolean(), summary: text(2000).nullable().default(null) },
  ),
  RequestPenaltyHearing: command(
    { zh: '申请听证', en: 'Request penalty hearing', law: ['APL:64'], permission: 'penalise' },
    { respondent },
  ),
  HoldPenaltyHearing: command(
    { zh: '举行听证', en: 'Hold penalty hearing', law: ['APL:64'], permission: 'penalise' },
    { summary: text(2000).nullable().default(null) },
  ),
  DecidePenalty: command(
    { zh: '作出处罚决定', en: 'Decide penalty', law: ['APL:57', 'APL:60'], permission: 'penalise' },
    {
      decisionNumber: text(80).nullable().default(null),
      lines: penaltyLines,
      /** Why the decision came later than 90 days after filing. APL art. 60. */
      extensionReason: text(500).nullable().default(null),
    },
  ),
  ServePenaltyDecision: command(
    { zh: '送达处罚决定书', en: 'Serve penalty decision', law: ['APL:61'], permission: 'penalise' },
    {},
  ),
  PayFine: command(
    { zh: '缴纳罚款', en: 'Pay fine', law: ['APL:67'], permission: 'penalise' },
    { respondent, amountFen: amountFen.min(1) },
  ),
  AddFineCharge: command(
    { zh: '加处罚款', en: 'Add fine charge', law: ['APL:72'], permission: 'penalise' },
    { respondent, charge: fineCharge, amountFen: amountFen.min(1), reason: penaltyReason },
  ),
  RequestFineEnforcement: command(
    { zh: '申请强制执行', en: 'Request fine enforcement', law: ['APL:72'], permission: 'penalise' },
    { body: text(120) },
  ),
  RequestPenaltyReview: command(
    { zh: '申请行政复议', en: 'Request penalty review', law: ['ARL:20'], permission: 'penalise' },
    { respondent, body: text(120), grounds: text(2000).nullable().default(null) },
  ),
  DecidePenaltyReview: command(
    { zh: '行政复议决定', en: 'Decide penalty review', law: ['ARL:63', 'ARL:64'], permission: 'penalise' },
    {
      outcome: reviewOutcome,
      lines: penaltyLines.nullable().default(null),
      reason: text(2000).nullable().default(null),
    },
  ),
  TransferPenaltyCase: command(
    { zh: '移送案件', en: 'Transfer penalty case', law: ['APL:27'], permission: 'penalise' },
    { to: text(120), reason: penaltyReason, documentSha256: sha256Hex.nullable().default(null) },
  ),
  ExposePenaltyCase: command(
    { zh: '公开曝光', en: 'Expose penalty case', law: ['APL:48'], permission: 'penalise' },
    { medium: text(120), url: text(500).nullable().default(null) },
  ),
  WithdrawPenaltyCase: command(
    { zh: '撤销案件', en: 'Withdraw penalty case', law: ['APL:57', 'APL:75'], permission: 'penalise' },
    { reason: penaltyReason },
  ),
  ClosePenaltyCase: command(
    { zh: '结案', en: 'Close penalty case', law: ['APL:57'], permission: 'penalise' },
    { note: text(500).nullable().default(null) },
  ),
}
export type PenaltyCaseCommand = CommandOf<typeof penaltyCaseCommands>

function decide(command: PenaltyCaseCommand, state: PenaltyCaseState): Decision<PenaltyCaseEvent> {
  if (command.type === 'FilePenaltyCase') return filePenaltyCase(command, state)
  if (state.status === 'unknown') {
    return refuse(
      'penalty-case-not-filed',
      { zh: '案件尚未立案，请先立案', en: 'the case is not filed; file it first' },
      ['APL:54'],
    )
  }
  if (state.status === 'withdrawn' && command.type !== 'WithdrawPenaltyCase') {
    return refuse(
      'penalty-case-withdrawn',
      { zh: '案件已撤销', en: 'the case was withdrawn; file another one if there is cause' },
      ['APL:57'],
    )
  }
  const early = refuseOutOfOrder(command, state)
  if (early) return early
  switch (command.type) {
    case 'ServePenaltyNotice':
    case 'RequestPenaltyHearing':
    case 'HoldPenaltyHearing':
      return decideNotice(command, state)
    case 'DecidePenalty':
      return decidePenalty(command, state)
    case 'ServePenaltyDecision':
    case 'PayFine':
    case 'AddFineCharge':
    case 'RequestFineEnforcement':
    case 'ClosePenaltyCase':
      return decideExecution(command, state)
    case 'RequestPenaltyReview':
    case 'DecidePenaltyReview':
      return decideReview(command, state)
    case 'TransferPenaltyCase': {
      const { data } = command
      return state.transferredTo.includes(data.to)
        ? accept()
        : accept({ type: 'PenaltyCaseTransferred', data })
    }
    case 'ExposePenaltyCase':
      return exposePenaltyCase(command.data, state)
    case 'WithdrawPenaltyCase':
      if (state.status === 'withdrawn') return accept()
      return accept({ type: 'PenaltyCaseWithdrawn', data: command.data })
    default:
      return unreachable(command)
  }
}

function exposePenaltyCase(
  data: Extract<PenaltyCaseCommand, { type: 'ExposePenaltyCase' }>['data'],
  state: KnownCase,
): Decision<PenaltyCaseEvent> {
  if (state.decision) return accept({ type: 'PenaltyCaseExposed', data })
  return refuse(
    'penalty-not-decided',
    { zh: '处罚决定作出后方可曝光', en: 'a case can only be exposed after the penalty is decided' },
    ['APL:48'],
  )
}

export const penaltyCase = streamCategory({
  name: 'penaltyCase',
  path: 'penalty-cases',
  title: { zh: '行政处罚案件', en: 'Penalty case' },
  id: ulid,
  visibility: 'cases',
  events: penaltyCaseEvents,
  commands: penaltyCaseCommands,
  initialState,
  evolve,
  decide,
  concerns: (state) => {
    if (state.status === 'unknown') return { division: null, institutions: [], practitioners: [], units: [] }
    const { division, respondents } = state.filing
    const ids = (kind: Respondent['kind']) =>
      respondents.filter((party) => party.kind === kind).map((party) => party.id)
    return {
      division,
      institutions: ids('institution'),
      practitioners: ids('practitioner'),
      units: ids('unit'),
    }
  },
})
