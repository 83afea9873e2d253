import { findCategory, type Reliance } from '@fireledger/domain'
import type { EventStore } from './event-store.ts'
import { foldStream } from './stream-folds.ts'

/** The streams that a decision read, by name, as they stood. */
export type Relied = ReadonlyMap<string, { readonly state: unknown; readonly revision: number }>

/** The state of each stream named, as of now: many decisions rely on the same few institutions, people and rulebooks. */
export async function loadReliances(
  ledger: Pick<EventStore, 'readStream'>,
  reliances: readonly Reliance[],
): Promise<Relied> {
  const relied = new Map<string, { readonly state: unknown; readonly revision: number }>()
  for (const { category: name, id } of reliances) {
    const stream = `${name}-${id}`
    if (relied.has(stream)) continue
    const category = findCategory(name)
    if (!category) throw new Error(`reliesOn names the category ${name}, which the catalogue does not have`)
    const { state, revision } = await foldStream(ledger, category, id)
    relied.set(stream, { state, revision })
  }
  return relied
}
