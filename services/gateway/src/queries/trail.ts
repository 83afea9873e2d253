import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { holds } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { personViewOf, revealQuery } from '../reveal.ts'
import { presentRow } from '../rows.ts'
import { assessments } from './assessments.ts'
import { presentRecord, type Row, rowScope } from './lists.ts'
import { findRow } from './records.ts'

const stepsMax = 5000
const trailQuery = z.strictObject(revealQuery)

/** `GET /v1/assessments/{id}/trail`: each stage and each step in order: evidence, findings, signatures, report. */
export function registerTrail(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get<{ Params: { id: string } }>(
    '/assessments/:id/trail',
    {
      schema: {
        operationId: 'assessment-trail',
        tags: ['assessments'],
        summary: '评估过程留痕 Assessment: its trail, stage by stage',
        params: z.object({ id: z.string().min(1).max(100) }),
        querystring: trailQuery,
      },
    },
    async (request, reply) => {
      const { principal } = request
      if (!holds(principal, assessments.permission)) throw forbidden(principal)
      await awaitMinPosition(request, deps.projector, assessments.projection.name)
      await awaitMinPosition(request, deps.projector, 'assessment-steps')
      const { id } = request.params
      const read = (table: string, order: string) =>
        deps.readStore.all<Row>(
          `SELECT * FROM ${table} WHERE assessment = ? ORDER BY ${order} LIMIT ${stepsMax}`,
          [id],
        )
      const { row, stages, steps } = deps.readStore.snapshot(() => ({
        row: findRow(assessments, deps, principal, id),
        stages: read('assessment_stage', 'number'),
        steps: read('assessment_step', 'revision'),
      }))
      const persons = personViewOf(request, reply, request.query as z.output<typeof trailQuery>, deps)
      const scope = rowScope(assessments, row)
      const show = (part: Row) => persons.show(presentRow(part, ['assessment']), scope)
      const trail = {
        assessment: presentRecord(assessments, row, principal, persons),
        stages: stages.map(show),
        steps: steps.map(show),
      }
      await persons.recorded()
      return trail
    },
  )
}
