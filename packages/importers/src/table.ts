import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import * as xlsx from '@e965/xlsx'
import { parse } from 'csv-parse/sync'
import type { Mapping } from './mapping.ts'

/** A table in memory: rows as they stand, cells by the names that the mapping uses. About 1 kB a row. */
export type Table = { readonly rows: readonly Row[]; readonly faults: readonly TableFault[] }

export type Row = {
  /** Line of the file, or row of the sheet, from 1 (the headings). */
  readonly line: number
  /** Trimmed text in NFC; '' when blank. @throws for a column that the table does not have. */
  readonly cell: (column: string) => string
}

/** A row that cannot be read at all. */
export type TableFault = { readonly line: number; readonly column: string; readonly reason: string }

type RawRow = { readonly line: number; readonly cells: readonly string[] }
type Raw = { readonly rows: readonly RawRow[]; readonly faults: readonly TableFault[] }

/** @throws Error for a file that cannot be read, a sheet or column that is missing, a heading that stands twice. */
export async function readTable(path: string, mapping: Mapping): Promise<Table> {
  const bytes = await readFile(path)
  const spreadsheet = ['.xlsx', '.xlsm', '.xls'].includes(extname(path).toLowerCase())
  const raw = spreadsheet ? readSheet(bytes, mapping.sheet) : readCsv(decodeText(bytes))
  const [head, ...body] = raw.rows
  if (!head) throw new Error(`${path} has no heading row`)
  const columns = columnsOf(head.cells, mapping)
  const faults = [...raw.faults]
  const rows: Row[] = []
  for (const { line, cells } of body) {
    if (cells.every((cell) => cell === '')) continue
    if (cells.length > head.cells.length) {
      const reason = `the row has ${cells.length} cells, the headings are ${head.cells.length}`
      faults.push({ line, column: '', reason })
      continue
    }
    rows.push({ line, cell: (column) => cells[indexOf(columns, column)] ?? '' })
  }
  return { rows, faults }
}

function indexOf(columns: ReadonlyMap<string, number>, column: string): number {
  const index = columns.get(column)
  if (index === undefined)
    throw new Error(`the mapping reads the column ${column}, which the table does not have`)
  return index
}

/** -1: an optional column that is not there. */
function columnsOf(headings: readonly string[], mapping: Mapping): Map<string, number> {
  const plain = (text: string) => text.normalize('NFKC').replaceAll(/\s+/g, ' ').trim().toLowerCase()
  const known = headings.map(plain)
  const twice = known.find((heading, index) => heading !== '' && known.indexOf(heading) !== index)
  if (twice !== undefined) throw new Error(`the heading “${twice}” stands twice`)
  const columns = new Map(headings.map((heading, index) => [heading, index]))
  const missing: string[] = []
  for (const [name, { headings: wanted, optional }] of Object.entries(mapping.columns)) {
    const names = new Set(wanted.map(plain))
    const index = known.findIndex((heading) => names.has(heading))
    if (index < 0 && !optional) missing.push(`${name} (${wanted.join(' / ')})`)
    columns.set(name, index)
  }
  if (missing.length > 0) {
    throw new Error(`the table has no column ${missing.join(', ')}; its columns are ${headings.join(', ')}`)
  }
  return columns
}

/** UTF-8 with or without a mark; otherwise GB 18030, in which spreadsheets in China save. */
function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

function clean(text: string): string {
  return text.normalize('NFC').trim()
}

/** More of them and the file is no CSV, or not in this delimiter. */
const unreadableLinesMax = 1000

/**
 * A stray quote would swallow what follows up to the next one, so quotes are read strictly: the line at which the
 * record with the fault begins is given up, and reading goes on with the next.
 */
function readCsv(text: string): Raw {
  const rows: RawRow[] = []
  const faults: TableFault[] = []
  const head = firstLine(text)
  const [delimiter = ','] = [',', ';', '\t'].sort((a, b) => head.split(b).length - head.split(a).length)
  let rest = text
  let lineBefore = 0
  while (rest !== '') {
    const { records, failure } = parseUntilFault(rest, delimiter)
    for (const { lines, cells } of records) rows.push({ line: lineBefore + lines, cells })
    if (failure === null) break
    if (faults.length === unreadableLinesMax) throw new Error(`no readable CSV: ${failure}`)
    const readLines = records.at(-1)?.lines ?? 0
    const lines = rest.split('\n').slice(readLines)
    const blank = lines.findIndex((line) => line.trim() !== '')
    const given = readLines + Math.max(blank, 0) + 1
    faults.push({ line: lineBefore + given, column: '', reason: `not readable as CSV: ${failure}` })
    rest = lines.slice(Math.max(blank, 0) + 1).join('\n')
    lineBefore += given
  }
  return { rows, faults }
}

type CsvRecord = { readonly lines: number; readonly cells: readonly string[] }

function parseUntilFault(text: string, delimiter: string): { records: CsvRecord[]; failure: string | null } {
  const records: CsvRecord[] = []
  try {
    parse(text, {
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines }: { lines: number }) => {
        records.push({ lines, cells: cells.map(clean) })
        return null
      },
    })
    return { records, failure: null }
  } catch (error) {
    return { records, failure: (error as Error).message.split(':')[0] ?? '' }
  }
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n') < 0 ? text.length : text.indexOf('\n'))
}

function readSheet(bytes: Uint8Array, wanted: string | undefined): Raw {
  const book = xlsx.read(bytes, { type: 'buffer', dense: true, cellDates: true, UTC: true })
  const name = wanted ?? book.SheetNames[0]
  const sheet = name === undefined ? undefined : book.Sheets[name]
  if (!sheet)
    throw new Error(`the workbook has no sheet ${wanted}; its sheets are ${book.SheetNames.join(', ')}`)
  const faults: TableFault[] = []
  const values = xlsx.utils.sheet_to_json<unknown[]>(sheet, {
    header: 1,
    raw: true,
    defval: '',
    blankrows: true,
    UTC: true,
  })
  const firstRow = sheet['!ref'] ? xlsx.utils.decode_range(sheet['!ref']).s.r : 0
  const headings = (values[0] ?? []).map((value) => clean(String(value)))
  const rows = values.flatMap((cells, index) => {
    const line = firstRow + index + 1
    const long = cells.findIndex(
      (value) => typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER,
    )
    if (long < 0) return [{ line, cells: trimEnd(cells.map(sheetText)) }]
    const reason = 'a number of so many digits has lost its last ones: format the column as text'
    faults.push({ line, column: headings[long] ?? '', reason })
    return []
  })
  return { rows, faults }
}

function sheetText(value: unknown): string {
  if (value instanceof Date) {
    const text = value.toISOString()
    return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ')
  }
  return clean(String(value ?? ''))
}

/** A sheet is as wide as its widest row. */
function trimEnd(cells: readonly string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1)
}
