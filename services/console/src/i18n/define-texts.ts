import { useTranslation } from 'react-i18next'
import { currentLanguage, i18next } from './i18n.ts'

/** A text in both languages; `{{name}}` stands for a value. Both stand together, so neither can be forgotten. */
export type Text = readonly [zh: string, en: string]
export type Texts = Readonly<Record<string, Text>>

type Values = Readonly<Record<string, string | number>>

/** Makes the texts of a page known; they come with its chunk. Returns the hook that reads them. */
export function defineTexts<const Pairs extends Texts>(namespace: string, pairs: Pairs) {
  for (const [language, index] of [
    ['zh-CN', 0],
    ['en', 1],
  ] as const) {
    const bundle = Object.fromEntries(Object.entries(pairs).map(([key, text]) => [key, text[index]]))
    i18next.addResourceBundle(language, namespace, bundle, false, true)
  }
  return function useTexts() {
    const { t } = useTranslation(namespace, { keyPrefix: '', useSuspense: false })
    return (key: keyof Pairs & string, values: Values = {}): string =>
      t(key, { ...values, nsSeparator: false, keySeparator: false })
  }
}

/** What the API gives in both languages, in the reader's. */
export function useInLanguage() {
  useTranslation()
  return (title: { readonly zh: string; readonly en: string } | null | undefined, otherwise = ''): string =>
    title ? title[currentLanguage() === 'en' ? 'en' : 'zh'] : otherwise
}
