import { currentLanguage } from './i18n.ts'

/** Days and moments as they are in China, wherever the reader sits. */

const china = 'Asia/Shanghai'

const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: china,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

function partsOf(instant: string | Date): Record<string, string> {
  const date = typeof instant === 'string' ? new Date(instant) : instant
  return Object.fromEntries(parts.formatToParts(date).map(({ type, value }) => [type, value]))
}

/** `2026-06-30`; a day stays what it is. */
export function formatDay(value: string | Date): string {
  if (typeof value === 'string' && value.length === 10) return value
  const { year, month, day } = partsOf(value)
  return `${year}-${month}-${day}`
}

/** `2026-06-30 14:05` */
export function formatMoment(value: string | Date): string {
  const { year, month, day, hour, minute } = partsOf(value)
  return `${year}-${month}-${day} ${hour}:${minute}`
}

/** `14:05:09` */
export function formatTime(value: string | Date): string {
  const { hour, minute, second } = partsOf(value)
  return `${hour}:${minute}:${second}`
}

/** `6月30日 星期二`, `Tue 30 Jun` */
export function formatDayInWords(value: string | Date): string {
  const instant =
    typeof value === 'string' && value.length === 10 ? new Date(`${value}T12:00:00+08:00`) : value
  const date = typeof instant === 'string' ? new Date(instant) : instant
  return new Intl.DateTimeFormat(currentLanguage() === 'en' ? 'en-GB' : 'zh-CN', {
    timeZone: china,
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    weekday: 'short',
  }).format(date)
}

export function formatCount(value: number): string {
  return new Intl.NumberFormat(currentLanguage()).format(value)
}

/** Fen as yuan: `¥8,000`, `¥1,300.50`. */
export function formatMoney(fen: number): string {
  const yuan = fen / 100
  const digits = Number.isInteger(yuan) ? 0 : 2
  return `¥${new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(yuan)}`
}
