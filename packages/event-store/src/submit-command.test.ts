import { institution } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import type { Command } from './handle-command.ts'
import { createMemoryEventStore } from './memory.ts'
import { submitCommand } from './submit-command.ts'

const command: Command = {
  category: institution,
  type: 'SuspendInstitution',
  id: '91320402MA1WABCD1F',
  data: { reason: '测试', until: null },
  effectiveAt: null,
  commandId: 'one',
  correlationId: 'request-1',
  causationId: null,
  actor: { id: 'registrar', role: 'registrar', division: '320400' },
}

async function errorsOf(change: Partial<Command>) {
  const ledger = createMemoryEventStore()
  const sealed: unknown[] = []
  const submission = await submitCommand(
    { ...command, ...change },
    {
      ledger,
      now: () => '2026-03-02T04:00:00.000Z',
      seal: (_, data) => {
        sealed.push(data)
        return data
      },
    },
  )
  expect(sealed, 'nothing is sealed for a command that does not parse').toEqual([])
  expect(await ledger.head()).toBe(-1n)
  if (submission.kind !== 'invalid') throw new Error(`expected invalid, got ${submission.kind}`)
  return submission.errors.map(({ pointer, code }) => [pointer, code])
}

describe('submitCommand points at what does not parse', () => {
  it('the type', async () => {
    expect(await errorsOf({ type: 'toString' })).toEqual([['', 'unknown-command']])
  })

  it('the id', async () => {
    expect((await errorsOf({ id: '91320402MA1WABCD11' })).map(([pointer]) => pointer)).toEqual(['/id'])
  })

  it('the moment', async () => {
    expect(
      (await errorsOf({ id: validId(), effectiveAt: '2026-03-02' })).map(([pointer]) => pointer),
    ).toEqual(['/effectiveAt'])
  })

  it('each field that is wrong, missing or unknown, also deep and with strange names', async () => {
    const figures = { legalPerson: 'yes', 'a/b~c': 1, extra: 2 }
    const errors = await errorsOf({
      id: validId(),
      type: 'DeclarePracticeConditions',
      data: { figures, surplus: true },
    })
    const pointers = errors.map(([pointer]) => pointer)
    expect(pointers).toContain('/data/figures/legalPerson')
    expect(pointers).toContain('/data/figures/engineers')
    expect(pointers).toContain('/data/figures/a~1b~0c')
    expect(pointers).toContain('/data/figures/extra')
    expect(pointers).toContain('/data/surplus')
  })

  it.each([[null], [[]], ['text'], [undefined], [7]])('data that are %j', async (data) => {
    expect((await errorsOf({ id: validId(), data })).map(([pointer]) => pointer)).toEqual(['/data'])
  })
})

function validId(): string {
  const id = [...'0123456789ABCDEFGHJKLMNPQRTUWXY']
    .map((last) => `91320402MA1WABCD1${last}`)
    .find((text) => institution.id.safeParse(text).success)
  if (!id) throw new Error('no valid check character')
  return id
}
