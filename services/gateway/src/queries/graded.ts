import { dayOf } from '@fireledger/domain'
import { creditGrades } from '@fireledger/projections'
import type { GatewayDependencies } from '../dependencies.ts'
import type { Row } from './lists.ts'
import { readRowsAt } from './past.ts'
import type { Register } from './register.ts'

/**
 * The credit grade of a record on a day, and what follows from it: whoever plans random inspections draws by the factor
 * that the rulebook gives, from the list itself.
 */

const columns = ['grade', 'level', 'sampling_factor', 'inspections_per_year', 'measures', 'rulebook'] as const

/** What a query on the register's table adds; nothing where its records have no credit. */
export function gradedOn({ graded, table, key }: Register, moment: string) {
  if (!graded) return { columns: '', join: '', parameters: [] }
  const day = dayOf(moment)
  const on = `graded.subject = ${table}.${key} AND graded.from_day <= ? AND (graded.to_day IS NULL OR graded.to_day > ?)`
  return {
    columns: columns.map((column) => `, graded.${column} AS ${column}`).join(''),
    join: ` LEFT JOIN credit_grade_step AS graded ON ${on}`,
    parameters: [day, day],
  }
}

/** One record with the same, on a day and as known at a moment. */
export async function withGrade(
  { graded, key }: Register,
  row: Row,
  deps: GatewayDependencies,
  { asOf, asKnownAt }: { readonly asOf?: string | undefined; readonly asKnownAt?: string | undefined },
): Promise<Row> {
  if (!graded) return row
  const id = String(row[key])
  const day = dayOf(asOf ?? deps.now())
  const steps: readonly Row[] =
    asKnownAt === undefined
      ? deps.readStore.all<Row>('SELECT * FROM credit_grade_step WHERE subject = ? ORDER BY from_day', [id])
      : ((await readRowsAt(creditGrades, id, deps, { asKnownAt })).credit_grade_step ?? [])
  const step = steps.findLast(({ from_day: from }) => String(from) <= day)
  const told = columns.map((column) => [column, step?.[column] ?? null] as const)
  return { ...row, ...Object.fromEntries(told) }
}
