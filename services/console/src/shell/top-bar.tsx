import { Button } from 'antd'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { formatMoment } from '../i18n/format.ts'
import { switchLanguage } from '../i18n/i18n.ts'
import { LiveIndicator } from '../live/live-indicator.tsx'
import { signOut, usePrincipal } from '../session/session-state.ts'
import { useRoleTexts } from '../session/use-texts.ts'
import { useDivisionLink } from './division.ts'
import { DivisionSwitch } from './division-switch.tsx'
import { useNow } from './use-now.ts'
import { useShellTexts } from './use-texts.ts'

export function TopBar() {
  const t = useShellTexts()
  return (
    <header className="shell-bar">
      <DivisionSwitch />
      <Search />
      <span className="shell-bar-rest" />
      <LiveIndicator />
      <Clock />
      <Button
        type="text"
        size="small"
        onClick={() => switchLanguage(t('otherLanguage') === 'English' ? 'en' : 'zh-CN')}
        aria-label={t('switchLanguage')}
        lang={t('otherLanguage') === 'English' ? 'en' : 'zh-CN'}
      >
        {t('otherLanguage')}
      </Button>
      <Reader />
    </header>
  )
}

function Search() {
  const t = useShellTexts()
  const navigate = useNavigate()
  const toDivision = useDivisionLink()
  const input = useRef<HTMLInputElement>(null)
  const { pathname } = useLocation()
  const [parameters] = useSearchParams()
  const searched = pathname === '/search' ? (parameters.get('q') ?? '') : ''
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const { target } = event
      const typing =
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', focus)
    return () => document.removeEventListener('keydown', focus)
  }, [])
  // What is being typed survives a page that opens meanwhile.
  useEffect(() => {
    if (input.current && searched !== '') input.current.value = searched
  }, [searched])
  return (
    <search className="shell-search">
      <input
        ref={input}
        defaultValue={searched}
        className="control"
        type="search"
        placeholder={t('search')}
        aria-label={t('search')}
        title={t('searchKey')}
        onKeyDown={({ key, currentTarget }) => {
          if (key !== 'Enter') return
          const q = currentTarget.value.trim()
          if (q !== '') void navigate(toDivision(`/search?q=${encodeURIComponent(q)}`))
        }}
      />
    </search>
  )
}

function Clock() {
  const t = useShellTexts()
  useTranslation()
  const now = useNow()
  return (
    <time className="shell-clock" dateTime={now.toISOString()}>
      {t('clock', { moment: formatMoment(now) })}
    </time>
  )
}

function Reader() {
  const t = useShellTexts()
  const role = useRoleTexts()
  const principal = usePrincipal()
  return (
    <div className="shell-reader">
      <span title={principal.id}>{role(principal.role as Parameters<typeof role>[0])}</span>
      <Button type="text" size="small" onClick={() => void signOut()}>
        {t('signOut')}
      </Button>
    </div>
  )
}
