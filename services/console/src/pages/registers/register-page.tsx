import type { RegisterRow } from '@fireledger/client'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { PageHead } from '../../parts/panel.tsx'
import { Failure, Nothing, Skeleton } from '../../parts/query-view.tsx'
import { RevealNames } from '../../parts/reveal-names.tsx'
import { useCodeName } from '../../parts/use-texts.ts'
import { revealing, usePurpose } from '../../session/purpose.ts'
import { useDivision } from '../../shell/division.ts'
import { exportRows } from './export-rows.ts'
import type { RegisterDefinition } from './register-definition.ts'
import { filterNames, RegisterFilters } from './register-filters.tsx'
import { RegisterTable } from './register-table.tsx'
import { RowDrawer } from './row-drawer.tsx'
import { useRegisterTexts } from './use-texts.ts'

const pageRows = 100

/** A register of the API: search and filters in the address, rows as one scrolls, the whole as a file. */
export function RegisterPage({ register }: { register: RegisterDefinition }) {
  const t = useRegisterTexts()
  const question = useQuestion(register)
  const query = useInfiniteQuery({
    queryKey: ['register', register.path, question],
    queryFn: ({ pageParam, signal }) =>
      client.list(register.path, { ...question, limit: pageRows, after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data])
  const about = query.hasNextPage
    ? `${t('loaded', { count: rows.length })} · ${t('more')}`
    : t('all', { count: rows.length })
  return (
    <div className="register">
      <PageHead
        title={t(`title.${register.path}`)}
        about={query.isPending ? undefined : about}
        rest={
          <>
            {register.hasPersons && <RevealNames />}
            <ExportButtons register={register} question={question} />
          </>
        }
      />
      <RegisterFilters register={register} />
      <section className="panel register-rows" aria-label={t(`title.${register.path}`)}>
        {query.isPending ? (
          <Skeleton lines={8} />
        ) : query.isError && rows.length === 0 ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : rows.length === 0 ? (
          <Nothing title={t('nothing')} hint={t('nothingHint')} />
        ) : (
          <RegisterTable
            register={register}
            rows={rows}
            onEnd={() => {
              if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage()
            }}
          />
        )}
      </section>
      <RowDrawer register={register} rows={rows} />
    </div>
  )
}

/** The filters as the address has them, for the API. */
function useQuestion(register: RegisterDefinition): Readonly<Record<string, string | null>> {
  const [parameters] = useSearchParams()
  const division = useDivision()
  const { purpose } = usePurpose()
  const entries = filterNames(register).map((name) => [name, parameters.get(name)])
  return {
    ...Object.fromEntries(entries),
    division,
    order: register.order,
    ...(register.hasPersons ? revealing(purpose) : {}),
  }
}

type ExportButtonsProps = {
  register: RegisterDefinition
  question: Readonly<Record<string, string | null>>
}

function ExportButtons({ register, question }: ExportButtonsProps) {
  const t = useRegisterTexts()
  const codeName = useCodeName()
  const [busy, setBusy] = useState<'csv' | 'xlsx' | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  // What needs a further request for each row is not in the file.
  const columns = register.columns.filter(({ key }) => key !== 'grade')
  const run = async (kind: 'csv' | 'xlsx') => {
    setBusy(kind)
    setFailure(null)
    try {
      const headings = columns.map(({ key }) => t(`col.${key}`))
      const cellsOf = (row: RegisterRow) => columns.map(({ text }) => text(row, { t, codeName }))
      await exportRows(kind, register.path, headings, client.rows(register.path, question), cellsOf)
    } catch (error) {
      setFailure(t('exportFailed', { why: error instanceof Error ? error.message : String(error) }))
    } finally {
      setBusy(null)
    }
  }
  return (
    <>
      {failure !== null && <span role="alert">{failure}</span>}
      {(['csv', 'xlsx'] as const).map((kind) => (
        <Button key={kind} loading={busy === kind} disabled={busy !== null} onClick={() => void run(kind)}>
          {t(kind)}
        </Button>
      ))}
    </>
  )
}
