import { readFileSync } from 'node:fs'
import { admitClusterUser } from '@fireledger/event-store'
import { loadConfig } from '@fireledger/gateway'
import type { Command } from 'commander'
import { requireCluster } from '../data-folder.ts'

/** `fireledger cluster-user`: the user that FIRELEDGER_LEDGER names, with the rights that it needs and no more. */
export function addClusterUserCommand(program: Command): void {
  program
    .command('cluster-user')
    .description('make the user that FIRELEDGER_LEDGER names on the cluster, and let it read the ledger')
    .requiredOption(
      '--administrator <address>',
      '`esdb://…` of an administrator of the cluster, or `@<file>` that holds it',
    )
    .action(async ({ administrator }: { administrator: string }) => {
      const config = loadConfig(process.env)
      requireCluster(config, 'cluster user')
      const address = administrator.startsWith('@')
        ? readFileSync(administrator.slice(1), 'utf8').trim()
        : administrator
      const user = await admitClusterUser(address, config.ledger)
      console.log(`${user} may read $all and write the ledger.`)
    })
}
