import { Button } from 'antd'
import { loadSession } from './session-state.ts'
import { useSessionTexts } from './use-texts.ts'

export function StartingUp({ unreachable }: { unreachable: boolean }) {
  const t = useSessionTexts()
  if (!unreachable)
    return (
      <main className="state" aria-busy="true">
        {t('starting')}
      </main>
    )
  return (
    <main className="state state-failed" role="alert">
      <h1>{t('unreachable')}</h1>
      <p>{t('unreachableHint')}</p>
      <Button type="primary" onClick={() => void loadSession()}>
        {t('retry')}
      </Button>
    </main>
  )
}
