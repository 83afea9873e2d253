import { describe, expect, it } from 'vitest'
import { collect, eventsOf, newEvent, untilCaughtUp } from './contract/engine.ts'
import { ledgerStart } from './event-store.ts'
import { underLease } from './lease.ts'
import { onlyLedgerStreams } from './ledger-streams.ts'
import { createMemoryEventStore } from './memory.ts'

describe('the ledger on a server that holds more', () => {
  it('is the streams of its categories: no lease and no other program comes into any view of it', async () => {
    const server = createMemoryEventStore()
    const ledger = onlyLedgerStreams(server)
    await ledger.append('unit-1', [newEvent(1)], -1)
    await underLease({ ledger, name: 'clerk', holder: 'test' }, new AbortController().signal, async () => {})
    await server.append('orders-1', [newEvent('of another program')], -1)
    await ledger.append('institution-1', [newEvent(2)], -1)
    await server.append('orders-1', [newEvent('of another program')], 0)

    const streams = (await collect(ledger.readAll())).map(({ stream }) => stream)
    expect(streams).toEqual(['unit-1', 'institution-1'])
    const backwards = await collect(ledger.readAll({ direction: 'backwards' }))
    expect(backwards.map(({ stream }) => stream)).toEqual(streams.toReversed())
    const messages = await untilCaughtUp(ledger, { after: ledgerStart })
    expect(eventsOf(messages).map(({ stream }) => stream)).toEqual(streams)
    // What is passed over at the end moves the position all the same.
    expect(messages.at(-1)).toEqual({ kind: 'caughtUp', position: await ledger.head() })

    const lease = await collect(ledger.readStream('lease-clerk'))
    expect(lease.map(({ type }) => type)).toEqual(['LeaseClaimed', 'LeaseReleased'])
  })

  it('also for whoever names types: another program may have events of the same type', async () => {
    const server = createMemoryEventStore()
    const ledger = onlyLedgerStreams(server)
    await server.append('orders-1', [{ ...newEvent('of another program'), type: 'UnitRegistered' }], -1)
    await ledger.append('unit-1', [{ ...newEvent(1), type: 'UnitRegistered' }], -1)
    await server.append('orders-1', [{ ...newEvent('of another program'), type: 'UnitRegistered' }], 0)

    const filter = { types: ['UnitRegistered'] }
    const streams = (await collect(ledger.readAll({ filter }))).map(({ stream }) => stream)
    expect(streams).toEqual(['unit-1'])
    const messages = await untilCaughtUp(ledger, { after: ledgerStart, filter })
    expect(eventsOf(messages).map(({ stream }) => stream)).toEqual(['unit-1'])
    expect(await collect(ledger.readAll({ filter: { ...filter, categories: ['institution'] } }))).toEqual([])
  })
})
