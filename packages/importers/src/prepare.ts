import { createHash } from 'node:crypto'
import { type Actor, type AnyCategory, findCategory, findCommand } from '@fireledger/domain'
import type { Command, SubmitDependencies } from '@fireledger/event-store'
import { evaluate, fill, holds, originOf, RowFault, type Scope } from './evaluate.ts'
import type { CommandMapping, Mapping, Node, StreamMapping } from './mapping.ts'
import { naturalId } from './natural-id.ts'
import type { Reject } from './rejects.ts'
import type { Row } from './table.ts'

/** One group of rows → the commands of one stream, sealed and ready, and what of the rows cannot become one. */

export type Prepared = {
  readonly commands: readonly PreparedCommand[]
  readonly rejects: readonly Reject[]
  /** Types of the commands that could not be made, one for each. */
  readonly unmade: readonly string[]
}

export type PreparedCommand = {
  readonly command: Command
  /** The cell to which a refusal at a JSON Pointer is laid. */
  readonly cellAt: (pointer: string) => { readonly row: Row; readonly column: string }
}

export type PrepareContext = {
  readonly mapping: Mapping
  readonly parameters: Readonly<Record<string, string>>
  readonly seal: SubmitDependencies['seal']
  readonly actor: Actor
  readonly correlationId: string
}

/** A command that a row, or the whole group, asks for. */
type Act = { readonly mapped: CommandMapping; readonly place: number; readonly row: Row }

export async function prepareGroup(
  rows: readonly Row[],
  stream: StreamMapping,
  context: PrepareContext,
): Promise<Prepared> {
  const rejects: Reject[] = []
  const commands: PreparedCommand[] = []
  const unmade: string[] = []
  const [first] = rows
  if (!first) return { commands, rejects, unmade }
  const acts = actsOf(rows, stream)
  try {
    const target = targetOf(stream, scopeOf(context, rows, first))
    const used = new Map<string, number>()
    for (const act of acts) {
      try {
        commands.push(await prepareAct(act, rows, target, used, rejects, context))
      } catch (error) {
        rejects.push(toReject(error, act.row))
        unmade.push(act.mapped.type)
      }
    }
  } catch (error) {
    // Without an id none of the rows has a place.
    rejects.push(...rows.map((row) => ({ ...toReject(error, row), line: row.line })))
    unmade.push(...acts.map(({ mapped }) => mapped.type))
  }
  return { commands, rejects, unmade }
}

function actsOf(rows: readonly Row[], stream: StreamMapping): Act[] {
  const mapped = stream.commands.map((each, place) => ({ mapped: each, place }))
  const chosen = ({ when, unless }: CommandMapping, of: readonly Row[]) =>
    (!when || of.some((row) => holds(when, row))) && !(unless && of.some((row) => holds(unless, row)))
  const whole = (per: CommandMapping['per'], row: Row | undefined): Act[] =>
    row
      ? mapped
          .filter((each) => each.mapped.per === per && chosen(each.mapped, rows))
          .map((each) => ({ ...each, row }))
      : []
  const done = new Set<CommandMapping>()
  const single = rows.flatMap((row) =>
    mapped
      .filter((each) => each.mapped.per === 'row' && chosen(each.mapped, [row]))
      .filter((each) => {
        if (each.mapped.once && done.has(each.mapped)) return false
        done.add(each.mapped)
        return true
      })
      .map((each) => ({ ...each, row })),
  )
  return [...whole('group-start', rows[0]), ...single, ...whole('group-end', rows.at(-1))]
}

function scopeOf({ mapping, parameters }: PrepareContext, rows: readonly Row[], row: Row): Scope {
  return { source: mapping.source, parameters, rows, row }
}

type Target = { readonly category: AnyCategory; readonly id: string }

function targetOf(stream: StreamMapping, scope: Scope): Target {
  const category = findCategory(stream.category)
  if (!category)
    throw new Error(`the mapping names the category ${stream.category}, which the ledger does not have`)
  const id = evaluate(stream.id, scope)
  const parsed = category.id.safeParse(id)
  if (parsed.success) return { category, id: parsed.data }
  throw new RowFault(scope.row, originOf(stream.id, id, [], scope.row).column, firstIssue(parsed.error))
}

async function prepareAct(
  act: Act,
  rows: readonly Row[],
  { category, id }: Target,
  used: Map<string, number>,
  rejects: Reject[],
  context: PrepareContext,
): Promise<PreparedCommand> {
  const { mapped, place, row } = act
  const scope = scopeOf(context, rows, row)
  const definition = findCommand(category, mapped.type)
  if (!definition)
    throw new Error(`the mapping names ${mapped.type}, which is no command of ${category.name}`)
  const { raw, parsed } = parseData(mapped, scope, definition.data, rejects)
  const effectiveAt = mapped.effectiveAt === undefined ? null : (evaluate(mapped.effectiveAt, scope) ?? null)
  const data = await context.seal(definition.data, parsed)
  // Of the sealed form: an id must not give away what the vault hides.
  const content = createHash('sha256')
    .update(JSON.stringify([data, effectiveAt]))
    .digest('hex')
  const name =
    mapped.key !== undefined ? fill(mapped.key, row) : mapped.per === 'row' ? content : String(place)
  // The same act twice in a group: a second payment of the same amount on the same day.
  const nth = (used.get(`${mapped.type}|${name}`) ?? 0) + 1
  used.set(`${mapped.type}|${name}`, nth)
  return {
    command: {
      category,
      type: mapped.type,
      id,
      data,
      effectiveAt: effectiveAt as string | null,
      commandId: naturalId(
        context.mapping.source,
        'command',
        category.name,
        id,
        mapped.type,
        name,
        String(nth),
      ),
      correlationId: context.correlationId,
      causationId: null,
      actor: context.actor,
    },
    cellAt: (pointer) => originOf(mapped.data as Node, raw, pathOf(pointer), row),
  }
}

/** Rows whose part of the data does not parse are rejected one by one; the command is made of the rest. */
function parseData(
  mapped: CommandMapping,
  scope: Scope,
  schema: { safeParse(data: unknown): { success: boolean; data?: unknown; error?: Failure } },
  rejects: Reject[],
): { raw: unknown; parsed: unknown } {
  let rows = scope.rows
  for (;;) {
    const at = { ...scope, rows }
    const bad = new Map<Row, Reject>()
    let raw: unknown
    try {
      raw = evaluate(mapped.data as Node, at)
    } catch (error) {
      const culprit =
        error instanceof RowFault && rows.find((row) => row.line === error.line && row !== scope.row)
      if (!culprit) throw error
      rejects.push(toReject(error, culprit))
      rows = rows.filter((row) => row !== culprit)
      continue
    }
    const result = schema.safeParse(raw)
    if (result.success) return { raw, parsed: result.data }
    for (const issue of result.error?.issues ?? []) {
      const origin = originOf(mapped.data as Node, raw, issue.path.map(String), scope.row)
      const fault = new RowFault(origin.row, origin.column, explain(issue, origin))
      if (!origin.item) throw fault
      if (!bad.has(origin.row)) bad.set(origin.row, toReject(fault, origin.row))
    }
    rejects.push(...bad.values())
    rows = rows.filter((row) => !bad.has(row))
  }
}

type Failure = {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]
}

function explain(issue: Failure['issues'][number], origin: { row: Row; column: string }): string {
  if (origin.column !== '' && origin.row.cell(origin.column) === '') return 'must not be blank'
  return origin.column === '' ? `${issue.path.join('/')}: ${issue.message}` : issue.message
}

function firstIssue(error: Failure): string {
  return error.issues[0]?.message ?? 'is not valid'
}

function pathOf(pointer: string): string[] {
  const [, head, ...rest] = pointer.split('/')
  return head === 'data' ? rest.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')) : []
}

/** @throws what is no fault of a row: a mistake in the mapping, a vault that cannot be used. */
function toReject(error: unknown, row: Row): Reject {
  if (error instanceof RowFault) {
    const { line, column, value, message } = error
    return { line, column, value, code: 'cell', reason: message, reasonZh: '单元格内容不符合要求' }
  }
  if (error instanceof Error && error.name === 'SubjectKeyDestroyedError') {
    const reasonZh = '该个人的数据已依法删除，不得再次录入'
    return { line: row.line, column: '', value: '', code: 'erased', reason: error.message, reasonZh }
  }
  throw error
}
