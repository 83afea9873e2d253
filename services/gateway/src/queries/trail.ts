import { type LedgerEvent, stageMarkCodes } from '@fireledger/domain'
import {
  canonicalText,
  digestOfText,
  institutionStream,
  marksOf,
  type Trail,
  type TrailOptions,
  type TrailStart,
  trailOf,
  walkTrail,
} from '@fireledger/process-logs'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { holds } from '../policy.ts'
import { alreadyHas } from '../preconditions.ts'
import { forbidden } from '../principal.ts'
import { notFound, ProblemError } from '../problems.ts'
import * as values from '../query-values.ts'
import { scopeOf } from '../scope.ts'
import { assessments } from './assessments.ts'
import { readStream } from './past.ts'
import { findRow } from './records.ts'

export const clocks = {
  asOf: values.moment
    .optional()
    .meta({ description: 'as it held by then; stages in work are measured up to then' }),
  asKnownAt: values.moment.optional().meta({ description: 'as the ledger knew it by then' }),
}
const id = z.string().min(1).max(200)
const trailQuery = z.strictObject(clocks)
const linksQuery = z.strictObject({
  report: id.optional().meta({ description: 'number of the report in which `sentence` stands' }),
  sentence: id.optional(),
  finding: id.optional(),
  evidence: id.optional(),
  person: id.optional(),
  instrument: id.optional(),
  ...clocks,
})

type Named = { Params: { id: string } }
const params = z.object({ id: z.string().min(1).max(100) })

/** Of one assessment: its trail, what in it rests on what, and what looks odd. Persons appear by id. */
export function registerTrail(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get<Named>(
    '/assessments/:id/trail',
    {
      schema: {
        operationId: 'assessment-trail',
        tags: ['assessments'],
        summary:
          '评估过程留痕 Assessment: its trail in canonical form, the same bytes whenever it is computed',
        params,
        querystring: trailQuery,
      },
    },
    async (request, reply) =>
      answerTrail(reply, request, await readTrail(request, deps, request.query as TrailOptions)),
  )
  app.get<Named>(
    '/assessments/:id/trail/links',
    {
      schema: {
        operationId: 'assessment-trail-links',
        tags: ['assessments'],
        summary:
          '留痕追溯 Assessment: from a sentence, finding, piece of evidence, person or instrument to what hangs on it',
        params,
        querystring: linksQuery,
      },
    },
    async (request) => {
      const { asOf, asKnownAt, ...start } = request.query as z.output<typeof linksQuery>
      const trail = await readTrail(request, deps, { asOf, asKnownAt })
      const walk = walkTrail(trail, startOf(start))
      if (!walk) throw noSuchThing(start)
      return walk
    },
  )
  registerMarks(app, deps)
}

/** @throws ProblemError `invalid` unless exactly one thing is named, and a sentence with its report. */
function startOf(named: Omit<z.output<typeof linksQuery>, keyof TrailOptions>): TrailStart {
  const { report, ...things } = named
  const given = Object.entries(things).filter(([, value]) => value !== undefined)
  if (given.length === 1 && (given[0]?.[0] === 'sentence') === (report !== undefined)) {
    return named as TrailStart
  }
  const detail = {
    zh: '请只指定一项：sentence（同时给出 report）、finding、evidence、person 或 instrument',
    en: 'name one thing: sentence (with its report), finding, evidence, person or instrument',
  }
  throw new ProblemError('invalid', detail, { errors: [{ pointer: '?sentence', code: 'one-of', detail }] })
}

/** The assessment is there, and within reach: it is the thing that is not. */
function noSuchThing({ report: _, ...things }: Omit<z.output<typeof linksQuery>, keyof TrailOptions>) {
  const [[kind, id] = ['', '']] = Object.entries(things).filter(([, value]) => value !== undefined)
  return new ProblemError('not-found', {
    zh: `该评估的留痕中没有${kind}=${id}；请用留痕（…/trail）里列出的编号`,
    en: `the trail of this assessment has no ${kind}=${id}; take an id that it lists (…/trail)`,
  })
}

/**
 * The events of an assessment within the reader's reach.
 * @throws ProblemError `forbidden`, `unauthenticated`, `not-found`
 */
export async function readAssessment(
  request: FastifyRequest<Named>,
  deps: GatewayDependencies,
): Promise<LedgerEvent[]> {
  const { principal } = request
  if (!holds(principal, assessments.permission)) throw forbidden(principal, assessments.permission)
  await awaitMinPosition(request, deps.projector, assessments.projection.name)
  findRow(assessments, deps, principal, request.params.id)
  return await readStream(`assessment-${request.params.id}`, deps)
}

/** @throws ProblemError also when it had not begun by then: `not-found` */
async function readTrail(
  request: FastifyRequest<Named>,
  deps: GatewayDependencies,
  options: TrailOptions,
): Promise<Trail> {
  const trail = await trailFrom(await readAssessment(request, deps), deps, options)
  if (!trail) throw notFound()
  return trail
}

/** With what its decisions relied on of the institution. Null when it had not begun by then. */
export async function trailFrom(
  events: readonly LedgerEvent[],
  deps: GatewayDependencies,
  options: TrailOptions,
): Promise<Trail | null> {
  const stream = institutionStream(events)
  return trailOf(events, stream === null ? [] : await readStream(stream, deps), options)
}

/** The canonical form with its digest, by which two computations of it can be compared. */
export function answerTrail(reply: FastifyReply, request: FastifyRequest, trail: Trail): FastifyReply {
  const text = canonicalText(trail)
  const digest = digestOfText(text)
  const tag = `"${digest}"`
  reply
    .header('etag', tag)
    .header('content-digest', `sha-256=:${Buffer.from(digest, 'hex').toString('base64')}:`)
    .header('cache-control', 'private, no-cache')
    .header('vary', 'authorization')
  if (alreadyHas(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return reply.type('application/json; charset=utf-8').send(text)
}

type PresenceRow = {
  readonly assessment: string
  readonly member: string
  readonly arrivedAt: string
  readonly leftAt: string
  readonly place: string
  readonly latitude: number | null
  readonly longitude: number | null
}

/**
 * The marks of the trail, and those that show only beside other assessments: one person at two sites at once. What
 * lies beyond the reader's reach is not looked at, so readers may see different marks; the trail is the same for all.
 */
function registerMarks(app: FastifyInstance, deps: GatewayDependencies): void {
  app.get<Named>(
    '/assessments/:id/marks',
    {
      schema: {
        operationId: 'assessment-marks',
        tags: ['assessments'],
        summary: '异常标记 Assessment: what looks odd, also beside other assessments of the same people',
        params,
      },
    },
    async (request) => {
      await awaitMinPosition(request, deps.projector, 'process-cases')
      const events = await readAssessment(request, deps)
      const present = events.filter(({ type }) => type === 'PresenceRecorded')
      const members = [...new Set(present.map(({ data }) => (data as { member: string }).member))]
      const scope = scopeOf(request.principal, assessments.permission, {
        division: 'process_case.division',
        institution: 'process_case.institution',
      })
      const elsewhere = deps.readStore.all<PresenceRow>(
        `SELECT case_id AS assessment, member, arrived_at AS arrivedAt, left_at AS leftAt, place, latitude, longitude
         FROM process_presence JOIN process_case ON process_case.id = case_id
         WHERE case_id <> ? AND member IN (${members.map(() => '?').join(', ')}) AND ${scope.sql}
         ORDER BY case_id, process_presence.revision`,
        [request.params.id, ...members, ...scope.parameters],
      )
      return {
        marks: marksOf(events, elsewhere).map((each) => ({ ...each, title: stageMarkCodes[each.code] })),
      }
    },
  )
}
