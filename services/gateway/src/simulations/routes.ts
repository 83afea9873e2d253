import { dayOf, rulebookContent, rulebookId, type SimulationPlan, subjectKind } from '@fireledger/domain'
import { planOn, type SimulationFormat } from '@fireledger/simulator'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { invalid, parseOrRefuse } from '../invalid.ts'
import { allows, holds, type Principal } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { notFound, ProblemError, refused } from '../problems.ts'
import * as values from '../query-values.ts'
import { openSimulationDesk, type SimulationDesk, type SimulationRun } from './desk.ts'

/**
 * What if: `POST /v1/rulebooks/{id}/simulations` judges the whole history by another rulebook, `/v1/simulations/{id}`
 * tells how far it is, then who moves. Who makes rulebooks asks, for the own division; nothing is written.
 */

const outsideData = 'expected every field inside `data`'

const simulationBody = z.strictObject({
  data: z
    .strictObject({
      content: rulebookContent.optional().meta({
        description: 'a draft that is not in the ledger; absent: what the ledger has under the id',
      }),
      division: values.division.optional().meta({ description: 'subjects who belong there on the day' }),
      subjectKind: subjectKind.optional(),
      asOf: values.day
        .optional()
        .meta({ description: 'the day whose grades are compared; today when absent' }),
      from: values.day.optional().meta({
        description: 'as if in force from this day; absent: from its own adoption, else the whole history',
      }),
    })
    .default({}),
})

/** `Location` says where to ask on, `Retry-After` when. */
const runAnswer = z.looseObject({
  id: z.string(),
  status: z.enum(['running', 'finished', 'failed']),
  progress: z.object({ share: z.number().meta({ description: '0 to 1' }), events: z.int() }).optional(),
})

const resultQuery = z.strictObject({
  format: z.enum(['json', 'csv']).optional().meta({ description: 'of the result; else by `Accept`' }),
})
const simulationParams = z.object({ id: z.string().min(1).max(40) })

export function registerSimulations(app: FastifyInstance, deps: GatewayDependencies): void {
  const { ledgerLocation: ledger, now, newId, logger } = deps
  const desk = ledger && openSimulationDesk({ ledger, now, newId, logger })
  app.addHook('onClose', () => desk?.close())
  // Without a ledger that a thread can open by itself there is nothing to run on.
  const at = () => {
    if (desk) return desk
    throw new ProblemError('unavailable', {
      zh: '此网关不能运行模拟',
      en: 'this gateway cannot run simulations',
    })
  }
  registerBegin(app, deps, at)
  registerReads(app, at)
  registerCancel(app, at)
}

function registerBegin(app: FastifyInstance, deps: GatewayDependencies, desk: () => SimulationDesk): void {
  app.post<{ Params: { id: string } }>(
    '/rulebooks/:id/simulations',
    {
      schema: {
        operationId: 'simulate-rulebook',
        tags: ['rulebooks'],
        summary: '模拟施行规则 What if this rulebook were in force: begin a simulation',
        params: z.object({ id: rulebookId }),
        body: simulationBody,
        response: { 202: runAnswer },
      },
      // Parsed below: a simulation may be asked for without a body, and who may not ask is told that first.
      validatorCompiler: () => (value) => ({ value }),
    },
    async (request, reply) => {
      const { principal } = request
      if (!maySimulate(principal)) throw forbidden(principal, ...needed)
      if (!rulebookId.safeParse(request.params.id).success) throw notFound()
      const { data } = parseOrRefuse(simulationBody, insideData(request.body ?? {}))
      const plan = await planFor(request, deps, data)
      if (!isOwn(principal, plan)) throw forbidden(principal, ...needed)
      const position = await deps.ledger.head()
      const run = desk().begin({ plan, position, startedBy: principal.id })
      reply.code(202).header('location', `/v1/simulations/${run.id}`).header('retry-after', '1')
      return presentRun(run)
    },
  )
}

function registerReads(app: FastifyInstance, desk: () => SimulationDesk): void {
  app.get(
    '/simulations',
    {
      schema: {
        operationId: 'list-simulations',
        tags: ['simulations'],
        summary: '模拟列表 Simulations of this gateway: running, and finished within the hour',
      },
    },
    async ({ principal }) => {
      if (!maySimulate(principal)) throw forbidden(principal, ...needed)
      return {
        items: desk()
          .list()
          .filter(({ plan }) => isOwn(principal, plan))
          .map(presentRun),
      }
    },
  )
  app.get<{ Params: { id: string } }>(
    '/simulations/:id',
    {
      schema: {
        operationId: 'read-simulation',
        tags: ['simulations'],
        summary: '模拟进度与结果 Simulation: its progress (202), then its result (200) as JSON or CSV',
        params: simulationParams,
        querystring: resultQuery,
      },
    },
    async (request, reply) => {
      const { format } = request.query as z.output<typeof resultQuery>
      const run = findRun(request, desk())
      if (run.state.status === 'finished') return sendResult(run, format ?? preferredFormat(request), reply)
      if (run.state.status === 'running') reply.code(202).header('retry-after', '1')
      return presentRun(run)
    },
  )
}

function registerCancel(app: FastifyInstance, desk: () => SimulationDesk): void {
  app.delete<{ Params: { id: string } }>(
    '/simulations/:id',
    {
      schema: {
        operationId: 'cancel-simulation',
        tags: ['simulations'],
        summary: '取消模拟 Cancel a simulation, or forget its result',
        params: simulationParams,
      },
    },
    async (request, reply) => {
      const run = findRun(request, desk())
      if (run.startedBy !== request.principal.id) throw forbidden(request.principal)
      await desk().drop(run.id)
      return reply.code(204).send()
    },
  )
}

/** The body, when all that it says is said inside `data`. @throws ProblemError `invalid` that tells where it belongs. */
function insideData(body: unknown): unknown {
  const stray = Object.keys(Object(body)).filter((name) => name !== 'data')
  const faults = stray.map((name) => ({
    pointer: `/${name}`,
    code: 'unrecognized_keys',
    message: outsideData,
  }))
  if (faults.length > 0) throw invalid(faults)
  return body
}

/** Whoever makes rulebooks and may read the accounts that they judge. */
const needed = ['legislate', 'read-register'] as const

function maySimulate(principal: Principal): boolean {
  return needed.every((permission) => holds(principal, permission))
}

function isOwn(principal: Principal, { division }: SimulationPlan): boolean {
  const scope = { division, institutions: [] }
  return needed.every((permission) => allows(principal, permission, scope))
}

function findRun(request: FastifyRequest<{ Params: { id: string } }>, desk: SimulationDesk): SimulationRun {
  const { principal, params } = request
  if (!maySimulate(principal)) throw forbidden(principal, ...needed)
  const run = desk.find(params.id)
  if (!run || !isOwn(principal, run.plan)) throw notFound()
  return run
}

type Asked = z.output<typeof simulationBody>['data']

/** Without a division it is the rulebook's, as far as it is the reader's own. */
async function planFor(
  { principal, params }: FastifyRequest<{ Params: { id: string } }>,
  deps: GatewayDependencies,
  { content, division, subjectKind, asOf, from }: Asked,
): Promise<SimulationPlan> {
  const asked = {
    rulebook: params.id,
    content: content ?? null,
    division: division ?? null,
    subjectKind: subjectKind ?? null,
    asOf: asOf ?? dayOf(deps.now()),
    from: from ?? null,
  }
  const first = await planOn(deps.ledger, asked)
  const narrower =
    division === undefined && principal.division !== null && !(first.accepted && isOwn(principal, first.plan))
  const planned = narrower ? await planOn(deps.ledger, { ...asked, division: principal.division }) : first
  if (planned.accepted) return planned.plan
  if (planned.refusal.code === 'rulebook-unknown') throw notFound()
  throw refused(planned.refusal)
}

function presentRun({ id, plan, position, startedBy, startedAt, state }: SimulationRun) {
  const { rulebook, reference, division, subjectKind, asOf, from } = plan
  const about = {
    id,
    status: state.status,
    rulebook,
    reference,
    illustrative: plan.draft.content.illustrative,
    ...{ division, subjectKind, asOf, from },
    position: String(position),
    ...{ startedBy, startedAt },
  }
  if (state.status === 'running') return { ...about, progress: state.progress }
  if (state.status === 'finished') {
    const { subjects, moved } = state.result.summary
    return { ...about, finishedAt: state.finishedAt, subjects, moved }
  }
  const reason = state.tooBig
    ? { zh: '结果过大，请选择较小的行政区划', en: 'the result is too big: choose a smaller division' }
    : { zh: '模拟失败，未留下任何内容', en: 'the simulation failed and left nothing behind' }
  return { ...about, finishedAt: state.finishedAt, reason }
}

/** CSV only for who asks for it. */
function preferredFormat({ headers }: FastifyRequest): SimulationFormat {
  const accepted = headers.accept ?? ''
  const csv = accepted.indexOf('text/csv')
  const json = accepted.indexOf('application/json')
  return csv >= 0 && (json < 0 || csv < json) ? 'csv' : 'json'
}

const mediaTypes = { json: 'application/json; charset=utf-8', csv: 'text/csv; charset=utf-8' } as const

function sendResult({ plan, state }: SimulationRun, format: SimulationFormat, reply: FastifyReply) {
  if (state.status !== 'finished') throw notFound()
  const { result } = state
  reply
    .type(mediaTypes[format])
    .header('vary', 'accept')
    .header('etag', `"${result.summary.inputsDigest}-${format}"`)
  if (format === 'csv')
    reply.header('content-disposition', `attachment; filename="simulation-${plan.rulebook}-${plan.asOf}.csv"`)
  return reply.send(result.read(format))
}
