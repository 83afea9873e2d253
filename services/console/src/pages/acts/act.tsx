import { type CommandOutcome, ProblemError } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { type FormEvent, useId, useState } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useCatalogue } from '../../api/catalogue.ts'
import { client } from '../../api/client.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { Articles } from '../../parts/articles.tsx'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { usePrincipal } from '../../session/session-state.ts'
import { useDivisionLink } from '../../shell/division.ts'
import { type Act, actsOf } from './commands.ts'
import { Conflict } from './conflict.tsx'
import { Group, MomentInput } from './field-input.tsx'
import { emptyGroup, fieldsOf, missingIn } from './fields.ts'
import { newUlid } from './new-id.ts'
import { RecordChoice } from './record-choice.tsx'
import { faultsOf, isConflict, useSubmission, type Written } from './submission.ts'
import { useActsTexts } from './use-texts.ts'
import './acts.css'

/** One act: its form, made from the schema of its command, and what came of it. */
export function ActPage() {
  const { path, name } = useParams()
  const t = useActsTexts()
  const catalogue = useCatalogue()
  const { permissions } = usePrincipal()
  const toDivision = useDivisionLink()
  return (
    <QueryView query={catalogue} lines={8}>
      {(data) => {
        const act = actsOf(data, permissions).find((each) => each.path === path && each.name === name)
        if (act) return <ActForm key={act.command.path} act={act} />
        return (
          <>
            <PageHead title={t('unknown')} />
            <Nothing title={t('unknown')}>
              <Link to={toDivision('/acts')}>{t('toActs')}</Link>
            </Nothing>
          </>
        )
      }}
    </QueryView>
  )
}

/** Ids of these are not made up. */
const namedByPeople = ['institution', 'creditAccount', 'rulebook', 'assessmentProcess', 'subjectKey']

function ActForm({ act }: { act: Act }) {
  const t = useActsTexts()
  const inLanguage = useInLanguage()
  const { command, category } = act
  const [parameters] = useSearchParams()
  const fields = fieldsOf(command.data)
  const makesId = command.opens && !namedByPeople.includes(category.name)
  const begin = (id: string) => ({
    id,
    data: emptyGroup(fields),
    effectiveAt: undefined,
    key: crypto.randomUUID(),
  })
  const [writing, setWriting] = useState<Omit<Written, 'tag'>>(() =>
    begin(parameters.get('id') ?? (makesId ? newUlid() : '')),
  )
  const [missing, setMissing] = useState<readonly string[]>([])
  const stream = `${category.name}-${writing.id.trim()}`
  const tag = useTag(stream, !command.opens && writing.id.trim().length > 3)
  const submission = useSubmission(act)
  const timeId = useId()

  const change = (next: Partial<Written>) => {
    submission.reset()
    setMissing([])
    // Another content is another request.
    setWriting({ ...writing, ...next, key: crypto.randomUUID() })
  }
  const send = (revision: number | null) => {
    const found = [...(writing.id.trim() === '' ? ['/id'] : []), ...missingIn(fields, writing.data, '/data')]
    setMissing(found)
    const asSeen = revision === null ? null : `"${revision}"`
    if (found.length === 0) submission.mutate({ ...writing, id: writing.id.trim(), tag: asSeen })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send(tag.data ?? null)
  }
  const faults = new Map([
    ...faultsOf(submission.error),
    ...missing.map((place) => [place, t('missing')] as const),
  ])

  if (submission.data)
    return (
      <Done
        act={act}
        id={writing.id.trim()}
        outcome={submission.data.data}
        onAgain={() => {
          submission.reset()
          setWriting(begin(makesId ? newUlid() : command.opens ? '' : writing.id))
        }}
      />
    )
  return (
    <>
      <PageHead title={inLanguage(command.title)} about={inLanguage(category.title)} />
      <Panel
        title={
          <Articles
            cited={command.legalBasis.map(({ basis, text }) => ({ basis, text: inLanguage(text) }))}
          />
        }
      >
        <form className="act-form" onSubmit={submit} noValidate>
          {command.opens && makesId ? (
            <p className="act-about">
              {t('newRecord')} <span className="mono">{writing.id}</span>
            </p>
          ) : (
            <RecordChoice path={act.path} id={writing.id} onChange={(id) => change({ id })} />
          )}
          {faults.has('/id') && (
            <p className="act-fault" role="alert">
              {faults.get('/id')}
            </p>
          )}
          <Group
            fields={fields}
            value={writing.data}
            pointer="/data"
            faults={faults}
            onChange={(data) => change({ data: data as Written['data'] })}
          />
          <div className="act-field">
            <label htmlFor={timeId}>{t('effectiveAt')}</label>
            <MomentInput
              id={timeId}
              className="control"
              value={writing.effectiveAt}
              onChange={(effectiveAt) => change({ effectiveAt })}
            />
          </div>
          {submission.error && !isConflict(submission.error) && <Refusal error={submission.error} />}
          {missing.length > 0 && (
            <p className="act-fault" role="alert">
              {t('atFields')}
            </p>
          )}
          <Button type="primary" htmlType="submit" loading={submission.isPending}>
            {t('submit')}
          </Button>
        </form>
      </Panel>
      {isConflict(submission.error) && (
        <Conflict
          stream={stream}
          mine={tag.data ?? -1}
          theirs={submission.error.problem.revision ?? 0}
          data={writing.data}
          onSend={() =>
            send(
              submission.error instanceof ProblemError ? (submission.error.problem.revision ?? null) : null,
            )
          }
          onReload={() => {
            change({ data: emptyGroup(fields) })
            void tag.refetch()
          }}
          onClose={() => {
            submission.reset()
            void tag.refetch()
          }}
        />
      )}
    </>
  )
}

/** The revision of a stream when its act was begun; it is not asked for again while one writes. */
function useTag(stream: string, enabled: boolean) {
  return useQuery({
    queryKey: ['tag', stream],
    queryFn: async ({ signal }) =>
      (await client.stream(stream, { limit: 1, order: 'desc' }, { signal })).revision,
    enabled,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** What the rule said, with its articles. */
function Refusal({ error }: { error: Error }) {
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

function Done({ act, id, outcome, onAgain }: DoneProps) {
  const t = useActsTexts()
  const inLanguage = useInLanguage()
  const toDivision = useDivisionLink()
  const { position, revision } = outcome
  return (
    <>
      <PageHead title={inLanguage(act.command.title)} about={inLanguage(act.category.title)} />
      <Panel title={t('done')}>
        <div className="act-done" role="status">
          <Tag tone="good">{t('done')}</Tag>
          <p>{position === null ? t('already') : t('doneAt', { position, revision })}</p>
          <p className="mono">{id}</p>
          {act.path === 'institutions' && <Link to={toDivision(`/institutions/${id}`)}>{t('show')}</Link>}
          <div>
            <Button onClick={onAgain}>{t('again')}</Button>{' '}
            <Link to={toDivision('/acts')}>{t('toActs')}</Link>
          </div>
        </div>
      </Panel>
    </>
  )
}
