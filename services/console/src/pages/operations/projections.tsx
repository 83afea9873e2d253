import type { LedgerStatus } from '@fireledger/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Popconfirm } from 'antd'
import { client } from '../../api/client.ts'
import { formatCount, formatMoment } from '../../i18n/format.ts'
import { Failure } from '../../parts/query-view.tsx'
import { Tag, type Tone } from '../../parts/status-tag.tsx'
import { useMay } from '../../session/session-state.ts'
import { useOperationsTexts } from './use-texts.ts'

type Projection = LedgerStatus['projections'][number]
type Standing = 'running' | 'behind' | 'rebuilding' | 'failed'

const tones: Readonly<Record<Standing, Tone>> = {
  running: 'good',
  behind: 'warn',
  rebuilding: 'info',
  failed: 'bad',
}

function standingOf({ status, caughtUp }: Projection): Standing {
  if (status === 'failed' || status === 'rebuilding') return status
  return caughtUp ? 'running' : 'behind'
}

/** Every read model: how far behind the ledger it is, and its rebuild. */
export function Projections({ ledger }: { ledger: LedgerStatus }) {
  const t = useOperationsTexts()
  const mayAdminister = useMay('administer')
  const queries = useQueryClient()
  const rebuild = useMutation({
    mutationFn: client.rebuildProjection,
    onSettled: () => queries.invalidateQueries({ queryKey: ['ledger-status'] }),
  })
  const headings = ['name', 'status', 'lag', 'checkpoint', 'lastRebuild'] as const
  return (
    <>
      {rebuild.error && <Failure error={rebuild.error} />}
      <table className="operations-table">
        <thead>
          <tr>
            {headings.map((heading) => (
              <th key={heading} scope="col">
                {t(heading)}
              </th>
            ))}
            {mayAdminister && <th scope="col">{t('actions')}</th>}
          </tr>
        </thead>
        <tbody>
          {ledger.projections.map((projection) => (
            <tr key={projection.name}>
              <th scope="row" className="mono">
                {projection.name}
              </th>
              <td>
                <Tag tone={tones[standingOf(projection)]}>{t(`status.${standingOf(projection)}`)}</Tag>
                <Progress projection={projection} />
              </td>
              <td className="number">{formatCount(lagOf(projection, ledger.head))}</td>
              <td className="number mono">{projection.checkpoint}</td>
              <td>
                <LastRebuild projection={projection} />
              </td>
              {mayAdminister && (
                <td>
                  <Popconfirm
                    title={t('rebuildAsk', { name: projection.name })}
                    description={t('rebuildHint')}
                    okText={t('rebuild')}
                    cancelText={t('cancel')}
                    onConfirm={() => rebuild.mutate(projection.name)}
                  >
                    <Button
                      size="small"
                      disabled={projection.status === 'rebuilding'}
                      aria-label={t('rebuildOf', { name: projection.name })}
                    >
                      {t('rebuild')}
                    </Button>
                  </Popconfirm>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** Positions are the gateway's own numbers: their distance says how far, not how many events. */
function lagOf({ checkpoint, caughtUp }: Projection, head: string): number {
  return caughtUp ? 0 : Number(BigInt(head) - BigInt(checkpoint))
}

function Progress({ projection: { rebuild, name } }: { projection: Projection }) {
  const t = useOperationsTexts()
  if (rebuild === null) return null
  const { eventsDone, eventsTotal, secondsLeft } = rebuild
  const done = formatCount(eventsDone)
  return (
    <div className="operations-progress">
      <progress aria-label={t('rebuildOf', { name })} max={eventsTotal ?? undefined} value={eventsDone} />
      <small>
        {eventsTotal === null
          ? t('progressBare', { done })
          : t('progressOf', { done, total: formatCount(eventsTotal) })}
        {secondsLeft !== null && ` · ${t('secondsLeft', { seconds: Math.ceil(secondsLeft) })}`}
      </small>
    </div>
  )
}

function LastRebuild({ projection: { lastRebuild } }: { projection: Projection }) {
  const t = useOperationsTexts()
  if (lastRebuild === null) return <span>—</span>
  const { finishedAt, equal, failedReason } = lastRebuild
  const outcome =
    failedReason !== null
      ? t('last.failed', { reason: failedReason })
      : t(equal === null ? 'last.built' : equal ? 'last.equal' : 'last.different')
  return (
    <span>
      {formatMoment(finishedAt)} · {outcome}
    </span>
  )
}
