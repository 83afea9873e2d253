import { dayOf } from '@fireledger/domain'
import { caseKinds } from '@fireledger/process-logs'
import { readProcessView } from '@fireledger/projections'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { decodeCursor, encodeCursor } from '../cursors.ts'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { holds } from '../policy.ts'
import { forbidden } from '../principal.ts'
import * as values from '../query-values.ts'
import { presentRow } from '../rows.ts'
import { both, type Condition, everything } from '../scope.ts'
import { caseFilters, casesInReach } from './case-filters.ts'

const kind = z
  .enum(caseKinds)
  .default('assessment')
  .meta({ description: 'which cases: assessments, or penalty cases' })
const basis = z.enum(['stages', 'activities']).default('stages').meta({
  description: 'stages: a path is the stages in the order entered · activities: what was done, step by step',
})
const most = (from: number, max: number) =>
  z.coerce.number('expected a whole number').pipe(z.int().min(1).max(max)).default(from)

const viewQuery = z.strictObject({
  kind,
  basis,
  ...caseFilters,
  paths: most(50, 1000).meta({ description: 'at most so many paths, the most taken first' }),
  institutions: most(50, 500).meta({
    description: 'at most so many institutions, those with the most cases first',
  }),
})

const casesQuery = z.strictObject({
  kind,
  basis,
  ...caseFilters,
  path: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'expected the id of a path')
    .optional()
    .meta({ description: 'cases that took this path' }),
  waiting: z.string().max(40).optional().meta({ description: 'cases that are in this stage now' }),
  gate: z
    .enum(['waived', 'refused', 'returned', 'voided'])
    .optional()
    .meta({ description: 'cases in which this happened, at `stage` where given' }),
  mark: z.string().max(40).optional().meta({ description: 'cases with this mark' }),
  stage: z.string().max(40).optional(),
  limit: values.limit,
  after: values.after,
})

const projection = 'process-cases'

/** Answers of the checkpoint at which they were counted: what nothing has changed need not be counted again. */
const answersMax = 64

function rememberAnswers(): <Answer>(key: string, checkpoint: string, count: () => Answer) => Answer {
  const answers = new Map<string, { readonly checkpoint: string; readonly answer: unknown }>()
  return (key, checkpoint, count) => {
    const known = answers.get(key)
    if (known?.checkpoint === checkpoint) return known.answer as ReturnType<typeof count>
    const answer = count()
    answers.delete(key)
    if (answers.size >= answersMax) answers.delete([...answers.keys()][0] ?? '')
    answers.set(key, { checkpoint, answer })
    return answer
  }
}

/** `GET /v1/process-view`: which paths cases took, where they wait, what was waived, refused, returned; and the cases. */
export function registerProcessView(app: FastifyInstance, deps: GatewayDependencies): void {
  const remembered = rememberAnswers()
  app.get(
    '/process-view',
    {
      schema: {
        operationId: 'process-view',
        tags: ['process-view'],
        summary: '过程总览 Process view over many cases: paths, waiting, gates, by stage and institution',
        querystring: viewQuery,
      },
    },
    async (request) => {
      const { principal } = request
      if (!holds(principal, 'read-cases')) throw forbidden(principal, 'read-cases')
      await awaitMinPosition(request, deps.projector, projection)
      const { kind, basis, paths, institutions, ...filters } = request.query as z.output<typeof viewQuery>
      const where = casesInReach(principal, kind, filters)
      const today = dayOf(deps.now())
      const options = { basis, today, pathsMax: paths, institutionsMax: institutions }
      return deps.readStore.snapshot(() => {
        const { checkpoint, generation } = standOf(deps)
        const counted = remembered(JSON.stringify([where, options]), `${checkpoint} ${generation}`, () =>
          readProcessView(deps.readStore, where, options),
        )
        return { kind, today, ...counted, asOf: String(checkpoint) }
      })
    },
  )
  registerCases(app, deps)
}

/** How far the rows reach, and which rebuild made them. */
function standOf({ readStore }: GatewayDependencies) {
  const status = readStore.status().find(({ name }) => name === projection)
  if (!status) throw new Error(`there is no read model ${projection}`)
  return status
}

function registerCases(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get(
    '/process-view/cases',
    {
      schema: {
        operationId: 'process-view-cases',
        tags: ['process-view'],
        summary: '过程总览明细 Process view: the cases behind a figure',
        querystring: casesQuery,
      },
    },
    async (request) => {
      const { principal } = request
      if (!holds(principal, 'read-cases')) throw forbidden(principal, 'read-cases')
      await awaitMinPosition(request, deps.projector, projection)
      const query = request.query as z.output<typeof casesQuery>
      const { limit, after, ...question } = query
      const asked = ['process-view', question]
      const key = after === undefined ? null : decodeCursor(asked, after, 1)
      const where = both(
        casesInReach(principal, query.kind, query),
        ...chosen(query),
        key === null ? everything : { sql: 'id > ?', parameters: key },
      )
      const { rows, asOf } = deps.readStore.snapshot(() => ({
        rows: deps.readStore.all<{ id: string }>(
          `SELECT id, kind, process_reference, division, institution, unit, started_on, ended_on, stage, stage_since,
             stage_path_id, stage_path, activity_path_id, activity_count, revision
           FROM process_case WHERE ${where.sql} ORDER BY id LIMIT ?`,
          [...where.parameters, limit + 1],
        ),
        asOf: String(deps.readStore.checkpoint(projection)),
      }))
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        items: page.map((row) => presentRow(row)),
        nextCursor: last && rows.length > limit ? encodeCursor(asked, [last.id]) : null,
        asOf,
      }
    },
  )
}

function chosen({ basis, path, waiting, gate, mark, stage }: z.output<typeof casesQuery>): Condition[] {
  const column = basis === 'stages' ? 'stage_path_id' : 'activity_path_id'
  const having = (table: string, name: string, value: string): Condition => ({
    sql: `id IN (SELECT case_id FROM ${table} WHERE ${name} = ?${stage === undefined ? '' : ' AND stage = ?'})`,
    parameters: stage === undefined ? [value] : [value, stage],
  })
  return [
    ...(path === undefined ? [] : [{ sql: `${column} = ?`, parameters: [path] }]),
    ...(waiting === undefined ? [] : [{ sql: 'stage = ?', parameters: [waiting] }]),
    ...(gate === undefined ? [] : [having('process_gate_event', 'gate_event', gate)]),
    ...(mark === undefined ? [] : [having('process_mark', 'mark', mark)]),
  ]
}
