import { cleanLog, openKeyFile } from './key-file.ts'
import { keyRows } from './key-rows.ts'
import type { KeyStore } from './key-store.ts'

/**
 * The key file of one machine by the port that all stores have. A vault may have the same file open: it notices.
 * @throws VaultUnavailableError for a wrong master key, a foreign file, a folder that cannot be written.
 */
export function openFileKeyStore(path: string, masterKey: Uint8Array, busyTimeoutMs?: number): KeyStore {
  const database = openKeyFile(path, masterKey, busyTimeoutMs)
  const rows = keyRows(database)
  const find = (subjectIds: readonly string[]) =>
    subjectIds.map(rows.find).filter((kept) => kept !== undefined)
  return {
    async keep(offered) {
      rows.add(offered)
      return find(offered.map(({ subjectId }) => subjectId))
    },
    find: async (subjectIds) => find(subjectIds),
    page: async (after, limit) => rows.page(after, limit),
    async destroy(subjectId, at) {
      const destroyedAt = rows.destroy(subjectId, at)
      cleanLog(database, path, subjectId)
      return destroyedAt
    },
    // Opening the file has cut its log.
    async clean() {},
    async close() {
      database.close()
    },
  }
}
