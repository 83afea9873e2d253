import { createClient, ProblemError } from '@fireledger/client'
import { QueryClient } from '@tanstack/react-query'
import { currentLanguage } from '../i18n/i18n.ts'
import { sessionEnded, sessionNow } from '../session/session-state.ts'

/** The one door to the gateway; the session's cookie speaks for the reader. */
export const client = createClient({
  base: '',
  csrfToken: () => sessionNow()?.csrf ?? null,
  language: currentLanguage,
  onUnauthenticated: sessionEnded,
})

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) =>
        error instanceof ProblemError && ['unreachable', 'unavailable'].includes(error.kind) && failures < 4,
    },
  },
})
