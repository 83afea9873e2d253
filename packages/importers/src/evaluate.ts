import { createHash } from 'node:crypto'
import { CellError, readCell } from './cells.ts'
import type { ColumnNode, Condition, Node } from './mapping.ts'
import { naturalId } from './natural-id.ts'
import type { Row } from './table.ts'

/** Nodes of a mapping → values, over the rows of one group. */

export type Scope = {
  readonly source: string
  readonly parameters: Readonly<Record<string, string>>
  /** All rows of the group, in order. */
  readonly rows: readonly Row[]
  /** The row that cells are read from. */
  readonly row: Row
}

/** What is wrong with one cell of one row. */
export class RowFault extends Error {
  override readonly name = 'RowFault'
  readonly line: number
  readonly column: string
  readonly value: string
  constructor(row: Row, column: string, reason: string) {
    super(reason)
    this.line = row.line
    this.column = column
    this.value = column === '' ? '' : row.cell(column)
  }
}

/** Undefined: a blank cell without default. @throws RowFault */
export function evaluate(node: Node, scope: Scope): unknown {
  if (node === null || typeof node !== 'object') return node
  if (Array.isArray(node)) {
    return node.map((part) => evaluate(part, scope)).filter((value) => value !== undefined)
  }
  const operator = operatorOf(node)
  if (operator) return operator(scope)
  const value: Record<string, unknown> = {}
  for (const [field, part] of Object.entries(node as Record<string, Node>)) {
    const evaluated = evaluate(part, scope)
    if (evaluated !== undefined) value[field] = evaluated
  }
  return value
}

// The values of a $rows node remember their rows, so that a fault in one of them is laid to its row.
const rowsOfItems = new WeakMap<readonly unknown[], readonly Row[]>()

function operatorOf(
  node: Exclude<Node, string | number | boolean | null>,
): ((scope: Scope) => unknown) | null {
  if ('$column' in node) return (scope) => columnValue(node as ColumnNode, scope)
  if ('$template' in node) return (scope) => fill(node.$template as string, scope.row)
  if ('$ulid' in node) {
    const { of, key } = node.$ulid as { of: string; key: string }
    return (scope) => naturalId(scope.source, of, fill(key, scope.row))
  }
  if ('$parameter' in node) return ({ parameters }) => parameters[node.$parameter as string]
  if ('$sha256' in node) {
    return (scope) =>
      createHash('sha256')
        .update(fill(node.$sha256 as string, scope.row))
        .digest('hex')
  }
  if ('$occurrence' in node) {
    const template = node.$occurrence as string
    return ({ rows, row }) => occurrenceOf(template, rows, row)
  }
  if ('$least' in node) {
    return (scope) => {
      const values = scope.rows.map((row) => evaluate(node.$least as Node, { ...scope, row }))
      return values.filter((value) => value !== undefined).sort()[0]
    }
  }
  if ('$if' in node) {
    return (scope) => {
      const branch = branchOf(node.$if as IfNode, scope.row)
      return branch === undefined ? undefined : evaluate(branch, scope)
    }
  }
  if ('$rows' in node) return (scope) => eachRow(node.$rows as RowsNode, scope)
  return null
}

// Counted once per group: a group may have thousands of rows.
const occurrences = new WeakMap<readonly Row[], Map<string, Map<Row, number>>>()

function occurrenceOf(template: string, rows: readonly Row[], row: Row): number {
  const counted = occurrences.get(rows) ?? new Map<string, Map<Row, number>>()
  occurrences.set(rows, counted)
  let ofRows = counted.get(template)
  if (!ofRows) {
    ofRows = new Map()
    const seen = new Map<string, number>()
    for (const each of rows) {
      const text = fill(template, each)
      const nth = (seen.get(text) ?? 0) + 1
      seen.set(text, nth)
      ofRows.set(each, nth)
    }
    counted.set(template, ofRows)
  }
  return ofRows.get(row) ?? 1
}

type IfNode = { when: Condition; value: Node; otherwise?: Node }

function branchOf({ when, value, otherwise }: IfNode, row: Row): Node | undefined {
  return holds(when, row) ? value : otherwise
}

type RowsNode = { each: Node; when?: Condition; distinct?: boolean }

function eachRow({ each, when, distinct }: RowsNode, scope: Scope): unknown[] {
  const rows: Row[] = []
  const values: unknown[] = []
  const seen = new Set<string>()
  for (const row of scope.rows) {
    if (when && !holds(when, row)) continue
    const value = evaluate(each, { ...scope, row })
    const text = JSON.stringify(value)
    if (value === undefined || (distinct && seen.has(text))) continue
    seen.add(text)
    rows.push(row)
    values.push(value)
  }
  rowsOfItems.set(values, rows)
  return values
}

function columnValue(node: ColumnNode, { rows, row }: Scope): unknown {
  const text = row.cell(node.$column)
  if (text === '') return node.default
  const convert = (part: string): unknown => {
    if (node.map) {
      const mapped = Object.hasOwn(node.map, part) ? node.map[part] : node.map['*']
      if (mapped !== undefined) return mapped
      if (node.otherwise === 'read') return number(node, readCell(part, node.as, node))
      const known = Object.keys(node.map).slice(0, 12).join(', ')
      throw new CellError(`is none of the values that the mapping knows: ${known}`)
    }
    return number(node, readCell(part, node.as, node))
  }
  try {
    if (node.split !== undefined) {
      const parts = text.split(node.split).map((part) => part.trim())
      const values = parts.filter((part) => part !== '').map(convert)
      return node.wrap === undefined ? values : values.map((value) => ({ [String(node.wrap)]: value }))
    }
    const value = convert(text)
    return node.difference ? Number(value) - before(node, rows, row) : value
  } catch (error) {
    if (error instanceof CellError) throw new RowFault(row, node.$column, error.message)
    throw error
  }
}

function number(node: ColumnNode, value: string | number | boolean) {
  return node.times !== undefined && typeof value === 'number' ? value * node.times : value
}

function before(node: ColumnNode, rows: readonly Row[], row: Row): number {
  const above = rows.slice(0, rows.indexOf(row)).findLast((other) => other.cell(node.$column) !== '')
  if (!above) return 0
  return Number(number(node, readCell(above.cell(node.$column), node.as, node)))
}

/** @throws RowFault for a blank cell: a key with a hole in it names nothing. */
export function fill(template: string, row: Row): string {
  return template.replaceAll(/\{([^{}]+)\}/g, (_, column: string) => {
    const text = row.cell(column)
    if (text === '') throw new RowFault(row, column, 'must not be blank')
    return text
  })
}

export function holds(when: Condition, row: Row): boolean {
  return when.every((part) => {
    const text = row.cell(part.column)
    if ('in' in part) return part.in.includes(text)
    if ('notIn' in part) return !part.notIn.includes(text)
    return (text === '') === part.blank
  })
}

/** Where a value at a JSON Pointer came from: the row, and the column that the node there reads ('' when none). */
export function originOf(
  node: Node | undefined,
  value: unknown,
  pointer: readonly string[],
  row: Row,
): { row: Row; column: string; item: boolean } {
  const [step, ...rest] = pointer
  if (node !== null && typeof node === 'object') {
    if ('$rows' in node) {
      const items = value as readonly unknown[]
      const index = Number(step)
      const own = rowsOfItems.get(items)?.[index]
      if (step === undefined || !own) return { row, column: '', item: false }
      return { ...originOf((node.$rows as RowsNode).each, items[index], rest, own), item: true }
    }
    if ('$if' in node) return originOf(branchOf(node.$if as IfNode, row), value, pointer, row)
    const column = columnOf(node)
    if (column !== null) return { row, column, item: false }
    if (step !== undefined) {
      const part = (node as Record<string, Node>)[step]
      if (part !== undefined) return originOf(part, (value as Record<string, unknown>)?.[step], rest, row)
    }
  }
  return { row, column: '', item: false }
}

function columnOf(node: Exclude<Node, string | number | boolean | null>): string | null {
  if ('$column' in node) return node.$column as string
  const ulid = '$ulid' in node ? (node.$ulid as { key: string }).key : undefined
  const template = [
    ulid,
    ...['$template', '$sha256', '$occurrence'].map((name) => (node as Record<string, unknown>)[name]),
  ].find((text) => typeof text === 'string') as string | undefined
  if (template === undefined) return null
  return /\{([^{}]+)\}/.exec(template)?.[1] ?? ''
}
