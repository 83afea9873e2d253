import { institution, personalRead } from '@fireledger/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EventStore, WrongExpectedRevisionError } from './event-store.ts'
import {
  type Command,
  type CommandDependencies,
  decideCommand,
  handleCommand,
  type Outcome,
  outcomeOf,
} from './handle-command.ts'
import { handleCommands } from './handle-commands.ts'
import { loadStream } from './load-stream.ts'
import { createMemoryEventStore } from './memory.ts'
import { foldStream, rememberedOf, rememberedWeightMax } from './stream-folds.ts'

const uscc = '91320402MA1WABCD1F'
const details = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
}

type Request = {
  readonly type: 'register' | 'suspend' | 'resume' | 'withdraw' | 'correct'
  readonly commandId: string
  readonly expectedRevision: number | null
}

async function commandOf({ type, commandId, expectedRevision }: Request, ledger: EventStore) {
  const [first] = (await loadStream(ledger, institution, uscc)).events
  const data = {
    register: ['RegisterInstitution', details],
    suspend: ['SuspendInstitution', { reason: '测试', until: null }],
    resume: ['ResumeInstitution', { reason: '整改合格' }],
    withdraw: ['WithdrawInstitution', { reason: '自愿退出' }],
    correct: ['CorrectDetails', { ...details, name: '更正', supersedes: first?.id ?? '', reason: '错字' }],
  } as const
  const [named, content] = data[type]
  const command: Command = {
    category: institution,
    type: named,
    id: uscc,
    data: content,
    effectiveAt: null,
    commandId,
    correlationId: 'request-1',
    causationId: null,
    actor: { id: 'registrar', role: 'registrar', division: '320400' },
    ...(expectedRevision === null ? {} : { expectedRevision }),
  }
  return command
}

const now = () => '2026-03-02T04:00:00.000Z'
const depsOf = (ledger: EventStore): CommandDependencies => ({
  ledger,
  now,
  authorise: ({ type }) => type !== 'WithdrawInstitution',
})

const anyRequest: fc.Arbitrary<Request> = fc.record({
  type: fc.constantFrom('register', 'suspend', 'resume', 'withdraw', 'correct'),
  commandId: fc.integer({ min: 0, max: 9 }).map((number) => `command-${number}`),
  expectedRevision: fc.option(fc.integer({ min: -1, max: 4 }), { freq: 3 }),
})

type Step = {
  readonly process: 'a' | 'b'
  readonly requests: readonly Request[]
  readonly together: boolean
  /** What the other process does right before this one appends. */
  readonly overtaken: Request | null
}
const anyStep: fc.Arbitrary<Step> = fc.record({
  process: fc.constantFrom('a', 'b'),
  requests: fc.array(anyRequest, { minLength: 1, maxLength: 4 }),
  together: fc.boolean(),
  overtaken: fc.option(anyRequest, { freq: 2 }),
})

/** As if nothing were remembered: everything is read for every command. */
async function handleForgetful(command: Command, deps: CommandDependencies): Promise<Outcome> {
  for (;;) {
    const { state, events } = await loadStream(deps.ledger, institution, uscc)
    const earlier = events.filter(({ metadata }) => metadata.commandId === command.commandId)
    const heldAt = (eventId: string) => events.find(({ id }) => id === eventId)?.metadata.effectiveAt ?? null
    const found = { state, revision: events.length - 1, earlier, heldAt }
    const decided = await decideCommand(command, found, deps, async () => new Map())
    if (decided.kind === 'settled') return decided.outcome
    try {
      const append = await deps.ledger.append(`institution-${uscc}`, decided.events, found.revision)
      return outcomeOf(decided, append)
    } catch (error) {
      if (!(error instanceof WrongExpectedRevisionError)) throw error
    }
  }
}

/** Two processes on one ledger, each with a memory of its own or none. */
async function run(steps: readonly Step[], remembers: boolean) {
  const ledger = createMemoryEventStore()
  let overtake: (() => Promise<unknown>) | null = null
  const process = (): EventStore => ({
    ...ledger,
    async append(...appended) {
      const first = overtake
      overtake = null
      await first?.()
      return ledger.append(...appended)
    },
  })
  const own = { a: process(), b: process() }
  const outcomes: Outcome[] = []
  async function handle(name: 'a' | 'b', requests: readonly Request[], together: boolean) {
    const commands = await Promise.all(requests.map((request) => commandOf(request, ledger)))
    const { authorise, ...open } = depsOf(own[name])
    // Whoever asks many at once asks in the name of all.
    const deps = together || !authorise ? open : { ...open, authorise }
    if (together && remembers) outcomes.push(...(await handleCommands(commands, deps)))
    else {
      for (const command of commands) {
        outcomes.push(await (remembers ? handleCommand : handleForgetful)(command, deps))
      }
    }
  }
  for (const { process, requests, together, overtaken } of steps) {
    const other = process === 'a' ? 'b' : 'a'
    // Those of a batch are decided again together, which is another order of things.
    overtake = overtaken && !together ? () => handle(other, [overtaken], false) : null
    await handle(process, requests, together)
    overtake = null
  }
  const { state, events } = await loadStream(ledger, institution, uscc)
  // All of a batch have the position of its last event.
  return { outcomes: outcomes.map((outcome) => ({ ...outcome, position: null })), state, events }
}

/** With the revisions from which streams are read. */
function watched(ledger: EventStore = createMemoryEventStore()) {
  const reads: number[] = []
  const store: EventStore = {
    ...ledger,
    readStream(stream, options) {
      reads.push(options?.from ?? 0)
      return ledger.readStream(stream, options)
    },
  }
  return { store, reads }
}

const request = (type: Request['type'], commandId: string): Request => ({
  type,
  commandId,
  expectedRevision: null,
})

async function ask(store: EventStore, type: Request['type'], commandId: string) {
  const command = await commandOf(request(type, commandId), createMemoryEventStore())
  return handleCommand(command, depsOf(store))
}

async function appendRead(store: EventStore, id: string, bytes: number): Promise<void> {
  const data = { division: '320402', subjects: [], resource: 'x'.repeat(bytes), purpose: '倒查' }
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  const metadata = encode({ schemaVersion: 1, commandId: id, effectiveAt: now() })
  const event = { id: crypto.randomUUID(), type: 'PersonalDataRead', data: encode(data), metadata }
  await store.append(`personalRead-${id}`, [event], -1)
}

describe('a stream that is remembered', () => {
  it('is decided on as one that is read whole, whoever else appends to it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { maxLength: 8 }), async (steps) => {
        expect(await run(steps, true)).toEqual(await run(steps, false))
      }),
      { numRuns: 300 },
    )
  })

  it('is read from where it was left', async () => {
    const { store, reads } = watched()
    await ask(store, 'register', 'first')
    for (let number = 0; number < 3; number++) {
      await ask(store, number % 2 === 0 ? 'suspend' : 'resume', `later-${number}`)
    }
    expect(reads).toEqual([0, 0, 1, 2])
  })

  it('is read whole for a retry, which gets the first outcome', async () => {
    const { store, reads } = watched()
    const first = await ask(store, 'register', 'first')
    await ask(store, 'suspend', 'second')
    reads.length = 0
    expect(await ask(store, 'register', 'first')).toEqual({ ...first, replayed: true })
    expect(reads).toEqual([1, 0])
  })

  it('is folded from its start after a conflict', async () => {
    const { store, reads } = watched()
    await ask(store, 'register', 'first')
    let lost = false
    const append: EventStore['append'] = (...appended) => {
      if (lost) return store.append(...appended)
      lost = true
      throw new WrongExpectedRevisionError(appended[0], appended[2], 7)
    }
    const unlucky = { ...store, append }
    await foldStream(unlucky, institution, uscc)
    reads.length = 0
    expect(await ask(unlucky, 'suspend', 'second')).toMatchObject({ kind: 'accepted', revision: 1 })
    expect(reads).toEqual([1, 0])
  })

  it('takes no more memory than there is for all: those not asked for longest go first', async () => {
    const { store, reads } = watched()
    const bytes = 1024 * 1024
    const streams = Math.ceil(rememberedWeightMax / bytes) + 4
    const ids = Array.from({ length: streams }, (_, number) => `auditor-${number}.2026-03-02`)
    for (const id of ids) {
      await appendRead(store, id, bytes)
      await foldStream(store, personalRead, id)
      expect(rememberedOf(store).weight).toBeLessThanOrEqual(rememberedWeightMax)
    }
    expect(rememberedOf(store).streams).toBeGreaterThan(streams - 8)
    reads.length = 0
    await foldStream(store, personalRead, ids.at(-1) ?? '')
    await foldStream(store, personalRead, ids[0] ?? '')
    expect(reads).toEqual([1, 0])
  })

  it('is not kept when it would take all there is, and leaves nothing of itself', async () => {
    const { store } = watched()
    await appendRead(store, 'auditor.2026-03-02', rememberedWeightMax)
    expect(await foldStream(store, personalRead, 'auditor.2026-03-02')).toMatchObject({
      state: { status: 'recorded', reads: 1 },
      revision: 0,
    })
    expect(rememberedOf(store)).toEqual({ streams: 0, weight: 0 })
  })
})
