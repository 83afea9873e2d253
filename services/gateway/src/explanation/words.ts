import {
  addDays,
  addWorkingDays,
  citeLaw,
  dayInWords,
  dayOf,
  type Instant,
  type LegalBasis,
  type LocalDate,
  type RulebookContent,
  type RulebookVersion,
  type SubjectKind,
  type Title,
} from '@fireledger/domain'
import type { Language } from '../language.ts'

/** Words of an explanation in its language: days, points, articles, grades. */

export type Words = {
  readonly language: Language
  /** The sentence in the page's language. */
  say(zh: string, en: string): string
  title(title: Title): string
  day(day: LocalDate): string
  /** A moment, as a clock in China shows it. */
  moment(at: Instant): string
  laws(basis: readonly string[]): string
  points(points: number): string
}

export function wordsIn(language: Language): Words {
  const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
  const day = (of: LocalDate) => dayInWords(of)[language]
  return {
    language,
    say,
    day,
    title: (title) => title[language],
    moment(at) {
      const clock = new Date(Date.parse(at) + 8 * 60 * 60 * 1000).toISOString().slice(11, 16)
      return say(`${day(dayOf(at))}${clock}（北京时间）`, `${day(dayOf(at))}, ${clock} (China time)`)
    },
    laws: (basis) => basis.map((each) => citeLaw(each as LegalBasis)[language]).join(say('；', '; ')),
    points: (points) =>
      say(`${signed(points)}分`, `${signed(points)} ${Math.abs(points) === 1 ? 'point' : 'points'}`),
  }
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : points < 0 ? `−${Math.abs(points)}` : '0'
}

export const subjectTitles: Readonly<Record<SubjectKind, Title>> = {
  institution: { zh: '机构', en: 'institution' },
  practitioner: { zh: '从业人员', en: 'practitioner' },
  unit: { zh: '单位', en: 'unit' },
}

/** The title of a level: `B` → 良好. */
export function levelTitle(content: RulebookContent, level: string): Title {
  return content.levels.find(({ code }) => code === level)?.title ?? { zh: level, en: level }
}

export function rulebookName({ content, reference }: RulebookVersion, { say, title }: Words): string {
  return say(`《${title(content.title)}》，版本${reference}`, `${title(content.title)}, version ${reference}`)
}

/** The last day of an objection to what the subject was told of on that day. */
export function objectionUntil(toldOn: LocalDate): LocalDate {
  return addWorkingDays(toldOn, 10).day
}

/** The first day on which what is valid to the end of a day counts no longer. */
export function dayAfter(day: LocalDate): LocalDate {
  return addDays(day, 1)
}
