import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { client } from '../../api/client.ts'
import { formatDay } from '../../i18n/format.ts'
import { GradeBadge } from '../../parts/grade-badge.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import type { GradeStep } from './grade-chart.ts'
import { useDossierTexts } from './use-texts.ts'

/** How score and grade moved over time: drawn, and as a table for who cannot see the drawing. */
export function GradeHistory({ uscc }: { uscc: string }) {
  const t = useDossierTexts()
  const query = useQuery({
    queryKey: ['figures', 'grade-steps', uscc],
    queryFn: async ({ signal }) => {
      const { data } = await client.record<{ steps?: readonly GradeStep[] }>(
        'credit-accounts',
        uscc,
        {},
        { signal },
      )
      return (data.steps ?? []).filter(({ fromDay }) => fromDay <= formatDay(new Date()))
    },
  })
  return (
    <section className="grade-history">
      <h2>{t('overTime')}</h2>
      <QueryView query={query} isEmpty={(steps) => steps.length === 0}>
        {(steps) => (
          <>
            <GradeChart steps={steps} />
            <details>
              <summary>{t('asTable')}</summary>
              <StepTable steps={steps} />
            </details>
          </>
        )}
      </QueryView>
    </section>
  )
}

function GradeChart({ steps }: { steps: readonly GradeStep[] }) {
  const t = useDossierTexts()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let undo: (() => void) | null = null
    let gone = false
    // The drawing library is large, and most who open a dossier do not come here.
    void import('./grade-chart.ts').then(({ drawGrades }) => {
      if (!gone && place.current) undo = drawGrades(place.current, steps, formatDay(new Date()))
    })
    return () => {
      gone = true
      undo?.()
    }
  }, [steps])
  return <div ref={place} className="grade-chart" role="img" aria-label={t('overTime')} />
}

function StepTable({ steps }: { steps: readonly GradeStep[] }) {
  const t = useDossierTexts()
  return (
    <table className="listing">
      <thead>
        <tr>
          <th scope="col">{t('fromDay')}</th>
          <th scope="col">{t('points')}</th>
          <th scope="col">{t('grade')}</th>
        </tr>
      </thead>
      <tbody>
        {[...steps].reverse().map(({ fromDay, score, grade, illustrative }) => (
          <tr key={fromDay}>
            <th scope="row">{fromDay}</th>
            <td>{score}</td>
            <td>
              <GradeBadge grade={grade} illustrative={illustrative} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
