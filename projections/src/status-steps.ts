import type { Instant } from '@fireledger/domain'
import type { Row, Table } from './projection.ts'

/**
 * The status of a record over time. Every question for a status names a moment and is answered from these steps, be it
 * for one record, a list, a count, or the past; the last step may begin or end in the future.
 */

export type Step = { readonly from: Instant; readonly status: string }

/** @param owner the column that names the record. */
export function statusSteps(owner: string): Table {
  return {
    columns: {
      [owner]: 'text',
      from_at: 'text',
      /** First moment of the next status; null: until further notice. */
      to_at: 'text',
      status: 'text',
      division: 'text',
    },
    primaryKey: [owner, 'from_at'],
    indexes: [['status', owner], ['division']],
  }
}

/** @param steps in the order of their moments; of one moment the last counts. */
export function stepRows(owner: string, id: string, division: string, steps: readonly Step[]): Row[] {
  return steps
    .filter((step, index) => steps[index + 1]?.from !== step.from)
    .map((step, index, kept) => ({
      [owner]: id,
      from_at: step.from,
      to_at: kept[index + 1]?.from ?? null,
      status: step.status,
      division,
    }))
}

/** The condition for the step that holds on a moment; the moment twice as its parameters. */
export function holdsOn(table: string): string {
  return `${table}.from_at <= ? AND (${table}.to_at IS NULL OR ${table}.to_at > ?)`
}
