import type { Position } from '@fireledger/event-store'

/**
 * What the clerk remembers: small documents by key, folded from events alone. They can be thrown away and folded again.
 * Keys are `<kind>/<id>`; documents are plain JSON.
 */
export type Memory = {
  get(key: string): unknown
  /** All documents whose key begins with the prefix, in the order of their keys. */
  entries(prefix: string): Iterable<readonly [key: string, document: unknown]>
}

/** A null forgets the key. */
export type MemoryChanges = ReadonlyMap<string, unknown>

/** Where checkpoint and memory are kept. Written together or not at all, so that a restart continues exactly. */
export type CheckpointStore = Memory & {
  /** The last position that was worked off; null before the first. */
  readonly checkpoint: Position | null
  commit(checkpoint: Position, changes: MemoryChanges): void
  close(): void
}

/** Kept as long as the process lives: for tests and simulations. */
export function createMemoryCheckpointStore(): CheckpointStore {
  const documents = new Map<string, string>()
  let checkpoint: Position | null = null
  return {
    get checkpoint() {
      return checkpoint
    },
    get: (key) => parse(documents.get(key)),
    *entries(prefix) {
      for (const key of [...documents.keys()].filter((key) => key.startsWith(prefix)).sort())
        yield [key, parse(documents.get(key))]
    },
    commit(position, changes) {
      for (const [key, document] of changes) {
        if (document === null) documents.delete(key)
        else documents.set(key, JSON.stringify(document))
      }
      checkpoint = position
    },
    close() {},
  }
}

function parse(json: string | undefined): unknown {
  return json === undefined ? undefined : JSON.parse(json)
}

/** A memory with changes on top that are not committed yet. */
export type Draft = Memory & {
  readonly changes: Map<string, unknown>
  set(key: string, document: unknown): void
}

export function draftOf(memory: Memory): Draft {
  const changes = new Map<string, unknown>()
  return {
    changes,
    set: (key, document) => changes.set(key, document),
    get(key) {
      const changed = changes.get(key)
      return changed === undefined ? memory.get(key) : (changed ?? undefined)
    },
    *entries(prefix) {
      let isChanged = false
      for (const key of changes.keys()) isChanged ||= key.startsWith(prefix)
      if (!isChanged) {
        yield* memory.entries(prefix)
        return
      }
      const merged = new Map(memory.entries(prefix))
      for (const [key, document] of changes) if (key.startsWith(prefix)) merged.set(key, document)
      for (const key of [...merged.keys()].sort()) if (merged.get(key) !== null) yield [key, merged.get(key)]
    },
  }
}
