import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collect, newEvent, newEvents } from './contract/engine.ts'
import { copyLedger, LedgersDifferError } from './copy-ledger.ts'
import { openEmbeddedLedger } from './embedded/embedded.ts'
import type { EventReader, EventStore, StoredEvent } from './event-store.ts'
import { createMemoryEventStore } from './memory.ts'

async function embedded(): Promise<EventStore> {
  const ledger = await openEmbeddedLedger(mkdtempSync(join(tmpdir(), 'fireledger-copy-')))
  onTestFinished(() => ledger.close())
  return ledger
}

/** Streams taking turns, so that the order across streams matters. */
async function filled(lengths: readonly number[]): Promise<EventStore> {
  const ledger = createMemoryEventStore()
  const revisions = new Map<number, number>()
  for (const [index, length] of lengths.entries()) {
    const stream = index % 3
    const revision = revisions.get(stream) ?? -1
    await ledger.append(`unit-${stream}`, newEvents(length), revision)
    revisions.set(stream, revision + length)
  }
  return ledger
}

/** All that must be the same; positions and the engine's clock are the engine's. */
async function content(ledger: EventReader) {
  const events = await collect(ledger.readAll())
  return events.map(({ position: _, storedAt: __, data, metadata, ...rest }: StoredEvent) => ({
    ...rest,
    data: Buffer.from(data).toString('hex'),
    metadata: Buffer.from(metadata).toString('hex'),
  }))
}

describe('copying a ledger', () => {
  it('gives the same streams, revisions, ids and bytes in the same order', async () => {
    const from = await filled([3, 1, 700, 2, 5])
    const to = await embedded()
    expect(await copyLedger({ from, to, inFlightMax: 64 })).toMatchObject({ copied: 711, alreadyThere: 0 })
    expect(await content(to)).toEqual(await content(from))
  })

  it('goes on after any interruption, and adds what came since', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 12 }),
        fc.array(fc.nat(20), { maxLength: 4 }),
        fc.constantFrom(1, 8),
        async (lengths, interruptions, inFlightMax) => {
          const from = await filled(lengths)
          const to = createMemoryEventStore()
          for (const after of interruptions) {
            const stop = new AbortController()
            let left = after
            const counted: EventStore = {
              ...to,
              append: async (...append) => {
                if (left-- === 0) stop.abort()
                return to.append(...append)
              },
            }
            await copyLedger({ from, to: counted, inFlightMax, signal: stop.signal })
          }
          await from.append('unit-new', newEvents(2), -1)
          await copyLedger({ from, to, inFlightMax })
          expect(await content(to)).toEqual(await content(from))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('begins nothing more after a failure, and can be taken up again', async () => {
    const from = await filled([2, 2, 2, 2, 2, 2])
    const to = createMemoryEventStore()
    let left = 3
    const failing: EventStore = {
      ...to,
      append: async (...append) => {
        if (left-- === 0) throw new Error('the disk is full')
        return to.append(...append)
      },
    }
    await expect(copyLedger({ from, to: failing })).rejects.toThrow('the disk is full')
    expect(await content(to)).toEqual((await content(from)).slice(0, 6))
    await copyLedger({ from, to })
    expect(await content(to)).toEqual(await content(from))
  })

  it.each([
    ['another event', (to: EventStore) => to.append('unit-0', [newEvent('other')], -1), /another id/],
    ['another stream', (to: EventStore) => to.append('unit-9', [newEvent(0)], -1), /another stream/],
    [
      'other bytes',
      async (to: EventStore, [first]: readonly StoredEvent[]) => {
        if (first) await to.append(first.stream, [{ ...first, data: new TextEncoder().encode('{}') }], -1)
      },
      /another data/,
    ],
    [
      'more than the source',
      async (to: EventStore, events: readonly StoredEvent[]) => {
        for (const event of events) await to.append(event.stream, [event], event.revision - 1)
        await to.append('unit-more', [newEvent('more')], -1)
      },
      /after the end of the source/,
    ],
  ])('refuses a target that holds %s', async (_, spoil, message) => {
    const from = await filled([2, 1])
    const to = createMemoryEventStore()
    await spoil(to, await collect(from.readAll()))
    const before = await content(to)
    const copying = copyLedger({ from, to })
    await expect(copying).rejects.toThrow(message)
    await expect(copying).rejects.toThrow(LedgersDifferError)
    expect(await content(to)).toEqual(before)
  })
})
