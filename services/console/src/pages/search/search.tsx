import type { RegisterRow } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { RevealNames } from '../../parts/reveal-names.tsx'
import { useCodeName } from '../../parts/use-texts.ts'
import { revealing, usePurpose } from '../../session/purpose.ts'
import { useMay, usePrincipal } from '../../session/session-state.ts'
import { useDivision, useDivisionLink } from '../../shell/division.ts'
import { textOf } from '../registers/register-definition.ts'
import { useRegisterTexts } from '../registers/use-texts.ts'
import { type Searched, searched } from './searched.ts'
import { useSearchTexts } from './use-texts.ts'
import './search.css'

const shown = 6
const wordsLeast = 2

/** What there is under some words, in every register that the reader may see. */
export function SearchPage() {
  const t = useSearchTexts()
  const [parameters] = useSearchParams()
  const { permissions } = usePrincipal()
  const mayName = useMay('read-personal')
  const q = (parameters.get('q') ?? '').trim()
  const open = searched.filter(({ permission }) => permissions.includes(permission))
  return (
    <>
      <PageHead
        title={q === '' ? t('title') : t('titleOf', { q })}
        about={mayName ? t('aboutNames') : t('about')}
        rest={<RevealNames />}
      />
      {q.length < wordsLeast ? (
        <Nothing title={t('tooShort')} hint={t('tooShortHint')} />
      ) : (
        <div className="search-results">
          {open.map((each) => (
            <Found key={each.register.path} in={each} q={q} />
          ))}
        </div>
      )}
    </>
  )
}

function Found({ in: { register, columns, hasPersons }, q }: { in: Searched; q: string }) {
  const t = useSearchTexts()
  const words = useRegisterTexts()
  const codeName = useCodeName()
  const division = useDivision()
  const toDivision = useDivisionLink()
  const { purpose } = usePurpose()
  const question = {
    q,
    division,
    limit: shown,
    order: register.order,
    ...(hasPersons ? revealing(purpose) : {}),
  }
  const query = useQuery({
    queryKey: ['search', register.path, question],
    queryFn: ({ signal }) => client.list(register.path, question, { signal }),
  })
  const pathOf = (row: RegisterRow) =>
    register.rowPath?.(row) ?? `/${register.path}?row=${encodeURIComponent(textOf(row[register.id]))}`
  const all = toDivision(`/${register.path}?q=${encodeURIComponent(q)}`)
  return (
    <Panel
      title={words(`title.${register.path}`)}
      flush
      rest={query.data?.nextCursor != null && <Link to={all}>{t('all')}</Link>}
    >
      <QueryView
        query={query}
        lines={2}
        isEmpty={({ items }) => items.length === 0}
        empty={<p className="search-none">{t('none')}</p>}
      >
        {({ items }) => (
          <ul>
            {items.map((row) => (
              <li key={textOf(row[register.id])}>
                {columns.map((column, index) => (
                  <span key={column.key}>
                    {index === 0 ? (
                      <Link to={toDivision(pathOf(row))}>
                        {column.text(row, { t: words, codeName }) || textOf(row[register.id])}
                      </Link>
                    ) : (
                      (column.show ?? column.text)(row, { t: words, codeName })
                    )}
                  </span>
                ))}
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  )
}
