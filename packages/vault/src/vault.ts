import type { OpenedPerson, Person, SealedPerson } from '@fireledger/domain'
import type { z } from 'zod'
import { SubjectKeyDestroyedError, VaultUnavailableError } from './errors.ts'
import { cleanLog, openKeyFile } from './key-file.ts'
import { keyRows } from './key-rows.ts'
import { personsIn, replacePersons } from './person-paths.ts'
import {
  deriveSubjectKey,
  eraseSubjectKey,
  newWrappedKey,
  type SubjectKey,
  sealPerson,
  unsealPerson,
  unwrapDataKey,
} from './sealing.ts'

/**
 * Keeps one data key per subject, wrapped by the master key, in a SQLite file outside the ledger. Destroying a key
 * erases the person from every event, copy and backup of the ledger at once, and leaves every proof valid.
 * Every method is synchronous. Several threads and processes may each open the same file: a key destroyed by one is
 * gone for all with their next call.
 */
export interface Vault {
  /**
   * The data (parsed by the schema) with every `person` in it sealed. A subject without a key gets one, durably,
   * before this returns. The same data always give the same bytes.
   * @throws SubjectKeyDestroyedError when a subject was erased.
   */
  seal(schema: z.ZodType, data: unknown): unknown
  /**
   * Makes the keys that are missing in one go; for imports, where one sync per person would be slow.
   * @throws VaultUnavailableError when one is missing and the file is a replica.
   */
  createKeys(subjectIds: Iterable<string>): void
  /**
   * Never throws for a missing key: every field is then null and `withheld` says why.
   * @throws SealBrokenError when the bytes were altered, or moved here from another subject.
   */
  open(sealed: SealedPerson): OpenedPerson
  /**
   * Irrevocable, idempotent. The key's bytes are overwritten in the file and in memory; that and when it was
   * destroyed stays known. Returns when it was first destroyed.
   * @throws VaultUnavailableError when another process kept the old bytes in the log: call again.
   */
  destroyKey(subjectId: string): string
  /** When the subject's key was destroyed; null when it was not. */
  destroyedAt(subjectId: string): string | null
  close(): void
}

export type VaultOptions = {
  /** `keys.db`; its folder must exist. */
  readonly path: string
  /** 32 bytes. */
  readonly masterKey: Uint8Array
  readonly now?: () => string
  /** How long to wait for another process that writes; 5000 when absent. */
  readonly busyTimeoutMs?: number
  /** The file follows another store, in which alone keys are made: see `shared-keys.ts`. */
  readonly isReplica?: boolean
}

/** Bounds memory: about 300 bytes each. */
const cachedKeysMax = 50_000

/** @throws VaultUnavailableError for a wrong master key, a foreign file, a folder that cannot be written. */
export function openVault(options: VaultOptions): Vault {
  const { path, masterKey, isReplica = false, now = () => new Date().toISOString() } = options
  const database = openKeyFile(path, masterKey, options.busyTimeoutMs)
  const selectVersion = database.prepare('PRAGMA data_version')
  const rows = keyRows(database)

  const cache = new Map<string, SubjectKey>()
  let seenVersion = -1
  let seenDestroyed = -1

  /** Drops all cached keys when another connection destroyed any. */
  function noticeDestructions(): void {
    const version = (selectVersion.get() as { data_version: number }).data_version
    if (version === seenVersion) return
    const destroyed = rows.destroyedCount()
    if (destroyed !== seenDestroyed) forgetAll()
    seenVersion = version
    seenDestroyed = destroyed
  }

  function forgetAll(): void {
    for (const key of cache.values()) eraseSubjectKey(key)
    cache.clear()
  }

  function find(subjectId: string): SubjectKey | 'key-missing' | 'key-destroyed' {
    const cached = cache.get(subjectId)
    if (cached) return cached
    const kept = rows.find(subjectId)
    if (!kept) return 'key-missing'
    if (kept.wrapped === null) return 'key-destroyed'
    let dataKey: Buffer
    try {
      dataKey = unwrapDataKey(masterKey, subjectId, kept.wrapped)
    } catch (cause) {
      throw new VaultUnavailableError(`the stored key of subject ${subjectId} is damaged: restore ${path}`, {
        cause,
      })
    }
    const key = deriveSubjectKey(dataKey)
    dataKey.fill(0)
    if (cache.size >= cachedKeysMax) forgetAll()
    cache.set(subjectId, key)
    return key
  }

  function createKeys(subjectIds: Iterable<string>): void {
    noticeDestructions()
    const missing = [...new Set(subjectIds)].filter((id) => find(id) === 'key-missing')
    if (missing.length === 0) return
    if (isReplica) {
      throw new VaultUnavailableError(
        `${path} is a replica and has no key of subject ${missing[0]}: keys are made in the store that it follows`,
      )
    }
    const createdAt = now()
    // Another process may have made some of them in the meantime.
    rows.add(
      missing.map((subjectId) => ({ subjectId, wrapped: newWrappedKey(masterKey, subjectId), createdAt })),
    )
  }

  function sealOne(person: Person): SealedPerson {
    const key = find(person.subjectId)
    if (key === 'key-destroyed') {
      throw new SubjectKeyDestroyedError(person.subjectId, destroyedAt(person.subjectId) ?? '')
    }
    if (key === 'key-missing')
      throw new Error(`no key for subject ${person.subjectId} right after it was made`)
    return sealPerson(key, person)
  }

  function destroyedAt(subjectId: string): string | null {
    return rows.find(subjectId)?.destroyedAt ?? null
  }

  function destroyKey(subjectId: string): string {
    const at = rows.destroy(subjectId, now())
    const cached = cache.get(subjectId)
    if (cached) eraseSubjectKey(cached)
    cache.delete(subjectId)
    cleanLog(database, path, subjectId)
    return at
  }

  return {
    seal(schema, data) {
      const persons = personsIn(schema, data)
      if (persons.length === 0) return data
      createKeys(persons.map((person) => person.subjectId))
      return replacePersons(schema, data, sealOne)
    },
    createKeys,
    open(sealed) {
      noticeDestructions()
      const key = find(sealed.subjectId)
      return typeof key === 'string' ? withhold(sealed.subjectId, key) : unsealPerson(key, sealed)
    },
    destroyKey,
    destroyedAt,
    close() {
      forgetAll()
      database.close()
    },
  }
}

/** What a reader gets who may not see the person. */
export function mask(person: { readonly subjectId: string }): OpenedPerson {
  return withhold(person.subjectId, 'masked')
}

function withhold(subjectId: string, withheld: 'key-destroyed' | 'key-missing' | 'masked'): OpenedPerson {
  return { subjectId, name: null, identityNumber: null, phone: null, withheld }
}
