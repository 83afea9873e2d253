import type { Movement, SimulatedGrade, SimulatedLine } from '@fireledger/domain'
import { stringify } from 'csv-stringify/sync'

/**
 * Movements as JSON and as CSV. The CSV has a row per line that differs, at least one per subject. Deductions and
 * bonuses have columns of their own, without signs: a cell that begins with one of = + - @ is neutralised.
 */

export function movementsAsJson(movements: readonly Movement[]): string {
  return movements.map((movement) => JSON.stringify(movement)).join(',\n')
}

const subjectColumns = ['subject', 'name', 'subject_kind', 'division', 'direction']
const gradeColumns = ['rulebook', 'level', 'grade', 'score', 'veto', 'base']
const lineColumns = ['item', 'title_zh', 'title_en', 'event', 'fact', 'articles']
const sideColumns = ['deducted', 'earned', 'capped_by', 'valid_until', 'why_zh', 'why_en']
const both = (names: readonly string[]) =>
  ['before', 'after'].flatMap((side) => names.map((n) => `${n}_${side}`))

/** The byte order mark tells spreadsheets that it is UTF-8. */
export const csvHeadings = `\uFEFF${rows([
  [...subjectColumns, ...both(gradeColumns), ...lineColumns, ...both(sideColumns), 'illustrative'],
])}`

export function movementsAsCsv(movements: readonly Movement[]): string {
  return rows(
    movements.flatMap((movement) => {
      const lines = movement.lines.length === 0 ? [null] : movement.lines
      return lines.map((line) => cellsOf(movement, line))
    }),
  )
}

type Cell = string | number | null

function rows(cells: readonly (readonly Cell[])[]): string {
  return stringify(
    cells.map((row) => [...row]),
    { escape_formulas: true },
  )
}

function cellsOf(movement: Movement, line: SimulatedLine | null): Cell[] {
  const { subject, name, subjectKind, division, direction, before, after } = movement
  const illustrative =
    before.illustrative || after.illustrative || line?.before?.illustrative || line?.after?.illustrative
  return [
    ...[subject, name, subjectKind, division, direction],
    ...gradeCells(before),
    ...gradeCells(after),
    line?.item ?? null,
    line?.title.zh ?? null,
    line?.title.en ?? null,
    line?.event ?? null,
    line?.factId ?? null,
    line?.legalBasis.join(' ') ?? null,
    ...sideCells(line?.before ?? null),
    ...sideCells(line?.after ?? null),
    illustrative ? 'illustrative 示例' : null,
  ]
}

function gradeCells({ rulebook, level, grade, score, veto, base }: SimulatedGrade): Cell[] {
  return [rulebook, level, grade, score, veto, base]
}

function sideCells(side: SimulatedLine['before']): Cell[] {
  if (side === null) return sideColumns.map(() => null)
  const { points, cappedBy, validUntil, why } = side
  return [points < 0 ? -points : null, points > 0 ? points : null, cappedBy, validUntil, why.zh, why.en]
}
