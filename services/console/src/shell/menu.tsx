import { useEffect, useState } from 'react'
import { Link, NavLink, useLocation } from 'react-router'
import { type PageEntry, pages } from '../pages/pages.ts'
import { usePrincipal } from '../session/session-state.ts'
import { useDivisionLink } from './division.ts'
import { useShellTexts } from './use-texts.ts'

const groups = ['watch', 'registers', 'explain', 'operate'] as const

export function Menu() {
  const t = useShellTexts()
  const { permissions } = usePrincipal()
  const toDivision = useDivisionLink()
  const shown = (group: PageEntry['menu']) =>
    pages.filter(({ menu, needed }) => menu === group && needed.some((one) => permissions.includes(one)))
  // Only where the page is narrow is it ever closed.
  const [open, setOpen] = useState(false)
  const { pathname } = useLocation()
  // Whoever has come to a page no longer looks for one.
  useEffect(() => setOpen(false), [pathname])
  return (
    <>
      <div className="shell-brand-row">
        <Link className="shell-brand" to={toDivision('/')}>
          <img src="/console/icon.svg" alt="" />
          {t('product')}
        </Link>
        <button
          type="button"
          className="shell-menu-button"
          aria-expanded={open}
          aria-controls="menu"
          onClick={() => setOpen(!open)}
        >
          {t('menuButton')}
        </button>
      </div>
      <nav className="shell-menu" id="menu" aria-label={t('menu')} data-open={open}>
        {groups
          .filter((group) => shown(group).length > 0)
          .map((group) => (
            <section key={group}>
              <h2>{t(`menu.${group}`)}</h2>
              <ul>
                {shown(group).map(({ key, path }) => (
                  <li key={key}>
                    <NavLink to={toDivision(`/${path}`)} end={path === ''}>
                      {t(`page.${key}` as Parameters<typeof t>[0])}
                    </NavLink>
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </nav>
    </>
  )
}
