import { QueryClientProvider } from '@tanstack/react-query'
import { ConfigProvider } from 'antd'
import english from 'antd/es/locale/en_US'
import chinese from 'antd/es/locale/zh_CN'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { RouterProvider } from 'react-router/dom'
import { queryClient } from './api/client.ts'
import { router } from './router.tsx'
import { loadSession, useSessionView } from './session/session-state.ts'
import { SignInPage } from './session/sign-in.tsx'
import { StartingUp } from './session/starting-up.tsx'
import { theme } from './theme.ts'

/** The page's nonce lets the components' own styles pass its policy. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.nonce ?? ''

export function App() {
  const { i18n } = useTranslation()
  const { session, trouble } = useSessionView()
  useEffect(() => {
    void loadSession()
  }, [])
  // Nothing that one reader was shown may be left for the next.
  const reader = session?.principal?.id
  useEffect(() => {
    if (reader === undefined) queryClient.clear()
  }, [reader])
  return (
    <ConfigProvider
      csp={{ nonce }}
      locale={i18n.language === 'en' ? english : chinese}
      theme={theme}
      button={{ autoInsertSpace: false }}
    >
      <QueryClientProvider client={queryClient}>
        {session === null ? (
          <StartingUp unreachable={trouble === 'unreachable'} />
        ) : session.principal === null ? (
          <SignInPage session={session} ended={trouble === 'ended'} />
        ) : (
          <RouterProvider router={router} />
        )}
      </QueryClientProvider>
    </ConfigProvider>
  )
}
