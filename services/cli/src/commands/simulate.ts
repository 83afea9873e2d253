import { createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import {
  dayOf,
  divisionCode,
  localDate,
  parseRulebookFile,
  type Refusal,
  type RulebookFile,
  rulebookId,
  type SimulationRequest,
  subjectKind,
} from '@fireledger/domain'
import { openLedgerReader } from '@fireledger/event-store'
import { faultInChinese, loadConfig } from '@fireledger/gateway'
import {
  planOn,
  type SimulationFormat,
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from '@fireledger/simulator'
import { type Command, Option } from 'commander'
import { worldClock } from '../clock.ts'
import { ledgerLocation } from '../data-folder.ts'
import { isZodError, UsageError } from '../failure.ts'
import { startProgress } from '../progress.ts'

type Options = {
  rulebook: string
  division?: string
  kind?: string
  asOf?: string
  from?: string
  format?: SimulationFormat
  out?: string
  json?: boolean
}

const formats = ['json', 'csv'] as const

/** `fireledger simulate`: what if another rulebook had been in force; reads beside a running server, writes nothing. */
export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description(
      'judge the whole history by another rulebook: who moves, by which lines; the ledger stays as it is',
    )
    .requiredOption('--rulebook <file or id>', 'a rulebook file, or the id of one in the ledger')
    .option(
      '--division <code>',
      'only subjects that belong there (GB/T 2260); the rulebook’s own when absent',
    )
    .addOption(
      new Option('--kind <kind>', 'whom it is about; the rulebook’s first when absent').choices(
        subjectKind.options,
      ),
    )
    .option('--as-of <day>', 'the day whose grades are compared; today when absent')
    .option('--from <day>', 'as if in force from this day; from its own adoption, else the whole history')
    .addOption(new Option('--format <format>', 'of the movements').choices(formats))
    .option('--out <file>', 'where the movements go; with --format, standard output when absent')
    .option('--json', 'JSON on standard output: everything, or with --out the counts')
    .action(run)
}

async function run(options: Options): Promise<void> {
  const config = loadConfig(process.env)
  const ledger = ledgerLocation(config)
  if (ledger.kind === 'embedded' && !existsSync(ledger.directory))
    throw new UsageError(
      `there is no ledger in ${resolve(config.dataDir)}: name its folder with FIRELEDGER_DATA_DIR`,
    )
  const request = requestOf(options)
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
  const reader = await openLedgerReader(ledger)
  try {
    const planned = await planOn(reader, request)
    if (!planned.accepted) throw refused(planned.refusal)
    const { plan } = planned
    const result = await simulated({ ledger, plan, until: await reader.head(), signal: stop.signal })
    await deliver(result, options, stop.signal)
  } finally {
    await reader.close()
  }
}

async function simulated(options: SimulationOptions): Promise<SimulationResult> {
  const progress = startProgress('Simulating', 1000)
  try {
    return await simulate({
      ...options,
      onProgress: ({ share, events }) => progress.update(Math.floor(1000 * share), `${events} events`),
    })
  } finally {
    progress.stop()
  }
}

function requestOf(options: Options): SimulationRequest {
  const file = rulebookFile(options.rulebook)
  const kind = options.kind ?? null
  return {
    rulebook: file?.id ?? options.rulebook,
    content: file?.content ?? null,
    division:
      options.division === undefined
        ? (file?.division ?? null)
        : parsed('--division', divisionCode, options.division),
    subjectKind: kind as SimulationRequest['subjectKind'],
    asOf: options.asOf === undefined ? dayOf(worldClock()) : parsed('--as-of', localDate, options.asOf),
    from: options.from === undefined ? null : parsed('--from', localDate, options.from),
  }
}

function parsed(name: string, schema: typeof localDate | typeof divisionCode, value: string): string {
  const answer = schema.safeParse(value)
  if (answer.success) return answer.data
  throw new UsageError(answer.error.issues.map((issue) => `${name}: ${inBoth(issue)}`).join('\n'))
}

/** A fault in both languages, as the gateway tells it. */
function inBoth({ code, message }: { readonly code?: string | undefined; readonly message: string }): string {
  return `${faultInChinese(code ?? '', message)} · ${message}`
}

/** Null for an id. @throws UsageError that says where the file is at fault. */
function rulebookFile(named: string): RulebookFile | null {
  // npm runs scripts in the project's folder; people name files from the folder they are in.
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), named)
  if (!existsSync(path)) {
    if (rulebookId.safeParse(named).success) return null
    throw new UsageError(`${named}: 既不是文件，也不是规则代码 · neither a file nor the id of a rulebook`)
  }
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${named}: 不是JSON文件 · is no JSON: ${reason}`)
  }
  try {
    return parseRulebookFile(json)
  } catch (error) {
    if (!isZodError(error)) throw error
    const faults = error.issues.map((issue) => `${issue.path.join('.')}: ${inBoth(issue)}`)
    throw new UsageError(`${named}: 规则文件有误 · the rulebook file is faulty\n${faults.join('\n')}`)
  }
}

/** Each fault with its place, in both languages. */
function refused({ errors, ...first }: Refusal): UsageError {
  const told = (errors ?? [first]).map(({ message, pointer }) => {
    const place = pointer === undefined ? '' : `${pointer}: `
    return `${place}${message.zh} · ${message.en}`
  })
  return new UsageError(told.join('\n'))
}

/** The file is whole or not there: one of an earlier run stays until the new one is written. */
async function deliver(
  result: SimulationResult,
  { format, out, json = false }: Options,
  signal: AbortSignal,
): Promise<void> {
  if (out === undefined) {
    const asked = format ?? (json ? 'json' : undefined)
    if (asked === undefined) print(result)
    else for await (const chunk of result.read(asked)) process.stdout.write(chunk as Buffer)
    return
  }
  const path = resolve(process.env.INIT_CWD ?? process.cwd(), out)
  const asked = format ?? (path.endsWith('.csv') ? 'csv' : 'json')
  const partial = `${path}.partial`
  try {
    await pipeline(result.read(asked), createWriteStream(partial, { mode: 0o600 }), { signal })
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
  if (json) {
    console.log(JSON.stringify(result.summary, null, 2))
    return
  }
  print(result)
  console.log(`${asked === 'csv' ? 'Movements as CSV' : 'Everything as JSON'}: ${path}`)
}

function print({ summary }: SimulationResult): void {
  const { rulebook, division, subjectKind, asOf, from, subjects, events, moved, up, down } = summary
  const mark = rulebook.illustrative ? ' (illustrative numbers)' : ''
  console.log(`${rulebook.reference}${mark}: ${rulebook.title.zh} ${rulebook.title.en}`)
  console.log(
    `${subjectKind} in ${division}, grades of ${asOf}, as if in force ${from === null ? 'always' : `from ${from}`}`,
  )
  console.log(`${subjects} subjects, ${events} events, inputs ${summary.inputsDigest}`)
  console.log(`${moved} move (${up} up, ${down} down), ${summary.scoreChanged} scores differ`)
  if (summary.note !== null) console.log(`${summary.note.zh} · ${summary.note.en}`)
  for (const [side, counts] of [['before', summary.before] as const, ['after', summary.after] as const]) {
    const told = counts.map(({ grade, subjects }) => `${grade ?? 'none'} ${subjects}`)
    const mark = counts.some(({ illustrative }) => illustrative) ? ' (illustrative)' : ''
    console.log(`  ${side.padEnd(6)}  ${told.join(' · ')}${mark}`)
  }
}
