import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { formatTime } from '../../i18n/format.ts'
import { Panel } from '../../parts/panel.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import { useSimulationTexts } from './use-texts.ts'

const refreshMs = 2000

/** Simulations that this gateway still keeps; others may have begun some of them. */
export function Recent({ shown, onShow }: { shown: string | null; onShow: (id: string) => void }) {
  const t = useSimulationTexts()
  const query = useQuery({
    queryKey: ['simulations'],
    queryFn: ({ signal }) => client.simulations({ signal }),
    refetchInterval: ({ state }) =>
      state.data?.some(({ status }) => status === 'running') ? refreshMs : false,
  })
  return (
    <Panel title={t('recent')} flush>
      <QueryView
        query={query}
        isEmpty={(runs) => runs.length === 0}
        empty={<p className="simulation-none">{t('recentNone')}</p>}
      >
        {(runs) => (
          <ul className="simulation-recent">
            {runs.map((run) => (
              <li key={run.id}>
                <button
                  type="button"
                  className="link"
                  aria-current={run.id === shown}
                  onClick={() => onShow(run.id)}
                >
                  {run.rulebook}
                </button>
                <small>
                  {formatTime(run.startedAt)} ·{' '}
                  {run.status === 'finished'
                    ? t('run.finished', { moved: run.moved, subjects: run.subjects })
                    : t(`run.${run.status}`)}
                </small>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Panel>
  )
}
