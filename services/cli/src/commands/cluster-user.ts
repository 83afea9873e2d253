import { readFileSync } from 'node:fs'
import { setTimeout as pauseFor } from 'node:timers/promises'
import { admitClusterUser, ClusterUserRefusedError, LedgerUnavailableError } from '@fireledger/event-store'
import { ConfigError, loadConfig } from '@fireledger/gateway'
import type { Command } from 'commander'

const patienceMs = 60_000
const retryMs = 3000

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
      requireAddress(config.ledger)
      const address = administrator.startsWith('@')
        ? readFileSync(administrator.slice(1), 'utf8').trim()
        : administrator
      const user = await patiently(() => admitClusterUser(address, config.ledger))
      console.log(`${user} may read $all and write the ledger.`)
    })
}

function requireAddress(ledger: string): void {
  if (ledger !== 'embedded') return
  throw new ConfigError(
    'FIRELEDGER_LEDGER=embedded: an embedded ledger has no users. Set it to the address that the parts are to use, with user and password: FIRELEDGER_LEDGER=esdb://user:password@…',
  )
}

/** A cluster that has just started may have no leader yet. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + patienceMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const mayPass = error instanceof LedgerUnavailableError && !(error instanceof ClusterUserRefusedError)
      if (!mayPass || performance.now() > until) throw error
      console.error(`${error.message}; trying again`)
      await pauseFor(retryMs)
    }
  }
}
