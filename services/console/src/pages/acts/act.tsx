import { Button } from 'antd'
import { type FormEvent, useId } from 'react'
import { Link, useParams, useSearchParams } from 'react-router'
import { useCatalogue } from '../../api/catalogue.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { Articles } from '../../parts/articles.tsx'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Failure, Nothing, QueryView } from '../../parts/query-view.tsx'
import { usePrincipal } from '../../session/session-state.ts'
import { useDivisionLink } from '../../shell/division.ts'
import { NotYours } from '../../shell/not-yours.tsx'
import { type Act, actsOf, anyAct } from './commands.ts'
import { Conflict } from './conflict.tsx'
import { Group, MomentInput } from './field-input.tsx'
import { emptyGroup } from './fields.ts'
import { Done, Refusal } from './outcome.tsx'
import { RecordChoice } from './record-choice.tsx'
import { faultsOf, isConflict, type Written } from './submission.ts'
import { useActsTexts } from './use-texts.ts'
import { useWriting, type Writing } from './writing.ts'
import './acts.css'

/** One act: its form, made from the schema of its command, and what came of it. */
export function ActPage() {
  const { path, name } = useParams()
  const t = useActsTexts()
  const catalogue = useCatalogue()
  const inLanguage = useInLanguage()
  const { permissions } = usePrincipal()
  const toDivision = useDivisionLink()
  return (
    <QueryView query={catalogue} lines={8}>
      {(data) => {
        const act = actsOf(data, permissions).find((each) => each.path === path && each.name === name)
        if (act) return <ActForm key={act.command.path} act={act} />
        const foreign = anyAct(data, path, name)
        if (foreign) return <NotYours needed={[foreign.permission]} name={inLanguage(foreign.title)} />
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

function ActForm({ act }: { act: Act }) {
  const inLanguage = useInLanguage()
  const [parameters] = useSearchParams()
  const writing = useWriting(act, parameters.get('id'))
  const { submission, written, fields } = writing
  const { command, category } = act
  if (submission.data) {
    return <Done act={act} id={writing.id} outcome={submission.data.data} onAgain={writing.beginAgain} />
  }
  const cited = command.legalBasis.map(({ basis, text }) => ({ basis, text: inLanguage(text) }))
  const { error } = submission
  return (
    <>
      <PageHead title={inLanguage(command.title)} about={inLanguage(category.title)} />
      <Panel title={<Articles cited={cited} />}>
        <Form act={act} writing={writing} />
      </Panel>
      {isConflict(error) && (
        <Conflict
          stream={writing.stream}
          mine={writing.seen ?? -1}
          theirs={error.problem.revision ?? 0}
          data={written.data}
          onSend={() => writing.send(error.problem.revision ?? null)}
          onReload={() => {
            writing.change({ data: emptyGroup(fields) })
            writing.lookAgain()
          }}
          onClose={() => {
            submission.reset()
            writing.lookAgain()
          }}
        />
      )}
    </>
  )
}

function Form({ act, writing }: { act: Act; writing: Writing }) {
  const t = useActsTexts()
  const timeId = useId()
  const { submission, written, missing, change } = writing
  const faults = new Map([
    ...faultsOf(submission.error),
    ...missing.map((place) => [place, t('missing')] as const),
  ])
  const submit = (event: FormEvent) => {
    event.preventDefault()
    writing.send(writing.seen)
  }
  return (
    <form className="act-form" onSubmit={submit} noValidate>
      {writing.makesId ? (
        <p className="act-about">
          {t('newRecord')} <span className="mono">{written.id}</span>
        </p>
      ) : (
        <RecordChoice path={act.path} id={written.id} onChange={(id) => change({ id })} />
      )}
      <Fault text={faults.get('/id')} />
      <Group
        fields={writing.fields}
        value={written.data}
        pointer="/data"
        faults={faults}
        onChange={(data) => change({ data: data as Written['data'] })}
      />
      <div className="act-field">
        <label htmlFor={timeId}>{t('effectiveAt')}</label>
        <MomentInput
          id={timeId}
          className="control"
          value={written.effectiveAt}
          onChange={(effectiveAt) => change({ effectiveAt })}
        />
      </div>
      {submission.error && !isConflict(submission.error) && <Refusal error={submission.error} />}
      <Fault text={missing.length > 0 ? t('atFields') : undefined} />
      {writing.lookFault && <Failure error={writing.lookFault} onRetry={writing.lookAgain} />}
      <Button
        type="primary"
        htmlType="submit"
        loading={submission.isPending || writing.isLooking}
        disabled={writing.lookFault !== null}
      >
        {t('submit')}
      </Button>
    </form>
  )
}

function Fault({ text }: { text: string | undefined }) {
  if (text === undefined) return null
  return (
    <p className="act-fault" role="alert">
      {text}
    </p>
  )
}
