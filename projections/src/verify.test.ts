import { join } from 'node:path'
import type { EventReader, StoredEvent } from '@fireledger/event-store'
import { openDatabase } from '@fireledger/sqlite'
import { describe, expect, it } from 'vitest'
import { readModels } from './read-models.ts'
import { sampleFacts } from './sample-history.ts'
import { appendFacts, catchUp, erasureOf, ledgerWith, temporaryFolder, testVault } from './test-kit.ts'
import { verifyReadStore } from './verify.ts'

const { open } = testVault()

async function filledStore() {
  const reader = await ledgerWith(sampleFacts(700))
  const readStorePath = join(temporaryFolder(), 'read.db')
  await catchUp(reader, readStorePath, readModels)
  return { reader, readStorePath, projections: readModels, open }
}

/** The ledger as it would read after someone changed it behind our back. */
function tampered(reader: EventReader, change: (event: StoredEvent) => StoredEvent | null): EventReader {
  return {
    ...reader,
    async *readAll(options) {
      for await (const page of reader.readAll(options)) {
        yield page.map(change).filter((event): event is StoredEvent => event !== null)
      }
    },
  }
}

function withData(event: StoredEvent, change: (json: string) => string): StoredEvent {
  return { ...event, data: new TextEncoder().encode(change(new TextDecoder().decode(event.data))) }
}

describe('verifying', () => {
  it('finds every event sound and every row as the ledger gives it', async () => {
    const verification = await verifyReadStore(await filledStore())
    expect(verification).toMatchObject({ ok: true, events: 700, faultCount: 0 })
    expect(verification.projections.map(({ verdict }) => verdict)).toEqual(readModels.map(() => 'equal'))
    expect(
      verification.projections.find(({ projection }) => projection === 'inspections')?.rows,
    ).toBeGreaterThan(0)
  })

  it('finds an altered row', async () => {
    const store = await filledStore()
    const raw = openDatabase(store.readStorePath)
    raw.exec(`UPDATE institution SET name = '别的名字' WHERE uscc = (SELECT min(uscc) FROM institution)`)
    raw.close()
    const { ok, projections } = await verifyReadStore(store)
    expect(ok).toBe(false)
    const different = projections.filter(({ verdict }) => verdict !== 'equal')
    expect(different.map(({ projection }) => projection)).toEqual(['institution-register'])
    expect(different[0]?.differences[0]).toMatchObject({ table: 'institution', different: 1, missing: 0 })
    expect(different[0]?.differences[0]?.examples).toEqual([
      { kind: 'different', key: { uscc: expect.any(String) }, columns: ['name'] },
    ])
  })

  it('names rows and columns in its findings, never a person', async () => {
    const store = await filledStore()
    const raw = openDatabase(store.readStorePath)
    raw.exec(`UPDATE institution SET legal_representative_name = '王小明', person = '{"name":"王小明"}'`)
    raw.exec(`DELETE FROM practitioner`)
    raw.close()
    const findings = JSON.stringify(await verifyReadStore(store), (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(findings).toContain('legal_representative_name')
    expect(findings).not.toContain('王小明')
  })

  it('takes nobody for a difference who is erased while it runs', async () => {
    const store = await filledStore()
    const vault = testVault()
    const ledger = store.reader
    let reads = 0
    const reader: EventReader = {
      ...ledger,
      async *readAll(options) {
        yield* ledger.readAll(options)
        // Recorded when the ledger has been read and the rows are still to be compared.
        if (options?.filter === undefined && reads++ === 0) {
          await appendFacts(ledger, [erasureOf('legal-2')], 700)
          await catchUp(ledger, store.readStorePath, readModels, vault)
        }
      },
    }
    const verification = await verifyReadStore({ ...store, ...vault, reader })
    expect(verification).toMatchObject({ ok: true, events: 701 })
  })

  it('carries out an erasure that nobody has carried out', async () => {
    const store = await filledStore()
    const vault = testVault()
    await appendFacts(store.reader, [erasureOf('legal-2')], 700)
    const { ok } = await verifyReadStore({ ...store, ...vault, standstillMs: 100 })
    expect(vault.destroyed).toEqual(new Set(['legal-2']))
    // The rows still show the person until a projector has followed.
    expect(ok).toBe(false)
  })

  it('finds rows that nobody has brought up to the ledger', async () => {
    const store = { ...(await filledStore()), standstillMs: 100 }
    await appendFacts(store.reader, [erasureOf('legal-2')], 700)
    const { ok, projections } = await verifyReadStore(store)
    expect(ok).toBe(false)
    expect(new Set(projections.map(({ verdict, behind }) => `${verdict} ${behind}`))).toEqual(
      new Set(['behind 1']),
    )
  })

  it('waits for a projector that is at work', async () => {
    const store = await filledStore()
    await appendFacts(store.reader, [erasureOf('legal-2')], 700)
    const vault = testVault()
    const [{ ok }] = await Promise.all([
      verifyReadStore({ ...store, ...vault, standstillMs: 30_000 }),
      catchUp(store.reader, store.readStorePath, readModels, vault),
    ])
    expect(ok).toBe(true)
  })

  it('finds a projection that has stopped, though its rows are equal as far as they go', async () => {
    const store = await filledStore()
    const raw = openDatabase(store.readStorePath)
    raw.exec(`UPDATE projection_status SET status = 'failed', failed_event = 'PenaltyDecided penaltyCase-1@3',
      failed_position = 701, failed_reason = 'no such article' WHERE name = 'penalty-cases'`)
    raw.close()
    const { ok, projections } = await verifyReadStore(store)
    expect(ok).toBe(false)
    expect(projections.filter(({ verdict }) => verdict !== 'equal')).toMatchObject([
      {
        projection: 'penalty-cases',
        verdict: 'stopped',
        failedReason: 'PenaltyDecided penaltyCase-1@3: no such article',
      },
    ])
  })

  it('finds an event whose content was altered, by the rows that no longer follow from it', async () => {
    const store = await filledStore()
    const reader = tampered(store.reader, (event) =>
      event.type === 'PenaltyDecided'
        ? withData(event, (json) => json.replace(/"fineFen":\d+/, '"fineFen":1'))
        : event,
    )
    const { ok, projections } = await verifyReadStore({ ...store, reader })
    expect(ok).toBe(false)
    expect(
      projections.filter(({ verdict }) => verdict === 'different').map(({ projection }) => projection),
    ).toContain('penalty-cases')
  })

  it('finds data that do not fit their type, or are no JSON at all', async () => {
    const store = await filledStore()
    for (const spoil of [(json: string) => json.replace('"division"', '"divison"'), () => '{']) {
      const reader = tampered(store.reader, (event) =>
        event.type === 'PenaltyCaseFiled' ? withData(event, spoil) : event,
      )
      const { ok, faultCount, faults } = await verifyReadStore({ ...store, reader })
      expect(ok).toBe(false)
      expect(faultCount).toBeGreaterThan(0)
      expect(faults[0]?.stream).toMatch(/^penaltyCase-/)
    }
  })

  it('finds an event that is gone by the gap in its stream', async () => {
    const store = await filledStore()
    const reader = tampered(store.reader, (event) => (event.type === 'InspectionStarted' ? null : event))
    const { faults } = await verifyReadStore({ ...store, reader })
    expect(faults[0]).toMatchObject({ problem: 'revision 3 where 2 follows' })
  })

  it('finds missing metadata', async () => {
    const store = await filledStore()
    const reader = tampered(store.reader, (event) => {
      const { commandDigest: _, ...rest } = JSON.parse(new TextDecoder().decode(event.metadata))
      const metadata = new TextEncoder().encode(JSON.stringify(rest))
      return event.position === 5n ? { ...event, metadata } : event
    })
    const { faults } = await verifyReadStore({ ...store, reader })
    expect(faults).toMatchObject([{ position: 5n, problem: 'metadata lack commandDigest' }])
  })
})
