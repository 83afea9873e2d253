import { institution, project, unit, usccCheckCharacter } from '@fireledger/domain'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeEvent } from './codec.ts'
import type { EventStore } from './event-store.ts'
import { type Command, handleCommand } from './handle-command.ts'
import { createMemoryEventStore } from './memory.ts'
import { steadyClock } from './steady-clock.ts'

const uscc = (n: number) => {
  const body = `91320402MA1WABC${String(n).padStart(2, '0')}`
  return body + usccCheckCharacter(body)
}
const register = (n: number): Command => ({
  category: institution,
  type: 'RegisterInstitution',
  id: uscc(n),
  data: {
    name: '常州安信消防技术服务有限公司',
    type: 'maintenance',
    division: '320402',
    address: '常州市天宁区竹林西路19号',
    establishedOn: '2019-05-06',
    legalRepresentative: { subjectId: 'person-1', sealed: 'c2VhbGVk' },
  },
  effectiveAt: null,
  commandId: `register-${n}`,
  correlationId: 'request-1',
  causationId: null,
  actor: { id: 'registrar', role: 'registrar', division: '320400' },
})

const unitId = '01JD0000000000000000000VN1'
const registerUnit: Command = {
  ...register(0),
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
/** Reads the unit and the institution before it is decided. */
const contract = (n: number): Command => ({
  ...register(n),
  category: project,
  type: 'ContractProject',
  id: `01JD00000000000000000000${String(n).padStart(2, '0')}`,
  data: {
    institution: uscc(99),
    unit: unitId,
    kind: 'maintenance',
    contractNumber: `CZ-2026-${n}`,
    from: '2026-03-02',
    until: null,
    amountFen: null,
    areaSquareMetres: null,
    division: '320402',
  },
  commandId: `contract-${n}`,
})

/** The ledger with every read held up for so many turns of the event loop. */
function slowed(ledger: EventStore, turns: readonly number[]): EventStore {
  let step = 0
  return {
    ...ledger,
    async *readStream(stream, options) {
      const count = turns[step++ % turns.length] ?? 0
      for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
      yield* ledger.readStream(stream, options)
    },
  }
}

describe('the steady clock', () => {
  it('stands still while the clock of the machine is set back', () => {
    const readings = [1000, 3000, 2000, 2999, 3000, 3001]
    const clock = steadyClock(() => readings.shift() ?? 0)
    const told = Array.from({ length: 6 }, () => Date.parse(clock()))
    expect(told).toEqual([1000, 3000, 3000, 3000, 3000, 3001])
  })

  it('lets what is recorded follow the order of positions, whatever each command waits for', async () => {
    const jumps = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 40 })
    const waits = fc.array(fc.nat(5), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(jumps, waits, async (steps, turns) => {
        let at = Date.parse('2026-03-02T04:00:00.000Z')
        let reading = 0
        const now = steadyClock(() => {
          at += steps[reading++ % steps.length] ?? 0
          return at
        })
        const ledger = createMemoryEventStore()
        const slow = slowed(ledger, turns)
        for (const first of [register(99), registerUnit]) await handleCommand(first, { ledger, now })
        const commands = Array.from({ length: 12 }, (_, n) => (n % 2 === 0 ? register(n) : contract(n)))
        await Promise.all(commands.map((command) => handleCommand(command, { ledger: slow, now })))
        const recorded: string[] = []
        for await (const page of ledger.readAll({})) {
          recorded.push(...page.map((stored) => decodeEvent(stored).metadata.recordedAt))
        }
        expect(recorded).toHaveLength(14)
        expect(recorded).toEqual(recorded.toSorted())
      }),
    )
  })
})
