import { type Person, person as personSchema } from '@fireledger/domain'
import type { z } from 'zod'

/**
 * Where persons stand in data of a schema, found from the schema's shape once. Data are walked by that plan alone, so
 * nothing that merely looks like a person is touched, and no person that the schema names is missed.
 */
type Plan =
  | { readonly kind: 'person' }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Plan>; readonly rest: Plan | null }
  | { readonly kind: 'items'; readonly first: readonly (Plan | null)[]; readonly rest: Plan | null }
  | { readonly kind: 'union'; readonly options: readonly { schema: z.ZodType; plan: Plan | null }[] }
  /** A schema that refers to itself; its plan is there by the time data are walked. */
  | { readonly kind: 'later'; plan: Plan | null }

/** Null: no person anywhere in it. */
const plans = new WeakMap<z.ZodType, Plan | null>()

/** The data with every person replaced by what `replace` makes of it; unchanged parts are not copied. */
export function replacePersons(
  schema: z.ZodType,
  data: unknown,
  replace: (person: Person) => unknown,
): unknown {
  return walk(planOf(schema), data, replace)
}

/** Every person in the data, in order. */
export function personsIn(schema: z.ZodType, data: unknown): Person[] {
  const found: Person[] = []
  walk(planOf(schema), data, (person) => {
    found.push(person)
    return person
  })
  return found
}

function walk(plan: Plan | null, data: unknown, replace: (person: Person) => unknown): unknown {
  if (plan === null || data === null || typeof data !== 'object') return data
  switch (plan.kind) {
    case 'person':
      return replace(data as Person)
    case 'object': {
      const replaced: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(data)) {
        replaced[key] = walk(plan.fields.get(key) ?? plan.rest, value, replace)
      }
      return replaced
    }
    case 'items':
      return (data as unknown[]).map((item, index) => {
        const own = index < plan.first.length ? (plan.first[index] ?? null) : plan.rest
        return walk(own, item, replace)
      })
    case 'union': {
      const option = plan.options.find(({ schema }) => schema.safeParse(data).success)
      // Passing the value on unsealed would write a person in clear.
      if (!option) throw new Error('a value fits none of the options of its union: parse before sealing')
      return walk(option.plan, data, replace)
    }
    case 'later':
      return walk(plan.plan, data, replace)
  }
}

function planOf(schema: z.ZodType): Plan | null {
  const known = plans.get(schema)
  if (known !== undefined) return known
  const later: Plan = { kind: 'later', plan: null }
  plans.set(schema, later)
  const plan = makePlan(schema)
  later.plan = plan
  plans.set(schema, plan)
  return plan
}

// The parts of a schema's definition that may hold other schemas.
type Definition = {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly catchall?: z.ZodType
  readonly element?: z.ZodType
  readonly items?: readonly z.ZodType[]
  readonly rest?: z.ZodType | null
  readonly options?: readonly z.ZodType[]
  readonly innerType?: z.ZodType
  readonly out?: z.ZodType
  readonly valueType?: z.ZodType
  readonly left?: z.ZodType
  readonly right?: z.ZodType
  readonly getter?: () => z.ZodType
}

function makePlan(schema: z.ZodType): Plan | null {
  if (isPerson(schema)) return { kind: 'person' }
  const definition = schema.def as unknown as Definition
  const rest = (inner: z.ZodType | null | undefined) => (inner ? planOf(inner) : null)
  switch (definition.type) {
    case 'object':
      return objectPlan(definition.shape ?? {}, rest(definition.catchall))
    case 'record':
      return objectPlan({}, rest(definition.valueType))
    case 'array':
      return itemsPlan([], rest(definition.element))
    case 'tuple':
      return itemsPlan((definition.items ?? []).map(planOf), rest(definition.rest))
    case 'union': {
      const options = (definition.options ?? []).map((option) => ({ schema: option, plan: planOf(option) }))
      return options.some(({ plan }) => plan) ? { kind: 'union', options } : null
    }
    case 'intersection':
      if (rest(definition.left) || rest(definition.right)) {
        throw new Error('persons in an intersection are not supported: write one object')
      }
      return null
    case 'map':
    case 'set':
      throw new Error(`a ${definition.type} is not JSON and cannot be sealed`)
    case 'pipe':
      return rest(definition.out)
    case 'lazy':
      return rest(definition.getter?.())
    default:
      return rest(definition.innerType)
  }
}

function isPerson(schema: z.ZodType): boolean {
  return schema === (personSchema as z.ZodType) || schema.meta()?.personal === true
}

function objectPlan(shape: Readonly<Record<string, z.ZodType>>, rest: Plan | null): Plan | null {
  const fields = new Map<string, Plan>()
  for (const [key, field] of Object.entries(shape)) {
    const plan = planOf(field)
    if (plan) fields.set(key, plan)
  }
  return fields.size > 0 || rest ? { kind: 'object', fields, rest } : null
}

function itemsPlan(first: readonly (Plan | null)[], rest: Plan | null): Plan | null {
  return rest || first.some((plan) => plan) ? { kind: 'items', first, rest } : null
}
