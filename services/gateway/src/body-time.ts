import type { ConnectionError, FastifyInstance, FastifyRequest } from 'fastify'
import { answerClientError } from './problem-answers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route sees itself to how long its body may take. */
    ownPace?: boolean
  }
}

/** How long a body may take to arrive, for all routes but those that take files. */
export function limitBodyTime(app: FastifyInstance, limitMs: number): void {
  app.addHook('onRequest', async (request, reply) => {
    if (!hasBody(request) || request.routeOptions.config.ownPace) return
    const { raw } = request
    const timer = setTimeout(() => {
      if (raw.complete) return
      if (reply.raw.headersSent) raw.destroy()
      else answerClientError(tooSlow, raw.socket)
    }, limitMs).unref()
    raw.once('close', () => clearTimeout(timer))
  })
}

/** As Node calls it when it watches the time itself. */
const tooSlow = Object.assign(new Error('the body took too long'), {
  code: 'ERR_HTTP_REQUEST_TIMEOUT',
}) as ConnectionError

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
