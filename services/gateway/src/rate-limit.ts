import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from './problems.ts'

/** Counts a request that gets no further for want of a good token. @throws ProblemError `too-many-requests` */
export type CountBadToken = (request: FastifyRequest) => Promise<void>

const windowMs = 60_000

/**
 * Per principal and address; bad tokens per address, whatever they are tried on. Probes are not counted. Must be
 * installed before the principal is.
 */
export async function installRateLimit(app: FastifyInstance, perMinute: number): Promise<CountBadToken> {
  if (perMinute === 0) return async () => {}
  await app.register(rateLimit, {
    global: true,
    max: perMinute,
    timeWindow: windowMs,
    hook: 'preHandler',
    keyGenerator: (request) => `${request.principal.id} ${request.ip}`,
    allowList: (request) => ['/health', '/ready', '/livez', '/readyz', '/metrics'].includes(request.url),
    errorResponseBuilder: (_request, { ttl }) => tooMany(Math.ceil(ttl / 1000)),
  })
  const count = app.createRateLimit({
    max: perMinute,
    timeWindow: windowMs,
    keyGenerator: ({ ip }) => `bad token ${ip}`,
  })
  return async (request) => {
    const counted = await count(request)
    if (!counted.isAllowed && counted.isExceeded) throw tooMany(counted.ttlInSeconds)
  }
}

function tooMany(seconds: number): ProblemError {
  return new ProblemError(
    'too-many-requests',
    { zh: `请在 ${seconds} 秒后重试`, en: `try again in ${seconds} seconds` },
    { headers: { 'retry-after': String(seconds) } },
  )
}
