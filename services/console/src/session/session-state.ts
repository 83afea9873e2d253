import { useSyncExternalStore } from 'react'

/** Who is signed in, as the gateway tells it; the token itself never comes here. */
export type Principal = {
  readonly id: string
  readonly role: string
  readonly division: string | null
  readonly divisionName: string | null
  readonly uscc: string | null
  readonly expiresAt: number | null
  readonly permissions: readonly string[]
}

export type Session = {
  readonly mode: 'dev' | 'production'
  readonly version: string
  readonly now: string
  /** Ways to sign in besides showing a token. */
  readonly signIn: { readonly roles: readonly string[]; readonly provider: boolean }
  readonly principal: Principal | null
  readonly csrf: string | null
}

export type SignIn =
  | { readonly token: string }
  | { readonly role: string; readonly division: string | null; readonly uscc?: string }

type SessionView = {
  readonly session: Session | null
  /** Why the reader has to sign in again, or why there is nothing to show. */
  readonly trouble: 'ended' | 'unreachable' | null
}

let view: SessionView = { session: null, trouble: null }
const listeners = new Set<() => void>()

function become(next: SessionView): void {
  view = next
  for (const listener of listeners) listener()
}

export function useSessionView(): SessionView {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => view,
  )
}

export function sessionNow(): Session | null {
  return view.session
}

/** The gateway no longer knows us. */
export function sessionEnded(): void {
  if (view.session?.principal)
    become({ session: { ...view.session, principal: null, csrf: null }, trouble: 'ended' })
}

export async function loadSession(): Promise<void> {
  try {
    const answer = await fetch('/console/session', { credentials: 'same-origin' })
    if (!answer.ok) throw new Error(String(answer.status))
    become({ session: (await answer.json()) as Session, trouble: null })
  } catch {
    become({ ...view, trouble: 'unreachable' })
  }
}

/** @throws with the gateway's words when it does not let us in. */
export async function signIn(wanted: SignIn, language: string): Promise<void> {
  const answer = await fetch('/console/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': language },
    body: JSON.stringify(wanted),
    credentials: 'same-origin',
  })
  const body = (await answer.json()) as Session & { detail?: string }
  if (!answer.ok) throw new Error(body.detail ?? String(answer.status))
  become({ session: body, trouble: null })
}

export async function signOut(): Promise<void> {
  await fetch('/console/session', { method: 'DELETE', credentials: 'same-origin' })
  await loadSession()
}

/** Of the reader who is signed in. @throws outside the pages that need one. */
export function usePrincipal(): Principal {
  const { session } = useSessionView()
  if (!session?.principal) throw new Error('nobody is signed in')
  return session.principal
}

export function useMay(permission: string): boolean {
  return usePrincipal().permissions.includes(permission)
}
