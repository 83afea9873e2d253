import { openLedgerReader } from '@fireledger/event-store'
import {
  createLogger,
  createRowsCheck,
  type GatewayConfig,
  loadConfig,
  type RowsCheck,
} from '@fireledger/gateway'
import type { Command } from 'commander'
import { startLeasedClerk } from '../clerk.ts'
import { type DataFolder, holdRoles, openDataFolder, requireCluster } from '../data-folder.ts'
import { startGateway } from '../gateway.ts'
import { serveHealth } from '../health.ts'
import { requireSharedSettings } from '../keys.ts'
import { type Parts, runUntilStopped } from '../run-until-stopped.ts'
import { openRows, openWriting, startFolding } from '../services.ts'

/**
 * The parts of `serve` as processes of their own, over a cluster. Any number of gateways, each with its own data folder
 * and a projector that fills it; any number of clerks, of which one is active.
 */
export function addApartCommands(program: Command): void {
  program
    .command('gateway')
    .description('HTTP and live feed over a cluster, on the rows of a projector')
    .option('--projector', 'fold the read models in this process; without it `fireledger projector` does')
    .action(runGateway)
  program
    .command('projector')
    .description('fold the ledger of a cluster into the read models of the data folder')
    .action(runProjector)
  program
    .command('clerk')
    .description('what follows from facts and time, over a cluster; one is active, the others stand by')
    .action(runClerk)
}

async function runGateway(options: { projector?: boolean }): Promise<void> {
  const config = loadConfig(process.env)
  requireCluster(config, 'gateway')
  requireSharedSettings(config)
  const logger = createLogger(config.logLevel)
  await runUntilStopped(config, logger, async (parts) => {
    parts.add(holdRoles(openDataFolder(config), options.projector ? ['gateway', 'projector'] : ['gateway']))
    const writing = await openWriting(config, logger)
    parts.add(writing.close)
    const reading = openRows(config, writing.folder)
    parts.add(reading.close)
    // It listens meanwhile: `/ready` says how far the rows have come.
    const stop = new AbortController()
    const folding = options.projector ? startFolding(config, writing.folder, logger, stop.signal) : null
    parts.add(async () => {
      stop.abort()
      await folding?.then((projector) => projector.stop()).catch(() => {})
    })
    const ended = folding?.then((projector) => projector.ended)
    // Looked at below; until then it is nobody's.
    ended?.catch(() => {})
    const opened = await startGateway(config, { writing, reading }, logger, parts)
    return { ...opened, ...(ended ? { ended } : {}) }
  })
}

async function runProjector(): Promise<void> {
  const config = loadConfig(process.env)
  requireCluster(config, 'projector')
  requireSharedSettings(config)
  const logger = createLogger(config.logLevel)
  await runUntilStopped(config, logger, async (parts) => {
    const folder = openDataFolder(config)
    parts.add(holdRoles(folder, ['projector']))
    await serveHealth(config, await rowsCheck(config, folder, parts), logger, parts)
    const projector = await startFolding(config, folder, logger, parts.stopping)
    parts.add(projector.stop)
    logger.info({ checkpoint: String(projector.checkpoint()) }, 'the read models have caught up')
    return parts.stopping.aborted ? null : { ended: projector.ended }
  })
}

async function runClerk(): Promise<void> {
  const config = loadConfig(process.env)
  requireCluster(config, 'clerk')
  requireSharedSettings(config)
  const logger = createLogger(config.logLevel)
  await runUntilStopped(config, logger, async (parts) => {
    parts.add(holdRoles(openDataFolder(config), ['clerk']))
    const writing = await openWriting(config, logger)
    parts.add(writing.close)
    const clerk = startLeasedClerk(writing, logger)
    parts.add(clerk.stop)
    // One that stands by is as well as the active one: it has to be able to take over.
    await serveHealth(config, () => writing.ledger.head().then(() => []), logger, parts)
    return { ended: clerk.ended }
  })
}

/** As a gateway judges its rows. */
async function rowsCheck(config: GatewayConfig, folder: DataFolder, parts: Parts): Promise<RowsCheck> {
  const reader = await openLedgerReader(folder.ledger)
  parts.add(reader.close)
  const rows = openRows(config, folder)
  parts.add(rows.close)
  return createRowsCheck({
    head: reader.head,
    status: rows.readStore.status,
    behindMs: config.readyBehindMs,
  })
}
