import type { EventReader, Position, StoredEvent } from '@fireledger/event-store'
import { VaultUnavailableError } from '@fireledger/vault'
import type { Logger } from './runner.ts'

/**
 * Erasure is decided by an event and carried out on the keys. The event is acknowledged first, so a process may stop in
 * between, and a file of keys may be restored from a copy that is older than the event: whoever opens the keys beside
 * the ledger carries out all that the ledger says, before anyone is shown.
 */

/** Sees to it that a person's key is gone; does nothing when it is. Here it is gone when this has settled. */
export type Forget = (subjectId: string) => void | Promise<void>

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
      if (subjectId !== null) await forget(subjectId)
    }
  }
}

const retryMs = 1000

/** A vault, or the keys that many machines share. */
type Keys = {
  /** @throws VaultUnavailableError when it has to be called again. */
  destroyKey(subjectId: string): unknown
  destroyedAt(subjectId: string): string | null
}

/**
 * Destroys keys, and tries again until nothing is left of their bytes: another process may be reading the key file at
 * the moment, a store that many machines share may not answer.
 */
export function openEraser(keys: Keys, logger?: Logger): { readonly forget: Forget; close(): Promise<void> } {
  const unclean = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let trying: Promise<void> | undefined
  let isClosed = false

  async function destroy(subjectId: string): Promise<void> {
    try {
      await keys.destroyKey(subjectId)
      if (unclean.delete(subjectId)) logger?.info({ subjectId }, 'nothing is left of the key')
    } catch (error) {
      if (!(error instanceof VaultUnavailableError)) throw error
      if (!unclean.has(subjectId)) {
        logger?.error({ subjectId, reason: error.message }, 'key destroyed here, bytes of it may be left')
      }
      unclean.add(subjectId)
    }
  }

  async function tryAgain(): Promise<void> {
    for (const subjectId of [...unclean]) if (!isClosed) await destroy(subjectId)
    timer = undefined
    wait()
  }

  function wait(): void {
    if (unclean.size === 0 || isClosed) return
    timer ??= setTimeout(() => {
      trying = tryAgain()
    }, retryMs).unref()
  }

  return {
    async forget(subjectId) {
      // What an earlier process left in the log was cleaned when the file was opened; shared keys say null until then.
      if (keys.destroyedAt(subjectId) !== null) return
      await destroy(subjectId)
      wait()
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await trying
    },
  }
}

/** Carries out what the ledger says from now on, until the signal aborts: for processes that fold no read models. */
export async function followErasures(
  reader: EventReader,
  after: Position,
  forget: Forget,
  signal: AbortSignal,
): Promise<void> {
  const filter = { categories: [category] }
  for await (const message of reader.subscribeToAll({ after, filter, signal })) {
    if (message.kind !== 'events') continue
    for (const stored of message.events) {
      const subjectId = erasedBy(stored)
      if (subjectId !== null) await forget(subjectId)
    }
  }
}
