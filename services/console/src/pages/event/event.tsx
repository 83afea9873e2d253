import type { LedgerEventView } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from 'react-router'
import { client } from '../../api/client.ts'
import { EventDetails } from '../../parts/event-details/event-details.tsx'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { EventTimeline } from '../../parts/timeline/event-timeline.tsx'
import { useDivisionLink } from '../../shell/division.ts'
import { useEventPageTexts } from './use-texts.ts'
import './event.css'

/** So many on each side of the event. */
const around = 100

/** One event by its place in the ledger, among the others of its stream. */
export function EventPage() {
  const t = useEventPageTexts()
  const { stream = '', revision = '' } = useParams()
  const wanted = Number(revision)
  const navigate = useNavigate()
  const toDivision = useDivisionLink()
  const query = useQuery({
    queryKey: ['stream-around', stream, wanted],
    queryFn: ({ signal }) =>
      client.stream(stream, { from: Math.max(0, wanted - around), limit: 2 * around }, { signal }),
    enabled: Number.isSafeInteger(wanted) && wanted >= 0,
    placeholderData: (before) => before,
  })
  const show = (event: LedgerEventView) =>
    void navigate(toDivision(`/events/${encodeURIComponent(event.stream)}/${event.revision}`), {
      replace: true,
    })
  return (
    <>
      <PageHead title={t('title')} about={<span className="mono">{`${stream}@${revision}`}</span>} />
      <QueryView query={query} lines={8}>
        {({ items }) => {
          const event = items.find((one) => one.revision === wanted)
          return (
            <div className="event-page">
              <Panel title={t('ofStream')} flush>
                <EventTimeline
                  events={items}
                  clock="recordedAt"
                  selected={event?.id ?? null}
                  onSelect={show}
                  height="600px"
                />
              </Panel>
              <Panel title={t('event')}>
                {event ? (
                  <EventDetails event={event} among={items} onSelect={show} />
                ) : (
                  <Nothing title={t('none')} hint={t('noneHint')} />
                )}
              </Panel>
            </div>
          )
        }}
      </QueryView>
    </>
  )
}
