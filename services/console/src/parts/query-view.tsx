import { ProblemError } from '@fireledger/client'
import type { UseQueryResult } from '@tanstack/react-query'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Articles } from './articles.tsx'
import { usePartsTexts } from './use-texts.ts'

type QueryViewProps<Data> = {
  query: UseQueryResult<Data>
  /** Whether there is nothing to show; `empty` says so then. */
  isEmpty?: (data: Data) => boolean
  empty?: ReactNode
  /** Lines of the placeholder. */
  lines?: number
  children: (data: Data) => ReactNode
}

/** What every query shows in its four cases: a placeholder, the failure with a way on, nothing, or the data. */
export function QueryView<Data>({ query, isEmpty, empty, lines = 4, children }: QueryViewProps<Data>) {
  const { data, error, isPending, refetch } = query
  if (data !== undefined) return <>{isEmpty?.(data) ? (empty ?? <Nothing />) : children(data)}</>
  if (isPending) return <Skeleton lines={lines} />
  return <Failure error={error} onRetry={() => void refetch()} />
}

export function Skeleton({ lines = 4 }: { lines?: number }) {
  const t = usePartsTexts()
  const widths = [92, 78, 86, 64, 80, 72, 88, 60]
  return (
    <div className="skeleton" aria-busy="true" role="status" aria-label={t('loading')}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} style={{ width: `${widths[index % widths.length]}%` }} />
      ))}
    </div>
  )
}

/** Nothing to show; `title` and `hint` say why, and what would bring something. */
export function Nothing({ title, hint, children }: { title?: string; hint?: string; children?: ReactNode }) {
  const t = usePartsTexts()
  return (
    <div className="state">
      <span className="state-sign" aria-hidden="true">
        ∅
      </span>
      <strong>{title ?? t('empty')}</strong>
      <p>{hint ?? t('emptyHint')}</p>
      {children}
    </div>
  )
}

/** What went wrong, in the gateway's own words, with the articles of a refusal. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = usePartsTexts()
  const problem = error instanceof ProblemError ? error.problem : null
  return (
    <div className="state state-failed" role="alert">
      <span className="state-sign" aria-hidden="true">
        ✕
      </span>
      <strong>{problem?.title ?? t('failed')}</strong>
      <p>{problem?.detail ?? String(error)}</p>
      {problem?.legalBasis && <Articles cited={problem.legalBasis} />}
      {problem?.traceId && <small className="mono">{t('trace', { id: problem.traceId })}</small>}
      {onRetry && <Button onClick={onRetry}>{t('retry')}</Button>}
    </div>
  )
}
