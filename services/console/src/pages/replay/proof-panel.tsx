import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Panel } from '../../parts/panel.tsx'
import { Failure } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { usePrincipal } from '../../session/session-state.ts'
import { type Proven, prove } from './proof.ts'
import { useReplayTexts } from './use-texts.ts'

/** For whoever must show that nothing was changed: every record of the institution beside itself folded from the events. */
export function ProofPanel({ uscc, events }: { uscc: string; events: number }) {
  const t = useReplayTexts()
  const { permissions } = usePrincipal()
  const [progress, setProgress] = useState<readonly [done: number, of: number]>([0, 0])
  const proof = useMutation({
    mutationFn: () => prove(uscc, permissions, (done, of) => setProgress([done, of])),
  })
  return (
    <Panel
      title={t('proof')}
      className="replay-whole"
      rest={
        <Button size="small" loading={proof.isPending} onClick={() => proof.mutate()}>
          {t('prove')}
        </Button>
      }
    >
      <p className="replay-proof-about">{t('proofAbout')}</p>
      {proof.isPending && <p role="status">{t('proving', { done: progress[0], of: progress[1] })}</p>}
      {proof.error && <Failure error={proof.error} onRetry={() => proof.mutate()} />}
      {proof.data && <Outcome proven={proof.data} events={events} />}
    </Panel>
  )
}

function Outcome({ proven, events }: { proven: readonly Proven[]; events: number }) {
  const t = useReplayTexts()
  const records = proven.reduce((sum, one) => sum + one.records, 0)
  const different = proven.flatMap((one) => one.different)
  return (
    <div role="status">
      <p>
        <Tag tone={different.length === 0 ? 'good' : 'bad'}>
          {different.length === 0 ? t('equal') : t('unequal', { count: different.length })}
        </Tag>{' '}
        {t('provenOf', { records, events })}
      </p>
      <ul className="replay-proven">
        {proven.map(({ register, records: count, different: unlike }) => (
          <li key={register}>
            {t(`proven.${register}`)} <strong>{count}</strong>
            {unlike.map(({ id, differences }) => (
              <p key={id} className="mono">
                {id}:{' '}
                {differences.map(({ path, before, after }) => `${path} ${before} ≠ ${after}`).join('; ')}
              </p>
            ))}
          </li>
        ))}
      </ul>
    </div>
  )
}
