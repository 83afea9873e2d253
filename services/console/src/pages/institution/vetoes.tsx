import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatDay } from '../../i18n/format.ts'
import { ArticlesOf } from '../../parts/articles.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import type { CreditVeto } from './dossier-queries.ts'
import { useDossierTexts } from './use-texts.ts'

/** Why the grade does not follow the score: each act, since when, and until when it stands. */
export function Vetoes({ of, show }: { of: readonly CreditVeto[]; show: (event: string) => void }) {
  const t = useDossierTexts()
  const inLanguage = useInLanguage()
  if (of.length === 0) return null
  return (
    <ul className="vetoes">
      {of.map(({ eventId, code, title, effectiveOn, legalBasis, liftableFrom, disputed }) => (
        <li key={eventId} className="notice tone-bad">
          <strong>
            {t('veto')} {code} {inLanguage(title)}
          </strong>{' '}
          {t('vetoSince', { day: formatDay(effectiveOn) })}{' '}
          {liftableFrom === null ? t('vetoForGood') : t('vetoUntil', { day: formatDay(liftableFrom) })}{' '}
          {disputed && <Tag tone="warn">{t('disputed')}</Tag>}
          <ArticlesOf bases={legalBasis} />
          <button type="button" className="link" onClick={() => show(eventId)}>
            {t('openEvent')}
          </button>
        </li>
      ))}
    </ul>
  )
}
