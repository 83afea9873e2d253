import type { LedgerEventView } from '@fireledger/client'
import { formatDay } from '../../i18n/format.ts'

type DayRow = { readonly kind: 'day'; readonly day: string; count: number }
export type TimelineRow = DayRow | { readonly kind: 'event'; readonly event: LedgerEventView }

/** By which of its clocks an event is put in its place. */
export type Clock = 'effectiveAt' | 'recordedAt'

/** The events with a heading for each day in China; the order of the events is kept. */
export function timelineRows(events: readonly LedgerEventView[], clock: Clock): TimelineRow[] {
  const rows: TimelineRow[] = []
  let heading: DayRow | undefined
  for (const event of events) {
    const day = formatDay(event[clock])
    if (heading?.day !== day) {
      heading = { kind: 'day', day, count: 0 }
      rows.push(heading)
    }
    heading.count++
    rows.push({ kind: 'event', event })
  }
  return rows
}

/** Whole days between when something held and when the ledger learnt it; 0 when within a day. */
export function daysRecordedLate({ effectiveAt, recordedAt }: Pick<LedgerEventView, Clock>): number {
  return Math.max(0, Math.floor((Date.parse(recordedAt) - Date.parse(effectiveAt)) / 86_400_000))
}
