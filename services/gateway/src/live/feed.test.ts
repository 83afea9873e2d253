import type { EventReader, EventStore } from '@fireledger/event-store'
import { createMemoryEventStore } from '@fireledger/event-store'
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { feed } from './feed.ts'
import { createHub } from './hub.ts'

/** How many turns of the event loop each step waits: the whole timing of a run, drawn at random. */
const pauses = fc.array(fc.nat(6), { minLength: 1, maxLength: 40 })

function pacer(turns: readonly number[]) {
  let step = 0
  return async () => {
    const count = turns[step++ % turns.length] ?? 0
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}

async function append(ledger: EventStore, revision: number): Promise<void> {
  const metadata = { schemaVersion: 1, institutions: [], division: null, refusal: null }
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
  const event = { id: `event-${revision}`, type: 'InstitutionResumed', data: bytes({ reason: '测试' }) }
  await ledger.append('institution-x', [{ ...event, metadata: bytes(metadata) }], revision - 1)
}

/** The ledger with every page and every message held up. */
function slowed(ledger: EventStore, pause: () => Promise<void>): EventReader {
  return {
    ...ledger,
    async *readAll(options) {
      for await (const page of ledger.readAll({ ...options, pageSize: 3 })) {
        await pause()
        yield page
      }
    },
    async *subscribeToAll(options) {
      for await (const message of ledger.subscribeToAll({ ...options, batchMax: 2 })) {
        await pause()
        yield message
      }
    },
  }
}

describe('feed', () => {
  it('delivers every event after the cursor once and in order, for any timing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          before: fc.integer({ min: 0, max: 12 }),
          during: fc.integer({ min: 0, max: 30 }),
          cursor: fc.nat(12),
          reading: pauses,
          writing: pauses,
          taking: pauses,
        }),
        async ({ before, during, cursor, reading, writing, taking }) => {
          const ledger = createMemoryEventStore()
          for (let revision = 0; revision < before; revision++) await append(ledger, revision)
          const after = BigInt(Math.min(cursor, before) - 1)
          const reader = slowed(ledger, pacer(reading))
          const hub = createHub(reader, await ledger.head(), pino({ level: 'silent' }))
          const stop = new AbortController()
          const messages = feed({
            reader,
            hub,
            after,
            filter: {},
            wants: () => true,
            audience: 'public',
            bufferBytesMax: 1e9,
            onOverflow: () => expect.unreachable(),
            signal: stop.signal,
          })
          const write = async () => {
            const pause = pacer(writing)
            for (let revision = before; revision < before + during; revision++) {
              await pause()
              await append(ledger, revision)
            }
          }
          const writing_ = write()
          const expected = Array.from({ length: before + during }, (_, index) => BigInt(index)).filter(
            (position) => position > after,
          )
          const delivered: bigint[] = []
          let caughtUp = 0
          const pause = pacer(taking)
          for await (const message of messages) {
            await pause()
            if (message.kind === 'event') delivered.push(message.position)
            else caughtUp++
            if (delivered.length === expected.length && caughtUp === 1) break
          }
          await writing_
          // Nothing more may come, however long one waits for it.
          for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
          stop.abort()
          hub.close()
          await ledger.close()
          expect(delivered).toEqual(expected)
          expect(caughtUp).toBe(1)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('holds no more for a slow client than its buffer, and says so once', async () => {
    const ledger = createMemoryEventStore()
    const hub = createHub(ledger, await ledger.head(), pino({ level: 'silent' }))
    let overflows = 0
    const taken = new Promise<void>((resolve) => {
      hub.tap({
        wants: () => true,
        bytesOf: () => 100,
        bufferBytesMax: 250,
        onOverflow: () => {
          overflows++
          resolve()
        },
      })
    })
    for (let revision = 0; revision < 5; revision++) await append(ledger, revision)
    await taken
    expect(overflows).toBe(1)
    expect(hub.taps()).toBe(0)
    hub.close()
    await ledger.close()
  })
})
