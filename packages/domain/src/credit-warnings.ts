import { checkItems } from './check-items.ts'
import { dayInWords } from './day-in-words.ts'
import { assessConditions, type ConditionFigures, type InstitutionType } from './practice-conditions.ts'
import type { RulebookContent, SubjectKind } from './rulebook-content.ts'
import { type GradeStep, stepOn } from './scoring.ts'
import { addDays, daysBetween, type LocalDate, type Title } from './values.ts'

/**
 * Warnings 预警: what a subject should know before it costs a grade. They follow from the day and what is known of it,
 * and nobody decides them: for any day they are computed when asked for. That one was told, and when its reason was
 * gone, is recorded beside (`credit-review.ts`).
 */

export type CreditWarning = {
  readonly kind: 'near-lower-grade' | 'sharp-drop' | 'certificate-ending' | 'staffing-at-minimum'
  /** What it is about: the lower grade, the day of the higher score, the practitioner, the condition. */
  readonly about: string
  readonly message: Title
}

/** Whose status in its register is one of these has left it: nobody is warned any more. */
export const goneStatuses: Readonly<Record<SubjectKind, readonly string[]>> = {
  institution: ['withdrawn', 'removed'],
  practitioner: ['cancelled', 'revoked', 'struck-off'],
  unit: ['closed'],
}

export type Watched = {
  /** The first day on which the subject was gone from its register; null or not said: it is there. */
  readonly goneFrom?: LocalDate | null
  /** The subject's grade over time. */
  readonly steps: readonly GradeStep[]
  /** Of the rulebook in force on the day. */
  readonly content: RulebookContent
  /** Of the practitioner, or of those whom the institution employs; `until` is the last day, null without end. */
  readonly certificates?: readonly { readonly practitioner: string; readonly until: LocalDate | null }[]
  /** By the last verification of the practice conditions. */
  readonly staffing?: { readonly type: InstitutionType; readonly figures: ConditionFigures } | null
}

/**
 * All that is to be warned of on the day, by the thresholds of the rulebook; none where it has none, and none for those
 * who have left.
 */
export function creditWarningsOn(watched: Watched, day: LocalDate): CreditWarning[] {
  const { warnings } = watched.content
  if (warnings === null || (watched.goneFrom && day >= watched.goneFrom)) return []
  const { marginPoints, drop, certificateDays, staffingAtMinimum } = warnings
  return [
    ...(marginPoints === null ? [] : nearLowerGrade(watched, marginPoints, day)),
    ...(drop === null ? [] : sharpDrop(watched, drop, day)),
    ...(certificateDays === null ? [] : endingCertificates(watched, certificateDays, day)),
    ...(staffingAtMinimum ? staffingWarnings(watched) : []),
  ]
}

function nearLowerGrade({ steps, content }: Watched, margin: number, day: LocalDate): CreditWarning[] {
  const now = stepOn(steps, day)
  if (content.method !== 'points' || now === null || now.score === null || now.veto !== null) return []
  // Everybody begins at the base; where that lies near a lower grade, nobody need be told.
  if (now.score === content.base) return []
  const place = content.bands.findIndex((band) => band.grade === now.grade)
  const [band, lower] = [content.bands[place], content.bands[place + 1]]
  if (!band || !lower) return []
  const room = Math.round((now.score - band.minimum) * 100) / 100
  if (room > margin) return []
  return [
    {
      kind: 'near-lower-grade',
      about: lower.grade,
      message:
        room === 0
          ? {
              zh: `得分${now.score}分，是${band.grade}级的最低分，再失分即降至${lower.grade}级`,
              en: `${now.score} points, the least for ${band.grade}: any point lost means ${lower.grade}`,
            }
          : {
              zh: `得分${now.score}分（${band.grade}），失分超过${room}分即降至${lower.grade}级`,
              en: `${now.score} points (${band.grade}): more than ${room} lost means ${lower.grade}`,
            },
    },
  ]
}

function sharpDrop(
  { steps }: Watched,
  drop: { points: number; days: number },
  day: LocalDate,
): CreditWarning[] {
  const now = stepOn(steps, day)
  const before = stepOn(steps, addDays(day, -drop.days))
  const recent = steps.filter(({ from }) => from > addDays(day, -drop.days) && from < day)
  const highest = [...(before ? [before] : []), ...recent].reduce<GradeStep | null>(
    (best, step) =>
      // Another rulebook is another scale: what it does to the score is no fall.
      step.rulebook === now?.rulebook &&
      step.score !== null &&
      step.score > (best?.score ?? Number.NEGATIVE_INFINITY)
        ? step
        : best,
    null,
  )
  if (now === null || now.score === null || highest === null || highest.score === null) return []
  const lost = Math.round((highest.score - now.score) * 100) / 100
  if (lost < drop.points) return []
  return [
    {
      kind: 'sharp-drop',
      about: highest.from,
      message: {
        zh: `${drop.days}日内由${highest.score}分降至${now.score}分，下降${lost}分`,
        en: `from ${highest.score} to ${now.score} points within ${drop.days} days: ${lost} lost`,
      },
    },
  ]
}

function endingCertificates({ certificates = [] }: Watched, within: number, day: LocalDate): CreditWarning[] {
  return certificates.flatMap(({ practitioner, until }) => {
    const left = until === null ? Number.POSITIVE_INFINITY : daysBetween(day, until)
    if (until === null || left < 0 || left > within) return []
    const ends = dayInWords(until)
    return {
      kind: 'certificate-ending' as const,
      about: practitioner,
      message: {
        zh: `从业人员${practitioner}的注册有效期至${ends.zh}，尚余${left}日`,
        en: `the registration of practitioner ${practitioner} ends on ${ends.en}, in ${left} days`,
      },
    }
  })
}

/** One person less of a kind, and what it would do to the condition. */
const departures: readonly { readonly leaves: readonly (keyof ConditionFigures)[]; readonly title: Title }[] =
  [
    { leaves: ['engineers'], title: { zh: '注册消防工程师', en: 'registered fire engineers' } },
    {
      leaves: ['engineers', 'gradeOneEngineers'],
      title: { zh: '一级注册消防工程师', en: 'grade-one engineers' },
    },
    { leaves: ['operators'], title: { zh: '消防设施操作员', en: 'operators' } },
    {
      leaves: ['operators', 'intermediateOperators'],
      title: { zh: '中级及以上操作员', en: 'intermediate operators' },
    },
  ]

/** What a practice condition is called. */
function condition(code: string): Title {
  return checkItems.find((item) => item.code === code)?.title ?? { zh: code, en: code }
}

/** The staff meets the conditions and would not with one person less, or does not meet them as it is. */
function staffingWarnings({ staffing = null }: Watched): CreditWarning[] {
  if (staffing === null) return []
  const { type, figures } = staffing
  const unmet = (of: ConditionFigures) =>
    new Set(assessConditions(type, of).flatMap(({ code, met }) => (met ? [] : [code])))
  const now = unmet(figures)
  const below = (['PC4', 'PC5'] as const)
    .filter((code) => now.has(code))
    .map((code) => ({
      kind: 'staffing-at-minimum' as const,
      about: code,
      message: {
        zh: `${condition(code).zh}低于从业条件（${code}）`,
        en: `${condition(code).en} below the practice condition (${code})`,
      },
    }))
  const seen = new Set<string>(now)
  const atMinimum = departures.flatMap(({ leaves, title }) => {
    const fewer = Object.fromEntries(leaves.map((key) => [key, Math.max(0, Number(figures[key]) - 1)]))
    const fresh = [...unmet({ ...figures, ...fewer })].filter((code) => !seen.has(code))
    for (const code of fresh) seen.add(code)
    return fresh.map((code) => ({
      kind: 'staffing-at-minimum' as const,
      about: code,
      message: {
        zh: `${title.zh}已处于从业条件下限，再少一人即不符合“${condition(code).zh}”条件（${code}）`,
        en: `${title.en} exactly at the minimum: one less and the condition “${condition(code).en}” (${code}) is not met`,
      },
    }))
  })
  return [...below, ...atMinimum]
}
