import { Button } from 'antd'
import { differencesOf } from '../../parts/event-details/differences.ts'
import { Nothing } from '../../parts/query-view.tsx'
import type { Moment } from './moments.ts'
import type { SubjectAt } from './subject-at.ts'
import { useReplayTexts } from './use-texts.ts'

type DifferencesProps = {
  kept: { readonly moment: Moment; readonly at: SubjectAt } | null
  at: SubjectAt
  onDrop: () => void
}

/** Where the register's row and the credit differ between a moment that was kept and this one. */
export function Differences({ kept, at, onDrop }: DifferencesProps) {
  const t = useReplayTexts()
  if (kept === null) return <Nothing title={t('markNone')} hint={t('markNoneHint')} />
  const found = differencesOf(kept.at, at)
  return (
    <>
      <p className="replay-kept">
        {t('markKept', { asOf: kept.moment.asOf, known: kept.moment.known })}{' '}
        <Button size="small" onClick={onDrop}>
          {t('drop')}
        </Button>
      </p>
      {found.length === 0 ? (
        <p className="replay-kept">{t('same')}</p>
      ) : (
        <div className="replay-differences">
          <table>
            <thead>
              <tr>
                <th scope="col">{t('field')}</th>
                <th scope="col">{t('keptMoment')}</th>
                <th scope="col">{t('thisMoment')}</th>
              </tr>
            </thead>
            <tbody>
              {found.map(({ path, before, after }) => (
                <tr key={path}>
                  <th scope="row" className="mono">
                    {path}
                  </th>
                  <td>{before === '' ? '—' : <del>{before}</del>}</td>
                  <td>{after === '' ? '—' : <ins>{after}</ins>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}
