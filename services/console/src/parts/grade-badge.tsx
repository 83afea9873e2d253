import { IllustrativeMark } from './illustrative-mark.tsx'
import { usePartsTexts } from './use-texts.ts'

/** Best first, as the shipped rulebooks name them; others are put behind. */
export const gradeOrder = ['AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'C', 'D', 'E']

export function placeOfGrade(grade: string): number {
  const place = gradeOrder.indexOf(grade)
  return place < 0 ? gradeOrder.length : place
}

export function gradeClass(grade: string | null): string {
  const letter = grade?.[0]?.toLowerCase() ?? ''
  return 'abcde'.includes(letter) && letter !== '' ? `grade-${letter}` : 'grade-none'
}

type Badge = {
  readonly grade: string | null
  readonly large?: boolean
  /** It comes from numbers that no authority has published: it is marked so. */
  readonly illustrative?: boolean | null | undefined
}

/** A credit grade: its letters say it, the colour only repeats it. */
export function GradeBadge({ grade, large = false, illustrative = false }: Badge) {
  const t = usePartsTexts()
  const badge = (
    <span
      className={`grade ${gradeClass(grade)}${large ? ' grade-large' : ''}`}
      title={grade === null ? t('noGrade') : t('grade', { grade })}
    >
      {grade ?? t('noGrade')}
    </span>
  )
  if (grade === null || !illustrative) return badge
  return (
    <span className="grade-marked">
      {badge}
      <IllustrativeMark />
    </span>
  )
}
