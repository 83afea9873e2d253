import type { LedgerStatus } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { formatMoment } from '../../i18n/format.ts'
import { Facts } from '../../parts/facts.tsx'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { sessionNow } from '../../session/session-state.ts'
import { Listeners } from './listeners.tsx'
import { Projections } from './projections.tsx'
import { Refused } from './refused.tsx'
import { Stopped } from './stopped.tsx'
import { useOperationsTexts } from './use-texts.ts'
import './operations.css'

const refreshMs = 2000

/** For whoever runs the program: is every view up to date, what has stopped and why, and what can be done about it. */
export function OperationsPage() {
  const t = useOperationsTexts()
  const status = useQuery({
    queryKey: ['ledger-status'],
    queryFn: ({ signal }) => client.ledger({ signal }),
    refetchInterval: refreshMs,
  })
  return (
    <>
      <PageHead title={t('title')} about={t('about')} />
      <div className="operations">
        <Panel title={t('health')}>
          <QueryView query={status} lines={2}>
            {(ledger) => <Health ledger={ledger} />}
          </QueryView>
        </Panel>
        <Panel title={t('stopped')} flush>
          <QueryView query={status} lines={2}>
            {(ledger) => <Stopped ledger={ledger} />}
          </QueryView>
        </Panel>
        <Panel title={t('projections')} flush>
          <QueryView query={status} lines={8}>
            {(ledger) => <Projections ledger={ledger} />}
          </QueryView>
        </Panel>
        <Panel
          title={t('listeners')}
          flush
          rest={status.data && t('listenersCount', { count: status.data.live.clients })}
        >
          <QueryView query={status} lines={3}>
            {({ live }) => <Listeners listeners={live.listeners} />}
          </QueryView>
        </Panel>
        <Panel title={t('refused')} flush>
          <Refused />
        </Panel>
      </div>
    </>
  )
}

function Health({ ledger }: { ledger: LedgerStatus }) {
  const t = useOperationsTexts()
  const { head, engine, live, faults, now, projections } = ledger
  const well =
    faults.length === 0 && live.failure === null && projections.every(({ status }) => status !== 'failed')
  return (
    <>
      <Facts
        of={[
          [
            t('status'),
            <Tag key="ready" tone={well ? 'good' : 'bad'}>
              {t(well ? 'ready' : 'notReady')}
            </Tag>,
          ],
          [t('engine'), t(`engine.${engine}`)],
          [
            t('head'),
            <span key="head" className="mono">
              {head}
            </span>,
          ],
          [t('liveFailure'), live.failure ?? t('liveWell')],
          [t('version'), sessionNow()?.version],
          [t('asked'), formatMoment(now)],
        ]}
      />
      {faults.length > 0 && (
        <ul className="operations-faults" aria-label={t('faults')}>
          {faults.map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
      )}
    </>
  )
}
