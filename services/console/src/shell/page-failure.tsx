import { Button } from 'antd'
import { Link, useRouteError } from 'react-router'
import { useShellTexts } from './use-texts.ts'

/** In the place of a page that failed to load or to draw. */
export function PageFailure() {
  const t = useShellTexts()
  const error = useRouteError()
  return (
    <div className="state state-failed" role="alert">
      <span className="state-sign" aria-hidden="true">
        ✕
      </span>
      <strong>{t('broken')}</strong>
      <p>{t('brokenHint')}</p>
      <code>{error instanceof Error ? error.message : String(error)}</code>
      <Button type="primary" onClick={() => location.reload()}>
        {t('reload')}
      </Button>
    </div>
  )
}

export function LostPage() {
  const t = useShellTexts()
  return (
    <div className="state">
      <h1>{t('lost')}</h1>
      <p>{t('lostHint')}</p>
      <Link to="/">{t('home')}</Link>
    </div>
  )
}
