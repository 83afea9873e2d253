import type { Projection } from '@fireledger/projections'
import type { z } from 'zod'
import type { ReadPermission } from '../policy.ts'

/**
 * A register that can be listed, searched and looked up: a table of a read model and what the API shows of it. The
 * routes are made from this in `lists.ts` and `records.ts`.
 */
export type Register = {
  /** `/v1/<path>` and `/v1/<path>/{id}`. */
  readonly path: string
  /** The category whose streams are the records, under the same ids; null: rows are no streams. */
  readonly category: string | null
  readonly title: { readonly zh: string; readonly en: string }
  readonly projection: Projection
  readonly table: string
  /** The column by which rows are named and ordered. */
  readonly key: string
  readonly permission: ReadPermission
  readonly divisionColumn: string
  /** Names the institution (USCC) a row belongs to; null: an institution's own account sees no row. */
  readonly institutionColumn: string | null
  /** The table with the steps of the status, one of `parts`, and its column that names the record; the filter `status` is by it. */
  readonly standing?: { readonly table: string; readonly owner: string }
  /** Whether its records have a credit grade: rows tell that of the day and what follows from it, as `graded.ts` says. */
  readonly graded?: boolean
  /** Query parameters that must equal a column, of the register's table or of the grade; or reach it, `atLeast`. */
  readonly filters: Readonly<
    Record<
      string,
      {
        readonly column: string
        readonly schema: z.ZodType<string | number>
        readonly of?: 'graded'
        readonly atLeast?: true
      }
    >
  >
  /** Query parameters `<name>From` and `<name>To`, both days in China and both included. */
  readonly ranges?: Readonly<Record<string, { readonly column: string; readonly holds: 'days' | 'moments' }>>
  /** Whether `?q=` searches it; the columns that everyone may search, names of natural persons left out. */
  readonly searchable?: readonly string[]
  /** Columns left out: they repeat what `person` says, in clear. */
  readonly omit?: readonly string[]
  /** Columns that readers without `read-register` do not get. */
  readonly internal?: readonly string[]
  /** Tables whose rows belong to one row here; shown with one record. */
  readonly parts?: Readonly<
    Record<string, { readonly table: string; readonly parent: string; readonly order: string }>
  >
}
