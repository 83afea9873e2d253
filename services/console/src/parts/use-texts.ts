import { defineTexts } from '../i18n/define-texts.ts'
import { codeTexts, texts } from './texts.ts'

export const usePartsTexts = defineTexts('parts', texts)
const useCodes = defineTexts('codes', codeTexts)

/** What a code of a row is called; a code that nobody has named yet is shown as it is. */
export function useCodeName(): (kind: string, code: unknown) => string {
  const t = useCodes()
  return (kind, code) => {
    if (code === null || code === undefined || code === '') return '—'
    const key = `${kind}.${String(code)}`
    return key in codeTexts ? t(key as keyof typeof codeTexts) : String(code)
  }
}
