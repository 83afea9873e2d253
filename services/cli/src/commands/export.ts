import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type LedgerEvent, localDate, startOfDay } from '@fireledger/domain'
import { decodeEvent, type EventReader, openLedgerReader } from '@fireledger/event-store'
import { loadConfig } from '@fireledger/gateway'
import {
  type CaseLog,
  canonicalText,
  caseKinds,
  caseLogOf,
  digestOfText,
  eventsKnown,
  institutionStream,
  ocelText,
  provOf,
  provText,
  type TrailOptions,
  trailOf,
  trailsText,
  xesText,
} from '@fireledger/process-logs'
import { casesWhere, openReadStore, readCaseLogs, readTrails } from '@fireledger/projections'
import type { Command } from 'commander'
import { type DataFolder, openDataFolder } from '../data-folder.ts'
import { UsageError } from '../failure.ts'

const formats = ['json', 'xes', 'ocel', 'prov'] as const
type Format = (typeof formats)[number]
type Options = {
  assessment?: string
  out?: string
  kind: string
  process?: string
  division?: string
  institution?: string
  from?: string
  to?: string
  asOf?: string
  asKnownAt?: string
}

/** `fireledger export <format>`: one assessment, or many cases, in the forms that process tools read. Also while serving. */
export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('export cases, one or many: json (trails), xes, ocel, prov; of penalty cases xes and ocel')
    .argument('<format>', formats.join(', '))
    .option('--assessment <id>', 'only this one')
    .option('--out <file>', 'where to; standard output when absent')
    .option('--kind <kind>', `cases of which kind: ${caseKinds.join(', ')}`, 'assessment')
    .option('--process <code>', 'cases of this process')
    .option('--division <code>', 'cases of this division and all within it')
    .option('--institution <uscc>', 'cases of this institution')
    .option('--from <day>', 'begun on this day or later')
    .option('--to <day>', 'begun on this day or earlier')
    .option('--as-of <moment>', 'of one assessment: as it held by then')
    .option('--as-known-at <moment>', 'of one assessment: as the ledger knew it by then')
    .action(exportCases)
}

async function exportCases(format: string, options: Options): Promise<void> {
  const wanted = formats.find((each) => each === format)
  if (!wanted) throw new UsageError(`cannot export as ${format}; there are ${formats.join(', ')}`)
  const folder = openDataFolder(loadConfig(process.env))
  const reader = await openLedgerReader(folder.ledger)
  try {
    if (options.assessment !== undefined) await exportOne(wanted, options.assessment, options, reader)
    else await exportMany(wanted, options, reader, folder)
  } finally {
    await reader.close()
  }
}

async function exportOne(format: Format, id: string, options: Options, reader: EventReader): Promise<void> {
  const events = await readEvents(reader, `assessment-${id}`)
  const clocks: TrailOptions = { asOf: momentOf(options.asOf), asKnownAt: momentOf(options.asKnownAt) }
  const known = eventsKnown(events, clocks)
  const institution = institutionStream(known)
  const trail = trailOf(known, institution === null ? [] : await readEvents(reader, institution), clocks)
  if (!trail) throw new UsageError(`there is no assessment ${id}, or it had not begun by then`)
  if (format === 'json') {
    const text = canonicalText(trail)
    await write([text], options.out)
    console.error(`sha-256 ${digestOfText(text)}`)
  } else if (format === 'prov') await write([JSON.stringify(provOf(trail))], options.out)
  else {
    const log = caseLogOf(known)
    const cases = async function* (): AsyncGenerator<CaseLog> {
      if (log) yield log
    }
    await write(format === 'xes' ? xesText(cases()) : ocelText(cases), options.out)
  }
}

async function readEvents(reader: EventReader, stream: string): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = []
  for await (const page of reader.readStream(stream)) events.push(...page.map(decodeEvent))
  return events
}

async function exportMany(
  format: Format,
  options: Options,
  reader: EventReader,
  folder: DataFolder,
): Promise<void> {
  const kind = caseKinds.find((each) => each === options.kind)
  if (!kind) throw new UsageError(`no cases of the kind ${options.kind}; there are ${caseKinds.join(', ')}`)
  if (kind !== 'assessment' && (format === 'json' || format === 'prov')) {
    throw new UsageError(`${format} is a form of assessments only: export penalty cases as xes or ocel`)
  }
  if (!existsSync(folder.readStore)) {
    throw new UsageError(
      'there are no read models to find cases by: run `fireledger rebuild` first, or start once',
    )
  }
  const store = openReadStore(folder.readStore)
  try {
    const upTo = await reader.head()
    let count = 0
    const of = [store, reader, casesWhere(kind, options), upTo] as const
    async function* counted<Case>(cases: AsyncIterable<Case>): AsyncGenerator<Case> {
      count = 0
      for await (const each of cases) {
        count++
        yield each
      }
    }
    const pieces = {
      xes: () => xesText(counted(readCaseLogs(...of))),
      ocel: () => ocelText(() => counted(readCaseLogs(...of))),
      json: () => trailsText(counted(readTrails(...of))),
      prov: () => provText(counted(readTrails(...of))),
    }
    await write(pieces[format](), options.out)
    console.error(`${count} cases`)
  } finally {
    store.close()
  }
}

/** A day stands for its end in China, as in the API. */
function momentOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (localDate.safeParse(text).success) {
    return new Date(Date.parse(startOfDay(text)) + 24 * 60 * 60 * 1000 - 1).toISOString()
  }
  const moment = new Date(text)
  if (Number.isNaN(moment.getTime())) throw new UsageError(`${text} is no day and no RFC 3339 moment`)
  return moment.toISOString()
}

/** A file appears under its name only when it is whole. */
async function write(
  pieces: AsyncIterable<string> | readonly string[],
  out: string | undefined,
): Promise<void> {
  if (out === undefined) {
    await pipeline(Readable.from(pieces), process.stdout, { end: false })
    return
  }
  // npm runs scripts in the project's folder; people name files from the folder they are in.
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), out)
  const part = `${path}.part`
  try {
    await pipeline(Readable.from(pieces), createWriteStream(part, { mode: 0o600 }))
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}
