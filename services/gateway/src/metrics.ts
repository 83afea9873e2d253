import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { GatewayDependencies } from './dependencies.ts'
import type { Live } from './live/live.ts'

/** `/metrics` in the Prometheus text format: figures only, labelled by route pattern, never by address or person. */
export function registerMetrics(app: FastifyInstance, deps: GatewayDependencies, live: Live): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'fireledger_http_request_duration_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 10],
    registers: [registry],
  })
  const problems = new Counter({
    name: 'fireledger_http_problems_total',
    help: 'Answers of 4xx and 5xx, by status',
    labelNames: ['status'],
    registers: [registry],
  })
  new Gauge({
    name: 'fireledger_live_clients',
    help: 'Live connections',
    registers: [registry],
    collect() {
      this.set(live.connections.count())
    },
  })
  new Gauge({
    name: 'fireledger_projection_caught_up',
    help: '1 when the read model has followed the whole ledger',
    labelNames: ['projection'],
    registers: [registry],
    async collect() {
      const head = await deps.ledger.head()
      for (const { name, status, checkpoint } of deps.projector.status()) {
        this.set({ projection: name }, status !== 'failed' && checkpoint >= head ? 1 : 0)
      }
    },
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const status = String(reply.statusCode)
    duration.observe({ method: request.method, route, status }, reply.elapsedTime / 1000)
    if (reply.statusCode >= 400) problems.inc({ status })
  })
  app.get('/metrics', { logLevel: 'warn', schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
}
