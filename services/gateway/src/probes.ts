import type { FastifyInstance } from 'fastify'
import type { GatewayDependencies } from './dependencies.ts'
import type { Live } from './live/live.ts'
import { createRowsCheck } from './rows-check.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on `/ready` says 503, so that load balancers send no more; everything else still works. */
    beginDrain: () => void
  }
}

/** `/health`: the process answers. `/ready`: it should get traffic, or why not. `/version`. */
export function registerProbes(app: FastifyInstance, deps: GatewayDependencies, live: Live): void {
  let draining = false
  const rows = createRowsCheck({
    head: () => deps.ledger.head(),
    status: () => deps.projector.status(),
    behindMs: deps.config.readyBehindMs,
  })
  app.decorate('beginDrain', () => {
    draining = true
  })
  app.addHook('preClose', async () => {
    draining = true
  })
  const quiet = { logLevel: 'warn' as const, schema: { hide: true } }
  const health = async () => ({ status: 'ok' })
  app.get('/health', quiet, health)
  app.get('/livez', quiet, health)

  const ready = async (): Promise<readonly string[]> => {
    if (draining) return ['draining']
    const reasons = [...(await rows()), ...(deps.faults?.() ?? [])]
    const failure = live.feed.hub.failure()
    if (failure !== null) reasons.push(`the live feed is interrupted: ${failure}`)
    return reasons
  }
  for (const path of ['/ready', '/readyz']) {
    app.get(path, quiet, async (_request, reply) => {
      const reasons = await ready()
      return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons })
    })
  }
  app.get('/version', quiet, async () => ({
    name: 'fireledger',
    version: deps.version,
    node: process.version,
  }))
}
