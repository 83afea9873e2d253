import { basename, resolve } from 'node:path'
import { loadConfig } from '@fireledger/gateway'
import {
  type ImportReport,
  importFile,
  importKinds,
  isImportKind,
  loadMapping,
  shippedMappings,
} from '@fireledger/importers'
import type { Command } from 'commander'
import { worldClock } from '../clock.ts'
import { UsageError } from '../failure.ts'
import { startProgress } from '../progress.ts'
import { openWriting } from '../services.ts'

type Options = { mapping?: string; set: string[]; rejects?: string; json?: boolean }

/** `fireledger import <what> <file>`: a table through the same rules as any command; running it twice adds nothing. */
export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('import a CSV or XLSX table; bad rows go to a rejects file with line, column and reason')
    .argument('<what>', importKinds.join(', '))
    .argument('<file>', '.csv or .xlsx, headings in the first row')
    .option('--mapping <name or file>', 'how the columns are read; the table’s own headings when absent')
    .option('--set <name=value>', 'a parameter of the mapping, such as division=320400', collect, [])
    .option('--rejects <file>', 'where bad rows go; <file>.rejects.csv in this folder when absent')
    .option('--json', 'the report as JSON')
    .action(importTable)
}

function collect(value: string, earlier: string[]): string[] {
  return [...earlier, value]
}

async function importTable(what: string, file: string, options: Options): Promise<void> {
  if (!isImportKind(what)) throw new UsageError(`cannot import ${what}; there are ${importKinds.join(', ')}`)
  const parameters = Object.fromEntries(
    options.set.map((pair) => {
      const split = pair.indexOf('=')
      if (split < 1) throw new UsageError(`--set expects name=value, not ${pair}`)
      return [pair.slice(0, split), pair.slice(split + 1)]
    }),
  )
  const mapping = asUsage(() => loadMapping(mappingName(options.mapping ?? what)))
  // npm runs scripts in the project's folder; people name files from the folder they are in.
  const here = process.env.INIT_CWD ?? process.cwd()
  // Not beside the table: its folder may not be ours to write to.
  const rejectsPath = resolve(here, options.rejects ?? `${basename(file)}.rejects.csv`)
  const writing = await openWriting(loadConfig(process.env))
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
  const progress = startProgress(`Importing ${basename(file)}`, 1000)
  try {
    const report = await importFile({
      what,
      file: resolve(here, file),
      mapping,
      parameters,
      ledger: writing.ledger,
      now: worldClock,
      seal: writing.keys.seal,
      rejectsPath,
      signal: stop.signal,
      onProgress: ({ category, pass, passes, rowsDone, rowsTotal, rejected }) =>
        progress.update(
          (1000 * (pass + rowsDone / Math.max(rowsTotal, 1))) / passes,
          `${category}: ${rowsDone} of ${rowsTotal} rows, ${rejected} rejected`,
        ),
    })
    progress.stop()
    if (options.json) console.log(JSON.stringify(report, null, 2))
    else print(report, rejectsPath)
    if (stop.signal.aborted) console.log('Stopped; run the same command again to go on.')
  } catch (error) {
    throw usageOf(error)
  } finally {
    progress.stop()
    await writing.close()
  }
}

/** A shipped mapping by its name, another by its file. */
function mappingName(name: string): string {
  return shippedMappings().includes(name) ? name : resolve(process.env.INIT_CWD ?? process.cwd(), name)
}

/** The importers say in a plain `Error` what is wrong with a table or a mapping; anything else is a bug. */
function usageOf(error: unknown): unknown {
  return error instanceof Error && error.constructor === Error ? new UsageError(error.message) : error
}

function asUsage<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw usageOf(error)
  }
}

function print(report: ImportReport, rejectsPath: string): void {
  const { rows, rowsRejected, rejects, streams, commands, events, rowsPerSecond } = report
  console.log(`${rows} rows, ${events} events recorded, ${rowsPerSecond} rows/s`)
  for (const [category, count] of Object.entries(streams)) console.log(`  ${category}: ${count}`)
  for (const [type, { recorded, alreadyThere, rejected }] of Object.entries(commands)) {
    console.log(`  ${type}: ${recorded} recorded, ${alreadyThere} already there, ${rejected} rejected`)
  }
  if (rejects > 0) console.log(`${rejects} rejects from ${rowsRejected} rows: ${rejectsPath}`)
}
