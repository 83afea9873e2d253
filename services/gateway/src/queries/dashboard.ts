import { dayOf } from '@fireledger/domain'
import { holdsOn, lowest, type ReadStore } from '@fireledger/projections'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import * as values from '../query-values.ts'
import { camelCase } from '../rows.ts'
import { marksOf, type RulebookMarks } from '../rulebook-marks.ts'
import { both, type Condition, everything, inDivision } from '../scope.ts'

const dashboardQuery = z.strictObject({
  division: values.division.optional(),
  from: values.day.optional(),
  to: values.day.optional(),
})

/** `GET /v1/dashboard`: counts only, so everyone may see them; a division holder sees its own unless it asks. */
export function registerDashboard(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get(
    '/dashboard',
    {
      schema: {
        operationId: 'dashboard',
        tags: ['dashboard'],
        summary: '监管总览 Figures at a glance',
        querystring: dashboardQuery,
      },
    },
    async (request) => {
      const query = request.query as z.output<typeof dashboardQuery>
      for (const projection of shown) await awaitMinPosition(request, deps.projector, projection)
      const division = query.division ?? request.principal.division
      const marks = marksOf(deps.ledger)
      await marks.learn(deps.readStore.all('SELECT reference AS rulebook FROM credit_rulebook'))
      return deps.readStore.snapshot(() => figures(deps, query, division, marks))
    },
  )
}

/** The read models that it draws on. */
const shown = [
  'daily-counters',
  'institution-register',
  'practitioner-register',
  'inspections',
  'penalty-cases',
  'assessment-trail',
  'credit-grades',
]

function figures(
  { readStore, now }: GatewayDependencies,
  { from, to }: z.output<typeof dashboardQuery>,
  division: string | null,
  marks: RulebookMarks,
) {
  const moment = now()
  const today = dayOf(moment)
  const where = division === null ? everything : inDivision('division', division)
  const grouped = (sql: string, condition: Condition) =>
    Object.fromEntries(
      readStore
        .all<{ label: string | null; count: number }>(
          `${sql} WHERE ${condition.sql} GROUP BY 1 ORDER BY 1`,
          condition.parameters,
        )
        .map(({ label, count }) => [label ?? '', count]),
    )
  const standing = (steps: string) =>
    grouped(
      `SELECT status AS label, count(*) AS count FROM ${steps}`,
      both(where, { sql: holdsOn(steps), parameters: [moment, moment] }),
    )
  const days = both(
    where,
    from === undefined ? everything : { sql: 'day >= ?', parameters: [from] },
    to === undefined ? everything : { sql: 'day <= ?', parameters: [to] },
  )
  return {
    division,
    today,
    totals: totalsOf(readStore, days),
    institutions: standing('institution_status_step'),
    practitioners: standing('practitioner_status_step'),
    inspections: grouped('SELECT status AS label, count(*) AS count FROM inspection', where),
    penaltyCases: grouped('SELECT status AS label, count(*) AS count FROM penalty_case', where),
    assessments: grouped('SELECT coalesce(stage, status) AS label, count(*) AS count FROM assessment', where),
    ...gradesOn(readStore, today, where, marks),
    asOf: String(lowest(shown.map((projection) => readStore.checkpoint(projection)))),
  }
}

/** How many institutions hold each grade, and how many of them by a rulebook whose numbers are a demonstration's. */
function gradesOn(readStore: ReadStore, today: string, where: Condition, marks: RulebookMarks) {
  const held = both(where, {
    sql: `subject_kind = 'institution' AND from_day <= ? AND (to_day IS NULL OR to_day > ?)`,
    parameters: [today, today],
  })
  const counts = readStore.all<{ grade: string | null; rulebook: string | null; count: number }>(
    `SELECT grade, rulebook, count(*) AS count FROM credit_grade_step WHERE ${held.sql} GROUP BY 1, 2 ORDER BY 1, 2`,
    held.parameters,
  )
  const grades: Record<string, number> = {}
  const illustrativeGrades: Record<string, number> = {}
  for (const { grade, rulebook, count } of counts) {
    const label = grade ?? ''
    grades[label] = (grades[label] ?? 0) + count
    if (grade !== null && marks.of({ rulebook }))
      illustrativeGrades[label] = (illustrativeGrades[label] ?? 0) + count
  }
  return { grades, illustrativeGrades }
}

/** Every figure of `daily_total`, summed over the days and divisions asked for. */
function totalsOf(readStore: ReadStore, condition: Condition): Record<string, number> {
  const columns = readStore
    .all<{ name: string }>(`SELECT name FROM pragma_table_info('daily_total')`)
    .map(({ name }) => name)
    .filter((name) => name !== 'division' && name !== 'day')
  const sums = columns.map((name) => `coalesce(sum(${name}), 0) AS ${name}`).join(', ')
  const row = readStore.get<Record<string, number>>(
    `SELECT ${sums} FROM daily_total WHERE ${condition.sql}`,
    condition.parameters,
  )
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, sum]) => [camelCase(name), sum]))
}
