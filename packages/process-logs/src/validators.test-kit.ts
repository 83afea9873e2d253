import { Ajv, type AnySchema, type ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** Another hand's validator, for the drafts of JSON Schema that the standards use. */

/** What is wrong with the value; null when nothing is. */
export function faultsBy(schema: AnySchema, value: unknown): ErrorObject[] | null {
  const ajv = addFormats.default(isOf2020(schema) ? new Ajv2020(options) : new Ajv(options))
  const { $schema: _, ...rest } = schema as Record<string, unknown>
  const validate = ajv.compile(rest)
  validate(value)
  return validate.errors ?? null
}

// Published schemas name formats and keywords more freely than Ajv's strict mode allows.
const options = { allErrors: true, strict: false }

/** Drafts 4 and 7 agree on all that the published schemas use. */
function isOf2020(schema: AnySchema): boolean {
  return String((schema as { $schema?: string }).$schema).includes('2020-12')
}
