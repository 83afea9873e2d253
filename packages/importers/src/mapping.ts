import { z } from 'zod'

/**
 * A mapping says, as data, how the rows of a foreign table become commands. Its parts are nodes: a string, number,
 * boolean or null stands for itself, an array or object for itself with its parts evaluated, and an object with one of
 * the keys below for what it computes. README.md of this package shows each with an example.
 */

export const importKinds = [
  'units',
  'institutions',
  'practitioners',
  'inspections',
  'penalty-cases',
  'assessments',
] as const
export type ImportKind = (typeof importKinds)[number]

const columnName = z.string().min(1).max(200)

/** Which rows: all conditions hold. */
const condition = z
  .array(
    z.union([
      z.strictObject({ column: columnName, in: z.array(z.string()).min(1) }),
      z.strictObject({ column: columnName, notIn: z.array(z.string()).min(1) }),
      z.strictObject({ column: columnName, blank: z.boolean() }),
    ]),
  )
  .meta({ description: 'conditions on cells of the row; all must hold' })
export type Condition = z.output<typeof condition>

/** text: trimmed, NFC · fen: decimal amount ×100 · day: calendar day · instant: date-time (a day: its first moment). */
export const cellKinds = ['text', 'integer', 'number', 'fen', 'boolean', 'day', 'instant'] as const
export type CellKind = (typeof cellKinds)[number]

const columnNode = z.strictObject({
  $column: columnName,
  as: z.enum(cellKinds).default('text'),
  /** Of a day or instant, from the letters yyyy M MM d dd H HH m mm s ss, the rest literally: `dd/MM/yyyy HH:mm`. */
  format: z.string().optional(),
  /** Of instants that carry none. */
  offset: z
    .string()
    .regex(/^[+-]\d\d:\d\d$/)
    .default('+08:00'),
  /** Cell text → value; `*` for all others. A text that is not in it is a fault of the row, or read by `as`. */
  map: z.record(z.string(), z.json()).optional(),
  otherwise: z.enum(['fault', 'read']).default('fault'),
  /** Multiplies a number, for instance an amount that was written without its decimal point. */
  times: z.number().optional(),
  /** Cuts the cell at this text; the value is then an array. */
  split: z.string().min(1).optional(),
  /** Makes an object with this one field of each value. */
  wrap: z.string().min(1).optional(),
  /** Value of a blank cell; without it the field is left out. */
  default: z.json().optional(),
  /** The number less that of the nearest row above, in the same group, whose cell is not blank. */
  difference: z.boolean().default(false),
})
export type ColumnNode = z.output<typeof columnNode>

export type Node =
  | string
  | number
  | boolean
  | null
  | ColumnNode
  /** `{column}` is replaced by the cell's text; a blank cell is a fault of the row. */
  | { $template: string }
  /** An id from a natural key (a template); `of` keeps the ids of different things apart. */
  | { $ulid: { of: string; key: string } }
  /** What the caller of the import gave, or the mapping's default. */
  | { $parameter: string }
  /** SHA-256 of the template's text. */
  | { $sha256: string }
  /** How many rows of the group up to this one have the same text (a template), from 1. */
  | { $occurrence: string }
  /** The least value (text order; so days and instants) that the node takes over the rows of the group. */
  | { $least: Node }
  /** The one when the row meets the conditions, else the other (left out when there is none). */
  | { $if: { when: Condition; value: Node; otherwise?: Node | undefined } }
  /** One value per row of the group; `distinct` keeps the first of equal ones. */
  | { $rows: { each: Node; when?: Condition | undefined; distinct?: boolean | undefined } }
  | Node[]
  | { [field: string]: Node }

const node: z.ZodType<Node> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    columnNode,
    z.strictObject({ $template: z.string() }),
    z.strictObject({ $ulid: z.strictObject({ of: z.string().min(1), key: z.string().min(1) }) }),
    z.strictObject({ $parameter: z.string().min(1) }),
    z.strictObject({ $sha256: z.string() }),
    z.strictObject({ $occurrence: z.string() }),
    z.strictObject({ $least: node }),
    z.strictObject({ $if: z.strictObject({ when: condition, value: node, otherwise: node.optional() }) }),
    z.strictObject({
      $rows: z.strictObject({ each: node, when: condition.optional(), distinct: z.boolean().optional() }),
    }),
    z.array(node),
    z.record(z.string().regex(/^[^$]/, 'no such operator'), node),
  ]),
) as z.ZodType<Node>

const commandMapping = z.strictObject({
  type: z.string(),
  /** Once before the rows of a group (on its first row), for each row, or once after them (on its last row). */
  per: z.enum(['group-start', 'row', 'group-end']).default('group-start'),
  /** For a row: of that row. For a group: of any of its rows. */
  when: condition.optional(),
  /** The opposite: not of that row; of no row of the group. */
  unless: condition.optional(),
  /** For a row: only the first of the group that the conditions choose. */
  once: z.boolean().default(false),
  /** When the fact holds; null or left out: now. */
  effectiveAt: node.optional(),
  /**
   * What names this act within its stream (a template). The same key with other content is rejected as changed since
   * it was imported. Without it a row's act is named by its content, a group's by its place in the mapping.
   */
  key: z.string().min(1).optional(),
  data: z.record(z.string(), node),
})
export type CommandMapping = z.output<typeof commandMapping>

const streamMapping = z.strictObject({
  category: z.string(),
  /** Rows with the same text (a template) belong to one stream; each row by itself when left out. */
  groupBy: z.string().min(1).optional(),
  when: condition.optional(),
  id: node,
  commands: z.array(commandMapping).min(1),
})
export type StreamMapping = z.output<typeof streamMapping>

export const mappingSchema = z.strictObject({
  $schema: z.string().optional(),
  what: z.enum(importKinds),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  /** Names the source in every id: two mappings with the same source speak of the same things. */
  source: z.string().regex(/^[a-z0-9][a-z0-9-]{1,59}$/, 'expected a name such as toronto-fire-inspections'),
  /** Sheet of a workbook; the first one when left out. */
  sheet: z.string().optional(),
  /** The table's columns by a name of our own: every heading that they may have. Others go by their heading. */
  columns: z
    .record(
      z.string(),
      z.strictObject({ headings: z.array(z.string()).min(1), optional: z.boolean().default(false) }),
    )
    .default({}),
  /** What the caller may set, such as the division of a table that has no column for it, with their defaults. */
  parameters: z.record(z.string(), z.string()).default({}),
  /** Code of a process that comes with the program: a ledger that does not have it gets it first, in force since ever. */
  process: z.string().min(1).optional(),
  /** One pass over the table each, in this order. */
  streams: z.array(streamMapping).min(1),
})
export type Mapping = z.output<typeof mappingSchema>

/** @throws Error that names each wrong place in the mapping. */
export function parseMapping(json: unknown): Mapping {
  const parsed = mappingSchema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new Error(`the mapping is not valid:\n${z.prettifyError(parsed.error)}`)
}
