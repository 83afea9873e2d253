import type { LedgerEventView } from '@fireledger/client'
import { Link } from 'react-router'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatDay, formatTime } from '../../i18n/format.ts'
import { useLive } from '../../live/live-state.ts'
import { EventLink } from '../../parts/event-link.tsx'
import { summaryOf } from '../../parts/event-summary.ts'
import { IllustrativeMark } from '../../parts/illustrative-mark.tsx'
import { InstitutionName } from '../../parts/institution-name.tsx'
import { Nothing, Skeleton } from '../../parts/query-view.tsx'
import { useDivisionLink } from '../../shell/division.ts'
import { useNow } from '../../shell/use-now.ts'
import { useOverviewTexts } from './use-texts.ts'

const shownMax = 60

/** What was recorded last, newest first; new rows are marked as such for as long as the page is open. */
export function Ticker() {
  const t = useOverviewTexts()
  const { events, loaded, fresh } = useLive()
  const today = formatDay(useNow())
  if (!loaded) return <Skeleton lines={8} />
  if (events.length === 0) return <Nothing title={t('tickerNothing')} hint={t('tickerNothingHint')} />
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <ol className="ticker" aria-label={t('ticker')} tabIndex={0}>
      {events.slice(0, shownMax).map((event) => (
        <TickerRow key={event.position} event={event} fresh={fresh.has(event.position)} today={today} />
      ))}
    </ol>
  )
}

function TickerRow({ event, fresh, today }: { event: LedgerEventView; fresh: boolean; today: string }) {
  const t = useOverviewTexts()
  const inLanguage = useInLanguage()
  const day = formatDay(event.recordedAt)
  const [institution] = event.metadata.institutions
  const toDivision = useDivisionLink()
  const title = inLanguage(event.title, event.type)
  return (
    <li className="ticker-row" data-position={event.position} data-fresh={fresh}>
      <time dateTime={event.recordedAt}>{day === today ? formatTime(event.recordedAt) : day.slice(5)}</time>
      <strong>
        {institution === undefined ? (
          <EventLink stream={event.stream} revision={event.revision}>
            {title}
          </EventLink>
        ) : (
          <Link className="ticker-event" to={toDivision(`/institutions/${institution}?event=${event.id}`)}>
            {title}
          </Link>
        )}
      </strong>
      {fresh && <span className="ticker-fresh">{t('fresh')}</span>}
      <span className="ticker-about">
        {institution !== undefined && <InstitutionName uscc={institution} />}
        <span>
          {summaryOf(event.data)} {event.metadata.illustrative && <IllustrativeMark />}
        </span>
      </span>
    </li>
  )
}
