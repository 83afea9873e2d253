import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'

/** A row, or a part of it, that did not go in. */
export type Reject = {
  readonly line: number
  /** Heading or name of the column; '' when no single one is to blame. */
  readonly column: string
  readonly value: string
  /** Stable: of the rule that refused, or `cell`, `row`, `changed`, `erased`. */
  readonly code: string
  readonly reason: string
  readonly reasonZh: string
}

const headings = ['line', 'column', 'value', 'code', 'reason', '原因']

/**
 * The rejects as CSV that a spreadsheet opens (byte order mark, no cell that begins a formula). The file comes into
 * being with the first reject, readable by its owner only, since the cells are as the source had them.
 */
export function openRejects(path: string): { write(reject: Reject): void; close(): void } {
  rmSync(path, { force: true })
  let file: number | null = null
  const put = (cells: readonly (string | number)[]) => {
    file ??= openSync(path, 'w', 0o600)
    writeSync(file, stringify([[...cells]], { escape_formulas: true }))
  }
  return {
    write({ line, column, value, code, reason, reasonZh }) {
      if (file === null) {
        file = openSync(path, 'w', 0o600)
        writeSync(file, '\uFEFF')
        put(headings)
      }
      put([line, column, value, code, reason, reasonZh])
    },
    close() {
      if (file !== null) closeSync(file)
      file = null
    },
  }
}
