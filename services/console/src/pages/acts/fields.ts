import type { JsonSchema } from '@fireledger/client'

/** The fields of a form, as the JSON Schema of a command gives them; and the data that the form makes. */

export type Field = {
  /** Property name; the index within a list; empty for the whole. */
  readonly name: string
  readonly required: boolean
  readonly nullable: boolean
  readonly description: string | null
  readonly shape: Shape
}

export type Shape =
  | { readonly kind: 'text'; readonly long: boolean; readonly pattern: string | null }
  | { readonly kind: 'day' }
  | { readonly kind: 'moment' }
  | { readonly kind: 'number'; readonly integer: boolean }
  | { readonly kind: 'truth' }
  | { readonly kind: 'choice'; readonly options: readonly (string | number)[] }
  | { readonly kind: 'fixed'; readonly value: string | number }
  | { readonly kind: 'group'; readonly fields: readonly Field[] }
  | { readonly kind: 'list'; readonly item: Field }
  /** One of several groups, told apart by the fixed value of one field. */
  | {
      readonly kind: 'variants'
      readonly tag: string
      readonly groups: Readonly<Record<string, readonly Field[]>>
    }
  | { readonly kind: 'json' }

type Schema = {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly maxLength?: number
  readonly enum?: readonly (string | number | null)[]
  readonly const?: string | number
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

/** Free text of these is longer than a line. */
const longTexts = [
  'reason',
  'note',
  'facts',
  'conclusion',
  'summary',
  'description',
  'explanation',
  'grounds',
]

export function fieldsOf(schema: JsonSchema): readonly Field[] {
  const { shape } = fieldOf('', schema as Schema, true)
  return shape.kind === 'group' ? shape.fields : []
}

function fieldOf(name: string, given: Schema, required: boolean): Field {
  const { schema, nullable } = withoutNull(given)
  const description = given.description ?? schema.description ?? null
  return { name, required, nullable, description, shape: shapeOf(name, schema) }
}

function withoutNull(schema: Schema): { readonly schema: Schema; readonly nullable: boolean } {
  if (Array.isArray(schema.type)) {
    const [only] = schema.type.filter((type) => type !== 'null')
    return { schema: { ...schema, type: only }, nullable: schema.type.includes('null') }
  }
  const others = schema.anyOf?.filter(({ type }) => type !== 'null') ?? []
  const [only] = others
  if (schema.anyOf && others.length < schema.anyOf.length && others.length === 1 && only)
    return { schema: only, nullable: true }
  return { schema, nullable: false }
}

function shapeOf(name: string, schema: Schema): Shape {
  if (schema.const !== undefined) return { kind: 'fixed', value: schema.const }
  if (schema.enum) return { kind: 'choice', options: schema.enum.filter((option) => option !== null) }
  const variants = variantsOf(schema.oneOf ?? schema.anyOf ?? [])
  if (variants) return variants
  switch (schema.type) {
    case 'string':
      if (schema.format === 'date') return { kind: 'day' }
      if (schema.format === 'date-time') return { kind: 'moment' }
      return { kind: 'text', long: longTexts.includes(name), pattern: schema.pattern ?? null }
    case 'integer':
    case 'number':
      return { kind: 'number', integer: schema.type === 'integer' }
    case 'boolean':
      return { kind: 'truth' }
    case 'array':
      return schema.items ? { kind: 'list', item: fieldOf('', schema.items, true) } : { kind: 'json' }
    case 'object':
      return schema.properties ? { kind: 'group', fields: groupOf(schema) } : { kind: 'json' }
    default:
      return { kind: 'json' }
  }
}

function groupOf({ properties = {}, required = [] }: Schema): readonly Field[] {
  return Object.entries(properties).map(([name, each]) => fieldOf(name, each, required.includes(name)))
}

function variantsOf(options: readonly Schema[]): Shape | null {
  if (options.length < 2) return null
  const tag = Object.keys(options[0]?.properties ?? {}).find((name) =>
    options.every(({ properties }) => properties?.[name]?.const !== undefined),
  )
  if (tag === undefined) return null
  const groups = options.map((option) => [String(option.properties?.[tag]?.const), groupOf(option)] as const)
  return { kind: 'variants', tag, groups: Object.fromEntries(groups) }
}

/** What a field holds before anyone wrote: undefined means that it is left out. */
export function emptyValue({ shape, required, nullable }: Field): unknown {
  if (nullable) return null
  if (!required) return undefined
  switch (shape.kind) {
    case 'fixed':
      return shape.value
    case 'truth':
      return false
    case 'group':
      return emptyGroup(shape.fields)
    case 'list':
      return []
    case 'variants':
      return emptyGroup(Object.values(shape.groups)[0] ?? [])
    default:
      return undefined
  }
}

export function emptyGroup(fields: readonly Field[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.map((field) => [field.name, emptyValue(field)]))
}

/** Pointers of required fields that hold nothing. */
export function missingIn(fields: readonly Field[], value: unknown, pointer: string): string[] {
  const held = (value ?? {}) as Readonly<Record<string, unknown>>
  return fields.flatMap((field) => missingAt(field, held[field.name], `${pointer}/${field.name}`))
}

function missingAt({ shape, required, nullable }: Field, value: unknown, pointer: string): string[] {
  if (value === null && nullable) return []
  if (value === undefined || value === null || value === '') return required ? [pointer] : []
  switch (shape.kind) {
    case 'group':
      return missingIn(shape.fields, value, pointer)
    case 'list':
      return (value as unknown[]).flatMap((each, index) => missingAt(shape.item, each, `${pointer}/${index}`))
    case 'variants': {
      const chosen = String((value as Readonly<Record<string, unknown>>)[shape.tag])
      return missingIn(shape.groups[chosen] ?? [], value, pointer)
    }
    default:
      return []
  }
}
