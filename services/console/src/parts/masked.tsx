import { usePartsTexts } from './use-texts.ts'

/** A person as the API shows it: a name, or that it is withheld. */
export function PersonName({ person }: { person: unknown }) {
  const t = usePartsTexts()
  const name = (person as { name?: string | null } | null | undefined)?.name
  if (name) return <>{name}</>
  return (
    <span className="tag tone-idle" title={t('maskedHint')}>
      {t('masked')}
    </span>
  )
}
