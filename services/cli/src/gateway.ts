import { readFileSync } from 'node:fs'
import {
  buildApp,
  createProjector,
  type GatewayConfig,
  loadTokenSecret,
  verifyBuiltIn,
  verifyExternal,
} from '@fireledger/gateway'
import type { Logger } from 'pino'
import { monotonicFactory } from 'ulid'
import { worldClock } from './clock.ts'
import type { Parts } from './run-until-stopped.ts'
import type { Reading, Writing } from './services.ts'

export const version: string = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
).version

/** Serves HTTP on what is open, and says where. Returns what keeps new requests away while the rest drains. */
export async function startGateway(
  config: GatewayConfig,
  { writing, reading, faults }: { writing: Writing; reading: Reading; faults?: () => readonly string[] },
  logger: Logger,
  parts: Parts,
): Promise<{ drain: () => void }> {
  const app = await buildGateway(config, writing, reading, logger, faults)
  parts.add(() => closeWithin(app, goodbyeMs))
  await app.listen({ host: config.host, port: config.port })
  announce(app.server.address(), await writing.ledger.head())
  return { drain: () => app.beginDrain() }
}

/** How long requests under way may take when the process stops. */
const goodbyeMs = 5000

/**
 * Lets requests under way finish. A connection kept alive, or one that never sends the rest of its request, must not
 * keep the process from stopping.
 */
async function closeWithin(app: Awaited<ReturnType<typeof buildGateway>>, deadlineMs: number): Promise<void> {
  const closeIdle = setInterval(() => app.server.closeIdleConnections(), 20)
  const closeAll = setTimeout(() => app.server.closeAllConnections(), deadlineMs)
  await app.close()
  clearInterval(closeIdle)
  clearTimeout(closeAll)
}

async function buildGateway(
  config: GatewayConfig,
  writing: Writing,
  reading: Reading,
  logger: Logger,
  faults: () => readonly string[] = () => [],
) {
  const clock = () => new Date()
  const { tokenPublicKey, tokenSecret, tokenIssuer, tokenAudience } = config
  const verifyToken =
    tokenPublicKey === undefined
      ? verifyBuiltIn(loadTokenSecret(writing.folder.root, tokenSecret), clock)
      : await verifyExternal(tokenPublicKey, { issuer: tokenIssuer, audience: tokenAudience }, clock)
  return buildApp({
    config,
    ledger: writing.ledger,
    vault: writing.vault,
    readStore: reading.readStore,
    projector: createProjector(reading.readStore),
    faults,
    verifyToken,
    now: worldClock,
    newId: monotonicFactory(),
    logger,
    version,
  })
}

function announce(address: ReturnType<import('node:net').Server['address']>, head: bigint): void {
  if (address === null || typeof address === 'string') return
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  const base = `${host}:${address.port}`
  console.log(`
fireledger ${version} is running, ${head < 0n ? 'its ledger is empty' : `its ledger at position ${head}`}.

  API    http://${base}/v1/dashboard
  Docs   http://${base}/docs
  Live   ws://${base}/v1/live  (as server-sent events: http://${base}/v1/live/sse)
  Token  npm run --silent fireledger -- token --role auditor --division 320400

Ctrl-C stops it.`)
}
