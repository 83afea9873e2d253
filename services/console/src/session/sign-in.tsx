import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { currentLanguage, switchLanguage } from '../i18n/i18n.ts'
import { useShellTexts } from '../shell/use-texts.ts'
import { RoleChoices } from './role-choices.tsx'
import { type Session, type SignIn, signIn } from './session-state.ts'
import { useSessionTexts } from './use-texts.ts'

/** Who is not signed in sees only this: for trials a choice of role and division, else a token is asked for. */
export function SignInPage({ session, ended }: { session: Session; ended: boolean }) {
  const t = useSessionTexts()
  const shell = useShellTexts()
  const { roles, provider } = session.signIn
  const [byToken, setByToken] = useState(roles.length === 0 && !provider)
  const failedThere = new URLSearchParams(location.search).get('sign-in') === 'failed'
  const [failure, setFailure] = useState<string | null>(failedThere ? t('providerFailed') : null)
  const hint = byToken ? 'tokenHint' : provider ? 'providerHint' : 'chooseHint'
  const [waiting, setWaiting] = useState(false)
  const enter = async (wanted: SignIn) => {
    setWaiting(true)
    try {
      await signIn(wanted, currentLanguage())
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
      setWaiting(false)
    }
  }
  return (
    <main className="sign-in">
      <section className="sign-in-about">
        <img src="/console/icon.svg" alt="" />
        <h1>{t('product')}</h1>
        <p>{t('claim')}</p>
        <div>
          <Button
            ghost
            size="small"
            onClick={() => switchLanguage(currentLanguage() === 'en' ? 'zh-CN' : 'en')}
            aria-label={shell('switchLanguage')}
          >
            {shell('otherLanguage')}
          </Button>
        </div>
      </section>
      <section className="sign-in-form" aria-labelledby="sign-in-title">
        <h2 id="sign-in-title">{t('title')}</h2>
        <p className="sign-in-hint">{t(hint)}</p>
        {ended && failure === null && <Notice kind="warn">{t('ended')}</Notice>}
        {failure !== null && <Notice kind="bad">{failure}</Notice>}
        {byToken ? (
          <TokenForm waiting={waiting} onEnter={enter} />
        ) : provider ? (
          <p className="sign-in-hint">
            <Button type="primary" href="/console/session/begin">
              {t('provider')}
            </Button>
          </p>
        ) : (
          <RoleChoices roles={roles} waiting={waiting} onEnter={enter} />
        )}
        {(roles.length > 0 || provider) && (
          <div>
            <Button type="link" style={{ padding: 0 }} onClick={() => setByToken(!byToken)}>
              {t(byToken ? (provider ? 'provider' : 'useRole') : 'useToken')}
            </Button>
          </div>
        )}
      </section>
    </main>
  )
}

function Notice({ kind, children }: { kind: 'bad' | 'warn'; children: ReactNode }) {
  return (
    <p className={`notice tone-${kind}`} role="alert">
      {children}
    </p>
  )
}

type FormProps = { waiting: boolean; onEnter: (wanted: SignIn) => Promise<void> }

function TokenForm({ waiting, onEnter }: FormProps) {
  const t = useSessionTexts()
  const [token, setToken] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void onEnter({ token: token.trim() })
      }}
    >
      <label className="field">
        <span>{t('token')}</span>
        <textarea
          className="control"
          rows={5}
          value={token}
          onChange={({ target }) => setToken(target.value)}
          spellCheck={false}
          autoComplete="off"
        />
      </label>
      <Button type="primary" htmlType="submit" loading={waiting} disabled={token.trim() === ''}>
        {t('enter')}
      </Button>
    </form>
  )
}
