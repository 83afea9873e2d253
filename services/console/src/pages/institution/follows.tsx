import { useInLanguage } from '../../i18n/define-texts.ts'
import { IllustrativeMark } from '../../parts/illustrative-mark.tsx'
import type { CreditView } from './dossier-queries.ts'
import { useDossierTexts } from './use-texts.ts'

/** How often a random inspection draws the institution, and the measures of its level. */
export function Follows({ credit }: { credit: CreditView | undefined }) {
  const t = useDossierTexts()
  const inLanguage = useInLanguage()
  const follows = credit?.consequences
  if (!follows) return null
  const { samplingFactor: factor, inspectionsPerYear: count, measures } = follows
  const sampling =
    factor !== null
      ? t('samplingFactor', { factor })
      : count !== null
        ? t('inspectionsPerYear', { count })
        : null
  return (
    <span className="follows">
      {sampling}
      {sampling !== null && credit.illustrative && <IllustrativeMark />}{' '}
      {measures.map((measure) => inLanguage(measure)).join(t('listComma'))}
    </span>
  )
}
