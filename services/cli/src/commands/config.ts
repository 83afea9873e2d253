import { describeConfig } from '@fireledger/gateway'
import type { Command } from 'commander'

/** `fireledger config check`: every setting with its effective value and where it came from, secrets masked. */
export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('settings')
    .command('check')
    .description('show the effective settings, where each came from, and every fault at once')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => {
      const settings = describeConfig(process.env)
      if (options.json) {
        console.log(JSON.stringify(settings, null, 2))
        return
      }
      const width = Math.max(...settings.map(({ variable }) => variable.length))
      for (const { variable, value, origin, description } of settings) {
        console.log(`${variable.padEnd(width)}  ${value}  [${origin}]  ${description}`)
      }
    })
}
