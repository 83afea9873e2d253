import { accept, type Decision, refuse } from './decider.ts'
import type { KnownCase, PenaltyCaseCommand } from './penalty-case.ts'
import type { PenaltyCaseEvent, PenaltyLine, Respondent } from './penalty-case-events.ts'
import { refuseLines, totalFen } from './penalty-decision.ts'
import { isForeignCase, isRespondent, refuseStranger, respondentKey } from './penalty-procedure.ts'
import { dayOf, daysBetween } from './values.ts'

/** Administrative reconsideration 行政复议 of the decision. */

type Of<Type extends PenaltyCaseCommand['type']> = Extract<PenaltyCaseCommand, { type: Type }>

/** ARL art. 20: sixty days from learning of the decision, i.e. from its service. */
const reviewDays = 60

export function decideReview(
  command: Of<'RequestPenaltyReview'> | Of<'DecidePenaltyReview'>,
  state: KnownCase,
): Decision<PenaltyCaseEvent> {
  return command.type === 'RequestPenaltyReview'
    ? requestReview(command, state)
    : concludeReview(command, state)
}

function requestReview(
  { data, effectiveAt }: Of<'RequestPenaltyReview'>,
  state: KnownCase,
): Decision<PenaltyCaseEvent> {
  if (!state.decision) {
    return refuse(
      'penalty-not-decided',
      { zh: '尚未作出处罚决定，无可复议', en: 'no penalty is decided yet; there is nothing to review' },
      ['ARL:11'],
    )
  }
  if (!isRespondent(state.filing, data.respondent)) return refuseStranger('/data/respondent')
  if (state.review === 'requested') return accept()
  const { servedOn } = state.decision
  if (!isForeignCase(state.filing)) {
    if (state.review !== 'none') {
      return refuse(
        'already-reviewed',
        { zh: '已经行政复议', en: 'the decision was already reviewed; the court is the next step' },
        ['ARL:30'],
      )
    }
    if (servedOn !== null && daysBetween(servedOn, dayOf(effectiveAt)) > reviewDays) {
      return refuse(
        'review-request-late',
        {
          zh: `自送达之日起已逾${reviewDays}日`,
          en: `more than ${reviewDays} days since the decision was served`,
        },
        ['ARL:20'],
      )
    }
  }
  return accept({ type: 'PenaltyReviewRequested', data })
}

function concludeReview({ data }: Of<'DecidePenaltyReview'>, state: KnownCase): Decision<PenaltyCaseEvent> {
  if (state.review !== 'requested' || !state.decision) {
    return refuse(
      'review-not-requested',
      { zh: '没有待决的行政复议', en: 'no review is pending; record the request first' },
      ['ARL:30'],
    )
  }
  if ((data.outcome === 'changed') !== (data.lines !== null)) {
    return refuse(
      'review-lines-missing',
      {
        zh: '变更决定应当且仅应当附变更后的处罚',
        en: 'give the lines as they now stand when, and only when, changed',
      },
      ['ARL:63'],
      '/data/lines',
    )
  }
  const standing = state.decision.lines
  if (data.lines) {
    const wrong = refuseLines(data.lines, state) ?? refuseWorse(data.lines, standing, state)
    if (wrong) return wrong
  }
  const after = data.outcome === 'withdrawn' ? [] : (data.lines ?? standing)
  return accept({ type: 'PenaltyReviewDecided', data: { ...data, totalFen: totalFen(after) } })
}

/** ARL art. 63(2): the review may not put the applicant in a worse place. */
function refuseWorse(lines: readonly PenaltyLine[], standing: readonly PenaltyLine[], state: KnownCase) {
  const sumOf = (all: readonly PenaltyLine[], party: Respondent) =>
    totalFen(all.filter((line) => respondentKey(line.respondent) === respondentKey(party)))
  const worse = state.filing.respondents.some((party) => sumOf(lines, party) > sumOf(standing, party))
  if (!worse || isForeignCase(state.filing)) return null
  return refuse(
    'review-worsens',
    { zh: '复议不得作出更为不利的变更', en: 'a review may not raise the penalty' },
    ['ARL:63'],
    '/data/lines',
  )
}
