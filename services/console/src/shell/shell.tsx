import { Outlet } from 'react-router'
import { LiveFeedOfDivision } from '../live/live-feed-of-division.tsx'
import { Menu } from './menu.tsx'
import { TopBar } from './top-bar.tsx'
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
        <LiveFeedOfDivision />
        <Outlet />
      </main>
    </div>
  )
}
