import helmet from '@fastify/helmet'
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { registerCommands } from './commands.ts'
import type { GatewayDependencies } from './dependencies.ts'
import { createAdmissions } from './idempotency.ts'
import { installJsonBody } from './json-body.ts'
import { installPrincipal } from './principal.ts'
import { installProblems } from './problem-answers.ts'

/** The whole HTTP face of the ledger, ready for `listen` or `inject`. */
export async function buildApp(deps: GatewayDependencies): Promise<FastifyInstance> {
  const { config } = deps
  const app: FastifyInstance = fastify({
    loggerInstance: deps.logger as FastifyBaseLogger,
    bodyLimit: config.bodyLimitBytes,
    requestTimeout: config.requestTimeoutMs,
    genReqId: ({ headers }) => correlationIdOf(headers['x-request-id']) ?? deps.newId(),
    routerOptions: { maxParamLength: 200 },
    http: { headersTimeout: Math.min(config.requestTimeoutMs, 15_000) },
  })
  installProblems(app)
  installJsonBody(app)
  await app.register(helmet)
  installPrincipal(app, deps.verifyToken)
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  const admissions = createAdmissions(deps.findReceipt)
  await app.register(
    async (api) => {
      api.setValidatorCompiler(validatorCompiler)
      // Answers are documented by their schemas, not checked by them: a wrong answer schema must not become a 500.
      api.setSerializerCompiler(() => JSON.stringify)
      registerCommands(api, deps, admissions)
    },
    { prefix: '/v1' },
  )
  return app
}

/** The caller's own request id, when it is one that can stand in metadata and logs. */
function correlationIdOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$/.test(header) ? header : undefined
}
