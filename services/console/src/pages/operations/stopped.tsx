import type { LedgerStatus } from '@fireledger/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { client } from '../../api/client.ts'
import { Failure } from '../../parts/query-view.tsx'
import { useMay } from '../../session/session-state.ts'
import { useOperationsTexts } from './use-texts.ts'

/** Read models that could not fold an event and wait there, each with its event, its reason and a way on. */
export function Stopped({ projections }: { projections: LedgerStatus['projections'] }) {
  const t = useOperationsTexts()
  const mayAdminister = useMay('administer')
  const queries = useQueryClient()
  const retry = useMutation({
    mutationFn: client.retryProjection,
    onSettled: () => queries.invalidateQueries({ queryKey: ['ledger-status'] }),
  })
  const stopped = projections.filter(({ status }) => status === 'failed')
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
            {mayAdminister && <th scope="col">{t('actions')}</th>}
          </tr>
        </thead>
        <tbody>
          {stopped.map(({ name, failedEvent, failedPosition, failedReason }) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td>
                {failedEvent ?? '—'}
                {failedPosition !== null && <small> {t('position', { position: failedPosition })}</small>}
              </td>
              <td>{failedReason ?? '—'}</td>
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
    </>
  )
}
