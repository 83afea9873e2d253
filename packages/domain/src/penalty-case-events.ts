import { z } from 'zod'
import { type EventOf, event } from './category.ts'
import { divisionCode, uscc } from './identifiers.ts'
import { officerId } from './officers.ts'
import { subjectId } from './person.ts'
import { amountFen, localDate, sha256Hex, text, ulid } from './values.ts'
import { violationReference } from './violations.ts'

/** What the `penaltyCase` stream records. The rules are in `penalty-case.ts` and the files that it names. */

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

export const filedShape = {
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

export const penaltyReason = text(1000)
export const fineCharge = z.enum(['late-payment', 'cost'])
/** upheld 维持 · changed 变更 · withdrawn: the decision falls 撤销. */
export const reviewOutcome = z.enum(['upheld', 'changed', 'withdrawn'])
export const penaltyLines = z.array(penaltyLine).min(1).max(200)

export const penaltyCaseEvents = {
  PenaltyCaseFiled: event(
    { zh: '立案', en: 'Penalty case filed', law: ['APL:54', 'APL:36', 'O7:33'] },
    filedShape,
  ),
  /** Told of facts, grounds and the intended penalty, with the right to be heard 处罚告知. */
  PenaltyNoticeServed: event(
    { zh: '送达处罚告知书', en: 'Penalty notice served', law: ['APL:44', 'APL:63'], schemaVersion: 2 },
    {
      hearingRight: z.boolean(),
      hearingUntil: localDate.nullable(),
      /** True when some working days up to `hearingUntil` were not known yet, and plain weeks were counted. */
      provisional: z.boolean(),
      summary: text(2000).nullable(),
    },
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
      lines: penaltyLines,
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
  /**
   * An instalment or the whole; a payment counts towards the fine first. `surchargeFen` is what 3 % a day would come to on
   * the part of the fine that it pays, at most that part.
   */
  FinePaid: event(
    { zh: '缴纳罚款', en: 'Fine paid', law: ['APL:67', 'APL:72'] },
    { respondent, amountFen, lateDays: z.int().min(0), surchargeFen: amountFen },
  ),
  /** Added to what is due: 加处罚款 for late payment, or costs that the law lets the authority claim. */
  FineChargeAdded: event(
    { zh: '加处罚款', en: 'Fine charge added', law: ['APL:72'] },
    { respondent, charge: fineCharge, amountFen, reason: penaltyReason },
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
      lines: penaltyLines.nullable(),
      totalFen: amountFen,
      reason: text(2000).nullable(),
    },
  ),
  /** Handed to the police or another authority 行刑衔接. */
  PenaltyCaseTransferred: event(
    { zh: '移送', en: 'Penalty case transferred', law: ['APL:27', 'O7:32'] },
    { to: text(120), reason: penaltyReason, documentSha256: sha256Hex.nullable() },
  ),
  PenaltyCaseExposed: event(
    { zh: '公开曝光', en: 'Penalty case exposed', law: ['APL:48', 'NJ39:5'] },
    { medium: text(120), url: text(500).nullable() },
  ),
  /** The case, with any decision in it, falls. */
  PenaltyCaseWithdrawn: event(
    { zh: '撤销案件', en: 'Penalty case withdrawn', law: ['APL:57', 'APL:75'] },
    { reason: penaltyReason },
  ),
  PenaltyCaseClosed: event(
    { zh: '结案', en: 'Penalty case closed', law: ['APL:57'] },
    { note: text(500).nullable() },
  ),
}
export type PenaltyCaseEvent = EventOf<typeof penaltyCaseEvents>
export type PenaltyCaseFiling = Extract<PenaltyCaseEvent, { type: 'PenaltyCaseFiled' }>['data']
