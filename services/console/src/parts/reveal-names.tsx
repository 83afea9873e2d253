import { Button } from 'antd'
import { type FormEvent, useState } from 'react'
import { usePurpose } from '../session/purpose.ts'
import { useMay } from '../session/session-state.ts'
import { SidePanel } from './side-panel.tsx'
import { usePartsTexts } from './use-texts.ts'

/** For those who may see persons: asks why, then the page shows names, and each look is recorded. */
export function RevealNames() {
  const t = usePartsTexts()
  const may = useMay('read-personal')
  const { purpose, state } = usePurpose()
  const [asking, setAsking] = useState(false)
  if (!may) return null
  if (purpose !== null) {
    return (
      <span className="names-shown">
        <small role="status">{t('namesShown', { purpose })}</small>
        <Button size="small" onClick={() => state(null)}>
          {t('hideNames')}
        </Button>
      </span>
    )
  }
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('showNames')}</Button>
      <SidePanel open={asking} onClose={() => setAsking(false)} title={t('showNames')} centred>
        <PurposeForm
          onStated={(words) => {
            setAsking(false)
            state(words)
          }}
        />
      </SidePanel>
    </>
  )
}

function PurposeForm({ onStated }: { onStated: (purpose: string) => void }) {
  const t = usePartsTexts()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const words = String(new FormData(event.currentTarget).get('purpose') ?? '').trim()
    if (words !== '') onStated(words)
  }
  return (
    <form onSubmit={submit}>
      <p>{t('purposeHint')}</p>
      <label className="field">
        <span>{t('purpose')}</span>
        <input className="control" name="purpose" required maxLength={200} autoComplete="off" />
      </label>
      <Button type="primary" htmlType="submit">
        {t('purposeState')}
      </Button>
    </form>
  )
}
