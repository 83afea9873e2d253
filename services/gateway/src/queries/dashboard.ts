import { dayOf } from '@fireledger/domain'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import * as values from '../query-values.ts'
import { camelCase } from '../rows.ts'
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
      await awaitMinPosition(request, deps.projector, 'daily-counters')
      const division = query.division ?? request.principal.division
      const today = dayOf(deps.now())
      const where = () => (division === null ? everything : inDivision('division', division))
      const grouped = (sql: string, condition: Condition) =>
        Object.fromEntries(
          deps.readStore
            .all<{ label: string | null; count: number }>(
              `${sql} WHERE ${condition.sql} GROUP BY 1 ORDER BY 1`,
              condition.parameters,
            )
            .map(({ label, count }) => [label ?? '', count]),
        )
      const days = both(
        where(),
        query.from === undefined ? everything : { sql: 'day >= ?', parameters: [query.from] },
        query.to === undefined ? everything : { sql: 'day <= ?', parameters: [query.to] },
      )
      return {
        division,
        today,
        totals: totalsOf(deps, days),
        institutions: grouped('SELECT status AS label, count(*) AS count FROM institution', where()),
        practitioners: grouped('SELECT status AS label, count(*) AS count FROM practitioner', where()),
        inspections: grouped('SELECT status AS label, count(*) AS count FROM inspection', where()),
        penaltyCases: grouped('SELECT status AS label, count(*) AS count FROM penalty_case', where()),
        assessments: grouped(
          'SELECT coalesce(stage, status) AS label, count(*) AS count FROM assessment',
          where(),
        ),
        grades: grouped(
          'SELECT grade AS label, count(*) AS count FROM credit_grade_step',
          both(where(), {
            sql: `subject_kind = 'institution' AND from_day <= ? AND (to_day IS NULL OR to_day > ?)`,
            parameters: [today, today],
          }),
        ),
        asOf: String(deps.readStore.checkpoint('daily-counters')),
      }
    },
  )
}

/** Every figure of `daily_total`, summed over the days and divisions asked for. */
function totalsOf(deps: GatewayDependencies, condition: Condition): Record<string, number> {
  const columns = deps.readStore
    .all<{ name: string }>(`SELECT name FROM pragma_table_info('daily_total')`)
    .map(({ name }) => name)
    .filter((name) => name !== 'division' && name !== 'day')
  const sums = columns.map((name) => `coalesce(sum(${name}), 0) AS ${name}`).join(', ')
  const row = deps.readStore.get<Record<string, number>>(
    `SELECT ${sums} FROM daily_total WHERE ${condition.sql}`,
    condition.parameters,
  )
  return Object.fromEntries(Object.entries(row ?? {}).map(([name, sum]) => [camelCase(name), sum]))
}
