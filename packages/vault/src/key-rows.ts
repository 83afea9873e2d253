import { type Database, inTransaction } from '@fireledger/sqlite'
import type { KeptKey, OfferedKey } from './key-store.ts'
import { wrappedKeyBytes } from './sealing.ts'

/** The rows of a key file; see `key-file.ts` for why they are laid out so. */
export type KeyRows = {
  find(subjectId: string): KeptKey | undefined
  page(after: string, limit: number): KeptKey[]
  /** Inserts those whose subject has no row. */
  add(keys: readonly OfferedKey[]): void
  /** Overwrites the key in place and returns when it was first destroyed; a subject without one gets a destroyed one. */
  destroy(subjectId: string, at: string): string
  /** How many keys of this file were destroyed so far. */
  destroyedCount(): number
}

type Row = {
  readonly subjectId: string
  readonly bytes: Uint8Array
  readonly createdAt: string
  readonly destroyedAt: string | null
}

const columns = `SELECT subject_id AS subjectId, bytes, created_at AS createdAt, destroyed_at AS destroyedAt
  FROM subject JOIN wrapped_key USING (number)`

export function keyRows(database: Database): KeyRows {
  const selectOne = database.prepare(`${columns} WHERE subject_id = ?`)
  const selectPage = database.prepare(`${columns} WHERE subject_id > ? ORDER BY subject_id LIMIT ?`)
  const insertKey = database.prepare('INSERT INTO wrapped_key (bytes) VALUES (?)')
  const insertSubject = database.prepare(
    'INSERT INTO subject (subject_id, number, created_at) VALUES (?, last_insert_rowid(), ?)',
  )
  const overwrite = database.prepare(
    `UPDATE wrapped_key SET bytes = zeroblob(length(bytes))
     WHERE number = (SELECT number FROM subject WHERE subject_id = ?)`,
  )
  const markDestroyed = database.prepare('UPDATE subject SET destroyed_at = ? WHERE subject_id = ?')
  const countDestroyed = database.prepare('UPDATE vault SET destroyed = destroyed + 1')
  const selectDestroyed = database.prepare('SELECT destroyed FROM vault')

  function find(subjectId: string): KeptKey | undefined {
    const row = selectOne.get(subjectId) as Row | undefined
    return row && keptOf(row)
  }

  function insert({ subjectId, wrapped, createdAt }: OfferedKey): void {
    insertKey.run(wrapped)
    insertSubject.run(subjectId, createdAt)
  }

  return {
    find,
    page: (after, limit) => (selectPage.all(after, limit) as Row[]).map(keptOf),
    add(keys) {
      inTransaction(database, () => {
        for (const key of keys) if (!find(key.subjectId)) insert(key)
      })
    },
    destroy: (subjectId, at) =>
      inTransaction(database, () => {
        const kept = find(subjectId)
        if (kept?.destroyedAt) return kept.destroyedAt
        if (!kept) insert({ subjectId, wrapped: new Uint8Array(wrappedKeyBytes), createdAt: at })
        overwrite.run(subjectId)
        markDestroyed.run(at, subjectId)
        countDestroyed.run()
        return at
      }),
    destroyedCount: () => (selectDestroyed.get() as { destroyed: number }).destroyed,
  }
}

function keptOf({ subjectId, bytes, createdAt, destroyedAt }: Row): KeptKey {
  return { subjectId, wrapped: destroyedAt === null ? bytes : null, createdAt, destroyedAt }
}
