import { useQuery } from '@tanstack/react-query'
import { findEventType, useCatalogue } from '../../api/catalogue.ts'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatMoment } from '../../i18n/format.ts'
import { EventLink } from '../../parts/event-link.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { useMay } from '../../session/session-state.ts'
import { useDivision } from '../../shell/division.ts'
import { useOperationsTexts } from './use-texts.ts'

type Attempt = {
  readonly position: number
  readonly type: string
  readonly stream: string
  readonly revision: number
  readonly recordedAt: string
  readonly refusal: { readonly message?: { readonly zh: string; readonly en: string } }
}

const shown = 10

/** Attempts that a rule refused and that are kept as facts. */
export function Refused() {
  const t = useOperationsTexts()
  const inLanguage = useInLanguage()
  const division = useDivision()
  const mayRead = useMay('read-cases')
  const { data: catalogue } = useCatalogue()
  const attempts = useQuery({
    queryKey: ['figures', 'refused-attempts', division],
    queryFn: ({ signal }) =>
      client.list<Attempt>('refused-attempts', { division, order: 'desc', limit: shown }, { signal }),
    enabled: mayRead,
  })
  if (!mayRead) return <Nothing title={t('refusedNone')} hint={t('refusedNoneHint')} />
  return (
    <QueryView
      query={attempts}
      isEmpty={({ items }) => items.length === 0}
      empty={<Nothing title={t('refusedNone')} hint={t('refusedNoneHint')} />}
    >
      {({ items }) => (
        <table className="operations-table">
          <thead>
            <tr>
              <th scope="col">{t('when')}</th>
              <th scope="col">{t('what')}</th>
              <th scope="col">{t('reason')}</th>
              <th scope="col">{t('stream')}</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ position, type, stream, revision, recordedAt, refusal }) => (
              <tr key={position}>
                <th scope="row">{formatMoment(recordedAt)}</th>
                <td>{inLanguage(catalogue && findEventType(catalogue, type)?.title, type)}</td>
                <td>{inLanguage(refusal.message, '—')}</td>
                <td className="mono">
                  <EventLink stream={stream} revision={revision}>
                    {stream}
                  </EventLink>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </QueryView>
  )
}
