import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ImportKind, importKinds, type Mapping, parseMapping } from './mapping.ts'

const folder = new URL('../mappings/', import.meta.url)

/** Names of the mappings that come with the program; those named like a kind take tables in its own headings. */
export function shippedMappings(): string[] {
  return readdirSync(fileURLToPath(folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort()
}

/**
 * A mapping that comes with the program by its name, or else from a file.
 * @throws Error when there is none, or it is not valid.
 */
export function loadMapping(nameOrPath: string): Mapping {
  const shipped = shippedMappings().includes(nameOrPath)
  const path = shipped ? fileURLToPath(new URL(`${nameOrPath}.json`, folder)) : nameOrPath
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const names = shippedMappings().join(', ')
    throw new Error(`cannot read the mapping ${nameOrPath}; those that come along are ${names}`, { cause })
  }
  try {
    return parseMapping(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${nameOrPath}: ${(cause as Error).message}`, { cause })
  }
}

export function isImportKind(text: string): text is ImportKind {
  return (importKinds as readonly string[]).includes(text)
}
