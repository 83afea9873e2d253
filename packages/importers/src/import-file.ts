import { basename } from 'node:path'
import { type Actor, findCategory, findCommand } from '@fireledger/domain'
import { handleCommands, type Outcome, type SubmitDependencies } from '@fireledger/event-store'
import { adoptProcess } from './adopt-process.ts'
import { fill, holds, RowFault } from './evaluate.ts'
import type { ImportKind, Mapping, StreamMapping } from './mapping.ts'
import { naturalId } from './natural-id.ts'
import { type PrepareContext, type Prepared, type PreparedCommand, prepareGroup } from './prepare.ts'
import { openRejects, type Reject } from './rejects.ts'
import { type Row, readTable } from './table.ts'

/** How many streams are written at once: enough for the engine to commit them together. */
const streamsInFlight = 256

export type ImportProgress = {
  /** Category that is being imported. */
  readonly category: string
  /** Which pass over the table, from 0; one per stream category of the mapping. */
  readonly pass: number
  readonly passes: number
  readonly rowsDone: number
  readonly rowsTotal: number
  readonly recorded: number
  readonly alreadyThere: number
  readonly unchanged: number
  readonly rejected: number
}

/** What one command type came to. */
export type ImportCount = {
  /** Commands that appended events now. */
  recorded: number
  /** Commands that an earlier import had brought in. */
  alreadyThere: number
  /** Commands that asked for what was already so: nothing to record. */
  unchanged: number
  /** Commands that the ledger refused, or that the rows' cells did not even make. */
  rejected: number
}

export type ImportReport = {
  /** The signal stopped it before the end. */
  readonly stopped: boolean
  /** Rows of the table, headings not counted. */
  readonly rows: number
  /** Rows with at least one reject. */
  readonly rowsRejected: number
  readonly rejects: number
  /** By category: streams that the rows speak of. */
  readonly streams: Readonly<Record<string, number>>
  /** By command type. */
  readonly commands: Readonly<Record<string, ImportCount>>
  readonly events: number
  readonly durationMs: number
  readonly rowsPerSecond: number
}

export type ImportOptions = {
  /** Must be what the mapping is for; guards against the wrong file. */
  readonly what: ImportKind
  /** .csv (comma, semicolon or tab; UTF-8 or GB 18030) or .xlsx. */
  readonly file: string
  readonly mapping: Mapping
  /** Values for parameters of the mapping, such as `division`. */
  readonly parameters?: Readonly<Record<string, string>>
  readonly ledger: SubmitDependencies['ledger']
  readonly now: SubmitDependencies['now']
  readonly seal: SubmitDependencies['seal']
  /** CSV of what did not go in; absent afterwards when all did. */
  readonly rejectsPath: string
  readonly actor?: Actor
  readonly onProgress?: (progress: ImportProgress) => void
  /** Stops between batches; what is in stays in, and another run goes on from there. */
  readonly signal?: AbortSignal
}

/**
 * Brings a file into the ledger through the same rules as any other command, many at a time. Ids come from natural
 * keys, so a second run finds everything already there. A bad row is rejected with its reason; the others go in.
 * The facts keep their own dates (`effectiveAt`); they are recorded now.
 * @throws Error for a file, a mapping or a ledger that cannot be used at all.
 */
export async function importFile(options: ImportOptions): Promise<ImportReport> {
  const { mapping, what, file } = options
  if (mapping.what !== what) throw new Error(`the mapping is for ${mapping.what}, not for ${what}`)
  checkAgainstCatalogue(mapping)
  const startedAt = performance.now()
  const table = await readTable(file, mapping)
  const run = newRun(options, table.rows.length)
  try {
    for (const { line, column, reason } of table.faults) {
      run.reject({ line, column, value: '', code: 'row', reason, reasonZh: '该行无法读取' })
    }
    if (mapping.process) {
      const { actor, correlationId, parameters } = run.context
      const adoption = { code: mapping.process, division: parameters.division ?? null, actor, correlationId }
      run.counts.events += await adoptProcess(adoption, options)
    }
    for (const [pass, stream] of mapping.streams.entries()) await importStreams(table.rows, stream, pass, run)
  } finally {
    run.close()
  }
  const durationMs = performance.now() - startedAt
  return {
    stopped: options.signal?.aborted ?? false,
    rows: table.rows.length + table.faults.length,
    rowsRejected: run.rejectedLines.size,
    rejects: run.counts.rejects,
    streams: run.streams,
    commands: run.commands,
    events: run.counts.events,
    durationMs: Math.round(durationMs),
    rowsPerSecond: Math.round(table.rows.length / (durationMs / 1000)),
  }
}

function checkAgainstCatalogue(mapping: Mapping): void {
  for (const { category: name, commands } of mapping.streams) {
    const category = findCategory(name)
    if (!category) throw new Error(`the mapping names the category ${name}, which the ledger does not have`)
    for (const { type } of commands) {
      if (!findCommand(category, type))
        throw new Error(`the mapping names ${type}, which is no command of ${name}`)
    }
  }
}

function parametersOf({ mapping, parameters = {} }: ImportOptions): Record<string, string> {
  const unknown = Object.keys(parameters).filter((name) => !Object.hasOwn(mapping.parameters, name))
  if (unknown.length > 0) {
    const known = Object.keys(mapping.parameters).join(', ') || 'none'
    throw new Error(`the mapping has no parameter ${unknown.join(', ')}; it has ${known}`)
  }
  return { ...mapping.parameters, ...parameters }
}

type Run = ReturnType<typeof newRun>

function newRun(options: ImportOptions, rowsTotal: number) {
  const rejects = openRejects(options.rejectsPath)
  const rejectedLines = new Set<number>()
  const counts = { rejects: 0, events: 0, recorded: 0, alreadyThere: 0, unchanged: 0 }
  const commands: Record<string, ImportCount> = {}
  const { mapping, seal, actor = { id: 'import', role: 'import', division: null } } = options
  const correlationId = naturalId(mapping.source, 'import', basename(options.file), options.now())
  const parameters = parametersOf(options)
  const context: PrepareContext = { mapping, parameters, seal, actor, correlationId }
  return {
    options,
    context,
    rowsTotal,
    counts,
    commands,
    rejectedLines,
    streams: {} as Record<string, number>,
    countOf(type: string): ImportCount {
      commands[type] ??= { recorded: 0, alreadyThere: 0, unchanged: 0, rejected: 0 }
      return commands[type]
    },
    reject(reject: Reject) {
      counts.rejects++
      rejectedLines.add(reject.line)
      rejects.write(reject)
    },
    close: () => rejects.close(),
  }
}

async function importStreams(
  rows: readonly Row[],
  stream: StreamMapping,
  pass: number,
  run: Run,
): Promise<void> {
  const groups = groupRows(rows, stream, run)
  run.streams[stream.category] = (run.streams[stream.category] ?? 0) + groups.length
  let rowsDone = 0
  for (let start = 0; start < groups.length; start += streamsInFlight) {
    if (run.options.signal?.aborted) return
    const batch = groups.slice(start, start + streamsInFlight)
    const prepared = await Promise.all(batch.map((group) => prepareGroup(group, stream, run.context)))
    for (const { rejects, unmade } of prepared) {
      for (const reject of rejects) run.reject(reject)
      for (const type of unmade) run.countOf(type).rejected++
    }
    await Promise.all(byStream(prepared).map((commands) => submit(commands, run)))
    rowsDone += batch.reduce((sum, group) => sum + group.length, 0)
    run.options.onProgress?.({
      category: stream.category,
      pass,
      passes: run.context.mapping.streams.length,
      rowsDone,
      rowsTotal: groups.reduce((sum, group) => sum + group.length, 0),
      recorded: run.counts.recorded,
      alreadyThere: run.counts.alreadyThere,
      unchanged: run.counts.unchanged,
      rejected: run.counts.rejects,
    })
  }
}

function groupRows(rows: readonly Row[], { groupBy, when }: StreamMapping, run: Run): Row[][] {
  const wanted = when ? rows.filter((row) => holds(when, row)) : rows
  if (groupBy === undefined) return wanted.map((row) => [row])
  const groups = new Map<string, Row[]>()
  for (const row of wanted) {
    try {
      const key = fill(groupBy, row)
      const group = groups.get(key)
      if (group) group.push(row)
      else groups.set(key, [row])
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
      const { line, column, value, message } = error
      run.reject({ line, column, value, code: 'cell', reason: message, reasonZh: '不得为空' })
    }
  }
  return [...groups.values()]
}

/** Groups that name the same stream go in together, in the order of the file. */
function byStream(prepared: readonly Prepared[]): PreparedCommand[][] {
  const streams = new Map<string, PreparedCommand[]>()
  for (const { commands } of prepared) {
    const id = commands[0]?.command.id
    if (id === undefined) continue
    const together = streams.get(id)
    if (together) together.push(...commands)
    else streams.set(id, [...commands])
  }
  return [...streams.values()]
}

async function submit(prepared: readonly PreparedCommand[], run: Run): Promise<void> {
  const { ledger, now } = run.options
  const outcomes = await handleCommands(
    prepared.map(({ command }) => command),
    { ledger, now },
  )
  for (const [index, { command, cellAt }] of prepared.entries()) {
    const outcome = outcomes[index]
    if (!outcome) throw new Error(`no outcome for ${command.type}`)
    const count = run.countOf(command.type)
    if (outcome.kind === 'accepted') {
      const kind = outcome.replayed ? 'alreadyThere' : outcome.eventIds.length > 0 ? 'recorded' : 'unchanged'
      if (kind === 'recorded') run.counts.events += outcome.eventIds.length
      run.counts[kind]++
      count[kind]++
    } else {
      count.rejected++
      run.reject(rejectOf(outcome, cellAt))
    }
  }
}

function rejectOf(
  outcome: Exclude<Outcome, { kind: 'accepted' }>,
  cellAt: PreparedCommand['cellAt'],
): Reject {
  const refused = outcome.kind === 'refused' ? outcome.refusal : null
  const { row, column } = cellAt(refused?.pointer ?? '')
  const at = { line: row.line, column, value: column === '' ? '' : row.cell(column) }
  if (refused) {
    const law = refused.legalBasis.join(', ')
    const { zh, en } = refused.message
    return { ...at, code: refused.code, reason: `${en} (${law})`, reasonZh: `${zh}（${law}）` }
  }
  if (outcome.kind === 'reused') {
    const reason = 'this row was imported before with other content: correct the fact in the ledger instead'
    return { ...at, code: 'changed', reason, reasonZh: '该行此前以不同内容导入过，请在账本中更正' }
  }
  return { ...at, code: outcome.kind, reason: `the ledger answered ${outcome.kind}`, reasonZh: '账本未接受' }
}
