import type { FastifyInstance } from 'fastify'

/** One line a request, when it has been answered; without the query, since people search by name. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method, ip, principal } = request
    const path = request.url.split('?', 1)[0]
    const durationMs = Math.round(reply.elapsedTime * 10) / 10
    const fields = { method, path, status: reply.statusCode, durationMs, ip, principal: principal?.id }
    request.log.info(fields, `${method} ${path} ${reply.statusCode}`)
  })
}
