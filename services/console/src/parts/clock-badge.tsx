import { formatDay } from '../i18n/format.ts'
import { useNow } from '../shell/use-now.ts'
import { Tag } from './status-tag.tsx'
import { usePartsTexts } from './use-texts.ts'

const dayMs = 86_400_000
/** From here on a clock is shown as running out. */
const soonDays = 7

export function daysUntil(due: string, now: Date): number {
  return Math.round((Date.parse(due) - Date.parse(formatDay(now))) / dayMs)
}

/** A clock that runs: days of the calendar until the day it is due, or since. */
export function ClockBadge({ due, provisional = false }: { due: string; provisional?: boolean }) {
  const t = usePartsTexts()
  const days = daysUntil(due, useNow())
  const words =
    days < 0 ? t('overdue', { days: -days }) : days === 0 ? t('dueToday') : t('daysLeft', { days })
  return (
    <>
      <Tag tone={days < 0 ? 'bad' : days <= soonDays ? 'warn' : 'info'} title={due}>
        {words}
      </Tag>
      {provisional && <small title={t('provisionalHint')}> {t('provisional')}</small>}
    </>
  )
}
