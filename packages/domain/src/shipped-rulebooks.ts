import { z } from 'zod'
import bj2022Trial from '../data/rulebooks/bj-2022-trial.json' with { type: 'json' }
import czDefault1 from '../data/rulebooks/cz-default-1.json' with { type: 'json' }
import czPractitioner12 from '../data/rulebooks/cz-practitioner-12.json' with { type: 'json' }
import fjHousing2025 from '../data/rulebooks/fj-housing-2025.json' with { type: 'json' }
import nx2023Colours from '../data/rulebooks/nx-2023-colours.json' with { type: 'json' }
import szDb44033382023 from '../data/rulebooks/sz-db4403-338-2023.json' with { type: 'json' }
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

/**
 * The rulebooks that come with the program, the default one first. Their numbers are defaults (`illustrative`) except
 * those under `publishedNumbers`; no authority's rule.
 */
export const shippedRulebooks: readonly RulebookFile[] = [
  czDefault1,
  bj2022Trial,
  fjHousing2025,
  nx2023Colours,
  szDb44033382023,
  czPractitioner12,
].map(parseRulebookFile)
