import { join, resolve } from 'node:path'
import cookies from '@fastify/cookie'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { z } from 'zod'
import { asyncApi } from './asyncapi.ts'
import { limitBodyTime } from './body-time.ts'
import { answerWhileClosing } from './closing.ts'
import { registerCommands } from './commands.ts'
import { registerConsolePages } from './console/pages.ts'
import { registerSession } from './console/session.ts'
import { createSessionCookie } from './console/session-cookie.ts'
import type { GatewayDependencies } from './dependencies.ts'
import { createClaims } from './evidence/claims.ts'
import { createFileCheck } from './evidence/named-file-check.ts'
import { registerEvidence } from './evidence/routes.ts'
import { createAdmissions } from './idempotency.ts'
import { compileValidator } from './invalid.ts'
import { installJsonBody } from './json-body.ts'
import { createKeyPreparation } from './key-preparation.ts'
import { createLive, type Live } from './live/live.ts'
import { installWebSockets, registerLive } from './live/routes.ts'
import { registerMetrics } from './metrics.ts'
import { installOpenApi, registerDocs } from './openapi.ts'
import { openOutcomeMemory } from './outcome-memory.ts'
import { installPrincipal } from './principal.ts'
import { registerProbes } from './probes.ts'
import { answerBadUrl, answerClientError, installProblems } from './problem-answers.ts'
import { registerQueries } from './queries/index.ts'
import { installRateLimit } from './rate-limit.ts'
import { receiptIn } from './receipts.ts'
import { logRequests } from './request-log.ts'
import { installSecurityHeaders } from './security-headers.ts'
import { registerSimulations } from './simulations/routes.ts'
import { rememberTokens } from './token-memory.ts'

/** The whole HTTP face of the ledger, ready for `listen` or `inject`. */
export async function buildApp(given: GatewayDependencies): Promise<FastifyInstance> {
  const deps = { ...given, verifyToken: rememberTokens(given.verifyToken, given.now) }
  const { config } = deps
  const app: FastifyInstance = fastify({
    loggerInstance: deps.logger as FastifyBaseLogger,
    bodyLimit: config.bodyLimitBytes,
    // The longest that anything may take; `limitBodyTime` and the uploads see to what is asked of them.
    requestTimeout: Math.max(config.requestTimeoutMs, config.evidenceTimeoutMs) + 5000,
    // Without it everybody behind a load balancer would share one address, and one limit.
    trustProxy: config.trustProxy?.split(',').map((network) => network.trim()) ?? false,
    // Whoever comes while the gateway closes gets our own 503, below.
    return503OnClosing: false,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: ({ headers }) => correlationIdOf(headers['x-request-id']) ?? deps.newId(),
    routerOptions: { maxParamLength: 200 },
    http: {
      headersTimeout: Math.min(config.requestTimeoutMs, 15_000),
      // Node looks for slow clients only this often.
      connectionsCheckingInterval: 1000,
    },
    frameworkErrors: answerBadUrl,
    clientErrorHandler: answerClientError,
  })
  const live = await createLive(deps)
  installProblems(app)
  answerWhileClosing(app)
  logRequests(app)
  limitBodyTime(app, config.requestTimeoutMs)
  installJsonBody(app)
  await app.register(cookies)
  const session = createSessionCookie(config.mode)
  const countBadToken = await installRateLimit(app, config.rateLimitPerMinute)
  installPrincipal(app, deps.verifyToken, countBadToken, session)
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  await installSecurityHeaders(app)
  await installWebSockets(app, live)
  await installOpenApi(app, deps.version)
  registerMetrics(app, deps, live)
  registerProbes(app, deps, live)
  await app.register(async (api) => registerApi(api, deps, live), { prefix: '/v1' })
  await registerDocs(app)
  registerSession(app, deps, session)
  registerConsolePages(app, deps.consoleDir)
  return app
}

function registerApi(api: FastifyInstance, deps: GatewayDependencies, live: Live): void {
  api.setValidatorCompiler<z.ZodType>(compileValidator)
  // Answers are documented by their schemas, not checked by them: a wrong answer schema must not become a 500.
  api.setSerializerCompiler(() => JSON.stringify)
  const outcomes = openOutcomeMemory(join(resolve(deps.config.dataDir), 'outcomes.db'))
  api.addHook('onClose', () => outcomes.close())
  const { evidence, readStore, config } = deps
  const { evidenceUnnamedMaxBytes: unnamedMaxBytes, evidenceMaxBytes: fileMaxBytes } = config
  const claims = createClaims({ evidence, readStore, unnamedMaxBytes, fileMaxBytes })
  const requireFiles = createFileCheck(evidence, claims, deps.ledger)
  registerCommands(
    api,
    { ...deps, outcomes, requireFiles, prepareKeys: createKeyPreparation(deps.vault) },
    createAdmissions(receiptIn(deps.readStore)),
  )
  registerQueries(api, deps, live)
  registerSimulations(api, deps)
  registerEvidence(api, deps, claims)
  registerLive(api, live)
  api.get('/asyncapi.json', { schema: { hide: true } }, async ({ host }) => asyncApi(deps.version, host))
}

/** The caller's own request id, when it is one that can stand in metadata and logs. */
function correlationIdOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:-]{7,99}$/.test(header) ? header : undefined
}
