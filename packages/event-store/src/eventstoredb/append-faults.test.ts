import { describe, expect, it } from 'vitest'
import { newEvent, newEvents } from '../contract/engine.ts'
import {
  AppendOutcomeUnknownError,
  LedgerUnavailableError,
  WrongExpectedRevisionError,
} from '../event-store.ts'
import { elapsedMs, impatient, openOn, standInForTest } from './faults.test-kit.ts'
import type { AppendFault, StandIn } from './stand-in.test-kit.ts'

const worstMs = impatient.deadlineMs + impatient.patienceMs + 1500

function idsOf(standIn: StandIn, stream: string) {
  return standIn.log.stream(stream)?.map(({ id }) => id) ?? []
}

const faults: [string, AppendFault][] = [
  ['the server is silent', { kind: 'silent', stored: false }],
  ['the server is silent after it wrote', { kind: 'silent', stored: true }],
  ['the server half-closes the stream', { kind: 'half-close', stored: false }],
  ['the server half-closes the stream after it wrote', { kind: 'half-close', stored: true }],
  ['the connection drops', { kind: 'drop', stored: false }],
  ['the connection drops after the write', { kind: 'drop', stored: true }],
  ['the answer comes twice', { kind: 'answer-twice' }],
]

describe('an append', () => {
  it.each(faults)('is written exactly once when %s', async (_, fault) => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    const [first, second, third] = [newEvents(2), newEvents(3), newEvents(1)]
    await store.append('unit-a', first, -1)
    standIn.appendFaults.push(fault)
    const appended = await store.append('unit-a', second, 1)
    expect(appended).toEqual({ revision: 4, position: standIn.log.stream('unit-a')?.[4]?.position })
    await store.append('unit-a', third, 4)
    expect(idsOf(standIn, 'unit-a')).toEqual([...first, ...second, ...third].map(({ id }) => id))
  })

  it.each(faults)('disturbs no other when %s', async (_, fault) => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    const streams = Array.from({ length: 32 }, (_, index) => `unit-${index}`)
    const written = await Promise.all(
      streams.map(async (stream, index) => {
        const all: string[] = []
        for (let round = 0; round < 5; round++) {
          if (index === 7 && round === 2) standIn.appendFaults.push(fault, fault)
          const events = newEvents(2)
          await store.append(stream, events, 2 * round - 1)
          all.push(...events.map(({ id }) => id))
        }
        return all
      }),
    )
    expect(streams.map((stream) => idsOf(standIn, stream))).toEqual(written)
  })

  it.each([false, true])(
    'does not wait for its deadline when the server half-closes (written: %s)',
    async (stored) => {
      const standIn = await standInForTest()
      const { store } = await openOn(standIn, { deadlineMs: 30_000 })
      standIn.appendFaults.push({ kind: 'half-close', stored })
      const events = newEvents(2)
      expect(await elapsedMs(store.append('unit-a', events, -1))).toBeLessThan(10_000)
      expect(idsOf(standIn, 'unit-a')).toEqual(events.map(({ id }) => id))
    },
  )

  it('is written exactly once when the connection drops under many large ones', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn, { patienceMs: 20_000 })
    const data = new Uint8Array(50_000).fill(120)
    await store.append('unit-0', newEvents(1), -1)
    standIn.appendFaults.push({ kind: 'drop', stored: true })
    const streams = Array.from({ length: 200 }, (_, index) => `project-${index}`)
    await Promise.all(streams.map((stream) => store.append(stream, [{ ...newEvent(0), data }], -1)))
    expect(streams.map((stream) => idsOf(standIn, stream).length)).toEqual(streams.map(() => 1))
  })

  it('survives that its server is gone and comes back', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn, { patienceMs: 20_000 })
    await store.append('unit-a', newEvents(1), -1)
    standIn.stop()
    const pending = store.append('unit-a', newEvents(2), 0)
    await expect.poll(() => troubles.length).toBeGreaterThan(1)
    await standIn.start()
    expect((await pending).revision).toBe(2)
    expect(idsOf(standIn, 'unit-a')).toHaveLength(3)
  })

  it('goes to the leader when the node is none', async () => {
    const leader = await standInForTest()
    const follower = await standInForTest(leader.log)
    const { store } = await openOn(follower)
    follower.appendFaults.push({ kind: 'not-leader', leader: leader.port })
    await store.append('unit-a', newEvents(2), -1)
    await store.append('unit-a', newEvents(2), 1)
    expect(idsOf(leader, 'unit-a')).toHaveLength(4)
    expect(leader.seen.appends).toBe(2)
  })

  it('is tried again identically, and told its first outcome though others wrote meanwhile', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn)
    standIn.appendFaults.push({ kind: 'silent', stored: true })
    const events = newEvents(2)
    const pending = store.append('unit-a', events, -1)
    await expect.poll(() => idsOf(standIn, 'unit-a').length).toBe(2)
    const other = await openOn(standIn)
    await other.store.append('unit-a', newEvents(1), 1)
    expect(await pending).toMatchObject({ revision: 1 })
    expect(troubles).toHaveLength(1)
    expect(idsOf(standIn, 'unit-a').slice(0, 2)).toEqual(events.map(({ id }) => id))
  })

  it('loses its place when it was not written and another wrote meanwhile', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    const other = await openOn(standIn)
    standIn.appendFaults.push({ kind: 'silent', stored: false })
    const pending = store.append('unit-a', newEvents(2), -1)
    const rejected = expect(pending).rejects.toThrow(new WrongExpectedRevisionError('unit-a', -1, 0))
    await expect.poll(() => standIn.seen.appends).toBe(1)
    await other.store.append('unit-a', newEvents(1), -1)
    await rejected
    expect(idsOf(standIn, 'unit-a')).toHaveLength(1)
  })

  it('has an unknown outcome when the server stays silent, and the same append then settles it', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    const events = newEvents(1)
    standIn.mute(true)
    const pending = store.append('unit-a', events, -1)
    const rejected = expect(pending).rejects.toBeInstanceOf(AppendOutcomeUnknownError)
    expect(await elapsedMs(pending)).toBeLessThan(worstMs)
    await rejected
    standIn.mute(false)
    expect(await store.append('unit-a', events, -1)).toMatchObject({ revision: 0 })
    expect(idsOf(standIn, 'unit-a')).toEqual(events.map(({ id }) => id))
  })

  it('is refused at once where the user may not write, or the stream is tombstoned', async () => {
    const standIn = await standInForTest()
    const { store, troubles } = await openOn(standIn)
    standIn.appendFaults.push({ kind: 'denied' })
    const denied = store.append('unit-a', newEvents(1), -1)
    await expect(denied).rejects.toThrow(/denies access/)
    await expect(denied).rejects.toBeInstanceOf(LedgerUnavailableError)
    await store.append('unit-b', newEvents(1), -1)
    standIn.log.tombstone('unit-b')
    await expect(store.append('unit-b', newEvents(1), 0)).rejects.toThrow(/unit-b was tombstoned/)
    expect(troubles).toEqual([])
  })

  it('on one server is not disturbed by the loss of another', async () => {
    const [lost, healthy] = [await standInForTest(), await standInForTest()]
    const [onLost, onHealthy] = [await openOn(lost), await openOn(healthy)]
    await onLost.store.append('unit-a', newEvents(1), -1)
    await onHealthy.store.append('unit-a', newEvents(1), -1)
    let release = () => {}
    healthy.appendFaults.push({ kind: 'hold', until: new Promise((resolve) => (release = resolve)) })
    const held = onHealthy.store.append('unit-a', newEvents(2), 0)
    await expect.poll(() => healthy.seen.appends).toBe(2)
    // All clients of a process share one table of pending appends: this empties it.
    lost.appendFaults.push({ kind: 'drop', stored: false })
    await onLost.store.append('unit-a', newEvents(1), 0)
    release()
    expect(await held).toMatchObject({ revision: 2 })
    expect(idsOf(healthy, 'unit-a')).toHaveLength(3)
  })

  it('waits its turn when too many are under way', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn, { inFlightMax: 4 })
    let release = () => {}
    const until = new Promise<void>((resolve) => {
      release = resolve
    })
    for (let index = 0; index < 4; index++) standIn.appendFaults.push({ kind: 'hold', until })
    const pending = Array.from({ length: 20 }, (_, index) =>
      store.append(`unit-${index}`, [newEvent(index)], -1),
    )
    await expect.poll(() => standIn.seen.appends).toBe(4)
    release()
    await Promise.all(pending)
    expect(standIn.log.all).toHaveLength(20)
  })

  it('keeps every byte of data and metadata, JSON or not', async () => {
    const standIn = await standInForTest()
    const { store } = await openOn(standIn)
    const texts = [
      '{"a": 1}',
      '{"a":1.0}',
      '[1e400]',
      '{"2":0,"1":0}',
      '{"a":1,"a":2}',
      '',
      'no JSON',
      'null',
    ]
    const bytes = texts.map((text) => new TextEncoder().encode(text))
    const events = bytes.map((one) => ({ ...newEvent(0), data: one, metadata: Buffer.from(one) }))
    await store.append('unit-a', events, -1)
    for await (const page of store.readStream('unit-a')) {
      expect(page.map((event) => event.data)).toEqual(bytes)
      expect(page.map((event) => event.metadata)).toEqual(bytes)
    }
  })
})
