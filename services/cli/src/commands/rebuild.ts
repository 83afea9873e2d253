import { openLedgerReader } from '@fireledger/event-store'
import { loadConfig } from '@fireledger/gateway'
import { isEqual, readModels, rebuildReadStore } from '@fireledger/projections'
import type { Command } from 'commander'
import { openDataFolder } from '../data-folder.ts'
import { UsageError } from '../failure.ts'
import { insist, openKeys } from '../keys.ts'
import { startProgress } from '../progress.ts'

/** `fireledger rebuild [names]`: fold the read models anew beside the old rows, compare, switch. Also while serving. */
export function addRebuildCommand(program: Command): void {
  program
    .command('rebuild')
    .description('fold read models anew beside the old rows, compare row for row, then switch')
    .argument(
      '[names...]',
      `which (all when none is named): ${readModels.map(({ name }) => name).join(', ')}`,
    )
    .action(rebuild)
}

async function rebuild(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !readModels.some((projection) => projection.name === name))
  if (unknown.length > 0) {
    throw new UsageError(
      `no read model ${unknown.join(', ')}; there are ${readModels.map(({ name }) => name).join(', ')}`,
    )
  }
  const config = loadConfig(process.env)
  const folder = openDataFolder(config)
  const opened = await openLedgerReader(folder.ledger)
  const { keys, close } = await openKeys(config, folder, opened)
  const reader = keys.readable(opened, insist)
  const progress = startProgress('Rebuilding', 100)
  try {
    const results = await rebuildReadStore({
      reader,
      readStorePath: folder.readStore,
      projections: readModels.filter(({ name }) => names.length === 0 || names.includes(name)),
      open: keys.vault.open,
      onProgress: ({ eventsDone, eventsTotal, eventsPerSecond, secondsLeft }) => {
        const share = eventsTotal ? (eventsDone * 100) / eventsTotal : 0
        const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`
        progress.update(share, `${eventsDone} events, ${Math.round(eventsPerSecond)}/s${left}`)
      },
    })
    progress.stop()
    for (const { projection, differences, failedReason } of results) {
      if (failedReason !== null) {
        process.exitCode = 1
        console.log(`✗ ${projection}: not rebuilt, the old rows stay: ${failedReason}`)
      } else if (differences === null)
        console.log(`✓ ${projection}: built; there was nothing to compare with`)
      else if (differences.every(isEqual)) console.log(`✓ ${projection}: rebuilt, equal row for row`)
      else
        console.log(
          `! ${projection}: rebuilt; the old rows differed: ${differences
            .filter((each) => !isEqual(each))
            .map(
              ({ table, missing, unexpected, different }) =>
                `${table} ${missing} missing, ${unexpected} unexpected, ${different} different`,
            )
            .join('; ')}`,
        )
    }
  } finally {
    progress.stop()
    await close()
    await reader.close()
  }
}
