import type { RegisterRow } from '@fireledger/client'

/** A table as a file: headings and rows, all as text. */
type Sheet = readonly (readonly string[])[]

/** Spreadsheets run cells that begin like a formula; such a cell gets an apostrophe before it. */
function harmless(cell: string): string {
  return /^[=+\-@\t\r]/.test(cell) && !/^-?[\d.,]+$/.test(cell) ? `'${cell}` : cell
}

export function toCsv(sheet: Sheet): string {
  const quoted = (cell: string) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  // The mark tells spreadsheets that the text is UTF-8.
  return `\ufeff${sheet.map((row) => row.map((cell) => quoted(harmless(cell))).join(',')).join('\r\n')}\r\n`
}

async function toXlsx(sheet: Sheet, name: string): Promise<Blob> {
  const { utils, write } = await import('@e965/xlsx')
  const book = utils.book_new()
  utils.book_append_sheet(book, utils.aoa_to_sheet(sheet.map((row) => [...row])), name.slice(0, 31))
  const bytes = write(book, { type: 'array', bookType: 'xlsx' }) as ArrayBuffer
  return new Blob([bytes], { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' })
}

/** Reads every row that fits, and hands the file to the browser. */
export async function exportRows(
  kind: 'csv' | 'xlsx',
  name: string,
  headings: readonly string[],
  rows: AsyncIterable<RegisterRow>,
  cellsOf: (row: RegisterRow) => readonly string[],
): Promise<void> {
  const sheet: (readonly string[])[] = [headings]
  for await (const row of rows) sheet.push(cellsOf(row))
  const file =
    kind === 'csv' ? new Blob([toCsv(sheet)], { type: 'text/csv;charset=utf-8' }) : await toXlsx(sheet, name)
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}.${kind}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
