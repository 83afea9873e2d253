import { ownScheme } from './check-items.ts'
import { accept, type Decision, refuse, unreachable } from './decider.ts'
import { officersMin } from './officers.ts'
import type { KnownCase, PenaltyCaseCommand, PenaltyCaseState } from './penalty-case.ts'
import type { PenaltyCaseEvent, PenaltyCaseFiling, Respondent } from './penalty-case-events.ts'
import { addMonths, dayOf } from './values.ts'
import { addWorkingDays } from './working-days.ts'

/** Rules of a penalty case up to its decision: filing, limitation, notice, hearing. */

type Of<Type extends PenaltyCaseCommand['type']> = Extract<PenaltyCaseCommand, { type: Type }>

const limitationYears = { ordinary: 2, harmful: 5 }
/** APL art. 64: five days; art. 85: days of such periods are working days. */
const hearingWorkingDays = 5

/** Whether the case is under other law than the table's: then its procedure is not judged here. */
export function isForeignCase(filing: PenaltyCaseFiling): boolean {
  return filing.violations.every((violation) => violation.scheme !== ownScheme)
}

export function respondentKey(respondent: Respondent): string {
  return `${respondent.kind}:${respondent.id}`
}

export function isRespondent(filing: PenaltyCaseFiling, respondent: Respondent): boolean {
  return filing.respondents.some((party) => respondentKey(party) === respondentKey(respondent))
}

export function refuseStranger(pointer: string) {
  return refuse(
    'respondent-not-in-case',
    { zh: '该当事人不是本案当事人', en: 'this party is no respondent of the case' },
    ['APL:54'],
    pointer,
  )
}

export function filePenaltyCase(
  { data, effectiveAt }: Of<'FilePenaltyCase'>,
  state: PenaltyCaseState,
): Decision<PenaltyCaseEvent> {
  if (state.status !== 'unknown') {
    return refuse('penalty-case-already-filed', { zh: '该案已立案', en: 'this case is already filed' }, [
      'APL:54',
    ])
  }
  const parties = new Set(data.respondents.map(respondentKey))
  if (parties.size < data.respondents.length) {
    return refuse(
      'respondent-repeated',
      { zh: '当事人重复', en: 'a respondent is named twice; name each once' },
      ['APL:54'],
      '/data/respondents',
    )
  }
  const filedOn = dayOf(effectiveAt)
  const discoveredOn = data.discoveredOn ?? filedOn
  if (data.actedOn > discoveredOn || discoveredOn > filedOn) {
    return refuse(
      'days-out-of-order',
      { zh: '行为、发现、立案的日期先后不符', en: 'act, discovery and filing must follow in that order' },
      ['APL:36', 'APL:54'],
      data.actedOn > discoveredOn ? '/data/actedOn' : '/data/discoveredOn',
    )
  }
  if (!isForeignCase(data)) {
    const years = data.harmful ? limitationYears.harmful : limitationYears.ordinary
    if (discoveredOn > addMonths(data.actedOn, years * 12)) {
      return refuse(
        'limitation-expired',
        {
          zh: `违法行为在${years}年内未被发现，不再给予处罚`,
          en: `the act was not discovered within ${years} years and can no longer be punished`,
        },
        ['APL:36'],
        '/data/actedOn',
      )
    }
    if (new Set(data.officers).size < officersMin) {
      return refuse(
        'officers-too-few',
        { zh: '执法人员不得少于两人', en: 'at least two different officers are needed' },
        ['APL:42'],
        '/data/officers',
      )
    }
  }
  return accept({ type: 'PenaltyCaseFiled', data })
}

export function decideNotice(
  command: Of<'ServePenaltyNotice'> | Of<'RequestPenaltyHearing'> | Of<'HoldPenaltyHearing'>,
  state: KnownCase,
): Decision<PenaltyCaseEvent> {
  if (state.decision && !isForeignCase(state.filing)) {
    return refuse(
      'penalty-already-decided',
      { zh: '处罚决定已作出', en: 'the penalty is already decided; ask for a review instead' },
      ['APL:44', 'APL:64'],
    )
  }
  switch (command.type) {
    case 'ServePenaltyNotice':
      return serveNotice(command, state)
    case 'RequestPenaltyHearing':
      return requestHearing(command, state)
    case 'HoldPenaltyHearing':
      return holdHearing(command, state)
    default:
      return unreachable(command)
  }
}

function serveNotice(
  { data, effectiveAt }: Of<'ServePenaltyNotice'>,
  state: KnownCase,
): Decision<PenaltyCaseEvent> {
  const { hearingRight, summary } = data
  const on = dayOf(effectiveAt)
  if (state.notice?.on === on && state.notice.hearingRight === hearingRight) return accept()
  const period = hearingRight ? addWorkingDays(on, hearingWorkingDays) : null
  const { day: hearingUntil, provisional } = period ?? { day: null, provisional: false }
  return accept({ type: 'PenaltyNoticeServed', data: { hearingRight, hearingUntil, provisional, summary } })
}

function requestHearing(
  { data, effectiveAt }: Of<'RequestPenaltyHearing'>,
  state: KnownCase,
): Decision<PenaltyCaseEvent> {
  if (!isRespondent(state.filing, data.respondent)) return refuseStranger('/data/respondent')
  if (state.hearing !== 'none') return accept()
  if (!isForeignCase(state.filing)) {
    if (!state.notice?.hearingRight) {
      return refuse(
        'no-hearing-right',
        { zh: '未告知听证权利，不能申请听证', en: 'no notice with a right to a hearing was served' },
        ['APL:63'],
      )
    }
    if (state.notice.hearingUntil !== null && dayOf(effectiveAt) > state.notice.hearingUntil) {
      return refuse(
        'hearing-request-late',
        {
          zh: `听证申请期限至${state.notice.hearingUntil}，已届满`,
          en: `a hearing could be requested until ${state.notice.hearingUntil}`,
        },
        ['APL:64'],
      )
    }
  }
  return accept({ type: 'PenaltyHearingRequested', data })
}

function holdHearing({ data }: Of<'HoldPenaltyHearing'>, state: KnownCase): Decision<PenaltyCaseEvent> {
  if (state.hearing === 'held') return accept()
  if (state.hearing === 'requested') return accept({ type: 'PenaltyHearingHeld', data })
  return refuse(
    'hearing-not-requested',
    { zh: '当事人未申请听证', en: 'no hearing was requested; record the request first' },
    ['APL:64'],
  )
}
