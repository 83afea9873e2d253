import { z } from 'zod'
import { type EventOf, event } from './category.ts'
import { divisionCode } from './identifiers.ts'
import { sealedPerson } from './person.ts'
import { conditionFigures, conditionOutcome, institutionType } from './practice-conditions.ts'
import { eventId, localDate, sha256Hex, text } from './values.ts'

/** What can happen to an institution, and who may read of it. The requests and their rules are in `institution.ts`. */

export const institutionDetails = {
  name: text(120),
  type: institutionType,
  division: divisionCode,
  address: text(200),
  establishedOn: localDate,
}

export const institutionReason = text(500)

/** Number of an instrument, as evidence names it. */
export const instrumentNumber = text(100)

export const calibrationShape = {
  instrument: instrumentNumber,
  name: text(120),
  calibratedOn: localDate,
  validUntil: localDate.meta({ description: 'the last day on which it is in calibration' }),
  certificateSha256: sha256Hex,
}

export const institutionEvents = {
  /** Entered in the register; after leaving it, entered again. Order 7 art. 20. */
  InstitutionRegistered: event(
    {
      zh: '机构登记',
      en: 'Institution registered',
      law: ['O7:20'],
      visibility: 'public',
      withheld: ['legalRepresentative'],
    },
    { ...institutionDetails, legalRepresentative: sealedPerson },
  ),
  /** Details as they should have stood; `supersedes` names the event that was wrong. */
  InstitutionDetailsCorrected: event(
    {
      zh: '机构信息更正',
      en: 'Institution details corrected',
      law: ['O7:20'],
      visibility: 'public',
      withheld: ['legalRepresentative', 'reason'],
    },
    {
      ...institutionDetails,
      legalRepresentative: sealedPerson,
      supersedes: eventId,
      reason: institutionReason,
    },
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
  /** An instrument's certificate of calibration; what is measured outside its time proves nothing. */
  InstrumentCalibrated: event(
    { zh: '仪器检定校准', en: 'Instrument calibrated', law: ['O7:5', 'O7:6', 'XF3005:7'] },
    calibrationShape,
  ),
  /** Ordered to stop practice 责令停止执业, until `until` (last day) or until resumed. */
  InstitutionSuspended: event(
    {
      zh: '责令停止执业',
      en: 'Institution suspended',
      law: ['FL:69', 'O7:29'],
      visibility: 'public',
      withheld: ['reason'],
    },
    { reason: institutionReason, until: localDate.nullable() },
  ),
  /** May practise again before its suspension would end; it is then what it was before. */
  InstitutionResumed: event(
    { zh: '恢复执业', en: 'Institution resumed', law: ['FL:69'], visibility: 'public', withheld: ['reason'] },
    { reason: institutionReason },
  ),
  /** Left the market of its own will. */
  InstitutionWithdrew: event(
    {
      zh: '主动退出',
      en: 'Institution withdrew',
      law: ['O7:20'],
      visibility: 'public',
      withheld: ['reason'],
    },
    { reason: institutionReason },
  ),
  /** Removed from the register by the authority, e.g. a branch without legal personality. */
  InstitutionRemoved: event(
    {
      zh: '清理退出',
      en: 'Institution removed',
      law: ['O7:5', 'NJ39:5'],
      visibility: 'public',
      withheld: ['reason'],
    },
    { reason: institutionReason },
  ),
  /** Lifetime ban from the market 终身市场禁入. */
  InstitutionBanned: event(
    {
      zh: '终身市场禁入',
      en: 'Institution banned',
      law: ['FL:69'],
      visibility: 'public',
      withheld: ['reason'],
    },
    { reason: institutionReason },
  ),
}
export type InstitutionEvent = EventOf<typeof institutionEvents>
