import { createLogger, loadConfig } from '@fireledger/gateway'
import { type Command, Option } from 'commander'
import { UsageError } from '../failure.ts'
import { loadScenario, type Story } from '../load-scenario.ts'
import { openWriting } from '../services.ts'

/** `fireledger scenario`: the Changzhou scenario into an empty ledger, also ten and a hundred times, for load. */
export function addScenarioCommand(program: Command): void {
  program
    .command('scenario')
    .description('load the Changzhou scenario into an empty ledger')
    .addOption(new Option('--scale <n>', 'cities’ worth of life').choices(['1', '10', '100']).default('1'))
    .option('--seed <text>', 'the same seed tells the same story', 'changzhou')
    .action(async (options: { scale: string; seed: string }) => {
      const config = loadConfig(process.env)
      const writing = await openWriting(config)
      const stop = new AbortController()
      process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
      try {
        const story: Story = { seed: options.seed, scale: Number(options.scale) as Story['scale'] }
        const loaded = await loadScenario(writing, createLogger(config.logLevel), stop.signal, story)
        if (!loaded)
          throw new UsageError('the ledger is not empty: choose another folder with FIRELEDGER_DATA_DIR')
      } finally {
        await writing.close()
      }
    })
}
