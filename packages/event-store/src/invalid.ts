import type { z } from 'zod'

/** One field that does not parse: where (JSON Pointer into the command) and what to do. */
export type Invalid = { readonly pointer: string; readonly code: string; readonly message: string }

type Path = readonly PropertyKey[]

/** Each fault with its place, by default as a JSON Pointer under `prefix`. */
export function invalidOf(
  error: z.ZodError,
  prefix: string,
  pointer: (prefix: string, path: Path) => string = jsonPointer,
): Invalid[] {
  return error.issues.flatMap((issue) => {
    const { code, message } = issue
    // One for each unknown field, at the field: the issue itself names their parent.
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        pointer: pointer(prefix, [...issue.path, key]),
        code,
        message: `there is no field ${JSON.stringify(key)} here`,
      }))
    }
    return [{ pointer: pointer(prefix, issue.path), code, message }]
  })
}

/** RFC 6901. */
function jsonPointer(prefix: string, path: Path): string {
  const escaped = path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
  return prefix + escaped.join('')
}
