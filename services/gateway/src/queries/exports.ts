import { Readable } from 'node:stream'
import type { Position } from '@fireledger/event-store'
import {
  type CaseLog,
  caseLogOf,
  eventsKnown,
  ocelText,
  provOf,
  provText,
  trailsText,
  xesText,
} from '@fireledger/process-logs'
import { readCaseLogs, readTrails } from '@fireledger/projections'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { holds } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { notFound, ProblemError } from '../problems.ts'
import type { Condition } from '../scope.ts'
import { caseFilters, casesInReach } from './case-filters.ts'
import { answerTrail, clocks, readAssessment, trailFrom } from './trail.ts'

/** Exports in the forms that process tools read, streamed: one case is in memory at a time, and few exports run at once. */

const exportsMax = 4

const mediaTypes = {
  json: 'application/json; charset=utf-8',
  prov: 'application/json; charset=utf-8',
  ocel: 'application/json; charset=utf-8',
  xes: 'application/xml; charset=utf-8',
} as const
const endings = { json: 'trail.json', prov: 'prov.json', ocel: 'ocel.json', xes: 'xes' } as const

const oneQuery = z.strictObject({
  format: z.enum(['json', 'xes', 'ocel', 'prov']).meta({
    description: 'json: the trail · xes: IEEE 1849 · ocel: OCEL 2.0 · prov: PROV-JSON',
  }),
  ...clocks,
})
const manyQuery = z.strictObject({
  format: z.enum(['json', 'xes', 'ocel', 'prov']).meta({
    description:
      'xes, ocel · of assessments also json: an array of their trails, and prov: a document with a bundle for each',
  }),
  ...caseFilters,
})
type ManyFormat = z.output<typeof manyQuery>['format']

export function registerExports(app: FastifyInstance, deps: GatewayDependencies): void {
  registerOne(app, deps)
  const places = createPlaces(exportsMax)
  const kinds = [
    ['assessments', 'assessment', '消防安全评估导出 Assessments: export of many'],
    ['penalty-cases', 'penaltyCase', '行政处罚案件导出 Penalty cases: export of many'],
  ] as const
  for (const [path, kind, summary] of kinds) {
    app.get(
      `/${path}/export`,
      {
        schema: { operationId: `export-${path}`, tags: [path], summary, querystring: manyQuery },
      },
      async (request, reply) => {
        const { principal } = request
        if (!holds(principal, 'read-cases')) throw forbidden(principal, 'read-cases')
        await awaitMinPosition(request, deps.projector, 'process-cases')
        const { format, ...filters } = request.query as z.output<typeof manyQuery>
        if (kind !== 'assessment' && (format === 'json' || format === 'prov')) throw ofAssessmentsOnly(format)
        const where = casesInReach(principal, kind, filters)
        const leave = places.enter()
        if (!leave) throw busy()
        try {
          const upTo = await deps.ledger.head()
          const body = Readable.from(piecesOf(format, deps, where, upTo), { objectMode: false })
          body.once('end', leave).once('close', leave)
          // Also when nobody reads it to its end, or even begins to.
          reply.raw.once('close', () => body.destroy())
          return named(reply, path, format).send(body)
        } catch (error) {
          leave()
          throw error
        }
      },
    )
  }
}

function piecesOf(
  format: ManyFormat,
  { readStore, ledger }: GatewayDependencies,
  where: Condition,
  upTo: Position,
): AsyncIterable<string> {
  const cases = () => readCaseLogs(readStore, ledger, where, upTo)
  if (format === 'xes') return xesText(cases())
  if (format === 'ocel') return ocelText(cases)
  const trails = readTrails(readStore, ledger, where, upTo)
  return format === 'json' ? trailsText(trails) : provText(trails)
}

function ofAssessmentsOnly(format: string): ProblemError {
  const detail = {
    zh: `${format}只用于评估；处罚案件请用 xes 或 ocel`,
    en: `${format} is a form of assessments only: ask for penalty cases as xes or ocel`,
  }
  return new ProblemError('invalid', detail, { errors: [{ pointer: '?format', code: 'format', detail }] })
}

/** So many at once. Who enters gets the way out, which may be taken more than once; null: all are taken. */
function createPlaces(max: number): { enter(): (() => void) | null } {
  const taken = new Set<symbol>()
  return {
    enter() {
      if (taken.size >= max) return null
      const own = Symbol()
      taken.add(own)
      return () => taken.delete(own)
    },
  }
}

function busy(): ProblemError {
  const detail = {
    zh: `已有${exportsMax}个导出正在进行，请稍后再试`,
    en: `${exportsMax} exports are under way: try again in a moment`,
  }
  return new ProblemError('unavailable', detail, { headers: { 'retry-after': '10' } })
}

function named(reply: FastifyReply, name: string, format: keyof typeof mediaTypes): FastifyReply {
  return reply
    .type(mediaTypes[format])
    .header('content-disposition', `attachment; filename="${name}.${endings[format]}"`)
    .header('cache-control', 'private, no-store')
}

function registerOne(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get<{ Params: { id: string } }>(
    '/assessments/:id/export',
    {
      schema: {
        operationId: 'export-assessment',
        tags: ['assessments'],
        summary: '评估导出 Assessment: export as JSON, XES, OCEL 2.0 or PROV-JSON',
        params: z.object({ id: z.string().min(1).max(100) }),
        querystring: oneQuery,
      },
    },
    async (request, reply) => {
      const { format, ...options } = request.query as z.output<typeof oneQuery>
      const { id } = request.params
      const events = eventsKnown(await readAssessment(request, deps), options)
      const trail = await trailFrom(events, deps, options)
      if (!trail) throw notFound()
      named(reply, id, format)
      if (format === 'json') return answerTrail(reply, request, trail)
      if (format === 'prov') return reply.send(JSON.stringify(provOf(trail)))
      const log = caseLogOf(events)
      const cases = async function* (): AsyncGenerator<CaseLog> {
        if (log) yield log
      }
      const pieces = format === 'xes' ? xesText(cases()) : ocelText(cases)
      return reply.send(Readable.from(pieces, { objectMode: false }))
    },
  )
}
