import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { client } from '../api/client.ts'
import { usePrincipal } from '../session/session-state.ts'
import { useDivision } from './division.ts'
import { useShellTexts } from './use-texts.ts'

const country = 'country'

/** Goes down to a part of the division and up again, never above the reader's own. */
export function DivisionSwitch() {
  const t = useShellTexts()
  const { division: own } = usePrincipal()
  const current = useDivision()
  const [, setParameters] = useSearchParams()
  const { data } = useQuery({
    queryKey: ['division', current],
    queryFn: ({ signal }) => client.division(current, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  })
  const above = current === null || current === own ? [] : aboveOf(current, own)
  const choose = (code: string) =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      if (code === (own ?? country)) after.delete('division')
      else after.set('division', code)
      return after
    })
  return (
    <select
      className="control"
      aria-label={t('division')}
      value={current ?? country}
      onChange={({ target }) => choose(target.value)}
    >
      {above.map((code) => (
        <DivisionAbove key={code ?? country} code={code} />
      ))}
      <option value={current ?? country}>{data ? nameOf(data, t('wholeCountry')) : (current ?? '')}</option>
      {data?.parts.map(({ code, name }) => (
        <option key={code} value={code}>
          {`\u3000${name}`}
        </option>
      ))}
    </select>
  )
}

type Named = { readonly code: string | null; readonly name: string; readonly fullName: string }

function nameOf({ code, name }: Named, wholeCountry: string): string {
  return code === null ? wholeCountry : name
}

function DivisionAbove({ code }: { code: string | null }) {
  const t = useShellTexts()
  const { data } = useQuery({
    queryKey: ['division', code],
    queryFn: ({ signal }) => client.division(code, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const name = data ? nameOf(data, t('wholeCountry')) : (code ?? t('wholeCountry'))
  return <option value={code ?? country}>↑ {name}</option>
}

/** The divisions around one, outermost first, that lie within the reader's own. */
function aboveOf(code: string, own: string | null): (string | null)[] {
  const chain: (string | null)[] = [null, `${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`].filter(
    (one) => one !== code,
  )
  const from = chain.indexOf(own)
  return from < 0 ? chain : chain.slice(from)
}
