import { join } from 'node:path'
import type { EventStore } from '@fireledger/event-store'
import { describe, expect, it } from 'vitest'
import { readModels } from './read-models.ts'
import { runProjections } from './runner.ts'
import { sampleFacts } from './sample-history.ts'
import { appendFacts, catchUp, ledgerWith, temporaryFolder, testVault } from './test-kit.ts'

/** The same events where another engine would put them; what lies behind the last one is passed over. */
function onCluster(ledger: EventStore): EventStore {
  const outside = (position: bigint) => (position < 0n ? position : position * 200n + 700n)
  const inside = (position: bigint) => (position < 700n ? -1n : (position - 700n) / 200n)
  const moved = <Event extends { position: bigint }>(event: Event) => ({
    ...event,
    position: outside(event.position),
  })
  return {
    ...ledger,
    async *readAll(options = {}) {
      const from = options.from === undefined ? {} : { from: inside(options.from) }
      for await (const page of ledger.readAll({ ...options, ...from })) yield page.map(moved)
    },
    async *subscribeToAll(options) {
      for await (const message of ledger.subscribeToAll({ ...options, after: inside(options.after) })) {
        if (message.kind === 'events') yield { kind: 'events', events: message.events.map(moved) }
        else yield { ...message, position: outside(message.position) + 90n }
      }
    },
    head: async () => outside(await ledger.head()),
  }
}

describe('the ledger that a read store follows', () => {
  it('is the only one that it goes on with: the same ledger on another engine is another', async () => {
    const ledger = await ledgerWith(sampleFacts(40))
    const path = join(temporaryFolder(), 'read.db')
    await catchUp(ledger, path, readModels)
    await catchUp(ledger, path, readModels)
    await expect(catchUp(onCluster(ledger), path, readModels)).rejects.toThrow(
      /to this one on another engine .*Delete the read store/,
    )
  })

  it('is known from its first event on, when the store began with an empty one', async () => {
    const ledger = await ledgerWith([])
    const path = join(temporaryFolder(), 'read.db')
    const stop = new AbortController()
    const last = BigInt(sampleFacts(40).length - 1)
    const running = runProjections({
      reader: onCluster(ledger),
      readStorePath: path,
      projections: readModels,
      open: testVault().open,
      signal: stop.signal,
      onCommit: (checkpoint) => {
        if (checkpoint > last * 200n) stop.abort()
      },
    })
    await appendFacts(ledger, sampleFacts(40))
    await running
    await catchUp(onCluster(ledger), path, readModels)
    await expect(catchUp(ledger, path, readModels)).rejects.toThrow(/on another engine/)
  })

  it('may end before what the rows have passed over', async () => {
    const ledger = onCluster(await ledgerWith(sampleFacts(40)))
    const path = join(temporaryFolder(), 'read.db')
    await catchUp(ledger, path, readModels)
    await catchUp(ledger, path, readModels)
  })
})
