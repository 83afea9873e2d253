import type { Title } from './values.ts'

/**
 * Legal instruments that events, commands and refusals cite. A citation is `<instrument>:<article>`, the article
 * with its paragraph and item in the form `27(1)(2)`: `O7:26`, `FL:69(1)`. Without an article, `N36:`, the instrument is
 * cited as a whole: where no source at hand confirms the article, none is named.
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
  LL: { zh: '中华人民共和国立法法', en: 'Legislation Law' },
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

/** Rules of our own, by the word after the colon. */
const houseRules: Readonly<Record<string, Title>> = {
  anomaly: { zh: '异常线索办理规则', en: 'procedure of anomalies' },
  complaint: { zh: '投诉举报办理期限', en: 'time limits of complaints' },
  corrections: { zh: '更正规则', en: 'corrections' },
  'credit-default': { zh: '信用评分缺省规则', en: 'default credit rules' },
  'credit-objection': { zh: '信用异议办理期限', en: 'time limits of credit objections' },
  'credit-repair': { zh: '信用修复条件', en: 'conditions of credit repair' },
  'credit-warning': { zh: '信用预警', en: 'credit warnings' },
  permits: { zh: '许可流程', en: 'permit procedure' },
}

const digits = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九']

/** 1 to 99, as articles count their paragraphs: 二, 十二. */
function chineseNumber(number: number): string {
  if (number < 10) return digits[number] ?? ''
  const tens = Math.floor(number / 10)
  return `${tens === 1 ? '' : digits[tens]}十${number % 10 === 0 ? '' : digits[number % 10]}`
}

/** `27(1)(2)` → `第27条第一款第（二）项`; the one bracket of an article without numbered paragraphs is an item. */
function articleInChinese(article: string): string {
  const found = /^([0-9]+)(?:\(([0-9]{1,2})\))?(?:\(([0-9]{1,2})\))?$/.exec(article)
  if (!found) return `第${article}条`
  const [, number, first, second] = found
  const item = (text: string) => `第（${chineseNumber(Number(text))}）项`
  if (first === undefined) return `第${number}条`
  if (second === undefined) return `第${number}条${item(first)}`
  return `第${number}条第${chineseNumber(Number(first))}款${item(second)}`
}

/**
 * The citation in words: `社会消防技术服务管理规定（应急管理部令第7号）第26条`. A rulebook of a city may cite rules that
 * are not listed here: those are shown as they are written.
 */
export function citeLaw(basis: string): Title {
  const split = basis.indexOf(':')
  const name = basis.slice(0, split)
  if (!Object.hasOwn(instruments, name)) return { zh: basis, en: basis }
  const instrument = instruments[name as keyof typeof instruments]
  const article = basis.slice(split + 1)
  if (name === 'HOUSE') {
    const rule = houseRules[article] ?? { zh: article, en: article }
    return { zh: `${instrument.zh}：${rule.zh}`, en: `${instrument.en}: ${rule.en}` }
  }
  if (article === '') return instrument
  return { zh: `${instrument.zh}${articleInChinese(article)}`, en: `${instrument.en}, art. ${article}` }
}

/** The number of the last article, where it is certain; the others are not bounded. */
const lastArticle: Readonly<Partial<Record<keyof typeof instruments, number>>> = {
  O7: 40,
  FL: 74,
  APL: 86,
  ALL: 83,
  ARL: 90,
  PIPL: 74,
}

/**
 * Whether there is what the citation names, as far as the tables here tell. A rule that a city names by its own title
 * is taken as it is written; what looks like one of our abbreviations has to be one.
 */
export function isKnownCitation(basis: string): boolean {
  const split = basis.indexOf(':')
  const [name, article] = split < 0 ? [basis, ''] : [basis.slice(0, split), basis.slice(split + 1)]
  if (!/^[A-Za-z]+[0-9]*$/.test(name)) return split > 0
  if (split < 0 || !Object.hasOwn(instruments, name)) return false
  if (name === 'HOUSE') return Object.hasOwn(houseRules, article)
  const number = /^([0-9]+)(?:\([0-9]{1,2}\)){0,2}$/.exec(article)?.[1]
  const last = lastArticle[name as keyof typeof instruments]
  if (last === undefined) return true
  return article === '' || (number !== undefined && Number(number) >= 1 && Number(number) <= last)
}
