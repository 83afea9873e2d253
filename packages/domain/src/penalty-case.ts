import { z } from 'zod'
import { type CommandOf, command, type EventOf, event, streamCategory } from './category.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { officerId } from './officers.ts'
import { decidePenalty } from './penalty-decision.ts'
import { decideExecution } from './penalty-execution.ts'
import { decideNotice, filePenaltyCase } from './penalty-procedure.ts'
import { decideReview } from './penalty-review.ts'
import { subjectId } from './person.ts'
import { amountFen, dayOf, type LocalDate, localDate, sha256Hex, text, ulid } from './values.ts'
import { violationReference } from './violations.ts'

/**
 * Administrative penalty case 行政处罚案件. Stream `penaltyCase-<ULID>`.
 * filed → notified → (hearing) → decided → closed; or withdrawn 撤销 (Administrative Penalty Law).
 * The day of an act is the day of its `effectiveAt`. Violations of the scheme `fireledger` follow `violations.ts` and
 * the procedure of the Penalty Law; a case under other law (imported data) is checked for its sums and its order only.
 */

/** Against whom: an institution, a practitioner, a unit, or any other party by a reference that is no name. */
export const respondent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('institution'), id: uscc }),
  z.strictObject({ kind: z.literal('practitioner'), id: ulid }),
  z.strictObject({ kind: z.literal('unit'), id: ulid }),
  /** A person who is no practitioner is named by the subject id of their personal record. */
  z.strictObject({ kind: z.literal('other'), id: subjectId }),
])
export type Respondent = z.output<typeof respondent>

/** ISO 4217. Amounts are in its hundredth (fen for CNY); statutory ranges apply to CNY only. */
const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code such as CNY')
  .meta({ description: 'currency, ISO 4217' })

const filed = {
  division: divisionCode,
  caseNumber: text(80).nullable().default(null),
  respondents: z.array(respondent).min(1).max(50),
  violations: z.array(violationReference).min(1).max(50),
  /** The inspection that found it. */
  inspection: ulid.nullable().default(null),
  officers: z.array(officerId).max(20).default([]),
  /** Day of the act; of its end when it continued. */
  actedOn: localDate,
  /** Day on which the authority learnt of it; the day of filing when null. Limitation runs until then. APL art. 36. */
  discoveredOn: localDate.nullable().default(null),
  /** Life, health or financial safety touched, with harm done: limitation is five years instead of two. */
  harmful: z.boolean().default(false),
  currency: currency.default('CNY'),
  facts: text(4000).nullable().default(null),
}

/** One respondent's penalty for one violation. */
export const penaltyLine = z.strictObject({
  respondent,
  violation: violationReference,
  fineFen: amountFen.default(0),
  /** Unlawful gains confiscated 没收违法所得. */
  confiscatedFen: amountFen.default(0),
  warning: z.boolean().default(false),
  /** stop-practice 责令停止执业 · revoke-registration 吊销资格 · revoke-licence 吊销营业执照 · market-ban 终身市场禁入 */
  sanctions: z
    .array(z.enum(['stop-practice', 'revoke-registration', 'revoke-licence', 'market-ban']))
    .max(4)
    .default([]),
  circumstances: z
    .array(z.enum(['fatal-fire', 'major-loss', 'repeated', 'first-and-minor', 'mitigated']))
    .max(5)
    .default([]),
  /** States that the article's range is not in the table; needs a reason. */
  rangeUnknown: z.boolean().default(false),
  reason: text(1000).nullable().default(null),
})
export type PenaltyLine = z.output<typeof penaltyLine>

const reason = text(1000)
const fineCharge = z.enum(['late-payment', 'cost'])
/** upheld 维持 · changed 变更 · withdrawn: the decision falls 撤销. */
const reviewOutcome = z.enum(['upheld', 'changed', 'withdrawn'])
const lines = z.array(penaltyLine).min(1).max(200)

export const penaltyCaseEvents = {
  PenaltyCaseFiled: event(
    { zh: '立案', en: 'Penalty case filed', law: ['APL:54', 'APL:36', 'O7:33'] },
    filed,
  ),
  /** Told of facts, grounds and the intended penalty, with the right to be heard 处罚告知. */
  PenaltyNoticeServed: event(
    { zh: '送达处罚告知书', en: 'Penalty notice served', law: ['APL:44', 'APL:63'] },
    { hearingRight: z.boolean(), hearingUntil: localDate.nullable(), summary: text(2000).nullable() },
  ),
  PenaltyHearingRequested: event(
    { zh: '申请听证', en: 'Penalty hearing requested', law: ['APL:64'] },
    { respondent },
  ),
  PenaltyHearingHeld: event(
    { zh: '举行听证', en: 'Penalty hearing held', law: ['APL:64', 'APL:65'] },
    { summary: text(2000).nullable() },
  ),
  /** Decision 处罚决定: per respondent and violation; `payBy` counts from the decision until it is served. */
  PenaltyDecided: event(
    { zh: '作出处罚决定', en: 'Penalty decided', law: ['APL:57', 'APL:60'] },
    {
      decisionNumber: text(80).nullable(),
      lines,
      currency,
      totalFen: amountFen,
      payBy: localDate,
      extensionReason: text(500).nullable(),
    },
  ),
  PenaltyDecisionServed: event(
    { zh: '送达处罚决定书', en: 'Penalty decision served', law: ['APL:61', 'APL:67'] },
    { payBy: localDate },
  ),
  /** An instalment or the whole; `surchargeFen` is what 3 % a day would come to on it, at most its own amount. */
  FinePaid: event(
    { zh: '缴纳罚款', en: 'Fine paid', law: ['APL:67', 'APL:72'] },
    { respondent, amountFen, lateDays: z.int().min(0), surchargeFen: amountFen },
  ),
  /** Added to what is due: 加处罚款 for late payment, or costs that the law lets the authority claim. */
  FineChargeAdded: event(
    { zh: '加处罚款', en: 'Fine charge added', law: ['APL:72'] },
    { respondent, charge: fineCharge, amountFen, reason },
  ),
  FineEnforcementRequested: event(
    { zh: '申请强制执行', en: 'Fine enforcement requested', law: ['APL:72'] },
    { body: text(120), respondents: z.array(respondent) },
  ),
  PenaltyReviewRequested: event(
    { zh: '申请行政复议', en: 'Penalty review requested', law: ['ARL:20', 'O7:34'] },
    { respondent, body: text(120), grounds: text(2000).nullable() },
  ),
  /** With the lines as they now stand, when changed. */
  PenaltyReviewDecided: event(
    { zh: '行政复议决定', en: 'Penalty review decided', law: ['ARL:63', 'ARL:64', 'ARL:68'] },
    {
      outcome: reviewOutcome,
      /** Null unless changed. */
      lines: lines.nullable(),
      totalFen: amountFen,
      reason: text(2000).nullable(),
    },
  ),
  /** Handed to the police or another authority 行刑衔接. */
  PenaltyCaseTransferred: event(
    { zh: '移送', en: 'Penalty case transferred', law: ['APL:27', 'O7:32'] },
    { to: text(120), reason, documentSha256: sha256Hex.nullable() },
  ),
  PenaltyCaseExposed: event(
    { zh: '公开曝光', en: 'Penalty case exposed', law: ['APL:48', 'NJ39:5'] },
    { medium: text(120), url: text(500).nullable() },
  ),
  /** The case, with any decision in it, falls. */
  PenaltyCaseWithdrawn: event(
    { zh: '撤销案件', en: 'Penalty case withdrawn', law: ['APL:57', 'APL:75'] },
    { reason },
  ),
  PenaltyCaseClosed: event(
    { zh: '结案', en: 'Penalty case closed', law: ['APL:57'] },
    { note: text(500).nullable() },
  ),
}
export type PenaltyCaseEvent = EventOf<typeof penaltyCaseEvents>
export type PenaltyCaseFiling = Extract<PenaltyCaseEvent, { type: 'PenaltyCaseFiled' }>['data']

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
        readonly on: string
      } | null
      readonly hearing: 'none' | 'requested' | 'held'
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
      const { hearingRight, hearingUntil } = event.data
      const status = state.status === 'filed' ? 'notified' : state.status
      return { ...state, status, notice: { hearingRight, hearingUntil, on } }
    }
    case 'PenaltyHearingRequested':
      return { ...state, hearing: 'requested' }
    case 'PenaltyHearingHeld':
      return { ...state, hearing: 'held' }
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
    filed,
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
      lines,
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
    { respondent, charge: fineCharge, amountFen: amountFen.min(1), reason },
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
      lines: lines.nullable().default(null),
      reason: text(2000).nullable().default(null),
    },
  ),
  TransferPenaltyCase: command(
    { zh: '移送案件', en: 'Transfer penalty case', law: ['APL:27'], permission: 'penalise' },
    { to: text(120), reason, documentSha256: sha256Hex.nullable().default(null) },
  ),
  ExposePenaltyCase: command(
    { zh: '公开曝光', en: 'Expose penalty case', law: ['APL:48'], permission: 'penalise' },
    { medium: text(120), url: text(500).nullable().default(null) },
  ),
  WithdrawPenaltyCase: command(
    { zh: '撤销案件', en: 'Withdraw penalty case', law: ['APL:57', 'APL:75'], permission: 'penalise' },
    { reason },
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
