import { type Refusal, refuse } from './decider.ts'
import type { LegalBasis } from './law.ts'
import type { KnownCase, PenaltyCaseCommand } from './penalty-case.ts'
import { dayOf, type Title } from './values.ts'

/**
 * The order of a case in days: filed ≤ notice ≤ hearing ≤ decision, and what follows the decision not before it. It holds
 * for cases under any law. An act that has not happened bounds nothing: whether it had to, the rules of each act say.
 */

type Act = 'filing' | 'notice' | 'hearing' | 'decision'
type LaterCommand = Exclude<PenaltyCaseCommand, { type: 'FilePenaltyCase' }>

const actsBefore: Readonly<Record<LaterCommand['type'], readonly Act[]>> = {
  ServePenaltyNotice: ['filing'],
  RequestPenaltyHearing: ['filing', 'notice'],
  HoldPenaltyHearing: ['filing', 'notice', 'hearing'],
  DecidePenalty: ['filing', 'notice', 'hearing'],
  ServePenaltyDecision: ['decision'],
  PayFine: ['decision'],
  AddFineCharge: ['decision'],
  RequestFineEnforcement: ['decision'],
  RequestPenaltyReview: ['decision'],
  DecidePenaltyReview: ['decision'],
  TransferPenaltyCase: ['filing'],
  ExposePenaltyCase: ['decision'],
  WithdrawPenaltyCase: ['filing'],
  ClosePenaltyCase: ['filing', 'decision'],
}

const acts: Readonly<Record<Act, { readonly title: Title; readonly law: LegalBasis }>> = {
  filing: { title: { zh: '立案', en: 'the filing' }, law: 'APL:54' },
  notice: { title: { zh: '处罚告知', en: 'the notice' }, law: 'APL:44' },
  hearing: { title: { zh: '听证', en: 'the hearing' }, law: 'APL:64' },
  decision: { title: { zh: '处罚决定', en: 'the decision' }, law: 'APL:57' },
}

/** Refuses what would lie before an act that it follows; null when the days are in order. */
export function refuseOutOfOrder(
  command: LaterCommand,
  state: KnownCase,
): { readonly accepted: false; readonly refusal: Refusal; readonly recorded: readonly never[] } | null {
  const on = dayOf(command.effectiveAt)
  const days: Readonly<Record<Act, string | null>> = {
    filing: state.filedOn,
    notice: state.notice?.on ?? null,
    hearing: state.hearingOn,
    decision: state.decision?.on ?? null,
  }
  const later = actsBefore[command.type].find((act) => (days[act] ?? on) > on)
  if (!later) return null
  const { title, law } = acts[later]
  return refuse(
    'days-out-of-order',
    {
      zh: `${on}早于${title.zh}（${days[later]}），请更正日期`,
      en: `${on} lies before ${title.en} of ${days[later]}; correct the day`,
    },
    [law],
    '/effectiveAt',
  )
}
