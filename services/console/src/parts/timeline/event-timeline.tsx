import type { LedgerEventView } from '@fireledger/client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useMemo, useRef } from 'react'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { formatDayInWords, formatMoment, formatTime } from '../../i18n/format.ts'
import { summaryOf } from '../event-summary.ts'
import { IllustrativeMark } from '../illustrative-mark.tsx'
import { Nothing } from '../query-view.tsx'
import { Tag } from '../status-tag.tsx'
import { usePrinting } from '../use-printing.ts'
import { type Clock, daysRecordedLate, type TimelineRow, timelineRows } from './timeline-rows.ts'
import { useTimelineTexts } from './use-texts.ts'
import './event-timeline.css'

type EventTimelineProps = {
  events: readonly LedgerEventView[]
  clock?: Clock
  /** Id of the event that is shown beside the timeline. */
  selected?: string | null
  onSelect?: (event: LedgerEventView) => void
  /** Called when the end comes into sight and there is more. */
  onEnd?: () => void
  hasMore?: boolean
  /** Height of the scrolled part, as CSS has it. */
  height?: string
}

/**
 * Events in their order, under a heading for each day. Only what is in sight is drawn, so a hundred thousand scroll as
 * well as ten. Arrow keys move the selection.
 */
export function EventTimeline(props: EventTimelineProps) {
  const { events, clock = 'effectiveAt', selected = null, onSelect, onEnd, hasMore = false } = props
  const t = useTimelineTexts()
  const scrolled = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => timelineRows(events, clock), [events, clock])
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrolled.current,
    estimateSize: (index) => (rows[index]?.kind === 'day' ? 34 : 38),
    getItemKey: (index) => keyOf(rows[index], index),
    overscan: 12,
  })
  const inSight = virtual.getVirtualItems()
  const last = inSight.at(-1)?.index ?? 0
  useEffect(() => {
    if (hasMore && last >= rows.length - 20) onEnd?.()
  }, [hasMore, last, rows.length, onEnd])

  const place = rows.findIndex((row) => row.kind === 'event' && row.event.id === selected)
  const { scrollToIndex } = virtual
  useEffect(() => {
    // The first row stays where its day's heading can be seen.
    if (place > 1) scrollToIndex(place, { align: 'auto' })
  }, [place, scrollToIndex])

  const move = useArrowKeys(props, (id) =>
    virtual.scrollToIndex(rows.findIndex((row) => row.kind === 'event' && row.event.id === id)),
  )

  const printing = usePrinting()
  if (printing) return <WholeTimeline rows={rows} clock={clock} hasMore={hasMore} count={events.length} />
  if (events.length === 0 && !hasMore) return <Nothing title={t('nothing')} hint={t('nothingHint')} />
  return (
    <section
      ref={scrolled}
      className="timeline"
      style={{ height: `min(${props.height ?? '560px'}, ${virtual.getTotalSize()}px)` }}
      aria-label={t('timeline')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onKeyDown={move}
    >
      <div className="timeline-whole" style={{ height: virtual.getTotalSize() }}>
        {inSight.map(({ index, key, start, size }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <div
              key={key}
              className="timeline-place"
              style={{ transform: `translateY(${start}px)`, height: size }}
            >
              {row.kind === 'day' ? (
                <DayHeading day={row.day} count={row.count} />
              ) : (
                <EventRow
                  event={row.event}
                  clock={clock}
                  selected={row.event.id === selected}
                  onSelect={onSelect}
                />
              )}
            </div>
          )
        })}
      </div>
    </section>
  )
}

type WholeTimelineProps = { rows: readonly TimelineRow[]; clock: Clock; hasMore: boolean; count: number }

/** On paper: every event that was read, and whether there are more. */
function WholeTimeline({ rows, clock, hasMore, count }: WholeTimelineProps) {
  const t = useTimelineTexts()
  return (
    <section aria-label={t('timeline')}>
      {rows.map((row, index) =>
        row.kind === 'day' ? (
          <DayHeading key={keyOf(row, index)} day={row.day} count={row.count} />
        ) : (
          <EventRow
            key={row.event.id}
            event={row.event}
            clock={clock}
            selected={false}
            onSelect={undefined}
          />
        ),
      )}
      {hasMore && <p>{t('printedSoFar', { count })}</p>}
    </section>
  )
}

/** The arrow keys choose the event before or after the chosen one. */
function useArrowKeys(
  { events, selected = null, onSelect }: EventTimelineProps,
  show: (id: string) => void,
): (event: KeyboardEvent) => void {
  // Keys come faster than the selection goes through the address and back: what was asked for, and is not shown yet.
  const asked = useRef<string[]>([])
  useEffect(() => {
    const place = asked.current.indexOf(selected ?? '')
    asked.current = place < 0 ? [] : asked.current.slice(place + 1)
  }, [selected])
  return (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0 || !onSelect) return
    event.preventDefault()
    const place = events.findIndex(({ id }) => id === (asked.current.at(-1) ?? selected))
    const next = events[Math.max(0, Math.min(events.length - 1, place + step))]
    if (!next) return
    asked.current.push(next.id)
    onSelect(next)
    show(next.id)
  }
}

function keyOf(row: TimelineRow | undefined, index: number): string | number {
  if (row === undefined) return index
  return row.kind === 'day' ? `${row.day} ${index}` : row.event.id
}

function DayHeading({ day, count }: { day: string; count: number }) {
  const t = useTimelineTexts()
  return (
    <h3 className="timeline-day">
      {formatDayInWords(day)}
      <span>{t('count', { count })}</span>
    </h3>
  )
}

type EventRowProps = {
  event: LedgerEventView
  clock: Clock
  selected: boolean
  onSelect: ((event: LedgerEventView) => void) | undefined
}

function EventRow({ event, clock, selected, onSelect }: EventRowProps) {
  const t = useTimelineTexts()
  const inLanguage = useInLanguage()
  const late = daysRecordedLate(event)
  return (
    <button
      type="button"
      className="timeline-event"
      aria-pressed={selected}
      tabIndex={-1}
      onClick={() => onSelect?.(event)}
    >
      <time dateTime={event[clock]}>{formatTime(event[clock]).slice(0, 5)}</time>
      <span className={`timeline-mark category-${event.category}`} aria-hidden="true" />
      <strong>{inLanguage(event.title, event.type)}</strong>
      {event.metadata.refusal !== null && <Tag tone="bad">{t('refused')}</Tag>}
      <span className="timeline-summary">
        {summaryOf(event.data)} {event.metadata.illustrative && <IllustrativeMark />}
      </span>
      {late > 0 && (
        <span
          className="timeline-late"
          title={t('recordedLaterHint', {
            effective: formatMoment(event.effectiveAt),
            recorded: formatMoment(event.recordedAt),
          })}
        >
          {t('recordedLater', { days: late })}
        </span>
      )}
    </button>
  )
}
