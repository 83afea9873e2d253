import { z } from 'zod'
import receiptPermit1 from '../data/processes/receipt-permit-1.json' with { type: 'json' }
import xf3005Eight1 from '../data/processes/xf3005-eight-1.json' with { type: 'json' }
import xf3005Eight2 from '../data/processes/xf3005-eight-2.json' with { type: 'json' }
import xf3005Eight3 from '../data/processes/xf3005-eight-3.json' with { type: 'json' }
import { divisionCode } from './identifiers.ts'
import { processCode, processContent } from './process-content.ts'

const processFile = z.object({ code: processCode, division: divisionCode, content: processContent })

/** A process as a file of `data/processes` holds it: what `DraftAssessmentProcess` takes, and the id of the stream. */
export type ProcessFile = z.output<typeof processFile>

/**
 * Reads a process file; keys that begin with `$` are for the human reader.
 * @throws ZodError that names the field at fault.
 */
export function parseProcessFile(json: unknown): ProcessFile {
  return processFile.parse(json)
}

/**
 * The processes that come with the program, the default one first. Their limits, lists and samples are defaults
 * (`illustrative`); no authority's rule.
 */
export const shippedProcesses: readonly ProcessFile[] = [
  xf3005Eight3,
  xf3005Eight2,
  xf3005Eight1,
  receiptPermit1,
].map(parseProcessFile)

export function findShippedProcess(code: string): ProcessFile | undefined {
  return shippedProcesses.find((file) => file.code === code)
}
