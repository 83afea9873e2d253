import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type EventMetadata,
  type LedgerEvent,
  type OpenedPerson,
  type SealedPerson,
  usccCheckCharacter,
} from '@fireledger/domain'
import {
  createMemoryEventStore,
  type EventReader,
  type EventStore,
  encodeEvent,
} from '@fireledger/event-store'
import type { FoldProjection, Open, Projection, Row, Rows } from './projection.ts'
import { openReadStore } from './read-store.ts'
import { type RunOptions, runProjections } from './runner.ts'

/** Histories for tests and measurements: real event types, made-up facts, everything derived from numbers. */

/** Persons "sealed" in the plain, and a set of those whose key is gone. */
export function testVault() {
  const destroyed = new Set<string>()
  return {
    destroyed,
    seal: (subjectId: string, name: string): SealedPerson => ({ subjectId, sealed: name }),
    open: ({ subjectId, sealed }: SealedPerson): OpenedPerson =>
      destroyed.has(subjectId)
        ? { subjectId, name: null, identityNumber: null, phone: null, withheld: 'key-destroyed' }
        : { subjectId, name: sealed },
    forget: (subjectId: string) => void destroyed.add(subjectId),
  }
}

export function testUscc(number: number): string {
  const first17 = `91320400${String(number).padStart(9, '0')}`
  return first17 + usccCheckCharacter(first17)
}

export function testUlid(number: number): string {
  return `01${String(number).padStart(24, '0')}`
}

export type Fact = {
  readonly stream: string
  readonly type: string
  readonly data: unknown
  readonly effectiveAt?: string
  readonly recordedAt?: string
  readonly division?: string | null
  readonly institutions?: readonly string[]
  readonly practitioners?: readonly string[]
  readonly units?: readonly string[]
  readonly refusal?: EventMetadata['refusal']
  /** Of the shape of `data`; 1 when absent. */
  readonly schemaVersion?: number
}

export function erasureOf(subjectId: string): Fact {
  return {
    stream: `subjectKey-${subjectId}`,
    type: 'SubjectKeyDestroyed',
    data: { division: '320402', reason: '本人要求', requestedOn: '2024-06-01' },
  }
}

const firstMoment = Date.parse('2024-01-01T00:00:00.000Z')

/** Minute by minute from the beginning of 2024 unless the fact says otherwise. */
export function metadataOf(fact: Fact, number: number): EventMetadata {
  const at = new Date(firstMoment + number * 60_000).toISOString()
  return {
    schemaVersion: fact.schemaVersion ?? 1,
    effectiveAt: fact.effectiveAt ?? at,
    recordedAt: fact.recordedAt ?? at,
    commandId: testUlid(number),
    commandDigest: number.toString(16).padStart(64, '0'),
    correlationId: testUlid(number),
    causationId: null,
    actor: { id: 'officer-3204-017', role: 'officer', division: '320400' },
    legalBasis: [],
    rulebook: null,
    reliedOn: [],
    division: fact.division === undefined ? '320402' : fact.division,
    institutions: fact.institutions ?? [],
    practitioners: fact.practitioners ?? [],
    units: fact.units ?? [],
    refusal: fact.refusal ?? null,
  }
}

function idOf(number: number): string {
  return `00000000-0000-8000-a000-${number.toString(16).padStart(12, '0')}`
}

/** As a projection sees them; positions and revisions count up. */
export function ledgerEvents(facts: readonly Fact[]): LedgerEvent[] {
  const revisions = new Map<string, number>()
  return facts.map((fact, number) => {
    const split = fact.stream.indexOf('-')
    const revision = (revisions.get(fact.stream) ?? -1) + 1
    revisions.set(fact.stream, revision)
    return {
      id: idOf(number),
      type: fact.type,
      stream: fact.stream,
      category: fact.stream.slice(0, split),
      streamId: fact.stream.slice(split + 1),
      revision,
      position: BigInt(number),
      data: fact.data,
      metadata: metadataOf(fact, number),
    }
  })
}

export async function appendFacts(ledger: EventStore, facts: readonly Fact[], firstNumber = 0) {
  const revisions = new Map<string, number>()
  for (const [index, fact] of facts.entries()) {
    const number = firstNumber + index
    const expected = revisions.get(fact.stream) ?? (await lastRevision(ledger, fact.stream))
    const { stream, type, data } = fact
    const event = encodeEvent({ id: idOf(number), type, data, metadata: metadataOf(fact, number) })
    const { revision } = await ledger.append(stream, [event], expected)
    revisions.set(stream, revision)
  }
}

async function lastRevision(ledger: EventStore, stream: string): Promise<number> {
  for await (const page of ledger.readStream(stream, { direction: 'backwards', limit: 1 })) {
    return page[0]?.revision ?? -1
  }
  return -1
}

export async function ledgerWith(facts: readonly Fact[]): Promise<EventStore> {
  const ledger = createMemoryEventStore()
  await appendFacts(ledger, facts)
  return ledger
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'fireledger-projections-'))
}

/** What a projection makes of these facts, by table: folded in memory, without a store. */
export function foldRows(
  projection: Projection,
  facts: readonly Fact[],
  open: Open = testVault().open,
): Record<string, Row[]> {
  const rows: Record<string, Row[]> = Object.fromEntries(
    Object.keys(projection.tables).map((table) => [table, []]),
  )
  const add = (more: Rows) => {
    for (const [table, added] of Object.entries(more)) rows[table]?.push(...added)
  }
  const wanted = ledgerEvents(facts).filter(
    ({ category }) => !projection.categories || projection.categories.includes(category),
  )
  if (projection.kind === 'journal') for (const event of wanted) add(projection.rows(event))
  else for (const folded of foldStates(projection, wanted)) add(folded(open))
  return rows
}

// biome-ignore lint/suspicious/noExplicitAny: see Projection
function foldStates(projection: FoldProjection<any, any>, events: readonly LedgerEvent[]) {
  const states = new Map<string, unknown>()
  let shared = projection.shared?.initialState ?? null
  for (const event of events) {
    if (projection.shared?.categories.includes(event.category)) {
      shared = projection.shared.evolve(shared, event)
    }
    for (const key of projection.keysOf(event)) {
      states.set(key, projection.evolve(states.get(key) ?? projection.initialState, event, key))
    }
  }
  return [...states].map(
    ([key, state]) =>
      (open: Open) =>
        projection.rows(state, key, shared, open),
  )
}

/** All rows of all declared tables, in the order of their keys: two stores are the same when these are. */
export function dumpTables(path: string, projections: readonly Projection[]): Record<string, unknown[]> {
  const store = openReadStore(path, projections)
  try {
    return Object.fromEntries(
      projections.flatMap(({ tables }) =>
        Object.entries(tables).map(([name, { primaryKey }]) => [
          name,
          store.all(`SELECT * FROM ${name} ORDER BY ${primaryKey.join(', ')}`).map((row) => ({ ...row })),
        ]),
      ),
    )
  } finally {
    store.close()
  }
}

/** Runs until everything that is in the ledger is in the rows. */
export async function catchUp(
  reader: EventReader,
  readStorePath: string,
  projections: readonly Projection[],
  more: Partial<RunOptions> = {},
): Promise<void> {
  const stop = new AbortController()
  await runProjections({
    reader,
    readStorePath,
    projections,
    open: testVault().open,
    signal: stop.signal,
    ...more,
    onCommit: (checkpoint, caughtUp) => {
      more.onCommit?.(checkpoint, caughtUp)
      if (caughtUp) stop.abort()
    },
  })
}
