import { shippedProcesses } from '@fireledger/domain'
import { describe, expect, it } from 'vitest'
import type { EventStore } from './event-store.ts'
import { createMemoryEventStore } from './memory.ts'
import { loadReliances } from './relied-streams.ts'

const id = 'CZ-9'
const stream = `assessmentProcess-${id}`
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
function event(number: number, type: string, data: unknown) {
  const metadata = { schemaVersion: 1, effectiveAt: '2026-03-02T04:00:00.000Z' }
  return {
    id: `00000000-0000-4000-8000-00000000000${number}`,
    type,
    data: bytes(data),
    metadata: bytes(metadata),
  }
}
const content = shippedProcesses[0]?.content

function counting(ledger: EventStore) {
  const read: (number | undefined)[] = []
  const readStream: EventStore['readStream'] = (name, options) => {
    read.push(options?.from)
    return ledger.readStream(name, options)
  }
  return { read, readStream }
}

describe('the streams that a decision relies on', () => {
  it('are folded once, and after that only what is new is read', async () => {
    const ledger = createMemoryEventStore()
    const seen = counting(ledger)
    const load = async () => (await loadReliances(seen, [{ category: 'assessmentProcess', id }])).get(stream)
    expect(await load()).toEqual({ state: { status: 'unknown' }, revision: -1 })
    await ledger.append(stream, [event(1, 'ProcessDrafted', { division: '320400', content })], -1)
    expect(await load()).toMatchObject({ state: { status: 'draft' }, revision: 0 })
    await ledger.append(stream, [event(2, 'ProcessAdopted', { division: '320400', from: '2026-01-01' })], 0)
    expect(await load()).toMatchObject({ state: { status: 'adopted', revision: 1 }, revision: 1 })
    expect(await load()).toMatchObject({ state: { status: 'adopted', revision: 1 }, revision: 1 })
    expect(seen.read).toEqual([0, 0, 1, 2])
  })

  it('of one ledger are not those of another', async () => {
    const [full, empty] = [createMemoryEventStore(), createMemoryEventStore()]
    await full.append(stream, [event(1, 'ProcessDrafted', { division: '320400', content })], -1)
    const reliances = [{ category: 'assessmentProcess', id }]
    expect((await loadReliances(full, reliances)).get(stream)?.revision).toBe(0)
    expect((await loadReliances(empty, reliances)).get(stream)?.revision).toBe(-1)
  })

  it('are of categories that the catalogue has', async () => {
    const asked = loadReliances(createMemoryEventStore(), [{ category: 'weather', id }])
    await expect(asked).rejects.toThrow('weather')
  })
})
