import type { CitedLaw } from '@fireledger/client'
import { useCatalogue } from '../api/catalogue.ts'
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

/** The same from the short forms that events carry (`O7:31`), as the catalogue spells them out. */
export function ArticlesOf({ bases }: { bases: readonly string[] }) {
  const { data } = useCatalogue()
  const inLanguage = useInLanguage()
  const known = new Map(
    data?.categories
      .flatMap(({ events, commands }) => [...events, ...commands])
      .flatMap(({ legalBasis }) => legalBasis.map(({ basis, text }) => [basis, text] as const)),
  )
  return <Articles cited={bases.map((basis) => ({ basis, text: inLanguage(known.get(basis), basis) }))} />
}
