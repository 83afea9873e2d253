import type { LedgerStatus } from '@fireledger/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { findEventType, useCatalogue } from '../../api/catalogue.ts'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatCount } from '../../i18n/format.ts'
import { EventLink } from '../../parts/event-link.tsx'
import { Failure } from '../../parts/query-view.tsx'
import { useMay, usePrincipal } from '../../session/session-state.ts'
import { usePermissionTexts } from '../../shell/use-texts.ts'
import { useOperationsTexts } from './use-texts.ts'

/**
 * Read models that could not fold an event and wait there, each with its event, its reason and a way on. There are no
 * other dead letters: a read model that left an event out would say something that the ledger does not.
 */
export function Stopped({ ledger }: { ledger: LedgerStatus }) {
  const t = useOperationsTexts()
  const mayAdminister = useMay('administer')
  const queries = useQueryClient()
  const retry = useMutation({
    mutationFn: client.retryProjection,
    onSettled: () => queries.invalidateQueries({ queryKey: ['ledger-status'] }),
  })
  const stopped = ledger.projections.filter(({ status }) => status === 'failed')
  if (stopped.length === 0)
    return (
      <p className="operations-none">
        <strong>{t('stoppedNone')}</strong> {t('stoppedNoneHint')}
      </p>
    )
  return (
    <>
      {retry.error && <Failure error={retry.error} />}
      <table className="operations-table">
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('at')}</th>
            <th scope="col">{t('reason')}</th>
            <th scope="col">{t('behindIt')}</th>
            {mayAdminister && <th scope="col">{t('actions')}</th>}
          </tr>
        </thead>
        <tbody>
          {stopped.map(({ name, checkpoint, failedEvent, failedPosition, failedReason }) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td>
                <StoppedAt event={failedEvent} />
                {failedPosition !== null && <small> {t('position', { position: failedPosition })}</small>}
              </td>
              <td>
                <code>{failedReason ?? '—'}</code>
              </td>
              <td>
                {t('waitingBehind', { count: formatCount(Number(BigInt(ledger.head) - BigInt(checkpoint))) })}
              </td>
              {mayAdminister && (
                <td>
                  <Button
                    size="small"
                    type="primary"
                    loading={retry.isPending}
                    aria-label={t('retryOf', { name })}
                    onClick={() => retry.mutate(name)}
                  >
                    {t('retry')}
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      <WhatToDo />
    </>
  )
}

function WhatToDo() {
  const t = useOperationsTexts()
  return (
    <section className="operations-none" aria-label={t('whatToDo')}>
      <strong>{t('whatToDo')}</strong>
      <ol>
        {(['look', 'mend', 'retry'] as const).map((step) => (
          <li key={step}>{t(`todo.${step}`)}</li>
        ))}
      </ol>
      <p>{t('noSkip')}</p>
    </section>
  )
}

const permissionOf: Readonly<Record<string, string>> = {
  public: 'read-public',
  register: 'read-register',
  cases: 'read-cases',
  operations: 'read-operations',
}

/** The event by its title, leading to it; for who may not see it, why there is no way. `<type> <stream>@<revision>` */
function StoppedAt({ event }: { event: string | null }) {
  const t = useOperationsTexts()
  const inLanguage = useInLanguage()
  const { permissions } = usePrincipal()
  const permission = usePermissionTexts()
  const { data: catalogue } = useCatalogue()
  const [, type = '', stream = '', revision = ''] = /^(\S+) (.+)@(\d+)$/.exec(event ?? '') ?? []
  const known = catalogue && findEventType(catalogue, type)
  if (stream === '') return <>{event ?? '—'}</>
  const needed = permissionOf[known?.visibility ?? ''] ?? 'read-operations'
  const place = <span className="mono">{`${stream}@${revision}`}</span>
  return (
    <>
      {inLanguage(known?.title, type)}{' '}
      {permissions.includes(needed) ? (
        <EventLink stream={stream} revision={Number(revision)}>
          {place}
        </EventLink>
      ) : (
        <>
          {place} <small>{t('eventHidden', { permission: permission(needed as 'read-public') })}</small>
        </>
      )}
    </>
  )
}
