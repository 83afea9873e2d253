import {
  type LedgerEvent,
  type RulebookState,
  type RulebookVersion,
  rulebook,
  rulebookVersion,
} from '@fireledger/domain'
import { decodeEvent, type EventStore, type Position } from '@fireledger/event-store'
import type { CheckpointStore, Memory } from './memory.ts'
import { createMemoryCheckpointStore, type Draft, draftOf } from './memory.ts'
import type { Recollection } from './recollections.ts'

/**
 * A rulebook that was adopted for days that lay behind judges the facts of those days too, as far as no other one has:
 * the clerk reads the ledger again with a memory of its own, in which such facts find the first rulebook that came to
 * cover their day. Whatever it asked for before has the same id and the same content, and happens once.
 */

const marker = 'reread/'
const laterKey = 'later-rulebooks'

/** Marks that facts before this adoption are to be read again. */
export const lateAdoptions: Recollection = {
  on: ['RulebookAdopted'],
  fold(_, memory) {
    memory.set(marker, true)
  },
}

export function mustReread(memory: Memory): boolean {
  return memory.get(marker) === true
}

/** The rulebooks as they stood after each adoption that the clerk is yet to come to, in order. */
export function recallLaterLibraries(memory: Memory): readonly (readonly RulebookVersion[])[] {
  return (memory.get(laterKey) as RulebookVersion[][] | undefined) ?? []
}

export async function reread(
  ledger: Pick<EventStore, 'readAll'>,
  store: CheckpointStore,
  types: readonly string[],
  workOff: (event: LedgerEvent, memory: Draft) => Promise<void>,
): Promise<void> {
  const upTo = store.checkpoint
  if (upTo === null) return
  const again = createMemoryCheckpointStore()
  const later = await librariesUpTo(ledger, upTo)
  again.commit(upTo, new Map([[laterKey, later]]))
  for await (const page of ledger.readAll({ filter: { types } })) {
    const memory = draftOf(again)
    for (const stored of page) {
      if (stored.position > upTo) break
      await workOff(decodeEvent(stored), memory)
    }
    again.commit(upTo, memory.changes)
  }
  const changes = new Map<string, unknown>([...again.entries('')])
  for (const [key] of store.entries('')) if (!changes.has(key)) changes.set(key, null)
  changes.set(marker, null)
  changes.set(laterKey, null)
  store.commit(upTo, changes)
}

async function librariesUpTo(
  ledger: Pick<EventStore, 'readAll'>,
  upTo: Position,
): Promise<RulebookVersion[][]> {
  const states = new Map<string, RulebookState>()
  const libraries: RulebookVersion[][] = []
  for await (const page of ledger.readAll({ filter: { categories: ['rulebook'] } })) {
    for (const stored of page) {
      if (stored.position > upTo) break
      const { id, streamId, type, data, metadata } = decodeEvent(stored)
      const occurred = { id, type, data, effectiveAt: metadata.effectiveAt } as never
      states.set(streamId, rulebook.evolve(states.get(streamId) ?? rulebook.initialState, occurred))
      if (type === 'RulebookAdopted')
        libraries.push([...states].flatMap(([name, state]) => rulebookVersion(name, state) ?? []))
    }
  }
  return libraries
}
