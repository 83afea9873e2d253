import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { ProblemError } from './problems.ts'

/** Per principal and address. Probes are not counted. */
export async function installRateLimit(app: FastifyInstance, perMinute: number): Promise<void> {
  if (perMinute === 0) return
  await app.register(rateLimit, {
    global: true,
    max: perMinute,
    timeWindow: 60_000,
    hook: 'preHandler',
    keyGenerator: (request) => `${request.principal.id} ${request.ip}`,
    allowList: (request) => ['/health', '/ready', '/livez', '/readyz', '/metrics'].includes(request.url),
    errorResponseBuilder: (_request, { ttl }) =>
      new ProblemError(
        'too-many-requests',
        {
          zh: `请在 ${Math.ceil(ttl / 1000)} 秒后重试`,
          en: `try again in ${Math.ceil(ttl / 1000)} seconds`,
        },
        { headers: { 'retry-after': String(Math.ceil(ttl / 1000)) } },
      ),
  })
}
