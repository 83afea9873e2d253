import { createBrowserRouter } from 'react-router'
import { guardedPage } from './pages/guarded-page.tsx'
import { pages } from './pages/pages.ts'
import { LostPage, PageFailure } from './shell/page-failure.tsx'
import { Shell } from './shell/shell.tsx'

export const router = createBrowserRouter(
  [
    {
      Component: Shell,
      ErrorBoundary: PageFailure,
      // The frame stands; what a page needs is fetched behind it.
      HydrateFallback: () => null,
      children: [
        ...pages.map((entry) => ({
          path: entry.path,
          ErrorBoundary: PageFailure,
          lazy: async () => ({ Component: guardedPage(entry, await entry.load()) }),
        })),
        { path: '*', Component: LostPage },
      ],
    },
  ],
  { basename: '/console' },
)
