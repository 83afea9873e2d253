import type { Draft } from '@fireledger/clerk'
import type { RulebookStates } from '@fireledger/domain'

/**
 * The clerk's memory as it would have been: the simulated rulebooks from the beginning, and of subjects only those
 * that are looked at, so that facts about anybody else come to nothing and cost nothing.
 */
export function createSimulationMemory(rulebooks: RulebookStates, isSubject: (id: string) => boolean): Draft {
  const library = [...rulebooks].map(([id, state]) => [`rulebook/${id}`, state] as const)
  const documents = new Map<string, unknown>()
  return {
    changes: documents,
    get: (key) => documents.get(key),
    set(key, document) {
      if (key.startsWith('rulebook/')) return
      if (key.startsWith('subject/') && !isSubject(key.slice('subject/'.length))) return
      if (document === null) documents.delete(key)
      else documents.set(key, document)
    },
    *entries(prefix) {
      if (prefix === 'rulebook/') yield* library
      else for (const entry of documents) if (entry[0].startsWith(prefix)) yield entry
    },
  }
}
