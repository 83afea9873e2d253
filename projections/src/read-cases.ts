import { divisionPrefix, type LedgerEvent } from '@fireledger/domain'
import { decodeEvent, type EventReader, type Position } from '@fireledger/event-store'
import {
  type CaseKind,
  type CaseLog,
  caseLogOf,
  institutionStream,
  type Trail,
  trailOf,
} from '@fireledger/process-logs'
import type { CaseCondition } from './process-view.ts'
import type { ReadStore } from './read-store.ts'

/** Cases with their events, one after the other, as the exports take them: read models say which, the ledger says what. */

/** How many streams are read at once; so many cases are in memory. */
const casesInFlight = 16
const idsPerPage = 512

/** Which cases a view or an export is about; days in China, both included. */
export type CaseFilters = {
  /** Code of the process, in any revision; with `@<revision>`, that one. */
  readonly process?: string | undefined
  /** The division and all within it. */
  readonly division?: string | undefined
  readonly institution?: string | undefined
  /** When the case began. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export function casesWhere(kind: CaseKind, filters: CaseFilters): CaseCondition {
  const { process, division, institution, from, to } = filters
  const prefix = division === undefined ? undefined : divisionPrefix(division)
  const parts: (readonly [string, string | undefined])[] = [
    ['kind = ?', kind],
    [`${process?.includes('@') ? 'process_reference' : 'process'} = ?`, process],
    ['division >= ?', prefix],
    ['division < ?', prefix === undefined ? undefined : `${prefix}~`],
    ['institution = ?', institution],
    ['started_on >= ?', from],
    ['started_on <= ?', to],
  ]
  const given = parts.flatMap(([sql, value]) => (value === undefined ? [] : [[sql, value] as const]))
  return { sql: given.map(([sql]) => sql).join(' AND '), parameters: given.map(([, value]) => value) }
}

type CaseName = { readonly id: string; readonly kind: string }

/**
 * Those that the condition names, in the order of their ids, with what the ledger held up to `upTo`: gone through
 * twice, they are the same twice.
 */
export async function* readCases(
  store: ReadStore,
  reader: EventReader,
  where: CaseCondition,
  upTo: Position,
): AsyncGenerator<readonly LedgerEvent[]> {
  for (let after = ''; ; ) {
    const page = store.all<CaseName>(
      `SELECT id, kind FROM process_case WHERE (${where.sql}) AND id > ? ORDER BY id LIMIT ${idsPerPage}`,
      [...where.parameters, after],
    )
    for (let start = 0; start < page.length; start += casesInFlight) {
      const batch = page.slice(start, start + casesInFlight)
      const cases = await Promise.all(batch.map(({ id, kind }) => readUpTo(reader, `${kind}-${id}`, upTo)))
      // Of a case that came later nothing is left.
      yield* cases.filter((events) => events.length > 0)
    }
    const last = page.at(-1)
    if (!last) return
    after = last.id
  }
}

/** The same as logs. */
export async function* readCaseLogs(...of: Parameters<typeof readCases>): AsyncGenerator<CaseLog> {
  for await (const events of readCases(...of)) {
    const log = caseLogOf(events)
    if (log) yield log
  }
}

/** The same as trails, with what their decisions relied on of the institution. Of assessments only. */
export async function* readTrails(...of: Parameters<typeof readCases>): AsyncGenerator<Trail> {
  const [, reader, , upTo] = of
  for await (const events of readCases(...of)) {
    const institution = institutionStream(events)
    const relied = institution === null ? [] : await readUpTo(reader, institution, upTo)
    const trail = trailOf(events, relied)
    if (trail) yield trail
  }
}

async function readUpTo(reader: EventReader, stream: string, upTo: Position): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = []
  for await (const page of reader.readStream(stream)) events.push(...page.map(decodeEvent))
  return events.filter(({ position }) => position <= upTo)
}
