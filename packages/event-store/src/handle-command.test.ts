import { institution } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import { type Command, handleCommand } from './handle-command.ts'
import { loadStream } from './load-stream.ts'
import { createMemoryEventStore } from './memory.ts'

const uscc = '91320402MA1WABCD1F'
const profile = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
}
const register: Command = {
  category: institution,
  type: 'RegisterInstitution',
  id: uscc,
  data: profile,
  effectiveAt: null,
  commandId: '01JD0000000000000000000001',
  correlationId: 'request-1',
  causationId: null,
  actor: { id: 'registrar', role: 'registrar', division: '320400' },
}
const suspend = {
  ...register,
  type: 'SuspendInstitution',
  data: { reason: '测试', until: null },
  commandId: 'second',
}

function deps() {
  let seconds = 0
  return {
    ledger: createMemoryEventStore(),
    now: () => new Date(Date.UTC(2026, 2, 2, 4, 0, seconds++)).toISOString(),
  }
}

describe('handleCommand', () => {
  it('appends what the rules decide, with both clocks, actor and concerns', async () => {
    const given = deps()
    const outcome = await handleCommand(register, given)
    expect(outcome).toMatchObject({ kind: 'accepted', revision: 0, replayed: false })
    const { events } = await loadStream(given.ledger, institution, uscc)
    expect(events[0]?.metadata).toMatchObject({
      effectiveAt: '2026-03-02T04:00:00.000Z',
      recordedAt: '2026-03-02T04:00:00.000Z',
      actor: register.actor,
      division: '320402',
      institutions: [uscc],
      schemaVersion: 1,
    })
  })

  it('answers a retry of the identical command with the first outcome, and appends nothing', async () => {
    const given = deps()
    const first = await handleCommand(register, given)
    const second = await handleCommand({ ...register }, given)
    expect(second).toEqual({ ...first, replayed: true })
    expect((await loadStream(given.ledger, institution, uscc)).events).toHaveLength(1)
  })

  it('refuses the same command id with another content', async () => {
    const given = deps()
    await handleCommand(register, given)
    const other = { ...register, data: { ...profile, name: '另一家公司' } }
    expect(await handleCommand(other, given)).toEqual({ kind: 'reused' })
  })

  it('reports a conflict when the caller named another revision', async () => {
    const given = deps()
    await handleCommand(register, given)
    expect(await handleCommand({ ...suspend, expectedRevision: 5 }, given)).toEqual({
      kind: 'conflict',
      actual: 0,
    })
  })

  it('decides again when someone wrote in between', async () => {
    const given = deps()
    await handleCommand(register, given)
    const outcomes = await Promise.all(
      ['a', 'b', 'c'].map((commandId) => handleCommand({ ...suspend, commandId }, given)),
    )
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted', 'accepted'])
    expect((await loadStream(given.ledger, institution, uscc)).events).toHaveLength(2)
  })

  it('asks for authority over the stream before and after, and appends nothing without it', async () => {
    const given = deps()
    await handleCommand(register, given)
    const asked: unknown[] = []
    const outcome = await handleCommand(suspend, {
      ...given,
      authorise: (_, concerns) => {
        asked.push(concerns?.division)
        return false
      },
    })
    expect(outcome).toEqual({ kind: 'forbidden' })
    expect(asked).toEqual(['320402'])
    expect((await loadStream(given.ledger, institution, uscc)).events).toHaveLength(1)
  })
})
