import { accept, type Decision, refuse, unreachable } from './decider.ts'
import type { KnownCase, PenaltyCaseCommand } from './penalty-case.ts'
import type { PenaltyCaseEvent, Respondent } from './penalty-case-events.ts'
import { payBy } from './penalty-decision.ts'
import { isForeignCase, isRespondent, refuseStranger, respondentKey } from './penalty-procedure.ts'
import { dayOf, daysBetween, type LocalDate } from './values.ts'

/** After the decision: service, payment in one or more instalments, charges, enforcement, closing. */

type Of<Type extends PenaltyCaseCommand['type']> = Extract<PenaltyCaseCommand, { type: Type }>

/** APL art. 72(1): 3 % of the fine a day, together no more than the fine. In hundredths of the amount. */
const surchargePercentPerDay = 3

/** What late payment of a fine, or of a part of it, would add: information, due only when it is imposed. */
export function lateSurchargeFen(fineFen: number, lateDays: number): number {
  return Math.min(fineFen, Math.floor((fineFen * surchargePercentPerDay * Math.max(0, lateDays)) / 100))
}

/**
 * What a respondent owes by decision and charges, what of it is still unpaid, and what of that is the fine itself. A
 * payment counts towards the fine first: the surcharge runs on the fine alone, not on gains to be given up or on charges.
 */
export function dueOf(
  state: KnownCase,
  respondent: Respondent,
): { dueFen: number; unpaidFen: number; unpaidFineFen: number } {
  const key = respondentKey(respondent)
  const own = <Part extends { readonly respondent: Respondent }>(parts: readonly Part[]) =>
    parts.filter((part) => respondentKey(part.respondent) === key)
  const lines = own(state.decision?.lines ?? [])
  const fined = lines.reduce((sum, line) => sum + line.fineFen, 0)
  const decided = lines.reduce((sum, line) => sum + line.confiscatedFen, fined)
  const charged = own(state.charges).reduce((sum, charge) => sum + charge.amountFen, 0)
  const paid = own(state.payments).reduce((sum, payment) => sum + payment.amountFen, 0)
  return {
    dueFen: decided + charged,
    unpaidFen: Math.max(0, decided + charged - paid),
    unpaidFineFen: Math.max(0, fined - paid),
  }
}

/** The surcharge that would be due on a day for what of the fine is unpaid then. */
export function surchargeOn(state: KnownCase, respondent: Respondent, day: LocalDate): number {
  if (!state.decision) return 0
  return lateSurchargeFen(dueOf(state, respondent).unpaidFineFen, daysBetween(state.decision.payBy, day))
}

export function decideExecution(
  command:
    | Of<'ServePenaltyDecision'>
    | Of<'PayFine'>
    | Of<'AddFineCharge'>
    | Of<'RequestFineEnforcement'>
    | Of<'ClosePenaltyCase'>,
  state: KnownCase,
): Decision<PenaltyCaseEvent> {
  if (!state.decision) {
    return refuse(
      'penalty-not-decided',
      { zh: '尚未作出处罚决定', en: 'no penalty is decided yet; decide it, or withdraw the case' },
      ['APL:57'],
    )
  }
  switch (command.type) {
    case 'ServePenaltyDecision':
      if (state.decision.servedOn !== null) return accept()
      return accept({ type: 'PenaltyDecisionServed', data: { payBy: payBy(dayOf(command.effectiveAt)) } })
    case 'PayFine':
      return payFine(command, state, state.decision.payBy)
    case 'AddFineCharge':
      return addCharge(command, state)
    case 'RequestFineEnforcement':
      return requestEnforcement(command, state, state.decision.payBy)
    case 'ClosePenaltyCase':
      return closeCase(command, state)
    default:
      return unreachable(command)
  }
}

function payFine(
  { data, effectiveAt }: Of<'PayFine'>,
  state: KnownCase,
  dueDay: LocalDate,
): Decision<PenaltyCaseEvent> {
  if (!isRespondent(state.filing, data.respondent)) return refuseStranger('/data/respondent')
  const { unpaidFen, unpaidFineFen } = dueOf(state, data.respondent)
  if (data.amountFen > unpaidFen && !isForeignCase(state.filing)) {
    return refuse(
      'payment-exceeds-due',
      {
        zh: `尚应缴纳${unpaidFen / 100}元，所缴${data.amountFen / 100}元超出`,
        en: `${unpaidFen / 100} yuan are still due; ${data.amountFen / 100} is more`,
      },
      ['APL:67'],
      '/data/amountFen',
    )
  }
  const lateDays = Math.max(0, daysBetween(dueDay, dayOf(effectiveAt)))
  const surchargeFen = lateSurchargeFen(Math.min(data.amountFen, unpaidFineFen), lateDays)
  return accept({ type: 'FinePaid', data: { ...data, lateDays, surchargeFen } })
}

function addCharge({ data }: Of<'AddFineCharge'>, state: KnownCase): Decision<PenaltyCaseEvent> {
  if (!isRespondent(state.filing, data.respondent)) return refuseStranger('/data/respondent')
  if (data.charge === 'late-payment' && !isForeignCase(state.filing)) {
    const key = respondentKey(data.respondent)
    const fines = state.decision?.lines.filter((line) => respondentKey(line.respondent) === key) ?? []
    const fineFen = fines.reduce((sum, line) => sum + line.fineFen, 0)
    const chargedFen = state.charges
      .filter((charge) => charge.charge === 'late-payment' && respondentKey(charge.respondent) === key)
      .reduce((sum, charge) => sum + charge.amountFen, 0)
    if (chargedFen + data.amountFen > fineFen) {
      return refuse(
        'surcharge-exceeds-fine',
        { zh: '加处罚款的数额不得超出罚款的数额', en: 'the surcharge may not exceed the fine itself' },
        ['APL:72'],
        '/data/amountFen',
      )
    }
  }
  return accept({ type: 'FineChargeAdded', data })
}

function unpaidRespondents(state: KnownCase): Respondent[] {
  return state.filing.respondents.filter((respondent) => dueOf(state, respondent).unpaidFen > 0)
}

function requestEnforcement(
  { data, effectiveAt }: Of<'RequestFineEnforcement'>,
  state: KnownCase,
  dueDay: LocalDate,
): Decision<PenaltyCaseEvent> {
  if (state.enforcement) return accept()
  const respondents = unpaidRespondents(state)
  if (!isForeignCase(state.filing) && (respondents.length === 0 || dayOf(effectiveAt) <= dueDay)) {
    return refuse(
      'fine-not-overdue',
      { zh: `没有逾期（${dueDay}）未缴的罚款`, en: `no fine is unpaid after its day ${dueDay}` },
      ['APL:72'],
    )
  }
  return accept({ type: 'FineEnforcementRequested', data: { body: data.body, respondents } })
}

function closeCase({ data }: Of<'ClosePenaltyCase'>, state: KnownCase): Decision<PenaltyCaseEvent> {
  if (state.status === 'closed') return accept()
  if (state.review === 'requested') {
    return refuse(
      'review-pending',
      { zh: '行政复议尚未决定', en: 'a review is pending; close the case after it' },
      ['ARL:62'],
    )
  }
  if (!state.enforcement && unpaidRespondents(state).length > 0) {
    return refuse(
      'fine-unpaid',
      {
        zh: '罚款尚未缴清，也未申请强制执行',
        en: 'the fine is not fully paid and enforcement was not requested',
      },
      ['APL:67', 'APL:72'],
    )
  }
  return accept({ type: 'PenaltyCaseClosed', data })
}
