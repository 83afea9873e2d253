import { ownScheme } from './check-items.ts'
import { accept, type Decision, type Refusal, refuse } from './decider.ts'
import type { LegalBasis } from './law.ts'
import type { KnownCase, PenaltyCaseCommand } from './penalty-case.ts'
import type { PenaltyCaseEvent, PenaltyLine, Respondent } from './penalty-case-events.ts'
import { isForeignCase, isRespondent, refuseStranger, respondentKey } from './penalty-procedure.ts'
import { addDays, dayOf, daysBetween } from './values.ts'
import { type FineRange, findViolation, type Violation } from './violations.ts'

/** The decision of a penalty case: procedure before it, and each line against the range of its article. */

/** APL art. 60. */
const decisionDaysMax = 90
/** APL art. 67. */
const paymentDays = 15

export function payBy(day: string): string {
  return addDays(day, paymentDays)
}

export function totalFen(lines: readonly PenaltyLine[]): number {
  return lines.reduce((total, line) => total + line.fineFen + line.confiscatedFen, 0)
}

export function decidePenalty(
  { data, effectiveAt }: Extract<PenaltyCaseCommand, { type: 'DecidePenalty' }>,
  state: KnownCase,
): Decision<PenaltyCaseEvent> {
  if (state.decision) {
    return refuse(
      'penalty-already-decided',
      { zh: '处罚决定已作出', en: 'the penalty is already decided; a review or a withdrawal can change it' },
      ['APL:57'],
    )
  }
  const on = dayOf(effectiveAt)
  if (!isForeignCase(state.filing)) {
    const early = refuseBeforeHeard(on, state)
    if (early) return early
    if (daysBetween(state.filedOn, on) > decisionDaysMax && data.extensionReason === null) {
      return refuse(
        'decision-late',
        {
          zh: `立案已逾${decisionDaysMax}日，请说明延长理由`,
          en: `more than ${decisionDaysMax} days since filing; give the reason of the extension`,
        },
        ['APL:60'],
        '/data/extensionReason',
      )
    }
  }
  const wrong = refuseLines(data.lines, state)
  if (wrong) return wrong
  return accept({
    type: 'PenaltyDecided',
    data: { ...data, currency: state.filing.currency, totalFen: totalFen(data.lines), payBy: payBy(on) },
  })
}

type Refused = { readonly accepted: false; readonly refusal: Refusal; readonly recorded: readonly never[] }

function refuseBeforeHeard(on: string, state: KnownCase): Refused | null {
  const { notice, hearing } = state
  if (!notice) {
    return refuse(
      'notice-not-served',
      {
        zh: '未送达处罚告知书，不得作出处罚决定',
        en: 'no penalty may be decided before its notice is served',
      },
      ['APL:44', 'APL:62'],
    )
  }
  if (hearing === 'requested') {
    return refuse(
      'hearing-not-held',
      { zh: '当事人已申请听证，请先举行听证', en: 'a hearing was requested; hold it first' },
      ['APL:64'],
    )
  }
  if (hearing === 'none' && notice.hearingUntil !== null && on <= notice.hearingUntil) {
    return refuse(
      'hearing-period-open',
      {
        zh: `听证申请期限至${notice.hearingUntil}，届满后方可决定`,
        en: `a hearing can be requested until ${notice.hearingUntil}; decide afterwards`,
      },
      ['APL:64'],
    )
  }
  return null
}

/** The first line that the law does not allow, if there is one. */
export function refuseLines(lines: readonly PenaltyLine[], state: KnownCase): Refused | null {
  const seen = new Set<string>()
  for (const [index, line] of lines.entries()) {
    const pointer = `/data/lines/${index}`
    const { scheme, code } = line.violation
    if (!isRespondent(state.filing, line.respondent)) return refuseStranger(`${pointer}/respondent`)
    if (!state.filing.violations.some((filed) => filed.scheme === scheme && filed.code === code)) {
      return refuse(
        'violation-not-in-case',
        { zh: `${code}不在立案的违法行为之内`, en: `${code} is not among the violations filed` },
        ['APL:54'],
        `${pointer}/violation`,
      )
    }
    const key = `${respondentKey(line.respondent)} ${scheme}:${code}`
    if (seen.has(key)) {
      return refuse(
        'act-punished-twice',
        { zh: '同一违法行为不得两次罚款', en: 'one act is punished once; join the two lines' },
        ['APL:29'],
        pointer,
      )
    }
    seen.add(key)
    const wrong = isForeignCase(state.filing) ? null : refuseLine(line, state.filing.currency, pointer)
    if (wrong) return wrong
  }
  return null
}

function refuseLine(line: PenaltyLine, currency: string, pointer: string): Refused | null {
  const { fineFen, confiscatedFen, warning, sanctions, violation, reason } = line
  const empty = fineFen + confiscatedFen === 0 && !warning && sanctions.length === 0
  if (empty && reason === null) {
    return refuse(
      'penalty-without-reason',
      { zh: '不予处罚的应当说明理由', en: 'a line without any penalty needs its reason' },
      ['APL:33', 'APL:57'],
      `${pointer}/reason`,
    )
  }
  const known = violation.scheme === ownScheme ? findViolation(violation.code) : undefined
  return known && currency === 'CNY' ? refuseFine(line, known, pointer) : null
}

function refuseFine(line: PenaltyLine, violation: Violation, pointer: string): Refused | null {
  const law = violation.legalBasis
  if (violation.range === 'known') {
    const range = violation.fines.find((fine) => fine.liable === liableOf(line.respondent))
    if (line.rangeUnknown) {
      return refuse(
        'fine-range-known',
        { zh: `${violation.code}的罚款幅度是已知的`, en: `the range of ${violation.code} is known` },
        law,
        `${pointer}/rangeUnknown`,
      )
    }
    return range ? refuseOutside(line, violation, range, pointer) : refuseNotLiable(line, violation, pointer)
  }
  if (line.fineFen === 0) return null
  if (violation.range === 'none') {
    return refuse(
      'no-fine-for-violation',
      {
        zh: `${violation.title.zh}没有单独的罚款规定`,
        en: `no fine stands on ${violation.code} (${violation.title.en}) alone`,
      },
      law,
      `${pointer}/fineFen`,
    )
  }
  if (line.rangeUnknown && line.reason !== null) return null
  return refuse(
    'fine-range-unknown',
    {
      zh: `${violation.code}的罚款幅度不在表内，请声明并说明理由`,
      en: `the range of ${violation.code} is not in the table; state so (rangeUnknown) with the reason`,
    },
    law,
    `${pointer}/rangeUnknown`,
  )
}

function refuseNotLiable(line: PenaltyLine, violation: Violation, pointer: string): Refused | null {
  if (line.fineFen === 0) return null
  return refuse(
    'respondent-not-liable',
    {
      zh: `${violation.code}没有对该类当事人的罚款规定`,
      en: `no article lets this kind of party be fined for ${violation.code}`,
    },
    violation.legalBasis,
    `${pointer}/respondent`,
  )
}

function refuseOutside(
  line: PenaltyLine,
  violation: Violation,
  range: FineRange,
  pointer: string,
): Refused | null {
  const { fineFen, circumstances, reason } = line
  if (fineFen >= range.minFen && fineFen <= range.maxFen) return null
  const excused =
    fineFen === 0 ? circumstances.includes('first-and-minor') : circumstances.includes('mitigated')
  if (fineFen < range.minFen && excused && reason !== null) return null
  const law: LegalBasis[] = [...violation.legalBasis]
  if (fineFen < range.minFen) law.push(fineFen === 0 ? 'APL:33' : 'APL:32')
  const bounds = `${range.minFen / 100}–${range.maxFen / 100}`
  return refuse(
    'fine-outside-range',
    {
      zh: `${violation.code}的罚款幅度为${bounds}元，所拟${fineFen / 100}元不在其内`,
      en: `the fine for ${violation.code} is ${bounds} yuan; ${fineFen / 100} lies outside`,
    },
    law,
    `${pointer}/fineFen`,
  )
}

/** A unit is not liable for violations of fire technical services. */
function liableOf(respondent: Respondent): FineRange['liable'] | null {
  if (respondent.kind === 'institution') return 'institution'
  if (respondent.kind === 'practitioner') return 'engineer'
  return respondent.kind === 'other' ? 'responsible-person' : null
}
