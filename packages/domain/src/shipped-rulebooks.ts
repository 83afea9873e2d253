import { z } from 'zod'
import czDefault1 from '../data/rulebooks/cz-default-1.json' with { type: 'json' }
import { divisionCode } from './identifiers.ts'
import { rulebookContent, rulebookId } from './rulebook-content.ts'

const rulebookFile = z.object({ id: rulebookId, division: divisionCode, content: rulebookContent })

/** A rulebook as a file of `data/rulebooks` holds it: what `DraftRulebook` takes, and the id of the stream. */
export type RulebookFile = z.output<typeof rulebookFile>

/**
 * Reads a rulebook file; keys that begin with `$` are for the human reader.
 * @throws ZodError that names the field at fault.
 */
export function parseRulebookFile(json: unknown): RulebookFile {
  return rulebookFile.parse(json)
}

/** The rulebooks that come with the program. Their numbers are defaults (`illustrative`), no authority's rule. */
export const shippedRulebooks: readonly RulebookFile[] = [parseRulebookFile(czDefault1)]
