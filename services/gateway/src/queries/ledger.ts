import { withoutDeadRebuild } from '@fireledger/projections'
import type { FastifyInstance } from 'fastify'
import type { GatewayDependencies } from '../dependencies.ts'
import type { Live } from '../live/live.ts'
import { holds } from '../policy.ts'
import { forbidden } from '../principal.ts'
import type { LastRebuilds } from '../projection-operations.ts'

/** Shown one by one; the others are counted only. */
const listenersMax = 200

/** `GET /v1/ledger`: where the ledger ends, and how far each read model has followed it. */
export function registerLedger(
  app: FastifyInstance,
  deps: GatewayDependencies,
  live: Live,
  lastRebuilds: LastRebuilds,
): void {
  app.get(
    '/ledger',
    { schema: { operationId: 'ledger', tags: ['ledger'], summary: '账本状态 Status of the ledger' } },
    async (request) => {
      if (!holds(request.principal, 'read-operations')) throw forbidden(request.principal, 'read-operations')
      const head = await deps.ledger.head()
      return {
        head: String(head),
        engine: deps.config.ledger === 'embedded' ? 'embedded' : 'cluster',
        now: deps.now(),
        faults: deps.faults?.() ?? [],
        live: {
          clients: live.connections.count(),
          failure: live.feed.hub.failure(),
          listeners: live.connections.list(listenersMax),
        },
        projections: deps.projector.status().map((projection) => ({
          ...withoutDeadRebuild(projection, Date.now()),
          checkpoint: String(projection.checkpoint),
          failedPosition: projection.failedPosition === null ? null : String(projection.failedPosition),
          caughtUp: projection.checkpoint >= head,
          lastRebuild: lastRebuilds.get(projection.name) ?? null,
        })),
      }
    },
  )
}
