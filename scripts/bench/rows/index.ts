import type { Row } from '../frame.ts'
import { appendRows } from './appends.ts'
import { rebuildRow } from './rebuild.ts'

/** Every row of the table of aims, in its order. */
export const rows: readonly Row[] = [...appendRows, rebuildRow]
