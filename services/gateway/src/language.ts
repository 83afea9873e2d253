import type { Title } from '@fireledger/domain'

export type Language = 'zh' | 'en'

/** The language to answer in, from `Accept-Language` (RFC 9110, 12.5.4); Chinese unless English is preferred. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const weights = { zh: 0, en: 0 }
  for (const range of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const quality = Number(
      parameters
        .find((entry) => entry.trim().startsWith('q='))
        ?.trim()
        .slice(2) ?? 1,
    )
    const weight = Number.isFinite(quality) ? quality : 0
    if (tag === 'zh' || tag.startsWith('zh-')) weights.zh = Math.max(weights.zh, weight)
    if (tag === 'en' || tag.startsWith('en-')) weights.en = Math.max(weights.en, weight)
  }
  return weights.en > weights.zh ? 'en' : 'zh'
}

export function inLanguage(title: Title, language: Language): string {
  return title[language]
}
