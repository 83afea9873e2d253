import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type EvidenceStore, openEvidenceStore } from '@fireledger/evidence'
import {
  buildApp,
  createNewId,
  createProjector,
  evidenceLocation,
  type GatewayConfig,
  type GatewayDependencies,
  issueToken,
  loadTokenSecret,
  verifyBuiltIn,
  verifyExternal,
} from '@fireledger/gateway'
import type { Logger } from 'pino'
import { worldClock } from './clock.ts'
import type { DataFolder } from './data-folder.ts'
import type { Parts } from './run-until-stopped.ts'
import type { Reading, Writing } from './services.ts'

export const version: string = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
).version

/** Where the build of the console lies. */
const consoleDir = fileURLToPath(new URL('../../console/dist', import.meta.url))

/** Serves HTTP on what is open, and says where. Returns what keeps new requests away while the rest drains. */
export async function startGateway(
  config: GatewayConfig,
  { writing, reading, faults }: { writing: Writing; reading: Reading; faults?: () => readonly string[] },
  logger: Logger,
  parts: Parts,
): Promise<{ drain: () => void }> {
  const evidence = await openEvidenceStore(evidenceLocation(config))
  parts.add(evidence.close)
  const app = await buildGateway(config, { writing, reading, evidence }, logger, faults)
  parts.add(() => closeWithin(app, goodbyeMs))
  await app.listen({ host: config.host, port: config.port })
  announce(config, app.server.address(), await writing.ledger.head())
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
  { writing, reading, evidence }: { writing: Writing; reading: Reading; evidence: EvidenceStore },
  logger: Logger,
  faults: () => readonly string[] = () => [],
) {
  if (!existsSync(join(consoleDir, 'index.html')))
    logger.warn('the console has not been built: node scripts/build-console.mjs; the API is not affected')
  return buildApp({
    config,
    ledger: writing.ledger,
    ledgerLocation: writing.folder.ledger,
    vault: { ...writing.keys, open: writing.keys.vault.open },
    readStore: reading.readStore,
    operations: reading.operations,
    evidence,
    projector: createProjector(reading.readStore),
    faults,
    ...(await tokensOf(config, writing.folder)),
    consoleDir,
    now: worldClock,
    newId: createNewId(),
    logger,
    version,
  })
}

/** Whose tokens are believed: an external issuer's, or else our own, which then makes them too. */
async function tokensOf(
  { tokenPublicKey, tokenSecret, tokenIssuer, tokenAudience }: GatewayConfig,
  folder: DataFolder,
): Promise<Pick<GatewayDependencies, 'verifyToken' | 'issueToken'>> {
  const clock = () => new Date()
  if (tokenPublicKey !== undefined) {
    const expected = { issuer: tokenIssuer, audience: tokenAudience }
    return { verifyToken: await verifyExternal(tokenPublicKey, expected, clock) }
  }
  const secret = loadTokenSecret(folder.root, tokenSecret)
  return {
    verifyToken: verifyBuiltIn(secret, clock),
    issueToken: (request) => issueToken(secret, request, clock()),
  }
}

function announce(
  { tokenPublicKey }: GatewayConfig,
  address: ReturnType<import('node:net').Server['address']>,
  head: bigint,
): void {
  if (address === null || typeof address === 'string') return
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
  const base = `${host}:${address.port}`
  console.log(`
fireledger ${version} is running, ${head < 0n ? 'its ledger is empty' : `its ledger at position ${head}`}.

  Console  http://${base}/console/
  API      http://${base}/v1/dashboard
  Docs     http://${base}/docs
  Live     ws://${base}/v1/live  (as server-sent events: http://${base}/v1/live/sse)
  Token    ${tokenPublicKey === undefined ? 'npm run --silent fireledger -- token --role auditor --division 320400' : 'from your issuer'}

Ctrl-C stops it.`)
}
