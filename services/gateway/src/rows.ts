/** A row as it is answered: camelCase, positions as text, columns that repeat a person's name left out. */
export function presentRow(
  row: Readonly<Record<string, unknown>>,
  omit: readonly string[] = [],
): Record<string, unknown> {
  const presented: Record<string, unknown> = {}
  for (const [column, value] of Object.entries(row)) {
    if (omit.includes(column)) continue
    presented[camelCase(column)] = column === 'position' ? String(value) : value
  }
  return presented
}

export function camelCase(column: string): string {
  return column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
