import { isBeingRebuilt, isEqual, type RebuildResult } from '@fireledger/projections'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from './dependencies.ts'
import { holds } from './policy.ts'
import { forbidden } from './principal.ts'
import { notFound, ProblemError } from './problems.ts'

/** What an operator may have done with the read models while they are served. The ledger is not touched by any of it. */
export type ProjectionOperations = {
  /** Folds one anew beside the rows in use, compares, switches. */
  rebuild(projection: string): Promise<RebuildResult>
  /** Those that stopped at an event try it again; null where the projector is another process. */
  readonly retry: (() => Promise<void>) | null
}

/** How the last rebuild of a read model ended that was asked for here. */
export type RebuildOutcome = {
  readonly finishedAt: string
  /** Whether the new rows are the old ones; null when there was nothing to compare with, or it failed. */
  readonly equal: boolean | null
  readonly failedReason: string | null
}

export type LastRebuilds = ReadonlyMap<string, RebuildOutcome>

const params = z.object({ name: z.string().min(1).max(60) })
const accepted = z.looseObject({ projection: z.string() })

/** `POST /v1/projections/{name}/rebuild` and `…/retry`; how it goes on stands in `GET /v1/ledger`. */
export function registerProjectionOperations(app: FastifyInstance, deps: GatewayDependencies): LastRebuilds {
  const { operations, now } = deps
  const last = new Map<string, RebuildOutcome>()
  const running = new Set<string>()

  async function rebuild(name: string, request: FastifyRequest): Promise<void> {
    running.add(name)
    try {
      const { differences, failedReason } = await need(operations).rebuild(name)
      last.set(name, { finishedAt: now(), equal: differences?.every(isEqual) ?? null, failedReason })
    } catch (error) {
      request.log.error({ err: error, projection: name }, 'the rebuild failed')
      const failedReason = error instanceof Error ? error.message : String(error)
      last.set(name, { finishedAt: now(), equal: null, failedReason })
    } finally {
      running.delete(name)
    }
  }

  const route = (action: string, summary: string) => ({
    schema: {
      operationId: `${action}-projection`,
      tags: ['ledger'],
      summary,
      params,
      response: { 202: accepted },
    },
  })
  app.post<{ Params: { name: string } }>(
    '/projections/:name/rebuild',
    route('rebuild', '重建读模型 Fold a read model anew, compare, switch'),
    async (request, reply) => {
      const { name } = request.params
      authorise(request, deps, name)
      const status = deps.projector.status().find((each) => each.name === name)
      if (running.has(name) || (status && isBeingRebuilt(status, Date.now()))) {
        throw new ProblemError('in-flight', {
          zh: '该读模型正在重建，完成后再试',
          en: 'this read model is being rebuilt: try again when it is done',
        })
      }
      need(operations)
      request.log.info({ projection: name, by: request.principal.id }, 'a rebuild was asked for')
      void rebuild(name, request)
      return reply.code(202).header('location', '/v1/ledger').send({ projection: name })
    },
  )
  app.post<{ Params: { name: string } }>(
    '/projections/:name/retry',
    route('retry', '重试停止的读模型 Let a read model that stopped try its event again'),
    async (request, reply) => {
      const { name } = request.params
      authorise(request, deps, name)
      const { retry } = need(operations)
      if (retry === null) {
        throw new ProblemError('unavailable', {
          zh: '投影程序是另一进程：请重启该进程',
          en: 'the projector is another process: restart that one',
        })
      }
      request.log.info({ projection: name, by: request.principal.id }, 'a retry was asked for')
      await retry()
      return reply.code(202).header('location', '/v1/ledger').send({ projection: name })
    },
  )
  return last
}

/** Nothing in the ledger changes, so no division is asked for: who administers this gateway may. */
function authorise({ principal }: FastifyRequest, { projector }: GatewayDependencies, name: string): void {
  if (!holds(principal, 'administer')) throw forbidden(principal, 'administer')
  if (!projector.status().some((each) => each.name === name)) throw notFound()
}

function need(operations: ProjectionOperations | undefined): ProjectionOperations {
  if (operations) return operations
  throw new ProblemError('unavailable', {
    zh: '此网关不能操作读模型',
    en: 'this gateway cannot work on the read models',
  })
}
