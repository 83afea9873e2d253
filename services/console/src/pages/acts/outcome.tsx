import { type CommandOutcome, ProblemError } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { Link } from 'react-router'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { Articles } from '../../parts/articles.tsx'
import { ValueTree } from '../../parts/event-details/value-tree.tsx'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { useDivisionLink } from '../../shell/division.ts'
import type { Act } from './commands.ts'
import { useActsTexts } from './use-texts.ts'

/** What the rule said, with its articles. */
export function Refusal({ error }: { error: Error }) {
  const t = useActsTexts()
  const problem = error instanceof ProblemError ? error.problem : null
  const isRule = error instanceof ProblemError && error.kind === 'refused'
  return (
    <div className="act-refusal" role="alert">
      <Tag tone="bad">{t(isRule ? 'refused' : 'failed')}</Tag>
      <p>{problem?.detail ?? String(error)}</p>
      {problem?.legalBasis && <Articles cited={problem.legalBasis} />}
    </div>
  )
}

type DoneProps = { act: Act; id: string; outcome: CommandOutcome; onAgain: () => void }

/** What was recorded, and the ways on. */
export function Done({ act, id, outcome, onAgain }: DoneProps) {
  const t = useActsTexts()
  const inLanguage = useInLanguage()
  const toDivision = useDivisionLink()
  const { position, revision } = outcome
  const heading = position === null ? 'already' : 'done'
  return (
    <>
      <PageHead title={inLanguage(act.command.title)} about={inLanguage(act.category.title)} />
      <Panel title={t(heading)}>
        <div className="act-done" role="status">
          <Tag tone={position === null ? 'warn' : 'good'}>{t(heading)}</Tag>
          <p>{position === null ? t('alreadyAt', { revision }) : t('doneAt', { position, revision })}</p>
          <p className="mono">{id}</p>
          {act.path === 'institutions' && <Link to={toDivision(`/institutions/${id}`)}>{t('show')}</Link>}
          <div>
            <Button onClick={onAgain}>{t('again')}</Button>{' '}
            <Link to={toDivision('/acts')}>{t('toActs')}</Link>
          </div>
        </div>
      </Panel>
      {position === null && (
        <Panel title={t('stateNow')}>
          <StateNow stream={`${act.category.name}-${id}`} />
        </Panel>
      )}
    </>
  )
}

/** What it was already. */
function StateNow({ stream }: { stream: string }) {
  const state = useQuery({
    queryKey: ['state-now', stream],
    queryFn: ({ signal }) => client.state(stream, {}, { signal }),
    gcTime: 0,
  })
  return <QueryView query={state}>{(data) => <ValueTree value={data.state} />}</QueryView>
}
