import { useSearchParams } from 'react-router'
import { usePrincipal } from '../session/session-state.ts'

/**
 * The division that the pages speak of: in the address as `?division=`, else the reader's own. Null is the whole
 * country.
 */
export function useDivision(): string | null {
  const [parameters] = useSearchParams()
  const { division } = usePrincipal()
  return parameters.get('division') ?? division
}

/** Takes a chosen division along to another page. */
export function useDivisionLink(): (path: string) => { pathname: string; search: string } {
  const [parameters] = useSearchParams()
  const division = parameters.get('division')
  return (path) => {
    const [pathname = '', query = ''] = path.split('?', 2)
    const search = new URLSearchParams(query)
    if (division !== null && !search.has('division')) search.set('division', division)
    return { pathname, search: search.toString() }
  }
}
