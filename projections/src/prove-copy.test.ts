import {
  copyLedger,
  createMemoryEventStore,
  type EventStore,
  type StoredEvent,
} from '@fireledger/event-store'
import { describe, expect, it } from 'vitest'
import { proveCopy } from './prove-copy.ts'
import { readModels } from './read-models.ts'
import { sampleFacts } from './sample-history.ts'
import { ledgerWith } from './test-kit.ts'

/** The same events at other places, as another engine would have them. */
function elsewhere(ledger: EventStore, change = (event: StoredEvent) => event): EventStore {
  return {
    ...ledger,
    async *readAll(options) {
      for await (const page of ledger.readAll(options)) {
        yield page.map((event) => change({ ...event, position: event.position * 977n + 4_000_000_000n }))
      }
    },
  }
}

async function copied() {
  const from = await ledgerWith(sampleFacts(700))
  const to = createMemoryEventStore()
  const { last } = await copyLedger({ from, to })
  return { from, to, last, projections: readModels }
}

describe('the proof of a copy', () => {
  it('finds every byte and every row the same, though all positions differ', async () => {
    const { to, ...rest } = await copied()
    const proof = await proveCopy({ ...rest, copy: elsewhere(to) })
    expect(proof).toMatchObject({ ok: true, events: 700, newer: 0 })
    expect(proof.projections.map(({ projection }) => projection)).toEqual(readModels.map(({ name }) => name))
    expect(proof.projections.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(700)
  })

  it('sees one changed byte', async () => {
    const { to, ...rest } = await copied()
    const changed = elsewhere(to, (event) =>
      event.type === 'PenaltyDecided'
        ? { ...event, data: Buffer.concat([event.data, Buffer.from(' ')]) }
        : event,
    )
    await expect(proveCopy({ ...rest, copy: changed })).rejects.toThrow(/another data.*PenaltyDecided/)
  })

  it('is not given when the copy lacks events, and tells those that came later', async () => {
    const { from, to, last, projections } = await copied()
    const shorter = {
      ...to,
      async *readAll() {
        for await (const page of to.readAll({ limit: 600 })) yield page
      },
    }
    expect((await proveCopy({ from, copy: shorter, last, projections })).ok).toBe(false)
    expect(await proveCopy({ from, copy: shorter, last: 599n, projections })).toMatchObject({
      ok: true,
      newer: 100,
    })
  })
})
