import type { EventId, LedgerEvent } from '@fireledger/domain'
import { positionColumn } from './projection.ts'

/** What every row that follows one stream has in common. */

/** Where the stream stood when the row was last changed. */
export type Stamp = { readonly revision: number; readonly position: number; readonly recordedAt: string }

export const unstamped: Stamp = { revision: -1, position: -1, recordedAt: '' }

export function stampOf({ revision, position, metadata }: LedgerEvent): Stamp {
  return { revision, position: positionColumn(position), recordedAt: metadata.recordedAt }
}

export const stampColumns = { revision: 'integer', position: 'integer', recorded_at: 'text' } as const

export function stampValues({ revision, position, recordedAt }: Stamp) {
  return { revision, position, recorded_at: recordedAt }
}

/** The event as the domain's folds take it. The codec has seen to it that the data are of the type's shape. */
export function occurred<Event extends { type: string; data: unknown }>(
  event: LedgerEvent,
): Event & { readonly id: EventId } {
  const { id, type, data, metadata } = event
  return { id, type, data, effectiveAt: metadata.effectiveAt } as unknown as Event & { id: EventId }
}

export function maybe<From, To>(value: From | null, change: (value: From) => To): To | null {
  return value === null ? null : change(value)
}
