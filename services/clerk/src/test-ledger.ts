import {
  findCategory,
  type Instant,
  type LedgerEvent,
  shippedRulebooks,
  startOfDay,
} from '@fireledger/domain'
import {
  type Command,
  createMemoryEventStore,
  decodeEvent,
  type EventStore,
  type Submission,
  submitCommand,
} from '@fireledger/event-store'
import { type Clerk, createClerk } from './clerk.ts'
import { type CheckpointStore, createMemoryCheckpointStore } from './memory.ts'

/** A ledger with the shipped rulebook in force and institutions in it, for the clerk's tests. */

export const uscc = '91320402MA1WABCD1L'
export const otherUscc = '91320411MA1XYAKK2W'
export const caseId = '01JD0000000000000000000011'
export const inspectionId = '01JD0000000000000000000012'
export const practitionerId = '01JD0000000000000000000013'

export type Step = {
  category: string
  type: string
  id: string
  data: unknown
  day: string
  /** The day from which the facts hold; what the command makes of it when absent. */
  from?: string
}

export type TestLedger = {
  readonly ledger: EventStore
  readonly submit: (command: Command) => Promise<Submission>
  readonly now: () => Instant
  /** Sets the clock to the beginning of the day. */
  at(day: string): void
  /** Submits the commands, each on its day; throws when one is not accepted. */
  play(...steps: readonly Step[]): Promise<void>
  events(...types: string[]): Promise<LedgerEvent[]>
}

export function createTestLedger(): TestLedger {
  const ledger = createMemoryEventStore()
  let now = startOfDay('2026-01-01')
  let count = 0
  const submit = (command: Command) =>
    submitCommand(command, { ledger, now: () => now, seal: (_, data) => sealed(data) })

  async function events(...types: string[]) {
    const found: LedgerEvent[] = []
    for await (const page of ledger.readAll(types.length > 0 ? { filter: { types } } : {}))
      found.push(...page.map(decodeEvent))
    return found
  }

  async function play(...steps: readonly Step[]) {
    for (const { category: name, day, from, ...rest } of steps) {
      const category = findCategory(name)
      if (!category) throw new Error(`no category ${name}`)
      now = startOfDay(day)
      const outcome = await submit({
        ...rest,
        category,
        effectiveAt: from === undefined ? null : startOfDay(from),
        commandId: `test-${++count}`,
        correlationId: `request-${count}`,
        causationId: null,
        actor: { id: 'officer-3204-001', role: 'officer', division: '320400' },
      })
      if (outcome.kind !== 'accepted') throw new Error(`${rest.type}: ${JSON.stringify(outcome)}`)
    }
  }

  return {
    ledger,
    submit,
    now: () => now,
    at: (day) => {
      now = startOfDay(day)
    },
    play,
    events,
  }
}

/** Stands in for the vault: every person becomes a sealed one. */
function sealed(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sealed)
  if (typeof data !== 'object' || data === null) return data
  if ('subjectId' in data && 'name' in data) return { subjectId: data.subjectId, sealed: 'c2VhbGVk' }
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, sealed(value)]))
}

export const [rulebookFile] = shippedRulebooks

export function adoptRulebook(from = '2024-01-01', id = rulebookFile?.id): Step[] {
  const file = shippedRulebooks.find((each) => each.id === id)
  if (!file) throw new Error(`no rulebook ${id} is shipped`)
  const { division, content } = file
  const [subjectKind] = content.subjectKinds
  const rulebook = { category: 'rulebook', id: file.id, day: from }
  return [
    { ...rulebook, type: 'DraftRulebook', data: { division, content } },
    { ...rulebook, type: 'AdoptRulebook', data: { division, subjectKind, from } },
  ]
}

export function register(id: string, day: string): Step {
  return {
    category: 'institution',
    type: 'RegisterInstitution',
    id,
    day,
    data: {
      name: '常州安信消防技术服务有限公司',
      type: 'maintenance',
      division: '320402',
      address: '常州市天宁区竹林西路19号',
      establishedOn: '2019-05-06',
      legalRepresentative: { subjectId: 'person-1', name: '王安信' },
    },
  }
}

export function registerPractitioner(day: string): Step {
  return {
    category: 'practitioner',
    type: 'RegisterPractitioner',
    id: practitionerId,
    day,
    data: {
      qualification: 'grade-two-engineer',
      registrationNumber: '32110000123',
      validFrom: day,
      validUntil: '2026-12-31',
      division: '320402',
      person: { subjectId: 'person-2', name: '李卫东' },
    },
  }
}

type Line = Record<string, unknown> & { violation: { code: string; scheme?: string } }

export function line(code: string, yuan: number, rest: Record<string, unknown> = {}): Line {
  const respondent = { kind: 'institution', id: uscc }
  return { respondent, violation: { code }, fineFen: yuan * 100, ...rest }
}

const inCase = (id: string) => (day: string, type: string, data: unknown) => ({
  category: 'penaltyCase',
  id,
  day,
  type,
  data,
})

/** A case of the institution, another one and a practitioner, decided on 2 February 2026. */
export function decidedCase(
  lines: readonly Line[],
  filing: Record<string, unknown> = {},
  id = caseId,
): Step[] {
  const step = inCase(id)
  const respondents = [
    { kind: 'institution', id: uscc },
    { kind: 'institution', id: otherUscc },
    { kind: 'practitioner', id: practitionerId },
    { kind: 'other', id: 'person-17' },
  ]
  const violations = [...new Map(lines.map(({ violation }) => [violation.code, violation])).values()]
  return [
    step('2026-01-12', 'FilePenaltyCase', {
      division: '320402',
      respondents,
      violations,
      officers: ['officer-3204-017', 'officer-3204-021'],
      actedOn: '2025-12-01',
      ...filing,
    }),
    step('2026-01-19', 'ServePenaltyNotice', { hearingRight: false }),
    step('2026-02-02', 'DecidePenalty', { lines }),
  ]
}

export function withdrawCase(day = '2026-03-02'): Step {
  return inCase(caseId)(day, 'WithdrawPenaltyCase', { reason: '违法事实不能成立' })
}

export function reviewCase(outcome: string, lines: readonly Line[] | null = null): Step[] {
  const step = inCase(caseId)
  return [
    step('2026-02-16', 'RequestPenaltyReview', {
      respondent: { kind: 'institution', id: uscc },
      body: '区政府',
    }),
    step('2026-03-16', 'DecidePenaltyReview', { outcome, lines }),
  ]
}

export const inInspection = (day: string, type: string, data: unknown = {}): Step => ({
  category: 'inspection',
  id: inspectionId,
  day,
  type,
  data,
})

/** An inspection of 2 March 2026 with one failed item, to be cured by 16 March. */
export function orderedRectification(): Step[] {
  return [
    inInspection('2026-03-02', 'PlanInspection', {
      form: 'daily',
      method: 'at-client',
      inspected: 'institution',
      institution: uscc,
      division: '320402',
      items: [{ code: 'QB5' }],
    }),
    inInspection('2026-03-02', 'AssignInspectors', {
      inspectors: [{ officer: 'officer-3204-017' }, { officer: 'officer-3204-021' }],
    }),
    inInspection('2026-03-02', 'StartInspection'),
    inInspection('2026-03-02', 'RecordItems', { entries: [{ item: { code: 'QB5' }, outcome: 'fail' }] }),
    inInspection('2026-03-02', 'ConcludeInspection'),
    inInspection('2026-03-02', 'OrderRectification'),
  ]
}

const silent = { info() {}, warn() {}, error() {} }

export type RunningClerk = Clerk & { stop(): Promise<void> }

/** A clerk that runs until it is stopped; its clock is the test's `tick`. */
export async function startClerk(
  world: TestLedger,
  checkpointStore: CheckpointStore = createMemoryCheckpointStore(),
): Promise<RunningClerk> {
  const { ledger, submit, now } = world
  const clerk = createClerk({
    ledger,
    submit,
    now,
    checkpointStore,
    logger: silent,
    schedule: () => () => {},
  })
  const stopping = new AbortController()
  const running = clerk.run(stopping.signal)
  await Promise.race([clerk.caughtUp, running])
  return Object.assign(clerk, {
    async stop() {
      stopping.abort()
      await running
    },
  })
}

/** Lets a fresh clerk work off all that is there, then what it wrote itself, then stop. */
export async function letClerkWork(world: TestLedger, checkpointStore?: CheckpointStore): Promise<void> {
  const clerk = await startClerk(world, checkpointStore)
  await clerk.stop()
}
