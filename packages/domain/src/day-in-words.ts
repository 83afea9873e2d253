import type { LocalDate, Title } from './values.ts'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** A day as sentences name it: 2026年3月2日, 2 March 2026. */
export function dayInWords(day: LocalDate): Title {
  const [year, month = 1, date] = day.split('-').map(Number)
  return { zh: `${year}年${month}月${date}日`, en: `${date} ${months[month - 1]} ${year}` }
}
