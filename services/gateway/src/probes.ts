import type { Position } from '@fireledger/event-store'
import type { ProjectionStatus } from '@fireledger/projections'
import type { FastifyInstance } from 'fastify'
import type { GatewayDependencies } from './dependencies.ts'
import type { Live } from './live/live.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** From now on `/ready` says 503, so that load balancers send no more; everything else still works. */
    beginDrain: () => void
  }
}

/** `/health`: the process answers. `/ready`: it should get traffic, or why not. `/version`. */
export function registerProbes(app: FastifyInstance, deps: GatewayDependencies, live: Live): void {
  let draining = false
  /** Null until the first time: before that, the rows may be as old as the last run. */
  let caughtUpAt: number | null = null
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
    const reasons: string[] = []
    try {
      const head = await deps.ledger.head()
      const statuses = deps.projector.status()
      for (const { name, status, failedReason } of statuses) {
        if (status === 'failed')
          reasons.push(`projection ${name} has stopped: ${failedReason ?? 'unknown reason'}`)
      }
      const now = performance.now()
      const running = statuses.filter(({ status }) => status !== 'failed')
      if (running.every(({ checkpoint }) => checkpoint >= head)) caughtUpAt = now
      else if (caughtUpAt === null || now - caughtUpAt > deps.config.readyBehindMs)
        reasons.push(behind(running, head, caughtUpAt === null ? null : now - caughtUpAt))
    } catch (error) {
      reasons.push(
        `the ledger or the read store does not answer: ${error instanceof Error ? error.message : error}`,
      )
    }
    reasons.push(...(deps.faults?.() ?? []))
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

function behind(projections: readonly ProjectionStatus[], head: Position, forMs: number | null): string {
  const names = projections.filter(({ checkpoint }) => checkpoint < head).map(({ name }) => name)
  const since = forMs === null ? 'since the start' : `for ${Math.round(forMs)} ms`
  return `the projector is behind ${since}, or does not run: ledger at ${head}, not reached by ${names.join(', ')}`
}
