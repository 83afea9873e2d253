import { useEffect, useRef } from 'react'
import { Tag } from '../../parts/status-tag.tsx'
import { CasesLink } from './cases.tsx'
import type { StageBar, StageChartWords } from './stage-chart.ts'
import { useViewTexts } from './use-texts.ts'
import type { StageFigures } from './view-query.ts'
import type { ViewWords } from './view-words.ts'

type StagesProps = { stages: readonly StageFigures[]; words: ViewWords }

/** How long cases stay in each stage against its limit: drawn, and as figures beside. */
export function Stages({ stages, words }: StagesProps) {
  const t = useViewTexts()
  return (
    <div className="process-stages">
      <StageChart stages={stages} words={words} />
      <table className="listing">
        <thead>
          <tr>
            {(['stage', 'entered', 'median', 'p90', 'limit', 'overdue', 'waiting'] as const).map(
              (heading) => (
                <th key={heading} scope="col" className={heading === 'stage' ? '' : 'number'}>
                  {t(`col.${heading}`)}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {stages.map((one) => (
            <StageRow key={one.stage} figures={one} words={words} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function StageRow({ figures, words }: { figures: StageFigures; words: ViewWords }) {
  const t = useViewTexts()
  const { stage, entered, medianWorkingDays, p90WorkingDays, overdue, overdueShare } = figures
  const { waiting, waitingOverdue } = figures
  const limit = words.limit(stage)
  const late = limit !== null && p90WorkingDays !== null && p90WorkingDays > limit
  return (
    <tr>
      <th scope="row">{words.stage(stage)}</th>
      <td className="number">{entered}</td>
      <td className="number">{medianWorkingDays ?? '—'}</td>
      <td className="number">
        {late && <Tag tone="warn">{t('beyond')}</Tag>} {p90WorkingDays ?? '—'}
      </td>
      <td className="number">{limit ?? '—'}</td>
      <td className="number">
        {overdue === 0 ? 0 : t('times', { count: overdue, share: percent(overdueShare) })}
      </td>
      <td className="number">
        {waiting === 0 ? (
          0
        ) : (
          <CasesLink question={`waiting=${stage}`}>
            {waitingOverdue === 0 ? waiting : t('waitingLate', { count: waiting, late: waitingOverdue })}
          </CasesLink>
        )}
      </td>
    </tr>
  )
}

export function percent(share: number | null): string {
  return share === null ? '—' : `${Math.round(share * 1000) / 10} %`
}

function StageChart({ stages, words }: StagesProps) {
  const t = useViewTexts()
  const place = useRef<HTMLDivElement>(null)
  const bars = stages.map(({ stage, medianWorkingDays, p90WorkingDays }) => ({
    name: words.stageShort(stage),
    median: medianWorkingDays,
    p90: p90WorkingDays,
    limit: words.limit(stage),
  }))
  // As text, so that it is drawn anew only when something in it changes.
  const drawing = JSON.stringify([bars, { median: t('median'), p90: t('p90'), limit: t('limit') }])
  useEffect(() => {
    let undo: (() => void) | null = null
    let gone = false
    // The drawing library is large, and the figures stand beside it.
    void import('./stage-chart.ts').then(({ drawStages }) => {
      const [what, named] = JSON.parse(drawing) as [StageBar[], StageChartWords]
      if (!gone && place.current) undo = drawStages(place.current, what, named)
    })
    return () => {
      gone = true
      undo?.()
    }
  }, [drawing])
  return <div ref={place} className="process-chart" role="img" aria-label={t('stages')} />
}
