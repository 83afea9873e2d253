import { z } from 'zod'
import type { LocalDate, Title } from './values.ts'

/**
 * What a practitioner was entitled to on a day: pure questions over the intervals that `practitioner.ts` keeps.
 * All intervals include their first and their last day; `until: null` has no end yet.
 */

/** Qualifications, lowest first within each profession. Engineers: Order 143 art. 4. Operators: five national levels. */
export const qualifications = {
  'junior-operator': { zh: '初级消防设施操作员', en: 'fire facility operator, junior' },
  'intermediate-operator': { zh: '中级消防设施操作员', en: 'fire facility operator, intermediate' },
  'senior-operator': { zh: '高级消防设施操作员', en: 'fire facility operator, senior' },
  'technician-operator': { zh: '消防设施操作员技师', en: 'fire facility operator, technician' },
  'senior-technician-operator': {
    zh: '消防设施操作员高级技师',
    en: 'fire facility operator, senior technician',
  },
  'grade-two-engineer': { zh: '二级注册消防工程师', en: 'registered fire engineer, grade two' },
  'grade-one-engineer': { zh: '一级注册消防工程师', en: 'registered fire engineer, grade one' },
} as const satisfies Record<string, Title>
export type Qualification = keyof typeof qualifications
const ranks = Object.keys(qualifications) as [Qualification, ...Qualification[]]
export const qualification = z.enum(ranks)

export function isEngineer(held: Qualification | null): boolean {
  return held === 'grade-one-engineer' || held === 'grade-two-engineer'
}

export const employmentRoles = {
  'technical-lead': { zh: '技术负责人', en: 'technical lead' },
  'project-lead': { zh: '项目负责人', en: 'project lead' },
  engineer: { zh: '注册消防工程师', en: 'engineer' },
  operator: { zh: '消防设施操作员', en: 'operator' },
  'fire-safety-manager': { zh: '消防安全管理人', en: 'fire safety manager of a key unit' },
} as const satisfies Record<string, Title>
export type EmploymentRole = keyof typeof employmentRoles
export const employmentRole = z.enum(Object.keys(employmentRoles) as [EmploymentRole, ...EmploymentRole[]])

/** Both ends included; `until: null` has no end yet. */
export type DaySpan = { readonly from: LocalDate; readonly until: LocalDate | null }

/** One registration with the terms for which it was granted and renewed. */
export type Registration = {
  readonly qualification: Qualification
  readonly registrationNumber: string
  /** An operator's certificate does not expire: its one term has no end. */
  readonly terms: readonly DaySpan[]
  /** Cancelled or struck off: the first day without it. */
  readonly endedFrom: LocalDate | null
  /** Revoked 撤销: was never good, on any day. */
  readonly annulled: boolean
}

export type Employment = DaySpan & { readonly employer: string; readonly role: EmploymentRole }

/** The intervals that answer "was this so on that day". */
export type PracticeRecord = {
  readonly registrations: readonly Registration[]
  readonly employments: readonly Employment[]
  readonly suspensions: readonly DaySpan[]
  readonly bans: readonly DaySpan[]
}

export type PracticeStanding = {
  /** A registration had begun and was not cancelled, struck off or revoked; it may have expired. */
  readonly registered: boolean
  readonly unexpired: boolean
  readonly suspended: boolean
  readonly banned: boolean
  /** The highest qualification registered and unexpired on that day, else the highest registered; null without any. */
  readonly qualification: Qualification | null
  readonly registrationNumber: string | null
  readonly employers: readonly { readonly employer: string; readonly role: EmploymentRole }[]
}

export function spanCovers(span: DaySpan, day: LocalDate): boolean {
  return span.from <= day && (span.until === null || day <= span.until)
}

export function spansOverlap(a: DaySpan, b: DaySpan): boolean {
  const empty = (span: DaySpan) => span.until !== null && span.until < span.from
  if (empty(a) || empty(b)) return false
  return (b.until === null || a.from <= b.until) && (a.until === null || b.from <= a.until)
}

/** The registration that counts on that day: unexpired before expired, higher before lower, later before earlier. */
export function registrationOn(record: PracticeRecord, day: LocalDate): Registration | null {
  const weight = (entry: Registration) =>
    (isUnexpired(entry, day) ? ranks.length : 0) + ranks.indexOf(entry.qualification)
  return record.registrations
    .filter((entry) => isHeld(entry, day))
    .reduce<Registration | null>((best, entry) => (best && weight(best) > weight(entry) ? best : entry), null)
}

/** Begun, and neither cancelled, struck off nor revoked; perhaps expired. */
export function isHeld(entry: Registration, day: LocalDate): boolean {
  return (
    !entry.annulled &&
    entry.terms.some((term) => term.from <= day) &&
    (entry.endedFrom === null || day < entry.endedFrom)
  )
}

export function isUnexpired(entry: Registration, day: LocalDate): boolean {
  return entry.terms.some((term) => spanCovers(term, day))
}

/** What the practitioner was entitled to on that day (in China), from the facts recorded so far. */
export function practiceStandingOn(record: PracticeRecord, day: LocalDate): PracticeStanding {
  const held = registrationOn(record, day)
  return {
    registered: held !== null,
    unexpired: held !== null && isUnexpired(held, day),
    suspended: record.suspensions.some((span) => spanCovers(span, day)),
    banned: record.bans.some((span) => spanCovers(span, day)),
    qualification: held?.qualification ?? null,
    registrationNumber: held?.registrationNumber ?? null,
    employers: record.employments
      .filter((entry) => spanCovers(entry, day))
      .map(({ employer, role }) => ({ employer, role })),
  }
}

/** Why someone may not act for an institution on a day; the first that applies is the one to tell. */
export const practiceObstacles = {
  unregistered: { zh: '未注册', en: 'was not registered' },
  banned: { zh: '被禁止执业', en: 'was banned' },
  expired: { zh: '注册有效期已届满', en: 'had an expired registration' },
  suspended: { zh: '被暂停执业', en: 'was suspended' },
  'employed-elsewhere': { zh: '未受聘于本机构', en: 'was not employed at this institution' },
  'not-engineer': { zh: '不是注册消防工程师', en: 'was not a registered fire engineer' },
  'not-grade-one': { zh: '不是一级注册消防工程师', en: 'was not a grade-one engineer' },
} as const satisfies Record<string, Title>
export type PracticeObstacle = keyof typeof practiceObstacles
export const practiceObstacle = z.enum(
  Object.keys(practiceObstacles) as [PracticeObstacle, ...PracticeObstacle[]],
)

/**
 * What kept the practitioner from acting for `employer` on `day`; null when nothing did. `level` is the qualification
 * that the act needs: any at all, an engineer of either grade, or grade one (Order 7 art. 12–14).
 */
export function practiceObstacleOn(
  record: PracticeRecord,
  day: LocalDate,
  employer: string,
  level: 'any' | 'engineer' | 'grade-one',
): PracticeObstacle | null {
  const standing = practiceStandingOn(record, day)
  if (!standing.registered) return 'unregistered'
  if (standing.banned) return 'banned'
  if (!standing.unexpired) return 'expired'
  if (standing.suspended) return 'suspended'
  if (!standing.employers.some((entry) => entry.employer === employer)) return 'employed-elsewhere'
  if (level !== 'any' && !isEngineer(standing.qualification)) return 'not-engineer'
  if (level === 'grade-one' && standing.qualification !== 'grade-one-engineer') return 'not-grade-one'
  return null
}
