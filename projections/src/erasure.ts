import type { EventReader, StoredEvent } from '@fireledger/event-store'
import { type Vault, VaultUnavailableError } from '@fireledger/vault'
import type { Logger } from './runner.ts'

/**
 * Erasure is decided by an event and carried out on the keys. The event is acknowledged first, so a process may stop in
 * between, and a file of keys may be restored from a copy that is older than the event: whoever opens the keys beside
 * the ledger carries out all that the ledger says, before anyone is shown.
 */

/** Sees to it that a person's key is gone; does nothing when it is. */
export type Forget = (subjectId: string) => void

const category = 'subjectKey'

/** Whose key the event destroys; null for any other event. */
export function erasedBy({ type, stream }: Pick<StoredEvent, 'type' | 'stream'>): string | null {
  return type === 'SubjectKeyDestroyed' ? stream.slice(category.length + 1) : null
}

/** Everyone whom the ledger says to be erased. */
export async function carryOutErasures(reader: EventReader, forget: Forget): Promise<void> {
  for await (const page of reader.readAll({ filter: { categories: [category] } })) {
    for (const stored of page) {
      const subjectId = erasedBy(stored)
      if (subjectId !== null) forget(subjectId)
    }
  }
}

const retryMs = 1000

/**
 * Destroys keys, and tries again until the bytes are gone from the key file's log as well, which another process may
 * be reading at the moment.
 */
export function openEraser(
  vault: Pick<Vault, 'destroyKey' | 'destroyedAt'>,
  logger?: Logger,
): { readonly forget: Forget; close(): void } {
  const unclean = new Set<string>()
  let timer: NodeJS.Timeout | undefined

  function destroy(subjectId: string): void {
    try {
      vault.destroyKey(subjectId)
      unclean.delete(subjectId)
    } catch (error) {
      if (!(error instanceof VaultUnavailableError)) throw error
      if (!unclean.has(subjectId)) {
        logger?.error({ subjectId, reason: error.message }, 'key destroyed, its file not yet cleaned')
      }
      unclean.add(subjectId)
    }
  }

  function tryAgain(): void {
    timer = undefined
    for (const subjectId of [...unclean]) destroy(subjectId)
    wait()
  }

  function wait(): void {
    if (unclean.size > 0) timer ??= setTimeout(tryAgain, retryMs).unref()
  }

  return {
    forget(subjectId) {
      // What an earlier process left in the log was cleaned when the file was opened.
      if (vault.destroyedAt(subjectId) !== null) return
      destroy(subjectId)
      wait()
    },
    close: () => clearTimeout(timer),
  }
}
