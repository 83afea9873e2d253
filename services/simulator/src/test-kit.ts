import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CheckpointStore, createClerk } from '@fireledger/clerk'
import {
  findCategory,
  gradesOf,
  type Movement,
  type RulebookContent,
  type SimulationRequest,
  shippedRulebooks,
  startOfDay,
} from '@fireledger/domain'
import {
  type Command,
  copyLedger,
  createMemoryEventStore,
  type EventStore,
  type LedgerLocation,
  ledgerStart,
  openEmbeddedLedger,
  openLedgerReader,
  type Submission,
  submitCommand,
} from '@fireledger/event-store'
import { creditGrades, openReadStore, runProjections } from '@fireledger/projections'
import { planOn } from './rulebooks.ts'
import { type SimulationOptions, simulate } from './simulate.ts'

/** Ledgers to simulate on, filled through the real command path, with the clerk following under their clock. */

export type Step = {
  readonly category: string
  readonly type: string
  readonly id: string
  readonly data: unknown
  readonly day: string
}

export function createWorld() {
  const ledger = createMemoryEventStore()
  let now = startOfDay('2026-01-01')
  let count = 0
  const submit = (command: Command, at = now): Promise<Submission> =>
    submitCommand(command, { ledger, now: () => at, seal: (_, data) => sealed(data) })
  const clerk = followingClerk(ledger, submit, () => now)
  return {
    ledger,
    submit,
    clerk,
    at(moment: string) {
      now = moment
    },
    /** Submits the commands, each on its day; throws when one is not accepted. The clerk keeps up. */
    async play(...steps: readonly Step[]) {
      for (const { category: name, day, ...rest } of steps) {
        const category = findCategory(name)
        if (!category) throw new Error(`no category ${name}`)
        now = startOfDay(day)
        const outcome = await submit({
          ...rest,
          category,
          effectiveAt: null,
          commandId: `test-${++count}`,
          correlationId: `request-${count}`,
          causationId: null,
          actor: { id: 'officer-3204-001', role: 'officer', division: '320400' },
        })
        if (outcome.kind !== 'accepted') throw new Error(`${rest.type}: ${JSON.stringify(outcome)}`)
        await clerk.settle()
      }
    },
  }
}

function followingClerk(
  ledger: EventStore,
  submit: (command: Command) => Promise<Submission>,
  now: () => string,
) {
  let worked = () => {}
  const store = createStore(() => worked())
  const logger = { info() {}, warn() {}, error() {} }
  const schedule = () => () => {}
  const clerk = createClerk({ ledger, submit, now, checkpointStore: store, logger, schedule })
  const stop = new AbortController()
  let running: Promise<void> | null = null

  /** Everything worked off, and what was due by now asked. */
  async function settle(): Promise<void> {
    running ??= clerk.run(stop.signal)
    const head = await ledger.head()
    while ((store.checkpoint ?? ledgerStart) < head)
      await Promise.race([running, new Promise<void>((resolve) => (worked = resolve))])
    await clerk.tick()
  }

  async function end(): Promise<void> {
    stop.abort()
    await running
  }
  return { settle, end }
}

/** As the one of the clerk for tests, with documents by kind: three years of days look at them over and over. */
function createStore(onCommit: () => void): CheckpointStore {
  const kinds = new Map<string, Map<string, unknown>>()
  const kindOf = (key: string) => key.slice(0, key.indexOf('/'))
  let checkpoint: CheckpointStore['checkpoint'] = null
  return {
    get checkpoint() {
      return checkpoint
    },
    get: (key) => kinds.get(kindOf(key))?.get(key),
    *entries(prefix) {
      const lists = prefix.includes('/') ? [kinds.get(kindOf(prefix)) ?? new Map()] : [...kinds.values()]
      const found = lists.flatMap((documents) => [...documents].filter(([key]) => key.startsWith(prefix)))
      yield* found.sort(([a], [b]) => (a < b ? -1 : 1))
    },
    commit(position, changes) {
      for (const [key, document] of changes) {
        const documents = kinds.get(kindOf(key)) ?? new Map()
        kinds.set(kindOf(key), documents)
        if (document === null) documents.delete(key)
        else documents.set(key, document)
      }
      checkpoint = position
      onCommit()
    },
    close() {},
  }
}

/** Stands in for the vault: every person becomes a sealed one. */
export function sealed(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sealed)
  if (typeof data !== 'object' || data === null) return data
  if ('subjectId' in data && 'name' in data) return { subjectId: data.subjectId, sealed: 'c2VhbGVk' }
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, sealed(value)]))
}

/** The ledger on disk, as threads can open it, and the grades that are served of it. */
export async function onDisk(ledger: EventStore, { folded = true } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fireledger-simulator-'))
  const location = { kind: 'embedded' as const, directory: join(folder, 'ledger') }
  const embedded = await openEmbeddedLedger(location.directory)
  await copyLedger({ from: ledger, to: embedded, inFlightMax: 64 })
  const readStorePath = join(folder, 'read.db')
  if (folded) await fold(embedded, readStorePath)
  await embedded.close()
  return { folder, location, readStorePath, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

async function fold(reader: EventStore, readStorePath: string): Promise<void> {
  const stop = new AbortController()
  await runProjections({
    reader,
    readStorePath,
    projections: [creditGrades],
    // Grades say nothing of persons.
    open: () => ({ status: 'erased' }) as never,
    signal: stop.signal,
    onCommit: (_, caughtUp) => caughtUp && stop.abort(),
  })
}

export type Served = {
  readonly score: number | null
  readonly level: string | null
  readonly grade: string | null
}

/** Of every subject of the kind, as the read model serves them on the day. */
export function servedGrades(readStorePath: string, kind: string, day: string): Map<string, Served> {
  const store = openReadStore(readStorePath, [creditGrades])
  const rows = store.all<Served & { subject: string }>(
    `SELECT subject, score, level, grade FROM credit_grade_step
     WHERE subject_kind = ? AND from_day <= ? AND (to_day IS NULL OR to_day > ?)`,
    [kind, day, day],
  )
  store.close()
  return new Map(rows.map(({ subject, ...served }) => [subject, served]))
}

export type Run = Awaited<ReturnType<typeof runOn>>

/** A simulation as its users run it, with everything it says. */
export async function runOn(
  location: LedgerLocation,
  request: Partial<SimulationRequest>,
  options: Partial<SimulationOptions> = {},
) {
  const reader = await openLedgerReader(location)
  try {
    const planned = await planOn(reader, { ...defaults, ...request })
    if (!planned.accepted) throw new Error(planned.refusal.message.en)
    const startedAt = performance.now()
    const until = await reader.head()
    const result = await simulate({ ledger: location, plan: planned.plan, until, ...options })
    const seconds = (performance.now() - startedAt) / 1000
    const [json, csv] = [await textOf(result.read('json')), await textOf(result.read('csv'))]
    const { movements } = JSON.parse(json) as { movements: Movement[] }
    return { summary: result.summary, json, csv, movements, seconds }
  } finally {
    await reader.close()
  }
}

const defaults: SimulationRequest = {
  rulebook: 'CZ-DEFAULT-1',
  content: null,
  division: '320400',
  subjectKind: null,
  asOf: '2026-06-01',
  from: null,
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

export function shippedContent(id = 'CZ-DEFAULT-1'): RulebookContent {
  const file = shippedRulebooks.find((each) => each.id === id)
  if (!file) throw new Error(`no rulebook ${id} is shipped`)
  return structuredClone(file.content) as RulebookContent
}

/** The same rules with other names for the grades: everybody moves, and shows what stood before. */
export function renamed(content: RulebookContent): RulebookContent {
  const draft = structuredClone(content) as RulebookContent
  for (const each of gradesOf(draft)) Object.assign(each, { grade: `N${each.grade}` })
  if (draft.veto) Object.assign(draft.veto, { grade: `N${draft.veto.grade}` })
  return draft
}
