import type { ReadStore } from '@fireledger/projections'
import { visibleEvents } from '../event-visibility.ts'
import type { Principal } from '../policy.ts'
import { both, type Condition, scopeOf } from '../scope.ts'

/** Which event names a file, among those that the reader may see. */

export type Naming = {
  readonly category: string
  readonly stream_id: string
  readonly evidence_title: string | null
  readonly file_name: string | null
  readonly media_type: string | null
  /** Null when the event does not say that the file lies in the store. */
  readonly bytes: number | null
}

/**
 * A file says more than the event that names it, so it is never public: it takes the right to see cases where the event
 * is, besides the right to see the event.
 */
export function visibleNamings(principal: Principal): Condition {
  const columns = { division: 'division', institution: 'institution' }
  return both(scopeOf(principal, 'read-cases', columns), visibleEvents(principal))
}

/** The one that says most of the file; undefined when the reader may see none. */
export function findNaming(readStore: ReadStore, principal: Principal, sha256: string): Naming | undefined {
  const visible = visibleNamings(principal)
  return readStore.get<Naming>(
    `SELECT category, stream_id, evidence_title, file_name, media_type, bytes FROM named_file
     WHERE sha256 = ? AND ${visible.sql} ORDER BY file_name IS NULL, position LIMIT 1`,
    [sha256, ...visible.parameters],
  )
}

/** Those of the hashes that are named where the reader may see it. */
export function namedAmong(
  readStore: ReadStore,
  principal: Principal,
  hashes: readonly string[],
): ReadonlySet<string> {
  const visible = visibleNamings(principal)
  const rows = readStore.all<{ sha256: string }>(
    `SELECT DISTINCT sha256 FROM named_file
     WHERE sha256 IN (SELECT value FROM json_each(?)) AND ${visible.sql}`,
    [JSON.stringify(hashes), ...visible.parameters],
  )
  return new Set(rows.map(({ sha256 }) => sha256))
}
