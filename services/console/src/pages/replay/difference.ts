/** What differs between two JSON values, place by place. */

export type Difference = {
  /** `/details/declared/engineers` */
  readonly path: string
  /** As JSON; null where there is no such place. */
  readonly before: string | null
  readonly after: string | null
}

/** Every scalar with its place; an empty object or list is one as well. */
function places(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : []
  if (inner.length === 0) into.set(path, JSON.stringify(value) ?? 'null')
  for (const [key, one] of inner) places(one, `${path}/${key}`, into)
  return into
}

/** In the order of the places; what is equal is left out. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [left, right] = [places(before, '', new Map()), places(after, '', new Map())]
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => left.get(path) !== right.get(path))
    .sort()
    .map((path) => ({ path, before: left.get(path) ?? null, after: right.get(path) ?? null }))
}
