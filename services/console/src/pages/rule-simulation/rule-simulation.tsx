import { ProblemError } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { AskingForm } from './asking.tsx'
import { Recent } from './recent.tsx'
import { Result } from './result.tsx'
import { Failed, Running } from './running.tsx'
import { changed, useRulebooks } from './use-asking.ts'
import { useSimulationTexts } from './use-texts.ts'
import './rule-simulation.css'

const refreshMs = 400

/** For who makes rulebooks: what would a draft do, to whom and why, before anybody adopts it. */
export function RuleSimulationPage() {
  const t = useSimulationTexts()
  return (
    <>
      <PageHead title={t('title')} about={t('about')} />
      <Simulation />
    </>
  )
}

function Simulation() {
  const t = useSimulationTexts()
  const rulebooks = useRulebooks()
  const [parameters, setParameters] = useSearchParams()
  const run = parameters.get('run')
  const show = (id: string) => setParameters((before) => changed(before, { run: id, direction: '' }))
  return (
    <div className="simulation">
      <div className="simulation-side no-print">
        <Panel title={t('ask')}>
          <QueryView query={rulebooks} lines={8}>
            {(rows) => <AskingForm rulebooks={rows} />}
          </QueryView>
        </Panel>
        <Recent shown={run} onShow={show} />
      </div>
      <div className="simulation-outcome">
        {run === null ? (
          <Panel title={t('result')}>
            <Nothing title={t('chooseFirst')} hint={t('chooseFirstHint')} />
          </Panel>
        ) : (
          <Outcome key={run} id={run} onLeave={() => show('')} />
        )}
      </div>
    </div>
  )
}

/** One simulation: how far it is, then what it came to. */
function Outcome({ id, onLeave }: { id: string; onLeave: () => void }) {
  const t = useSimulationTexts()
  const query = useQuery({
    queryKey: ['simulation', id],
    queryFn: ({ signal }) => client.simulation(id, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? refreshMs : false),
    // A result never changes.
    staleTime: ({ state }) => (state.data?.status === 'running' ? 0 : Number.POSITIVE_INFINITY),
  })
  const isGone = query.error instanceof ProblemError && query.error.kind === 'not-found'
  if (isGone) {
    return (
      <Panel title={t('result')}>
        <Nothing title={t('gone')} hint={t('goneHint')} />
      </Panel>
    )
  }
  if (query.data?.status === 'finished') return <Result id={id} result={query.data} />
  return (
    <Panel title={t('result')}>
      <QueryView query={query}>
        {(run) => {
          if (run.status === 'running') return <Running run={run} onLeave={onLeave} />
          return run.status === 'failed' ? <Failed run={run} /> : null
        }}
      </QueryView>
    </Panel>
  )
}
