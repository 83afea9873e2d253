import { createLogger, loadConfig } from '@fireledger/gateway'
import type { Command } from 'commander'
import { startClerk, startLeasedClerk } from '../clerk.ts'
import { holdRoles } from '../data-folder.ts'
import { startGateway } from '../gateway.ts'
import { runUntilStopped } from '../run-until-stopped.ts'
import { openReading, openWriting } from '../services.ts'
import { supervise } from '../supervised.ts'

/** `fireledger serve`: ledger, projector, clerk and gateway in one process. `npm start` is this. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run everything in one process')
    .option('--scenario-on-first-start', 'load the Changzhou scenario when the ledger is empty')
    .option('--empty', 'start without the scenario')
    .action(serve)
}

async function serve(options: { scenarioOnFirstStart?: boolean; empty?: boolean }): Promise<void> {
  const config = loadConfig(process.env)
  const logger = createLogger(config.logLevel)
  await runUntilStopped(config, logger, async (parts) => {
    const writing = await openWriting(config, logger)
    parts.add(writing.close)
    parts.add(holdRoles(writing.folder, ['gateway', 'projector', 'clerk']))
    if (options.scenarioOnFirstStart && !options.empty) {
      const { loadScenario } = await import('../load-scenario.ts')
      // A signal ends the loading between two steps; it goes on with the next start.
      await loadScenario(writing, logger, parts.stopping)
    }
    if (parts.stopping.aborted) return null
    const reading = await openReading(config, writing, logger)
    parts.add(reading.close)
    const alone = writing.folder.ledger.kind === 'embedded'
    const start = async () => (alone ? startClerk(writing, logger) : startLeasedClerk(writing, logger))
    const clerk = await supervise('clerk', start, logger)
    parts.add(clerk.stop)
    const faults = () => [reading.fault(), clerk.fault()].filter((fault) => fault !== null)
    return startGateway(config, { writing, reading, faults }, logger, parts)
  })
}
