import { readFileSync } from 'node:fs'
import {
  buildApp,
  createLogger,
  createProjector,
  type GatewayConfig,
  loadConfig,
  loadTokenSecret,
  verifyBuiltIn,
  verifyExternal,
} from '@fireledger/gateway'
import closeWithGrace from 'close-with-grace'
import type { Command } from 'commander'
import type { Logger } from 'pino'
import { monotonicFactory } from 'ulid'
import { startClerk } from '../clerk.ts'
import { openReading, openWriting, type Reading, type Writing } from '../services.ts'

/** `fireledger serve`: ledger, projector, clerk and gateway in one process. `npm start` is this. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run everything in one process on the embedded ledger')
    .option('--scenario-on-first-start', 'load the Changzhou scenario when the ledger is empty')
    .option('--empty', 'start without the scenario')
    .action(serve)
}

export const version: string = JSON.parse(
  readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
).version

async function serve(options: { scenarioOnFirstStart?: boolean; empty?: boolean }): Promise<void> {
  const config = loadConfig(process.env)
  const logger = createLogger(config.logLevel)
  const stop = new AbortController()
  // Until the gateway listens, a signal ends the loading between two steps; it goes on with the next start.
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)

  const closers: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close()
  }
  try {
    const writing = await openWriting(config, logger)
    closers.push(writing.close)
    if (options.scenarioOnFirstStart && !options.empty) {
      const { loadScenario } = await import('../load-scenario.ts')
      await loadScenario(writing, logger, stop.signal)
    }
    if (stop.signal.aborted) return await closeAll()
    const reading = await openReading(config, writing.folder, logger)
    closers.push(reading.close)
    const clerk = startClerk(writing, logger)
    closers.push(clerk.stop)
    const app = await openGateway(config, writing, reading, logger)
    closers.push(() => app.close())
    await app.listen({ host: config.host, port: config.port })
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
    closeWithGrace({ delay: 10_000 + config.drainMs, logger }, async ({ err }) => {
      if (err) logger.error({ err }, 'stopping because of an error')
      app.beginDrain()
      await new Promise((resolve) => setTimeout(resolve, config.drainMs))
      await closeAll()
      if (!err) console.log('fireledger has stopped; everything acknowledged is stored.')
    })
    announce(app.server.address(), await writing.ledger.head())
    // A signal that came while the gateway was being built.
    if (stop.signal.aborted) process.kill(process.pid, 'SIGINT')
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function openGateway(config: GatewayConfig, writing: Writing, reading: Reading, logger: Logger) {
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
    verifyToken,
    now: () => new Date().toISOString(),
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
fireledger ${version} is running, its ledger at position ${head}.

  API    http://${base}/v1/ledger
  Docs   http://${base}/docs
  Live   ws://${base}/v1/live  (as server-sent events: http://${base}/v1/live/sse)
  Token  npm run --silent fireledger -- token --role auditor --division 320400

Ctrl-C stops it.`)
}
