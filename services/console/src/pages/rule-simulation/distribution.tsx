import type { SimulatedGradeCount } from '@fireledger/client'
import { formatCount } from '../../i18n/format.ts'
import { GradeBadge, gradeClass } from '../../parts/grade-badge.tsx'
import { useSimulationTexts } from './use-texts.ts'

type Counts = readonly SimulatedGradeCount[]

/** How many have each grade, now and as simulated, in the order of the scale. */
export function Distribution({ before, after }: { before: Counts; after: Counts }) {
  const t = useSimulationTexts()
  const rows = rowsOf(before, after)
  const most = Math.max(1, ...rows.flatMap(({ now, later }) => [now, later]))
  return (
    <table className="listing simulation-grades">
      <thead>
        <tr>
          <th scope="col">{t('grade')}</th>
          <th scope="col">{t('before')}</th>
          <th scope="col">{t('after')}</th>
          <th scope="col" className="number">
            {t('difference')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, grade, now, later, illustrative }) => (
          <tr key={key}>
            <th scope="row">
              <GradeBadge grade={grade} illustrative={illustrative} />
            </th>
            {[now, later].map((count, side) => (
              <td key={side === 0 ? 'before' : 'after'}>
                <div className="simulation-bar">
                  <span className="simulation-track" aria-hidden="true">
                    <span
                      className={`simulation-fill ${gradeClass(grade)}`}
                      style={{ width: `${(count / most) * 100}%` }}
                    />
                  </span>
                  <span>{formatCount(count)}</span>
                </div>
              </td>
            ))}
            <td className="number">{signed(later - now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The simulated scale; grades that only hold now follow it. */
function rowsOf(before: Counts, after: Counts) {
  const keyOf = ({ level, grade }: SimulatedGradeCount) => `${level} ${grade}`
  const [current, simulated] = [before, after].map(
    (counts) => new Map(counts.map((each) => [keyOf(each), each.subjects])),
  )
  const all = new Map([...after, ...before].map((each) => [keyOf(each), each]))
  return [...all].map(([key, { grade }]) => ({
    key,
    grade,
    now: current?.get(key) ?? 0,
    later: simulated?.get(key) ?? 0,
    illustrative: [...before, ...after].some((each) => keyOf(each) === key && each.illustrative),
  }))
}

function signed(difference: number): string {
  return difference > 0 ? `+${formatCount(difference)}` : formatCount(difference)
}
