import { findCategory, type Reliance } from '@fireledger/domain'
import { decodeEvent } from './codec.ts'
import type { EventStore } from './event-store.ts'

/** The streams that a decision read, by name, as they stood. */
export type Relied = ReadonlyMap<string, { readonly state: unknown; readonly revision: number }>

type Folded = { readonly state: unknown; readonly revision: number }

/** Folds remembered per ledger; the least recently used go first. */
const rememberedMax = 512
const remembered = new WeakMap<object, Map<string, Folded>>()

/**
 * The state of each stream named, as of now. Events never change, so what was folded before is kept and only what came
 * after it is read: many decisions rely on the same few institutions, people, rulebooks and processes.
 */
export async function loadReliances(
  ledger: Pick<EventStore, 'readStream'>,
  reliances: readonly Reliance[],
): Promise<Relied> {
  const relied = new Map<string, Folded>()
  for (const { category, id } of reliances) {
    const stream = `${category}-${id}`
    if (!relied.has(stream)) relied.set(stream, await foldOn(ledger, category, id))
  }
  return relied
}

async function foldOn(ledger: Pick<EventStore, 'readStream'>, name: string, id: string): Promise<Folded> {
  const category = findCategory(name)
  if (!category) throw new Error(`reliesOn names the category ${name}, which the catalogue does not have`)
  const folds = foldsOf(ledger)
  const stream = `${name}-${id}`
  let { state, revision }: Folded = folds.get(stream) ?? { state: category.initialState, revision: -1 }
  for await (const page of ledger.readStream(stream, { from: revision + 1 })) {
    for (const stored of page) {
      const event = decodeEvent(stored)
      const { effectiveAt } = event.metadata
      state = category.evolve(state, { id: event.id, type: event.type, data: event.data, effectiveAt })
      revision = event.revision
    }
  }
  if (revision >= 0) remember(folds, stream, { state, revision })
  return { state, revision }
}

function foldsOf(ledger: object): Map<string, Folded> {
  const known = remembered.get(ledger) ?? new Map<string, Folded>()
  remembered.set(ledger, known)
  return known
}

function remember(folds: Map<string, Folded>, stream: string, folded: Folded): void {
  // Put at the end; of two that read at the same time the one that saw more counts.
  const known = folds.get(stream)
  folds.delete(stream)
  folds.set(stream, known && known.revision > folded.revision ? known : folded)
  const [oldest] = folds.keys()
  if (folds.size > rememberedMax && oldest !== undefined) folds.delete(oldest)
}
