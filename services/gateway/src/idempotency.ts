import { createHash } from 'node:crypto'

/**
 * An Idempotency-Key becomes the command id, and the command id the event ids: a retry is recognised by the ledger
 * itself, for ever and after any crash. What came to no event (refused, or so already) the ledger cannot know: this gateway
 * remembers it (`outcome-memory.ts`), the last hundred thousand of them; behind another gateway, or after that, such a
 * request is decided again. Neither is an outcome that was never reached: a conflict, a missing permission, data that do not
 * parse. What the ledger cannot see is the same key used on another stream; that is
 * answered from the receipts, and from memory for what the read models have not seen yet.
 */
export function commandIdOf(principalId: string, key: string): string {
  return `key-${createHash('sha256').update(`${principalId}\n${key}`).digest('hex').slice(0, 40)}`
}

/** For which stream a command id was used; null when it never was. */
export type FindReceipt = (commandId: string) => string | null

export type Admission = 'admitted' | 'in-flight' | 'other-stream'

export type Admissions = {
  /** Called before a command with a key is handled; `leave` must follow when it was admitted. */
  enter(commandId: string, stream: string): Admission
  leave(commandId: string, stream: string, handled: boolean): void
}

const recentMax = 50_000

export function createAdmissions(findReceipt: FindReceipt): Admissions {
  const inFlight = new Map<string, string>()
  /** Insertion order is age. */
  const recent = new Map<string, string>()
  return {
    enter(commandId, stream) {
      const handling = inFlight.get(commandId)
      if (handling !== undefined) return handling === stream ? 'in-flight' : 'other-stream'
      const before = recent.get(commandId) ?? findReceipt(commandId)
      if (before !== null && before !== stream) return 'other-stream'
      inFlight.set(commandId, stream)
      return 'admitted'
    },
    leave(commandId, stream, handled) {
      inFlight.delete(commandId)
      if (!handled) return
      recent.set(commandId, stream)
      for (const oldest of recent.keys()) {
        if (recent.size <= recentMax) break
        recent.delete(oldest)
      }
    },
  }
}
