import { createServer, type Server } from 'node:http'
import type { GatewayConfig } from '@fireledger/gateway'
import type { Logger } from 'pino'
import type { Parts } from './run-until-stopped.ts'

/** What is wrong, a sentence each; none when all is well. */
export type Check = () => Promise<readonly string[]>

/**
 * `/health` and `/ready` for the parts that serve nothing else, as a gateway has them: the process answers; it does its
 * work, or why not. Only where FIRELEDGER_HEALTH_PORT is set.
 */
export async function serveHealth(
  config: GatewayConfig,
  check: Check,
  logger: Logger,
  parts: Parts,
): Promise<void> {
  if (config.healthPort === undefined) return
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request.url ?? '', check)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await listen(server, config.host, config.healthPort)
  const address = server.address()
  logger.info({ address }, 'answers /health and /ready')
  parts.add(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
}

async function answer(url: string, check: Check): Promise<{ status: number; body: object }> {
  const path = url.split('?', 1)[0]
  if (path === '/health' || path === '/livez') return { status: 200, body: { status: 'ok' } }
  if (path !== '/ready' && path !== '/readyz') return { status: 404, body: { status: 'not found' } }
  const reasons = await check().catch((error: unknown) => [
    error instanceof Error ? error.message : String(error),
  ])
  const ready = reasons.length === 0
  return { status: ready ? 200 : 503, body: { ready, reasons } }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}
