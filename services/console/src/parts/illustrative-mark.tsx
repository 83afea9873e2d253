import { usePartsTexts } from './use-texts.ts'

/** Beside a number of a rulebook that is a demonstration's: no authority has published it. */
export function IllustrativeMark() {
  const t = usePartsTexts()
  return (
    <small className="illustrative-mark" title={t('illustrativeHint')}>
      {t('illustrativeMark')}
    </small>
  )
}
