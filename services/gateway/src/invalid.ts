import { type Invalid, invalidOf } from '@fireledger/event-store'
import type { z } from 'zod'
import { type FieldProblem, ProblemError } from './problems.ts'

/** What does not parse, field by field. Schemas speak English; the Chinese sentence says what kind of fault it is. */
const faults: Readonly<Record<string, string>> = {
  invalid_type: '类型不符',
  invalid_value: '不在允许的取值内',
  invalid_format: '格式不符',
  too_big: '过大或过长',
  too_small: '过小、过短或为空',
  unrecognized_keys: '含有未知字段',
  invalid_union: '不符合任何一种允许的形式',
  not_multiple_of: '数值精度不符',
  custom: '校验未通过',
}

export function fieldProblem(error: Invalid): FieldProblem {
  const zh = `${faults[error.code] ?? '不符合要求'}：${error.message}`
  return { pointer: error.pointer, code: error.code, detail: { zh, en: error.message } }
}

export function invalid(errors: readonly Invalid[]): ProblemError {
  const where = errors
    .slice(0, 5)
    .map((error) => error.pointer || '/')
    .join(' ')
  return new ProblemError(
    'invalid',
    { zh: `请更正这些字段后重试：${where}`, en: `correct these fields and try again: ${where}` },
    { errors: errors.slice(0, 100).map(fieldProblem) },
  )
}

/** Parses, or throws the problem with a pointer for each fault; `prefix` begins each pointer (`?` for queries). */
export function parseOrRefuse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  prefix = '',
): z.output<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalid(faultsOf(parsed.error, prefix))
}

/** Fastify's validation of addresses and queries, with the same answers. */
export function compileValidator({ schema, httpPart }: { schema: z.ZodType; httpPart?: string | undefined }) {
  const prefix = httpPart === 'querystring' ? '?' : ''
  return (value: unknown) => {
    const parsed = schema.safeParse(value)
    return parsed.success ? { value: parsed.data } : { error: invalid(faultsOf(parsed.error, prefix)) }
  }
}

/** A field of a query by its name; all else as in any command. */
function faultsOf(error: z.ZodError, prefix: string): Invalid[] {
  if (prefix !== '?') return invalidOf(error, prefix)
  return invalidOf(error, prefix, (mark, path) => `${mark}${path.map(String).join('.')}`)
}
