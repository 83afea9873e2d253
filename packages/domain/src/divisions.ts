import table from '../data/divisions.json' with { type: 'json' }

/** Administrative divisions down to counties, GB/T 2260; the table names its sources. */
const names: ReadonlyMap<string, string> = new Map([
  ...Object.entries<string>(table.withdrawn),
  ...Object.entries<string>(table.current),
])

/** Whether the table has the code, in force or withdrawn. */
export function isDivision(code: string): boolean {
  return names.has(code)
}

/** The division's own name: `320402` → `天宁区`; null when no division has the code. */
export function divisionName(code: string): string | null {
  return names.get(code) ?? null
}

/** The name with those above it: `320402` → `江苏省常州市天宁区`; null when no division has the code. */
export function divisionFullName(code: string): string | null {
  if (!names.has(code)) return null
  const chain = new Set([`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`, code])
  return [...chain]
    .map((part) => names.get(part) ?? '')
    .filter((name) => !placeholders.has(name))
    .join('')
}

// Rows of the standard that group divisions and name none.
const placeholders = new Set(['市辖区', '县', '省直辖县级行政区划', '自治区直辖县级行政区划'])

/** The divisions in force directly within one, by code: cities of a province, counties of a city; null: the provinces. */
export function divisionsWithin(code: string | null): string[] {
  const stem = code === null ? '' : code.replace(/(?:00){1,2}$/, '')
  if (stem.length === 6) return []
  const shape = new RegExp(`^${stem}\\d\\d0{${4 - stem.length}}$`)
  const parts = Object.keys(table.current).filter((part) => part !== code && shape.test(part))
  // Rows that only group are left out; what stands under them directly below a province is shown in their place.
  return parts.flatMap((part) => (isPlaceholder(part) ? divisionsWithin(part) : [part])).sort()
}

function isPlaceholder(code: string): boolean {
  return placeholders.has(names.get(code) ?? '')
}
