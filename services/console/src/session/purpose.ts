import { useSyncExternalStore } from 'react'
import { useLocation } from 'react-router'
import { usePrincipal } from './session-state.ts'

/**
 * Why the reader asked to see persons by name, for one page and one reader: it goes with every read of persons and is
 * recorded with it. Kept in memory only, so that no address or reload reveals anybody.
 */

type Stated = { readonly place: string; readonly purpose: string }

let stated: Stated | null = null
const listeners = new Set<() => void>()

function become(next: Stated | null): void {
  stated = next
  for (const listener of listeners) listener()
}

/** The purpose that was stated on this page, and how to state or withdraw it. */
export function usePurpose(): { purpose: string | null; state(purpose: string | null): void } {
  const { pathname } = useLocation()
  const { id, expiresAt } = usePrincipal()
  const place = `${id} ${expiresAt} ${pathname}`
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => stated,
  )
  return {
    purpose: now?.place === place ? now.purpose : null,
    state: (purpose) => become(purpose === null ? null : { place, purpose }),
  }
}

/** What a purpose adds to a read. */
export function revealing(purpose: string | null): { reveal?: 'personal'; purpose?: string } {
  return purpose === null ? {} : { reveal: 'personal', purpose }
}
