import type { AnyCategory } from '@fireledger/domain'
import { decodeEvent } from './codec.ts'
import type { EventStore } from './event-store.ts'

/**
 * Streams as they were last folded, remembered for each ledger. Events never change, so a fold of what the ledger holds
 * stays true: every look reads what came after it, and nothing that was only decided is ever remembered. A command put to
 * a stream of 40,000 events costs what one put to a stream of ten does.
 */
export type StreamFold = {
  readonly state: unknown
  /** Of the last event folded; -1 when the stream does not exist. */
  readonly revision: number
  /** Whether an event of the stream may be this command's. False is certain; true is for the ledger to tell. */
  mayHold(commandId: string): boolean
}

type Remembered = {
  readonly state: unknown
  readonly revision: number
  /** Digests of the command ids of its events; of later ones as well when two looks were under way at once. */
  readonly commands: Set<number>
  readonly weight: number
}

type Memory = { readonly folds: Map<string, Remembered>; weight: number }

/** For each ledger; the least recently used go first, and what weighs more by itself is not kept. */
export const rememberedWeightMax = 32 * 1024 * 1024
/** A state holds about what its events say: it weighs as much as their data. */
const weightOfFold = 512
const weightOfCommand = 32

const memories = new WeakMap<object, Memory>()

/** The stream as it stands now. */
export async function foldStream(
  ledger: Pick<EventStore, 'readStream'>,
  category: AnyCategory,
  id: string,
): Promise<StreamFold> {
  const stream = `${category.name}-${id}`
  const known = memoryOf(ledger).folds.get(stream)
  const commands = known?.commands ?? new Set<number>()
  let { state, revision, weight } = known ?? {
    state: category.initialState,
    revision: -1,
    weight: weightOfFold,
  }
  for await (const page of ledger.readStream(stream, { from: revision + 1 })) {
    for (const stored of page) {
      const { id, type, data, metadata } = decodeEvent(stored)
      state = category.evolve(state, { id, type, data, effectiveAt: metadata.effectiveAt })
      revision = stored.revision
      weight += weightOfCommand + stored.data.length
      commands.add(digestOf(metadata.commandId ?? ''))
    }
  }
  if (revision >= 0) remember(ledger, stream, { state, revision, commands, weight })
  return { state, revision, mayHold: (commandId) => commands.has(digestOf(commandId)) }
}

/** After a conflict: should the ledger be another than it was, restored from a backup say, it is folded from its start. */
export function forgetStream(ledger: object, stream: string): void {
  const memory = memoryOf(ledger)
  memory.weight -= memory.folds.get(stream)?.weight ?? 0
  memory.folds.delete(stream)
}

/** What is remembered of a ledger: so many streams, of so much weight in bytes. */
export function rememberedOf(ledger: object): { readonly streams: number; readonly weight: number } {
  const { folds, weight } = memoryOf(ledger)
  return { streams: folds.size, weight }
}

function memoryOf(ledger: object): Memory {
  const known = memories.get(ledger) ?? { folds: new Map<string, Remembered>(), weight: 0 }
  memories.set(ledger, known)
  return known
}

/** Put at the end; of two looks at the same time the one that saw more counts. */
function remember(ledger: object, stream: string, fold: Remembered): void {
  const memory = memoryOf(ledger)
  const known = memory.folds.get(stream)
  const further = known && known.revision > fold.revision ? known : fold
  forgetStream(ledger, stream)
  if (further.weight > rememberedWeightMax) return
  memory.folds.set(stream, further)
  memory.weight += further.weight
  for (const oldest of memory.folds.keys()) {
    if (memory.weight <= rememberedWeightMax) return
    forgetStream(ledger, oldest)
  }
}

/** FNV-1a, 31 bits: small integers make small sets, and an id that only looks the same costs a look into the ledger. */
function digestOf(commandId: string): number {
  let digest = 0x811c9dc5
  for (let index = 0; index < commandId.length; index++) {
    digest = Math.imul(digest ^ commandId.charCodeAt(index), 0x01000193)
  }
  return digest >>> 1
}
