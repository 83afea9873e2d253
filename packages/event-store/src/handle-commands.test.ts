import { institution } from '@fireledger/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventStore } from './event-store.ts'
import { type Command, handleCommand } from './handle-command.ts'
import { handleCommands } from './handle-commands.ts'
import { loadStream } from './load-stream.ts'
import { createMemoryEventStore } from './memory.ts'

const uscc = '91320402MA1WABCD1F'
const data = {
  RegisterInstitution: {
    name: '常州安信消防技术服务有限公司',
    type: 'maintenance',
    division: '320402',
    address: '常州市天宁区竹林西路19号',
    establishedOn: '2019-05-06',
    legalRepresentative: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
  },
  SuspendInstitution: { reason: '测试', until: null },
  ResumeInstitution: { reason: '整改合格' },
  WithdrawInstitution: { reason: '自愿退出' },
}

function command(type: keyof typeof data, commandId: string): Command {
  return {
    category: institution,
    type,
    id: uscc,
    data: data[type],
    effectiveAt: '2026-01-05T00:00:00.000Z',
    commandId,
    correlationId: 'import-1',
    causationId: null,
    actor: { id: 'import', role: 'import', division: null },
  }
}

function deps(ledger: EventStore = createMemoryEventStore()) {
  return { ledger, now: () => '2026-03-02T04:00:00.000Z' }
}

const anyCommand = fc
  .tuple(fc.constantFrom(...(Object.keys(data) as (keyof typeof data)[])), fc.integer({ min: 0, max: 12 }))
  .map(([type, number]) => command(type, `command-${number}`))

async function historyOf(ledger: EventStore) {
  const { events } = await loadStream(ledger, institution, uscc)
  return events.map(({ position: _, ...event }) => event)
}

describe('handleCommands', () => {
  it('leaves what the same commands one by one leave, with the same outcomes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(anyCommand, { minLength: 1, maxLength: 8 }), { maxLength: 3 }),
        async (batches) => {
          const together = deps()
          const singly = deps()
          for (const batch of batches) {
            const outcomes = await handleCommands(batch, together)
            const expected = []
            for (const one of batch) expected.push(await handleCommand(one, singly))
            const bare = (list: readonly object[]) => list.map((outcome) => ({ ...outcome, position: null }))
            expect(bare(outcomes)).toEqual(bare(expected))
          }
          expect(await historyOf(together.ledger)).toEqual(await historyOf(singly.ledger))
        },
      ),
    )
  })

  it('takes its turn among single commands for the same stream: nobody has to decide twice', async () => {
    const ledger = createMemoryEventStore()
    let appends = 0
    const counted: EventStore = {
      ...ledger,
      append: (...args) => {
        appends += 1
        return ledger.append(...args)
      },
    }
    await handleCommand(command('RegisterInstitution', 'register'), deps(counted))
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0
          ? handleCommand(command('SuspendInstitution', `single-${n}`), deps(counted))
          : handleCommands([command('ResumeInstitution', `batch-${n}`)], deps(counted)),
      ),
    )
    expect(appends).toBe(21)
  })

  it('reads and appends once', async () => {
    const ledger = createMemoryEventStore()
    const calls: string[] = []
    const counted: EventStore = {
      ...ledger,
      readStream: (stream, options) => {
        calls.push('read')
        return ledger.readStream(stream, options)
      },
      append: (stream, events, expected) => {
        calls.push(`append ${events.length}`)
        return ledger.append(stream, events, expected)
      },
    }
    const outcomes = await handleCommands(
      [
        command('RegisterInstitution', 'a'),
        command('SuspendInstitution', 'b'),
        command('RegisterInstitution', 'c'),
        command('ResumeInstitution', 'd'),
      ],
      deps(counted),
    )
    expect(calls).toEqual(['read', 'append 3'])
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['accepted', 'accepted', 'refused', 'accepted'])
    expect(outcomes.at(-1)).toMatchObject({ revision: 2, position: 2n })
  })

  it('decides all of them again when someone wrote in between', async () => {
    const ledger = createMemoryEventStore()
    await handleCommand(command('RegisterInstitution', 'a'), deps(ledger))
    const outcomes = await Promise.all([
      handleCommands([command('SuspendInstitution', 'b'), command('ResumeInstitution', 'c')], deps(ledger)),
      handleCommands([command('SuspendInstitution', 'd'), command('ResumeInstitution', 'e')], deps(ledger)),
    ])
    expect(outcomes.flat().map((outcome) => outcome.kind)).toEqual(Array(4).fill('accepted'))
    expect((await historyOf(ledger)).map((event) => event.metadata.commandId)).toEqual([
      'a',
      'b',
      'c',
      'd',
      'e',
    ])
  })

  it('splits what is too much for one append', async () => {
    const { ledger, now } = deps()
    const many = Array.from({ length: 2100 }, (_, index) =>
      command(
        index === 0 ? 'RegisterInstitution' : index % 2 ? 'SuspendInstitution' : 'ResumeInstitution',
        `n${index}`,
      ),
    )
    const outcomes = await handleCommands(many, { ledger, now })
    expect(outcomes.at(-1)).toMatchObject({ kind: 'accepted', revision: 2099, replayed: false })
    expect(await historyOf(ledger)).toHaveLength(2100)
  })

  it('takes commands for one stream only', async () => {
    const other = { ...command('RegisterInstitution', 'b'), id: '91320411MA1XYZTT08' }
    await expect(handleCommands([command('RegisterInstitution', 'a'), other], deps())).rejects.toThrow(
      'one batch',
    )
  })
})
