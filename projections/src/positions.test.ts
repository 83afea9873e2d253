import { join } from 'node:path'
import type { EventStore } from '@fireledger/event-store'
import { describe, expect, it } from 'vitest'
import { readModels } from './read-models.ts'
import { openReadStore } from './read-store.ts'
import { sampleFacts } from './sample-history.ts'
import { catchUp, ledgerWith, temporaryFolder } from './test-kit.ts'

/** The ledger with its events so much farther on: a cluster's positions are places in its log, in bytes. */
function fartherOn(ledger: EventStore, by: bigint): EventStore {
  const there = <Place extends { position: bigint }>(place: Place) => ({
    ...place,
    position: place.position < 0n ? place.position : place.position + by,
  })
  const here = (position: bigint) => (position < by ? -1n : position - by)
  return {
    ...ledger,
    async *readAll(options = {}) {
      for await (const page of ledger.readAll(options)) yield page.map(there)
    },
    async *subscribeToAll(options) {
      for await (const message of ledger.subscribeToAll({ ...options, after: here(options.after) })) {
        if (message.kind === 'events') yield { kind: 'events', events: message.events.map(there) }
        else yield there(message)
      }
    },
    head: async () => (await ledger.head()) + by,
  }
}

const facts = 60
/** Nine petabytes of log: no server comes there. */
const exactMost = BigInt(Number.MAX_SAFE_INTEGER)

describe('positions in rows', () => {
  it('are exact as far as any log reaches, in rows and checkpoints', async () => {
    const by = exactMost - BigInt(facts - 1)
    const ledger = fartherOn(await ledgerWith(sampleFacts(facts)), by)
    const path = join(temporaryFolder(), 'read.db')
    await catchUp(ledger, path, readModels)
    await catchUp(ledger, path, readModels)
    const store = openReadStore(path)
    expect(store.checkpoint()).toBe(exactMost)
    const rows = store.all<{ position: number }>('SELECT position FROM command_receipt ORDER BY position')
    expect(rows.map(({ position }) => BigInt(position))).toEqual(
      Array.from({ length: facts }, (_, index) => by + BigInt(index)),
    )
    store.close()
  })

  it('beyond that stop the projector aloud; none is ever rounded', async () => {
    const ledger = fartherOn(await ledgerWith(sampleFacts(facts)), exactMost + 1n)
    await expect(catchUp(ledger, join(temporaryFolder(), 'read.db'), readModels)).rejects.toThrow(
      /position 90071992547410\d\d does not fit a column/,
    )
  })
})
