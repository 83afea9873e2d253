import type { Title } from './values.ts'

/**
 * Legal instruments that events, commands and refusals cite. A citation is `<instrument>:<article>`, the article
 * with its paragraph and item in the form `27(1)(2)`: `O7:26`, `FL69:69(1)`.
 */
export type LegalBasis = `${keyof typeof instruments}:${string}`

export const instruments = {
  O7: {
    zh: '社会消防技术服务管理规定（应急管理部令第7号）',
    en: 'Fire technical services rule (MEM Order 7)',
  },
  FL: { zh: '中华人民共和国消防法', en: 'Fire Protection Law' },
  O143: {
    zh: '注册消防工程师管理规定（公安部令第143号）',
    en: 'Registered fire engineers rule (MPS Order 143)',
  },
  APL: { zh: '中华人民共和国行政处罚法', en: 'Administrative Penalty Law' },
  ALL: { zh: '中华人民共和国行政许可法', en: 'Administrative Licensing Law' },
  ARL: { zh: '中华人民共和国行政复议法', en: 'Administrative Reconsideration Law' },
  N58: {
    zh: '失信行为纠正后的信用信息修复管理办法（试行）（发改委令第58号）',
    en: 'Credit repair measures (NDRC Order 58)',
  },
  N36: { zh: '信用修复管理办法（发改委令第36号）', en: 'Credit repair measures (NDRC Order 36)' },
  XF3005: { zh: 'XF/T 3005-2020 单位消防安全评估', en: 'XF/T 3005-2020 Fire safety assessment of units' },
  NJ39: {
    zh: '内江市2022年消防技术服务机构专项检查工作方案（内消〔2022〕39号）',
    en: 'Neijiang 2022 special inspection plan',
  },
  PIPL: { zh: '中华人民共和国个人信息保护法', en: 'Personal Information Protection Law' },
  GB32100: {
    zh: 'GB 32100-2015 法人和其他组织统一社会信用代码编码规则',
    en: 'GB 32100-2015 Unified social credit code',
  },
  HOUSE: { zh: '本系统缺省规则（可替换）', en: 'House default, replaceable' },
} as const satisfies Record<string, Title>

/** The citation in words: `社会消防技术服务管理规定（应急管理部令第7号） 第26条`. */
export function citeLaw(basis: LegalBasis): Title {
  const split = basis.indexOf(':')
  const instrument = instruments[basis.slice(0, split) as keyof typeof instruments]
  const article = basis.slice(split + 1)
  return { zh: `${instrument.zh} 第${article}条`, en: `${instrument.en}, art. ${article}` }
}
