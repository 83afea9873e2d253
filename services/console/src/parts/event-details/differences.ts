export type Difference = { readonly path: string; readonly before: string; readonly after: string }

/** The leaves in which two values differ, by their paths (`a.b[0]`); empty text where there is none. */
export function differencesOf(before: unknown, after: unknown): Difference[] {
  const old = new Map(leavesOf(before, ''))
  const fresh = new Map(leavesOf(after, ''))
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((path) => ({ path, before: old.get(path) ?? '', after: fresh.get(path) ?? '' }))
    .filter((one) => one.before !== one.after)
}

function leavesOf(value: unknown, path: string): [string, string][] {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((one, index) => leavesOf(one, `${path}[${index}]`))
  if (typeof value === 'object') {
    return Object.entries(value).flatMap(([key, one]) => leavesOf(one, path === '' ? key : `${path}.${key}`))
  }
  return [[path, String(value)]]
}
