import { type Invalid, invalidOf } from '@fireledger/event-store'
import type { z } from 'zod'
import { faultInChinese } from './field-faults.ts'
import { type FieldProblem, ProblemError } from './problems.ts'

/** What does not parse, field by field. */
export function fieldProblem(error: Invalid): FieldProblem {
  const zh = faultInChinese(error.code, error.message)
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
