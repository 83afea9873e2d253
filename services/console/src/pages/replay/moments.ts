import type { LedgerEventView } from '@fireledger/client'

/** Two moments, as days in China whose end is meant: what held by then, and what was known by then. */
export type Moment = { readonly asOf: string; readonly known: string }

/** China has had one time, eight hours ahead, all year, since 1991. */
function dayInChina(instant: string): string {
  return new Date(Date.parse(instant) + 8 * 3_600_000).toISOString().slice(0, 10)
}

/** The days on which anything held or was recorded, in order. */
export function daysOf(events: readonly LedgerEventView[]): string[] {
  return [
    ...new Set(
      events.flatMap(({ effectiveAt, recordedAt }) => [dayInChina(effectiveAt), dayInChina(recordedAt)]),
    ),
  ].sort()
}

/** What was known by then of what held by then; and what had happened, but was recorded only later. */
export function knownAt(
  events: readonly LedgerEventView[],
  { asOf, known }: Moment,
): { readonly known: LedgerEventView[]; readonly later: LedgerEventView[] } {
  const held = events.filter(({ effectiveAt }) => dayInChina(effectiveAt) <= asOf)
  return {
    known: held.filter(({ recordedAt }) => dayInChina(recordedAt) <= known),
    later: held.filter(({ recordedAt }) => dayInChina(recordedAt) > known),
  }
}

/** The last moment of a day in China, as the API takes it. */
export function endOf(day: string): string {
  return `${day}T23:59:59.999+08:00`
}

/** The place of a day among days with events; the last one before it when it is none of them. */
export function placeOf(days: readonly string[], day: string): number {
  let place = 0
  for (const [index, each] of days.entries()) if (each <= day) place = index
  return place
}
