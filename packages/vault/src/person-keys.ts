import type { EventReader } from '@fireledger/event-store'
import type { z } from 'zod'
import { KeyStoreSilentError } from './errors.ts'
import { openFileKeyStore } from './file-key-store.ts'
import { withKeysOf } from './keys-of-pages.ts'
import { personsIn } from './person-paths.ts'
import { openPostgresKeyStore } from './postgres-key-store.ts'
import { openSharedKeys } from './shared-keys.ts'
import { openVault, type Vault } from './vault.ts'

/** The keys of persons as a process uses them, whether its key file stands alone or follows a store of many machines. */
export type PersonKeys = {
  readonly vault: Vault
  /** As `vault.seal`, with the keys made where they belong. @throws VaultUnavailableError, SubjectKeyDestroyedError */
  seal(schema: z.ZodType, data: unknown): unknown
  createKeys(subjectIds: Iterable<string>): void | Promise<void>
  /** The ledger for who opens persons: what it yields can be opened here. */
  readable<Reader extends EventReader>(reader: Reader, whenSilent: WhenSilent): Reader
  /** In the store first, then here; here in any case. @throws VaultUnavailableError when it has to be called again. */
  destroyKey(subjectId: string): unknown
  /** When the key was destroyed, once that is known to have been done wherever it was kept. */
  destroyedAt(subjectId: string): string | null
  /** Brings this machine's file and the store to one state. @throws VaultUnavailableError */
  exchange(): Promise<void>
  close(): Promise<void>
}

/**
 * What to do with a page of the ledger when the store does not answer and keys of its persons are not here: ask again, or
 * let it pass, so that those persons are withheld. It may throw.
 */
export type WhenSilent = (
  error: KeyStoreSilentError,
) => 'ask-again' | 'let-pass' | Promise<'ask-again' | 'let-pass'>

export type PersonKeysOptions = {
  /** `keys.db` of this machine; its folder must exist. */
  readonly path: string
  readonly masterKey: Uint8Array
  /** `postgres://…` when many machines share the keys. */
  readonly store?: string
}

/** @throws VaultUnavailableError for a wrong master key, a foreign file, a folder that cannot be written. */
export function openPersonKeys(options: PersonKeysOptions): PersonKeys {
  return options.store === undefined ? openOwnKeys(options) : openReplicatedKeys(options, options.store)
}

function openOwnKeys({ path, masterKey }: PersonKeysOptions): PersonKeys {
  const vault = openVault({ path, masterKey })
  const { seal, createKeys, destroyKey, destroyedAt } = vault
  return {
    vault,
    seal,
    createKeys,
    readable: (reader) => reader,
    destroyKey,
    destroyedAt,
    exchange: async () => {},
    close: async () => vault.close(),
  }
}

function openReplicatedKeys({ path, masterKey }: PersonKeysOptions, address: string): PersonKeys {
  const store = openPostgresKeyStore(address, masterKey)
  const vault = openVault({ path, masterKey, isReplica: true })
  const shared = openSharedKeys({ replica: openFileKeyStore(path, masterKey), store, masterKey })
  return {
    vault,
    async seal(schema, data) {
      await shared.createKeys(personsIn(schema, data).map(({ subjectId }) => subjectId))
      return vault.seal(schema, data)
    },
    createKeys: shared.createKeys,
    readable: (reader, whenSilent) =>
      withKeysOf(reader, async (subjectIds) => {
        for (;;) {
          try {
            return await shared.fetchKeys(subjectIds)
          } catch (error) {
            if (!(error instanceof KeyStoreSilentError)) throw error
            if ((await whenSilent(error)) === 'let-pass') return
          }
        }
      }),
    destroyKey: shared.destroyKey,
    destroyedAt: shared.destroyedAt,
    exchange: shared.exchange,
    async close() {
      await shared.close()
      vault.close()
    },
  }
}
