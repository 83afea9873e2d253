import type { LedgerEventView } from '@fireledger/client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Segmented, Select } from 'antd'
import { useCallback, useEffect, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { useCatalogue } from '../../api/catalogue.ts'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { useAsOf } from '../../parts/as-of-bar.tsx'
import { EventDetails } from '../../parts/event-details/event-details.tsx'
import { Failure, Skeleton } from '../../parts/query-view.tsx'
import { EventTimeline } from '../../parts/timeline/event-timeline.tsx'
import { queryOf } from './dossier-queries.ts'
import { useDossierTexts } from './use-texts.ts'

const pageEvents = 500
/** As high as the event beside it may be (institution.css), so that nothing jumps while one reads. */
const height = '540px'

/** Every event about the institution, from whatever stream, with the chosen one in full beside it. */
export function History({ uscc }: { uscc: string }) {
  const t = useDossierTexts()
  const filters = useHistoryFilters()
  const { asOf, asKnownAt } = useAsOf()
  const { category, type, from, order, at, event: selected, set } = filters
  const question = { category, type, from, order, at, ...queryOf({ asOf, asKnownAt }) }
  const query = useInfiniteQuery({
    queryKey: ['history', uscc, question],
    queryFn: ({ pageParam, signal }) =>
      client.history(uscc, { ...question, limit: pageEvents, after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const events = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query
  const readOn = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage()
  }, [isFetchingNextPage, fetchNextPage])
  // An event further on than what was read first: the timeline begins at it instead.
  const beyond = selected !== null && hasNextPage && !events.some(({ id }) => id === selected)
  const beginAt = beyond && at !== selected ? selected : null
  useEffect(() => {
    if (beginAt !== null) set('at', beginAt)
  }, [beginAt, set])
  const select = (event: LedgerEventView) => set('event', event.id)
  return (
    <>
      <HistoryFilters filters={filters} count={events.length} whole={!hasNextPage && !query.isPending} />
      {at !== null && (
        <p className="history-at">
          {t('beginsAt')}{' '}
          <button type="button" className="link" onClick={() => set('at', undefined)}>
            {t('fromTheBeginning')}
          </button>
        </p>
      )}
      <div className="history">
        {query.isPending ? (
          <Skeleton lines={8} />
        ) : query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <EventTimeline
            events={events}
            clock="recordedAt"
            selected={selected}
            onSelect={select}
            onEnd={readOn}
            hasMore={hasNextPage}
            height={height}
          />
        )}
        <aside className="history-event" aria-label={t('details')}>
          <EventDetails event={events.find(({ id }) => id === selected)} among={events} onSelect={select} />
        </aside>
      </div>
    </>
  )
}

type HistoryFiltersState = ReturnType<typeof useHistoryFilters>

/** What the timeline is narrowed to, and the event that is shown: all in the address. */
function useHistoryFilters() {
  const [parameters, setParameters] = useSearchParams()
  const order: 'asc' | 'desc' = parameters.get('order') === 'asc' ? 'asc' : 'desc'
  return {
    category: parameters.get('category'),
    type: parameters.get('type'),
    from: parameters.get('from'),
    event: parameters.get('event'),
    /** Id of the event at which the timeline begins instead of at its end. */
    at: parameters.get('at'),
    order,
    set: useCallback(
      (name: string, value: string | undefined) =>
        setParameters(
          (before) => {
            const after = new URLSearchParams(before)
            if (value === undefined || value === '') after.delete(name)
            else after.set(name, value)
            if (name === 'category') after.delete('type')
            // Else it would be looked for again, and found further on again.
            if (name === 'at' && value === undefined) after.delete('event')
            return after
          },
          // Going back leads to the list before, not through every event that was looked at.
          { replace: name === 'event' || name === 'at' },
        ),
      [setParameters],
    ),
  }
}

type HistoryFiltersProps = { filters: HistoryFiltersState; count: number; whole: boolean }

function HistoryFilters({ filters, count, whole }: HistoryFiltersProps) {
  const t = useDossierTexts()
  const inLanguage = useInLanguage()
  const { data: catalogue } = useCatalogue()
  const { category, type, from, order, set } = filters
  const categories = catalogue?.categories ?? []
  const types = categories
    .filter(({ name }) => category === null || name === category)
    .flatMap(({ events }) => events)
  return (
    <search className="history-filters no-print">
      <Select
        style={{ width: 150 }}
        allowClear
        placeholder={t('category')}
        aria-label={t('category')}
        value={category ?? undefined}
        options={categories.map(({ name, title }) => ({ value: name, label: inLanguage(title, name) }))}
        onChange={(value: string | undefined) => set('category', value)}
      />
      <Select
        style={{ width: 210 }}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t('eventType')}
        aria-label={t('eventType')}
        value={type ?? undefined}
        options={types.map((one) => ({ value: one.type, label: inLanguage(one.title, one.type) }))}
        onChange={(value: string | undefined) => set('type', value)}
      />
      <label className="history-from">
        {t('from')}
        <input
          className="control"
          type="date"
          value={from ?? ''}
          onChange={({ target }) => set('from', target.value)}
        />
      </label>
      <Segmented
        value={order}
        options={[
          { value: 'desc', label: t('newestFirst') },
          { value: 'asc', label: t('oldestFirst') },
        ]}
        onChange={(value) => set('order', value)}
      />
      <span className="history-count">{t(whole ? 'readAll' : 'read', { count })}</span>
    </search>
  )
}
