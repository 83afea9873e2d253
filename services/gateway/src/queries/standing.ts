import { holdsOn } from '@fireledger/projections'
import type { Row } from './lists.ts'
import type { Register } from './register.ts'

/** How records stand on a moment, from the steps of their status: for lists by SQL, for one record from its rows. */

/** What a query on the register's table adds for `status` and `status_since`; nothing where there are no steps. */
export function standingOn({ standing, table, key }: Register, moment: string) {
  if (!standing) return { columns: '', join: '', parameters: [] }
  const on = `standing.${standing.owner} = ${table}.${key} AND ${holdsOn('standing')}`
  return {
    columns: ', standing.status AS status, standing.from_at AS status_since',
    join: ` LEFT JOIN ${standing.table} AS standing ON ${on}`,
    parameters: [moment, moment],
  }
}

/** The row with what it is on that moment; null when nothing held yet. */
export function withStanding(
  { standing }: Register,
  row: Row,
  rows: Readonly<Record<string, readonly Row[]>>,
  moment: string,
): Row {
  if (!standing) return row
  const step = rows[standing.table]?.find(
    ({ from_at, to_at }) => String(from_at) <= moment && (to_at === null || String(to_at) > moment),
  )
  return { ...row, status: step?.status ?? null, status_since: step?.from_at ?? null }
}
