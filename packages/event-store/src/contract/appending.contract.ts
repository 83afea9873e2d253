import { expect, it } from 'vitest'
import { LedgerUnavailableError, ledgerStart, WrongExpectedRevisionError } from '../event-store.ts'
import { collect, contentOf, contentsOf, newEvent, newEvents, type OpenEngine, openFor } from './engine.ts'

export function appendingContract(open: OpenEngine) {
  it('gives revisions from 0 without gaps and positions that grow', async () => {
    const { store } = await openFor(open)
    expect(await store.head()).toBe(ledgerStart)
    const first = await store.append('unit-a', newEvents(2), -1)
    const second = await store.append('unit-a', newEvents(3), 1)
    expect([first.revision, second.revision]).toEqual([1, 4])
    const events = await collect(store.readStream('unit-a'))
    expect(events.map((event) => event.revision)).toEqual([0, 1, 2, 3, 4])
    const positions = events.map((event) => event.position)
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? -1 : 1)))
    expect(new Set(positions).size).toBe(5)
    expect(events[1]?.position).toBe(first.position)
    expect(events[4]?.position).toBe(second.position)
    expect(await store.head()).toBe(second.position)
  })

  it('keeps id, type, stream and time', async () => {
    const { store } = await openFor(open)
    const event = newEvent('x', 'UnitRegistered')
    const before = new Date(Date.now() - 60_000).toISOString()
    await store.append('unit-常州-1', [event], -1)
    const [stored] = await collect(store.readStream('unit-常州-1'))
    expect(stored).toMatchObject({ id: event.id, type: 'UnitRegistered', stream: 'unit-常州-1' })
    expect(stored?.storedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(String(stored?.storedAt) > before).toBe(true)
  })

  it.each([
    ['a stream that does not exist, expected at 0', 0, -1],
    ['a stream that must not exist', -1, 1],
    ['an older revision', 0, 1],
    ['a later revision', 7, 1],
  ])('rejects %s', async (_, expected, actual) => {
    const { store } = await openFor(open)
    if (actual >= 0) await store.append('unit-a', newEvents(actual + 1), -1)
    const rejected = store.append('unit-a', newEvents(1), expected)
    await expect(rejected).rejects.toBeInstanceOf(WrongExpectedRevisionError)
    await expect(rejected).rejects.toMatchObject({ stream: 'unit-a', expected, actual })
    expect(await collect(store.readStream('unit-a'))).toHaveLength(actual + 1)
  })

  it('answers an identical retry with the first outcome, also after others wrote', async () => {
    const { store } = await openFor(open)
    const events = newEvents(3)
    const first = await store.append('unit-a', events, -1)
    expect(await store.append('unit-a', events, -1)).toEqual(first)
    await store.append('unit-a', newEvents(2), 2)
    expect(await store.append('unit-a', events, -1)).toEqual(first)
    expect(await collect(store.readStream('unit-a'))).toHaveLength(5)
  })

  it('answers identical retries that come at once with one outcome', async () => {
    const { store } = await openFor(open)
    const events = newEvents(3)
    const results = await Promise.all(Array.from({ length: 8 }, () => store.append('unit-a', events, -1)))
    expect(new Set(results.map((result) => result.position)).size).toBe(1)
    expect(await collect(store.readStream('unit-a'))).toHaveLength(3)
  })

  it('takes a retry with more, fewer or other events for another append', async () => {
    const { store } = await openFor(open)
    const events = newEvents(3)
    await store.append('unit-a', events, -1)
    for (const other of [[...events, newEvent(3)], [...events].reverse(), events.slice(1), newEvents(3)]) {
      await expect(store.append('unit-a', other, -1)).rejects.toBeInstanceOf(WrongExpectedRevisionError)
    }
    expect(await collect(store.readStream('unit-a'))).toHaveLength(3)
  })

  it.each([
    ['no events', 'unit-a', 0, -1],
    ['a name without a category', 'unit', 1, -1],
    ['a name with an empty id', 'unit-', 1, -1],
    ['a revision below -1', 'unit-a', 1, -2],
    ['a revision that is no integer', 'unit-a', 1, 0.5],
  ])('refuses %s as a mistake of the caller', async (_, stream, count, expected) => {
    const { store } = await openFor(open)
    const rejected = store.append(stream, newEvents(count), expected)
    await expect(rejected).rejects.toThrow(/stream names|at least one|expected revision/)
    await expect(rejected).rejects.not.toBeInstanceOf(WrongExpectedRevisionError)
    expect(await store.head()).toBe(ledgerStart)
  })

  concurrentContract(open)
  bytesContract(open)

  it('rejects appends after close', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(1), -1)
    await store.close()
    await store.close()
    await expect(store.append('unit-a', newEvents(1), 0)).rejects.toBeInstanceOf(LedgerUnavailableError)
  })
}

function concurrentContract(open: OpenEngine) {
  it('lets exactly one of many appenders win each revision', async () => {
    const { store } = await openFor(open)
    const racers = await Promise.allSettled(
      Array.from({ length: 40 }, (_, racer) => store.append('unit-a', [newEvent(racer)], -1)),
    )
    expect(racers.filter((racer) => racer.status === 'fulfilled')).toHaveLength(1)
    for (const racer of racers) {
      if (racer.status === 'rejected') expect(racer.reason).toMatchObject({ expected: -1, actual: 0 })
    }
    expect(await collect(store.readStream('unit-a'))).toHaveLength(1)
  })

  it('keeps the appends of many concurrent appenders apart, and a conflict of one from failing the others', async () => {
    const { store } = await openFor(open)
    const appenders = Array.from({ length: 64 }, async (_, appender) => {
      for (let round = 0; round < 10; round++) {
        await store.append(`unit-${appender}`, newEvents(2), 2 * round - 1)
        await expect(store.append(`unit-${appender}`, newEvents(1), 999)).rejects.toMatchObject({
          actual: 2 * round + 1,
        })
      }
    })
    await Promise.all(appenders)
    for (let appender = 0; appender < 64; appender++) {
      const events = await collect(store.readStream(`unit-${appender}`))
      expect(events.map((event) => event.revision)).toEqual(Array.from({ length: 20 }, (_, index) => index))
      expect(events.map(contentOf)).toEqual(Array.from({ length: 20 }, (_, index) => index % 2))
    }
    expect(await collect(store.readAll())).toHaveLength(64 * 20)
  })
}

function bytesContract(open: OpenEngine) {
  it('gives back every byte as it was', async () => {
    const { store } = await openFor(open)
    const all = Uint8Array.from({ length: 1024 }, (_, index) => (index * 7) % 256)
    // A view into a larger buffer: only the view is the event's.
    const event = { ...newEvent(0), data: all.subarray(3, 700), metadata: all.subarray(700, 701) }
    const json = new TextEncoder().encode('{ "b" : 1.0,\n"a":"常州\\u0000𬭎" ,"a":1e400}')
    await store.append('unit-a', [event, { ...newEvent(1), data: json }], -1)
    const [first, second] = await collect(store.readStream('unit-a'))
    expect(Buffer.from(first?.data ?? []).equals(Buffer.from(event.data))).toBe(true)
    expect(Buffer.from(first?.metadata ?? []).equals(Buffer.from(event.metadata))).toBe(true)
    expect(Buffer.from(second?.data ?? []).equals(Buffer.from(json))).toBe(true)
  })

  it('takes large events and many at once', async () => {
    const { store } = await openFor(open)
    const large = { ...newEvent(0), data: new Uint8Array(512 * 1024).fill(120) }
    for (let index = 0; index < 12; index++)
      await store.append('unit-large', [{ ...large, id: newEvent(0).id }], index - 1)
    await store.append('unit-many', newEvents(1000), -1)
    expect((await collect(store.readStream('unit-large'))).map((event) => event.data.length)).toEqual(
      Array.from({ length: 12 }, () => 512 * 1024),
    )
    expect(await contentsOf(store.readStream('unit-many'))).toEqual(
      Array.from({ length: 1000 }, (_, index) => index),
    )
  })

  it('does not change when the caller reuses its buffer', async () => {
    const { store } = await openFor(open)
    const event = newEvent('before')
    const original = event.data.slice()
    const appended = store.append('unit-a', [event], -1)
    await appended
    event.data.fill(0)
    const [stored] = await collect(store.readStream('unit-a'))
    expect(stored?.data).toEqual(original)
  })

  it('keeps everything across reopening', async ({ skip }) => {
    const { store, reopen } = await openFor(open)
    if (!reopen) return skip('this engine keeps nothing')
    const events = newEvents(3)
    const first = await store.append('unit-a', events, -1)
    const before = await collect(store.readAll())
    const again = await reopen()
    expect(await collect(again.readAll())).toEqual(before)
    expect(await again.append('unit-a', events, -1)).toEqual(first)
    await expect(again.append('unit-a', newEvents(1), 0)).rejects.toMatchObject({ actual: 2 })
    const next = await again.append('unit-a', newEvents(1), 2)
    expect(next.revision).toBe(3)
    expect(next.position > first.position).toBe(true)
  })
}
