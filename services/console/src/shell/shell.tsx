import { Outlet, useLocation } from 'react-router'
import { formatMoment } from '../i18n/format.ts'
import { LiveFeedOfDivision } from '../live/live-feed-of-division.tsx'
import { usePrincipal } from '../session/session-state.ts'
import { useRoleTexts } from '../session/use-texts.ts'
import { Menu } from './menu.tsx'
import { TopBar } from './top-bar.tsx'
import { useNow } from './use-now.ts'
import { useShellTexts } from './use-texts.ts'

/** What stands around every page: brand, bar, menu. */
export function Shell() {
  const t = useShellTexts()
  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t('skip')}
      </a>
      <Menu />
      <TopBar />
      <main className="shell-main" id="main" tabIndex={-1}>
        <PrintHead />
        <LiveFeedOfDivision />
        <Outlet />
      </main>
    </div>
  )
}

/** On paper, what the frame says on the screen: whose page this is, who printed it, when and from where. */
function PrintHead() {
  const t = useShellTexts()
  const role = useRoleTexts()
  const principal = usePrincipal()
  const now = useNow()
  const { pathname, search } = useLocation()
  return (
    <p className="print-only">
      {t('printed', {
        product: t('product'),
        role: role(principal.role as Parameters<typeof role>[0]),
        id: principal.id,
        moment: formatMoment(now),
        address: `${pathname}${search}`,
      })}
    </p>
  )
}
