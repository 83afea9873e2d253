import type { CitedLaw } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { useCatalogue } from '../api/catalogue.ts'
import { client } from '../api/client.ts'
import { useInLanguage } from '../i18n/define-texts.ts'
import { usePartsTexts } from './use-texts.ts'

/** The articles that something rests on. */
export function Articles({ cited }: { cited: readonly CitedLaw[] }) {
  const t = usePartsTexts()
  if (cited.length === 0) return null
  return (
    <p className="articles">
      <span>{t('articles')}</span>
      {cited.map(({ basis, text }) => (
        <span key={basis} title={basis}>
          {text}
        </span>
      ))}
    </p>
  )
}

/** The same from the short forms that events and lines of a score carry (`O7:31`). */
export function ArticlesOf({ bases }: { bases: readonly string[] }) {
  const { data } = useCatalogue()
  const inLanguage = useInLanguage()
  const known = new Map(
    data?.categories
      .flatMap(({ events, commands }) => [...events, ...commands])
      .flatMap(({ legalBasis }) => legalBasis.map(({ basis, text }) => [basis, text] as const)),
  )
  // What a rulebook cites, no event or command need cite.
  const others = bases.filter((basis) => !known.has(basis))
  const { data: spelt } = useQuery({
    queryKey: ['citations', others],
    queryFn: ({ signal }) => client.citations(others, { signal }),
    enabled: data !== undefined && others.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  for (const { basis, text } of spelt ?? []) known.set(basis, text)
  return <Articles cited={bases.map((basis) => ({ basis, text: inLanguage(known.get(basis), basis) }))} />
}
