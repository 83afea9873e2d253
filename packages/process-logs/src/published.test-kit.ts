import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The schemas that the standards publish are read where someone has put them, beside the repository; they are no part
 * of it, since none of the files says under which licence it may be passed on. Without them the schemas written here from
 * the facts of the standards are what a test has.
 */

const folder =
  process.env.FIRELEDGER_SCHEMAS_DIR ?? fileURLToPath(new URL('../../../../shared/schemas/', import.meta.url))

const publishedSchemas = {
  /** IEEE 1849-2016, XML Schema. */
  xes: join(folder, 'xes.xsd'),
  /** OCEL 2.0, JSON Schema. */
  ocel: join(folder, 'ocel20.json'),
  /** PROV-JSON, JSON Schema (draft 4). */
  prov: join(folder, 'prov-json.json'),
}

/** Null, told aloud, when it is not there. */
export function publishedText(name: keyof typeof publishedSchemas): string | null {
  const path = publishedSchemas[name]
  if (existsSync(path)) return readFileSync(path, 'utf8')
  process.stderr.write(
    `SKIPPED: the published schema ${name} is not beside the repository (${path}); FIRELEDGER_SCHEMAS_DIR names another folder\n`,
  )
  return null
}

export function publishedSchema(name: 'ocel' | 'prov'): object | null {
  const text = publishedText(name)
  return text === null ? null : JSON.parse(text)
}
