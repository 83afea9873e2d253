import { institution, practitioner, project, unit, usccCheckCharacter } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import {
  AppendOutcomeUnknownError,
  type EventStore,
  LedgerUnavailableError,
  type NewEvent,
} from './event-store.ts'
import { type Command, handleCommand, type OutcomeMemory, type RememberedOutcome } from './handle-command.ts'
import { loadStream } from './load-stream.ts'
import { createMemoryEventStore } from './memory.ts'

const uscc = (body: string) => body + usccCheckCharacter(body)
const firstEmployer = uscc('91320402MA1WABCD1')
const secondEmployer = uscc('91320402MA1WABCD2')
const unitId = '01JD0000000000000000000VN1'
const projectId = '01JD0000000000000000000PR1'
const personId = '01JD0000000000000000000PE1'
const legalRepresentative = { subjectId: 'person-1', sealed: 'c2VhbGVk' }
const envelope = {
  effectiveAt: '2026-03-02T00:00:00.000Z',
  correlationId: 'request-1',
  causationId: null,
  actor: { id: 'registrar', role: 'registrar', division: '320400' },
}

const register: Command = {
  ...envelope,
  category: institution,
  type: 'RegisterInstitution',
  id: firstEmployer,
  data: {
    name: '常州安信消防技术服务有限公司',
    type: 'maintenance',
    division: '320402',
    address: '常州市天宁区竹林西路19号',
    establishedOn: '2019-05-06',
    legalRepresentative,
  },
  commandId: 'register',
}
const suspend: Command = {
  ...register,
  type: 'SuspendInstitution',
  data: { reason: '不具备从业条件', until: null },
  commandId: 'suspend',
}

function at(ledger: EventStore) {
  return { ledger, now: () => '2026-03-02T04:00:00.000Z' }
}

/** The same ledger, whose appends go through `append`. */
function through(
  ledger: EventStore,
  append: (stream: string, events: readonly NewEvent[], expected: number) => Promise<unknown>,
) {
  return { ...ledger, append: append as EventStore['append'] }
}

async function eventsOf(ledger: EventStore) {
  return (await loadStream(ledger, institution, firstEmployer)).events
}

describe('an append whose outcome is unknown', () => {
  it.each([
    ['happened', true],
    ['did not happen', false],
  ])('is tried again identically when it %s, and stands once', async (_, happened) => {
    const ledger = createMemoryEventStore()
    let calls = 0
    const shaky = through(ledger, async (stream, events, expected) => {
      calls += 1
      if (calls > 1) return ledger.append(stream, events, expected)
      if (happened) await ledger.append(stream, events, expected)
      throw new AppendOutcomeUnknownError('the connection broke')
    })
    expect(await handleCommand(register, at(shaky))).toMatchObject({ kind: 'accepted', revision: 0 })
    expect(await eventsOf(ledger)).toHaveLength(1)
  })

  it('is told when it stays unknown; the same command sent again later gets the first outcome', async () => {
    const ledger = createMemoryEventStore()
    const broken = through(ledger, async (stream, events, expected) => {
      await ledger.append(stream, events, expected)
      throw new AppendOutcomeUnknownError('the connection broke')
    })
    await expect(handleCommand(register, at(broken))).rejects.toBeInstanceOf(AppendOutcomeUnknownError)
    const [event] = await eventsOf(ledger)
    expect(await handleCommand(register, at(ledger))).toEqual({
      kind: 'accepted',
      revision: 0,
      position: 0n,
      eventIds: [event?.id],
      replayed: true,
    })
    expect(await eventsOf(ledger)).toHaveLength(1)
  })

  it.each([
    ['the writer is gone', new LedgerUnavailableError('the ledger is closed')],
    ['something else breaks', new Error('socket hang up')],
  ])('stays unknown when at the second try %s: the first may have happened', async (_, second) => {
    const ledger = createMemoryEventStore()
    let calls = 0
    const dying = through(ledger, async (stream, events, expected) => {
      calls += 1
      if (calls > 1) throw second
      await ledger.append(stream, events, expected)
      throw new AppendOutcomeUnknownError('the connection broke')
    })
    await expect(handleCommand(register, at(dying))).rejects.toBeInstanceOf(AppendOutcomeUnknownError)
    expect(await eventsOf(ledger)).toHaveLength(1)
  })

  it('is another matter than an unusable ledger, which is told at once', async () => {
    let calls = 0
    const full = through(createMemoryEventStore(), async () => {
      calls += 1
      throw new LedgerUnavailableError('disk full')
    })
    await expect(handleCommand(register, at(full))).rejects.toBeInstanceOf(LedgerUnavailableError)
    expect(calls).toBe(1)
  })
})

describe('a conflict with another process', () => {
  const signing = { signedOn: '2026-01-01', postedAt: '门厅', documentSha256: 'a'.repeat(64) }
  const sign = (commandId: string) => ({ ...suspend, type: 'SignCommitment', data: signing, commandId })

  /** Someone else's event comes first, so many times. */
  function contested(ledger: EventStore, times: number) {
    let done = 0
    return through(ledger, async (stream, events, expected) => {
      if (done < times) await handleCommand(sign(`other-${done++}`), at(ledger))
      return ledger.append(stream, events, expected)
    })
  }

  it('is decided again on what the other wrote', async () => {
    const ledger = createMemoryEventStore()
    await handleCommand(register, at(ledger))
    const outcome = await handleCommand(suspend, at(contested(ledger, 3)))
    expect(outcome).toMatchObject({ kind: 'accepted', revision: 4, replayed: false })
    const commandIds = (await eventsOf(ledger)).map((event) => event.metadata.commandId)
    expect(commandIds).toEqual(['register', 'other-0', 'other-1', 'other-2', 'suspend'])
  })

  it('is told to a caller who named a revision', async () => {
    const ledger = createMemoryEventStore()
    await handleCommand(register, at(ledger))
    const outcome = await handleCommand({ ...suspend, expectedRevision: 0 }, at(contested(ledger, 1)))
    expect(outcome).toEqual({ kind: 'conflict', actual: 1 })
  })

  it('is an outcome, no error, when others are faster every time', async () => {
    const ledger = createMemoryEventStore()
    await handleCommand(register, at(ledger))
    expect(await handleCommand(suspend, at(contested(ledger, 99)))).toEqual({ kind: 'conflict', actual: 10 })
  })

  it('does not come up among commands of one process: they take turns', async () => {
    const ledger = createMemoryEventStore()
    await handleCommand(register, at(ledger))
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, index) => handleCommand(sign(`sign-${index}`), at(ledger))),
    )
    expect(outcomes.map((outcome) => outcome.kind === 'accepted' && outcome.revision)).toEqual(
      Array.from({ length: 64 }, (_, index) => index + 1),
    )
  })
})

describe('a refusal that is recorded', () => {
  const practise: Command = {
    ...envelope,
    category: practitioner,
    type: 'RegisterPractitioner',
    id: personId,
    data: {
      qualification: 'grade-one-engineer',
      registrationNumber: '32110000123',
      validFrom: '2026-01-01',
      validUntil: '2028-12-31',
      division: '320402',
      person: legalRepresentative,
    },
    commandId: 'practise',
  }
  const employ = (employer: string, commandId: string): Command => ({
    ...practise,
    type: 'StartEmployment',
    data: { employer, role: 'engineer', until: null },
    commandId,
  })

  it('is answered as a refusal the first time and on every retry, and recorded once', async () => {
    const ledger = createMemoryEventStore()
    for (const command of [practise, employ(firstEmployer, 'first')]) {
      expect(await handleCommand(command, at(ledger))).toMatchObject({ kind: 'accepted' })
    }
    const first = await handleCommand(employ(secondEmployer, 'second'), at(ledger))
    expect(first).toMatchObject({
      kind: 'refused',
      refusal: { code: 'employment-overlaps', pointer: '/data/employer' },
      position: 2n,
      replayed: false,
    })
    expect(await handleCommand(employ(secondEmployer, 'second'), at(ledger))).toEqual({
      ...first,
      replayed: true,
    })
    expect(await handleCommand(employ(firstEmployer, 'second'), at(ledger))).toEqual({ kind: 'reused' })
    const { events } = await loadStream(ledger, practitioner, personId)
    expect(events.map((event) => event.type)).toEqual([
      'PractitionerRegistered',
      'EmploymentStarted',
      'EmploymentOverlapAttempted',
    ])
    expect(events[2]?.metadata.refusal).toMatchObject({ code: 'employment-overlaps' })
    expect(events[1]?.metadata.refusal).toBeNull()
  })
})

describe('an outcome without events', () => {
  const resume: Command = {
    ...suspend,
    type: 'ResumeInstitution',
    data: { reason: '整改合格' },
    commandId: 'resume',
  }

  function remembering(ledger: EventStore) {
    const remembered = new Map<string, RememberedOutcome>()
    const outcomes: OutcomeMemory = {
      find: (commandId) => remembered.get(commandId) ?? null,
      remember: (commandId, outcome) => void remembered.set(commandId, outcome),
    }
    return { ...at(ledger), outcomes }
  }
  async function suspendedAndResumed() {
    const ledger = createMemoryEventStore()
    for (const command of [register, suspend, { ...resume, commandId: 'first-resume' }]) {
      expect(await handleCommand(command, at(ledger))).toMatchObject({ kind: 'accepted' })
    }
    return ledger
  }

  it('of a request that was so already is replayed, and not carried out later when it is so no longer', async () => {
    const ledger = await suspendedAndResumed()
    const deps = remembering(ledger)
    const first = await handleCommand(resume, deps)
    expect(first).toEqual({ kind: 'accepted', revision: 2, position: null, eventIds: [], replayed: false })
    await handleCommand({ ...suspend, commandId: 'suspend-again' }, deps)
    expect(await handleCommand(resume, deps)).toEqual({ ...first, replayed: true })
    expect((await eventsOf(ledger)).at(-1)?.type).toBe('InstitutionSuspended')
  })

  it('of a refusal is replayed although its ground is gone; the same id for something else is reused', async () => {
    const ledger = createMemoryEventStore()
    const deps = remembering(ledger)
    const first = await handleCommand(suspend, deps)
    expect(first).toMatchObject({ kind: 'refused', refusal: { code: 'institution-not-registered' } })
    await handleCommand(register, deps)
    expect(await handleCommand(suspend, deps)).toEqual({ ...first, replayed: true })
    expect(await handleCommand({ ...suspend, id: secondEmployer }, deps)).toEqual({ kind: 'reused' })
    expect(await handleCommand({ ...suspend, commandId: 'another' }, deps)).toMatchObject({
      kind: 'accepted',
    })
  })

  it('is decided again where nobody remembers', async () => {
    const ledger = await suspendedAndResumed()
    await handleCommand(resume, at(ledger))
    await handleCommand({ ...suspend, commandId: 'suspend-again' }, at(ledger))
    expect(await handleCommand(resume, at(ledger))).toMatchObject({ kind: 'accepted', replayed: false })
  })
})

describe('a decision that relies on other streams', () => {
  const contract: Command = {
    ...envelope,
    category: project,
    type: 'ContractProject',
    id: projectId,
    data: {
      institution: firstEmployer,
      unit: unitId,
      kind: 'maintenance',
      contractNumber: 'CZ-2026-001',
      from: '2026-03-02',
      until: null,
      amountFen: null,
      areaSquareMetres: null,
      division: '320402',
    },
    commandId: 'contract',
  }
  const registerUnit: Command = {
    ...envelope,
    category: unit,
    type: 'RegisterUnit',
    id: unitId,
    data: {
      name: '常州某商场',
      uscc: null,
      kind: 'market',
      areaSquareMetres: 1000,
      division: '320402',
      address: '常州市天宁区1号',
      contact: null,
    },
    commandId: 'unit',
  }

  it('records which revision of each it read', async () => {
    const ledger = createMemoryEventStore()
    await handleCommand(registerUnit, at(ledger))
    await handleCommand(register, at(ledger))
    await handleCommand(suspend, at(ledger))
    // Suspended: the attempt is recorded, with what it was judged by.
    const refused = await handleCommand(contract, at(ledger))
    expect(refused).toMatchObject({ kind: 'refused' })
    const { events } = await loadStream(ledger, project, projectId)
    expect(events[0]?.type).toBe('ContractAttempted')
    expect(events[0]?.metadata.reliedOn).toEqual([
      { stream: `institution-${firstEmployer}`, revision: 1 },
      { stream: `unit-${unitId}`, revision: 0 },
    ])
  })

  it('reads a stream that does not exist as revision -1', async () => {
    const ledger = createMemoryEventStore()
    await handleCommand(registerUnit, at(ledger))
    await handleCommand(contract, at(ledger))
    const { events } = await loadStream(ledger, project, projectId)
    expect(events[0]?.metadata.reliedOn).toContainEqual({
      stream: `institution-${firstEmployer}`,
      revision: -1,
    })
  })
})
