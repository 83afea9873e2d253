import type { FastifyInstance } from 'fastify'
import { ProblemError } from './problems.ts'

/** Requests that arrive while the gateway closes are told so, and to come back; those under way finish. */
export function answerWhileClosing(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onRequest', async (_request, reply) => {
    if (!closing) return
    reply.header('connection', 'close').header('retry-after', '5')
    throw new ProblemError('unavailable', {
      zh: '服务正在停止，请稍后重试',
      en: 'the gateway is stopping: try again in a while',
    })
  })
}
