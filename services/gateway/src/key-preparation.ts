import { type PersonKeys, personsIn } from '@fireledger/vault'
import type { z } from 'zod'

/** Makes the keys that sealing these data will need. To be called for commands that are authorised already. */
export type PrepareKeys = (schema: z.ZodType, data: unknown) => Promise<void>

/**
 * A key is on disk before it is used, and each commit to the key file holds up all requests for a disk's sync; a store
 * that machines share is a question away. So the new subjects of commands that arrive together share one commit. When that fails, each makes its own: one damaged key
 * is the trouble of the command that names it.
 */
export function createKeyPreparation(vault: Pick<PersonKeys, 'createKeys'>): PrepareKeys {
  let waiting = new Set<string>()
  let commit: Promise<void> | null = null

  function commitSoon(): Promise<void> {
    return new Promise((resolve, reject) => {
      setImmediate(async () => {
        const subjects = waiting
        waiting = new Set()
        commit = null
        try {
          await vault.createKeys(subjects)
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  return async (schema, data) => {
    if (!mentionsSubject(data)) return
    const parsed = schema.safeParse(data)
    if (!parsed.success) return
    const own = new Set(personsIn(schema, parsed.data).map(({ subjectId }) => subjectId))
    if (own.size === 0) return
    for (const subjectId of own) waiting.add(subjectId)
    commit ??= commitSoon()
    try {
      await commit
    } catch {
      await vault.createKeys(own)
    }
  }
}

/** Most commands bring no person: they need not be parsed twice. Depth is bounded where bodies are read. */
export function mentionsSubject(data: unknown): boolean {
  if (data === null || typeof data !== 'object') return false
  if (Array.isArray(data)) return data.some(mentionsSubject)
  return Object.hasOwn(data, 'subjectId') || Object.values(data).some(mentionsSubject)
}
