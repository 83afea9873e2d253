import helmet from '@fastify/helmet'
import type { FastifyInstance, FastifyReply } from 'fastify'

/**
 * The headers that helmet gives to every answer. They are the same for all: made with the first and set as they are on the
 * others, since making a policy costs more than parsing a request. A route may say something stricter.
 */
export async function installSecurityHeaders(app: FastifyInstance): Promise<void> {
  // TLS ends before the gateway, and on a trial machine there is none: a page must not insist on it.
  await app.register(helmet, {
    global: false,
    strictTransportSecurity: false,
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
  })
  let headers: readonly (readonly [string, string])[] | null = null
  app.addHook('onRequest', async (_, reply) => {
    headers ??= await helmetHeaders(reply)
    for (const [name, value] of headers) reply.raw.setHeader(name, value)
  })
}

async function helmetHeaders(reply: FastifyReply): Promise<[string, string][]> {
  const before = new Set(reply.raw.getHeaderNames())
  await reply.helmet()
  return reply.raw
    .getHeaderNames()
    .filter((name) => !before.has(name))
    .map((name) => [name, String(reply.raw.getHeader(name))])
}
