import fc from 'fast-check'
import type { z } from 'zod'
import { identityCheckCharacter, usccCheckCharacter } from '../identifiers.ts'
import { addDays, startOfDay } from '../values.ts'

/**
 * Arbitrary data for a schema, read off its definition: a new field is covered without a new generator. Identifiers,
 * days and hashes come from small pools, so that commands to different streams meet now and then.
 */

type Definition = {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly element?: z.core.$ZodType
  readonly innerType?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
  readonly entries?: Readonly<Record<string, string>>
  readonly values?: readonly unknown[]
  readonly in?: z.core.$ZodType
  readonly out?: z.core.$ZodType
  readonly keyType?: z.core.$ZodType
  readonly valueType?: z.core.$ZodType
  readonly format?: string
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[]
}
type Check = {
  readonly check: string
  readonly value?: number
  readonly inclusive?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly length?: number
  readonly pattern?: RegExp
}
/** Bounds of a number, or of the length of a string or an array, and the patterns of a string. */
type Limits = {
  readonly min: number
  readonly max: number
  readonly step: number | null
  readonly patterns: readonly RegExp[]
}

function limitsOf(definition: Definition): Limits {
  let min = Number.NEGATIVE_INFINITY
  let max = Number.POSITIVE_INFINITY
  let step: number | null = null
  const patterns: RegExp[] = []
  for (const { _zod } of definition.checks ?? []) {
    const { check, value, inclusive, minimum, maximum, length, pattern } = _zod.def
    if (check === 'greater_than' && value !== undefined) min = Math.max(min, inclusive ? value : value + 1)
    if (check === 'less_than' && value !== undefined) max = Math.min(max, inclusive ? value : value - 1)
    if (check === 'multiple_of' && value !== undefined) step = value
    min = Math.max(min, minimum ?? length ?? min)
    max = Math.min(max, maximum ?? length ?? max)
    if (pattern) patterns.push(pattern)
  }
  return { min, max, step, patterns }
}

/** Any input that the schema takes. */
export function arbitraryInput(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  let missed = 0
  return generate(schema).filter((value) => {
    const parsed = (schema as z.ZodType).safeParse(value)
    missed = parsed.success ? 0 : missed + 1
    if (missed > 5000) throw new Error(`cannot generate: ${JSON.stringify(value)} · ${parsed.error?.message}`)
    return parsed.success
  })
}

function generate(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const definition = schema._zod.def as unknown as Definition
  const limits = limitsOf(definition)
  const inner = () => arbitraryInput(definition.innerType ?? schema)
  switch (definition.type) {
    case 'object':
      return generateObject(definition.shape ?? {})
    case 'array':
      return generateArray(definition.element ?? schema, limits)
    case 'record':
      return fc.dictionary(
        generate(definition.keyType ?? schema) as fc.Arbitrary<string>,
        generate(definition.valueType ?? schema),
        {
          maxKeys: 3,
        },
      )
    case 'nullable':
      return fc.option(inner(), { nil: null, freq: 2 })
    case 'default':
    case 'prefault':
    case 'optional':
    case 'readonly':
    case 'nonoptional':
      return inner()
    case 'union':
      return fc.oneof(...(definition.options ?? []).map(arbitraryInput))
    case 'enum':
      return fc.constantFrom(...Object.values(definition.entries ?? {}))
    case 'literal':
      return fc.constantFrom(...(definition.values ?? []))
    case 'boolean':
      return fc.boolean()
    case 'number':
      return generateNumber(definition, limits)
    case 'string':
      return generateString(definition, limits)
    case 'pipe':
      return generatePipe(definition)
    case 'unknown':
    case 'any':
      return fc.jsonValue({ maxDepth: 2 })
    default:
      throw new Error(`no generator for a schema of type ${definition.type}; add one here`)
  }
}

function generateObject(shape: Readonly<Record<string, z.core.$ZodType>>) {
  const requiredKeys = Object.keys(shape).filter((key) => shape[key]?._zod.optin !== 'optional')
  const fields = Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, arbitraryInput(field)]))
  return fc.record(fields, { requiredKeys, noNullPrototype: true })
}

function generateArray(element: z.core.$ZodType, { min, max }: Limits) {
  const minLength = Math.max(min, 0)
  return fc.array(arbitraryInput(element), { minLength, maxLength: Math.min(max, minLength + 3) })
}

/** Never -0: JSON writes it as 0, and nobody means it. */
function generateNumber({ format }: Definition, limits: Limits) {
  const min = Math.max(limits.min, Number.MIN_SAFE_INTEGER)
  const max = Math.min(limits.max, Number.MAX_SAFE_INTEGER)
  if (limits.step !== null) {
    const perUnit = Math.round(1 / limits.step)
    const most = Math.min(max, min + 200) * perUnit
    return fc.integer({ min: Math.ceil(min * perUnit), max: Math.floor(most) }).map((n) => n / perUnit + 0)
  }
  if (format !== 'safeint') return fc.double({ min, max, noNaN: true }).map((n) => n + 0)
  return fc.oneof(
    fc.integer({ min, max: Math.min(max, min + 20) }),
    fc.maxSafeInteger().map((n) => clamp(n, min, max)),
  )
}

function clamp(n: number, min: number, max: number): number {
  return Math.min(Math.max(n, min), max)
}

const pool = (first: string) => Array.from({ length: 4 }, (_, at) => `${first}${at}`)
/** Ids of our own, in every category the same few. */
export const ulids = pool('01JD000000000000000000000')
export const eventIds = pool('00000000-0000-8000-a000-00000000000')
export const usccs = pool('91320402MA1WABC0').map((first17) => first17 + usccCheckCharacter(first17))
const identityNumbers = pool('3204021980010112').map((first17) => first17 + identityCheckCharacter(first17))
const days = fc.integer({ min: 0, max: 400 }).map((n) => addDays('2025-01-01', n))

/** A moment, mostly at a common hour, so that facts of the same moment occur. */
export const moments = fc
  .tuple(days, fc.constantFrom(0, 0, 9, 23))
  .map(([day, hour]) => new Date(Date.parse(startOfDay(day)) + hour * 3_600_000).toISOString())

/** Strings that a pattern would hardly hit by chance. */
const known: readonly (readonly [sample: string, fc.Arbitrary<string>])[] = [
  [usccs[0] ?? '', fc.constantFrom(...usccs)],
  [ulids[0] ?? '', fc.constantFrom(...ulids)],
  [eventIds[0] ?? '', fc.constantFrom(...eventIds)],
  [identityNumbers[0] ?? '', fc.constantFrom(...identityNumbers)],
  ['320402', fc.constantFrom('320000', '320400', '320402', '320481')],
  ['a'.repeat(64), fc.constantFrom('a'.repeat(64), 'b'.repeat(64))],
]

function generateString({ format }: Definition, { min, max, patterns }: Limits): fc.Arbitrary<string> {
  if (format === 'date') return days
  if (format === 'datetime') return moments
  if (format === 'uuid') return fc.constantFrom(...eventIds)
  const [first] = patterns
  if (first) {
    const pooled = known.find(([sample]) => patterns.every((pattern) => pattern.test(sample)))
    return pooled ? pooled[1] : fc.stringMatching(first)
  }
  const maxLength = Math.min(max, 40)
  const minLength = clamp(min, 0, maxLength)
  const phrases = ['苏消技〔2025〕1', 'A-1', '整改合格'].filter((phrase) => phrase.length <= maxLength)
  const any = fc.string({ unit: 'grapheme', minLength, maxLength })
  return phrases.length === 0 ? any : fc.oneof(fc.constantFrom(...phrases), any)
}

/** A transformation is fed what it takes; what only narrows is fed what comes out. */
function generatePipe(definition: Definition): fc.Arbitrary<unknown> {
  let source = definition.in
  while (source?._zod.def.type === 'pipe') source = (source._zod.def as unknown as Definition).in
  const format = (source?._zod.def as unknown as Definition | undefined)?.format
  const target = definition.out?._zod.def.type === 'transform' ? source : definition.out
  if (format !== undefined && source) return generate(source)
  if (!target) throw new Error('a pipe without an end')
  return generate(target)
}
