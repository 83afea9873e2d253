import { Button } from 'antd'
import { type FormEvent, type ReactNode, useId } from 'react'
import { Nothing } from '../../parts/query-view.tsx'
import { DivisionSwitch } from '../../shell/division-switch.tsx'
import { Refusal } from './refusal.tsx'
import { type Asking, kinds, type RulebookRow, useAsking } from './use-asking.ts'
import { useSimulationTexts } from './use-texts.ts'

/** What is to be simulated: by which rulebook, about whom, and for which days. */
export function AskingForm({ rulebooks }: { rulebooks: readonly RulebookRow[] }) {
  const t = useSimulationTexts()
  const asking = useAsking(rulebooks)
  const { read, set, kind, fromDraft, fault, begin } = asking
  const submit = (event: FormEvent) => {
    event.preventDefault()
    asking.start()
  }
  return (
    <form className="simulation-form" onSubmit={submit} noValidate>
      <fieldset className="simulation-source">
        <legend>{t('source')}</legend>
        {(['ledger', 'draft'] as const).map((source) => (
          <label key={source}>
            <input
              type="radio"
              name="source"
              checked={fromDraft === (source === 'draft')}
              onChange={() => set('source', source === 'draft' ? source : '')}
            />{' '}
            {t(`source.${source}`)}
          </label>
        ))}
      </fieldset>
      <Choice asking={asking} rulebooks={rulebooks} />
      {fromDraft && <DraftFields asking={asking} />}
      <div className="simulation-field">
        <span aria-hidden="true">{t('division')}</span>
        <DivisionSwitch />
      </div>
      <Field name={t('kind')}>
        {(id) => (
          <select
            id={id}
            className="control"
            value={kind ?? ''}
            onChange={({ target }) => set('kind', target.value)}
          >
            <option value="">{t('kindOfRulebook')}</option>
            {kinds.map((each) => (
              <option key={each} value={each}>
                {t(`kind.${each}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {(['asOf', 'from'] as const).map((name) => (
        <Field key={name} name={t(name)} hint={t(`${name}Hint`)}>
          {(id) => (
            <input
              id={id}
              className="control"
              type="date"
              value={read(name)}
              onChange={({ target }) => set(name, target.value)}
            />
          )}
        </Field>
      ))}
      {(fault !== null || begin.error) && <Refusal fault={fault} error={begin.error} />}
      <Button type="primary" htmlType="submit" loading={begin.isPending}>
        {t('start')}
      </Button>
    </form>
  )
}

/** A rulebook of the ledger: to simulate it, or to begin a draft with its content. */
function Choice({ asking, rulebooks }: { asking: Asking; rulebooks: readonly RulebookRow[] }) {
  const t = useSimulationTexts()
  const { chosen, fromDraft, set, copy } = asking
  if (chosen === undefined) return <Nothing title={t('noRulebooks')} hint={t('noRulebooksHint')} />
  return (
    <Field name={t(fromDraft ? 'template' : 'rulebook')}>
      {(id) => (
        <>
          <select
            id={id}
            className="control"
            value={chosen.id}
            onChange={({ target }) => set('rulebook', target.value)}
          >
            {rulebooks.map((each) => (
              <option key={each.id} value={each.id}>
                {t('rulebookOption', { id: each.id, name: each.name, status: t(`status.${each.status}`) })}
              </option>
            ))}
          </select>
          {fromDraft && (
            <Button size="small" onClick={() => copy(chosen)}>
              {t('copy')}
            </Button>
          )}
        </>
      )}
    </Field>
  )
}

function DraftFields({ asking: { draft, changeDraft } }: { asking: Asking }) {
  const t = useSimulationTexts()
  const take = async (file: File | undefined) => {
    if (file) changeDraft({ text: await file.text() })
  }
  return (
    <>
      <Field name={t('upload')}>
        {(id) => (
          <input
            id={id}
            type="file"
            accept=".json,application/json"
            onChange={({ target }) => void take(target.files?.[0])}
          />
        )}
      </Field>
      <Field name={t('draftId')} hint={t('draftIdHint')}>
        {(id) => (
          <input
            id={id}
            className="control mono"
            value={draft.id}
            onChange={({ target }) => changeDraft({ id: target.value })}
          />
        )}
      </Field>
      <Field name={t('draft')}>
        {(id) => (
          <textarea
            id={id}
            className="control mono"
            rows={12}
            spellCheck={false}
            value={draft.text}
            onChange={({ target }) => changeDraft({ text: target.value })}
          />
        )}
      </Field>
    </>
  )
}

type FieldProps = { name: string; hint?: string; children: (id: string) => ReactNode }

function Field({ name, hint, children }: FieldProps) {
  const id = useId()
  return (
    <div className="simulation-field">
      <label htmlFor={id}>{name}</label>
      {children(id)}
      {hint !== undefined && <small>{hint}</small>}
    </div>
  )
}
