import { GradeBadge, gradeClass, placeOfGrade } from '../../parts/grade-badge.tsx'
import { Nothing } from '../../parts/query-view.tsx'
import { useOverviewTexts } from './use-texts.ts'

type Counts = Readonly<Record<string, number>>

/** How many institutions hold each grade today, best first; which of them are illustrative is marked. */
export function Grades({ grades, illustrative }: { grades: Counts; illustrative: Counts }) {
  const t = useOverviewTexts()
  const counted = Object.entries(grades).sort(([a], [b]) => placeOfGrade(a) - placeOfGrade(b))
  const total = counted.reduce((sum, [, count]) => sum + count, 0)
  const most = Math.max(1, ...counted.map(([, count]) => count))
  if (total === 0) return <Nothing title={t('gradesNothing')} hint={t('gradesNothingHint')} />
  return (
    <ul className="grades">
      {counted.map(([grade, count]) => (
        <li key={grade}>
          <GradeBadge grade={grade === '' ? null : grade} illustrative={(illustrative[grade] ?? 0) > 0} />
          <span className="grades-track" aria-hidden="true">
            <span
              className={`grades-bar ${gradeClass(grade)}`}
              style={{ width: `${(count / most) * 100}%` }}
            />
          </span>
          <span className="grades-count">
            {t('gradeShare', { count, share: Math.round((count / total) * 100) })}
          </span>
        </li>
      ))}
    </ul>
  )
}
