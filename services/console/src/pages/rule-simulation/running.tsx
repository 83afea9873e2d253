import type { FailedSimulation, RunningSimulation } from '@fireledger/client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatCount } from '../../i18n/format.ts'
import { Nothing } from '../../parts/query-view.tsx'
import { usePrincipal } from '../../session/session-state.ts'
import { useSimulationTexts } from './use-texts.ts'

/** How far it is; who began it may end it. */
export function Running({ run, onLeave }: { run: RunningSimulation; onLeave: () => void }) {
  const t = useSimulationTexts()
  const { id: reader } = usePrincipal()
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: client.cancelSimulation,
    onSettled: () => queries.invalidateQueries({ queryKey: ['simulations'] }),
  })
  const { reference, startedBy, progress } = run
  return (
    <div className="simulation-running">
      <p>{t('running', { reference })}</p>
      <progress aria-label={t('progress')} max={1} value={progress.share} />
      <p role="status">
        {t('progressOf', {
          share: Math.floor(progress.share * 100),
          events: formatCount(progress.events),
        })}
      </p>
      {startedBy === reader && (
        <Button
          onClick={() => {
            // It is left first: what is cancelled is not to be asked about again.
            onLeave()
            cancel.mutate(run.id)
          }}
        >
          {t('cancel')}
        </Button>
      )}
    </div>
  )
}

export function Failed({ run }: { run: FailedSimulation }) {
  const t = useSimulationTexts()
  const inLanguage = useInLanguage()
  return <Nothing title={t('failed')} hint={inLanguage(run.reason)} />
}
