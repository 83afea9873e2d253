import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LedgerEvent } from '@fireledger/domain'
import type { EventReader } from '@fireledger/event-store'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { institutionRegister } from './institution-register.ts'
import type { FoldProjection, Projection } from './projection.ts'
import { readModels } from './read-models.ts'
import { openReadStore } from './read-store.ts'
import { sampleFacts } from './sample-history.ts'
import {
  appendFacts,
  catchUp,
  dumpTables,
  ledgerWith,
  temporaryFolder,
  testUscc,
  testVault,
} from './test-kit.ts'
import { unitRegister } from './unit-register.ts'

function freshPath(): string {
  return join(temporaryFolder(), 'read.db')
}

/** A small fold with a row per stream, whose behaviour a test changes. */
function counting(change: Partial<FoldProjection<{ events: number }>> = {}): Projection {
  return {
    kind: 'fold',
    name: 'counting',
    version: 1,
    tables: { counted: { columns: { stream: 'text', events: 'integer' }, primaryKey: ['stream'] } },
    keysOf: (event) => [event.stream],
    initialState: { events: 0 },
    evolve: (state) => ({ events: state.events + 1 }),
    rows: ({ events }, key) => ({ counted: [{ stream: key, events }] }),
    ...change,
  }
}

describe('catching up', () => {
  it('gives the same rows whatever the batches and however often it starts again', async () => {
    const facts = sampleFacts(600)
    const whole = freshPath()
    await catchUp(await ledgerWith(facts), whole, readModels)
    const expected = dumpTables(whole, readModels)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 250 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 300 }),
        async (parts, flushEvents) => {
          const path = freshPath()
          const ledger = await ledgerWith([])
          let done = 0
          for (const part of [...parts, facts.length]) {
            await appendFacts(ledger, facts.slice(done, done + part), done)
            done = Math.min(done + part, facts.length)
            await catchUp(ledger, path, readModels, { flushEvents })
          }
          expect(dumpTables(path, readModels)).toEqual(expected)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('folds a long ledger into an empty store as a whole, and then goes on event by event', async () => {
    const facts = sampleFacts(400)
    const expected = freshPath()
    await catchUp(await ledgerWith(facts), expected, readModels)
    const ledger = await ledgerWith(facts.slice(0, 350))
    const path = freshPath()
    await catchUp(ledger, path, readModels, { wholeEventsMin: 300 })
    await appendFacts(ledger, facts.slice(350), 350)
    await catchUp(ledger, path, readModels, { wholeEventsMin: 300 })
    expect(dumpTables(path, readModels)).toEqual(dumpTables(expected, readModels))
    const store = openReadStore(path)
    expect(store.status().every(({ generation, status }) => generation === 2 && status === 'running')).toBe(
      true,
    )
    store.close()
  })

  it('names the event at which a fold of the whole ledger stopped, as any other', async () => {
    const ledger = await ledgerWith(sampleFacts(60))
    const path = freshPath()
    const evolve = (state: { events: number }, { position }: LedgerEvent) => {
      if (position === 40n) throw new Error('cannot fold this')
      return { events: state.events + 1 }
    }
    await catchUp(ledger, path, [counting({ evolve }), institutionRegister], { wholeEventsMin: 50 })
    const store = openReadStore(path, [counting(), institutionRegister])
    expect(store.status()).toMatchObject([
      { name: 'counting', status: 'failed', failedPosition: 40n, failedReason: 'cannot fold this' },
      { name: 'institution-register', status: 'running', checkpoint: 59n },
    ])
    store.close()
  })

  it('goes on live with what is appended, and tells the position that the rows reach', async () => {
    const facts = sampleFacts(100)
    const ledger = await ledgerWith(facts.slice(0, 50))
    const path = freshPath()
    const reached: bigint[] = []
    await catchUp(ledger, path, readModels, { onCommit: (checkpoint) => reached.push(checkpoint) })
    await appendFacts(ledger, facts.slice(50), 50)
    await catchUp(ledger, path, readModels, { onCommit: (checkpoint) => reached.push(checkpoint) })
    expect(reached.at(-1)).toBe(99n)
    const store = openReadStore(path)
    expect(store.checkpoint()).toBe(99n)
    expect(store.status().every(({ status, checkpoint }) => status === 'running' && checkpoint === 99n)).toBe(
      true,
    )
    store.close()
  })

  it('refuses rows that reach beyond the ledger: they are of another one', async () => {
    const path = freshPath()
    await catchUp(await ledgerWith(sampleFacts(50)), path, readModels)
    const shorter = await ledgerWith(sampleFacts(20))
    await expect(catchUp(shorter, path, readModels)).rejects.toThrow(/belongs to another ledger/)
  })

  it('loses nothing and counts nothing twice when the process is killed at any moment', async () => {
    const count = 1500
    const whole = freshPath()
    const ledger = await ledgerWith(sampleFacts(count))
    await catchUp(ledger, whole, readModels)
    const path = freshPath()
    let kills = 0
    for (const commits of [1, 3, 2, 5, 1]) if (await killAfter(path, count, commits)) kills++
    expect(kills).toBeGreaterThan(0)
    await catchUp(ledger, path, readModels)
    expect(dumpTables(path, readModels)).toEqual(dumpTables(whole, readModels))
  })
})

/** Catches up in another process and kills it, a moment after so many commits, while it goes on. */
async function killAfter(path: string, count: number, commits: number): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      fileURLToPath(new URL('./catch-up.fixture.ts', import.meta.url)),
      path,
      String(count),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  let seen = 0
  for await (const _ of createInterface({ input: child.stdout })) {
    if (++seen === commits) child.kill('SIGKILL')
  }
  const [, signal] = (await exited) as [number | null, string | null]
  return signal === 'SIGKILL'
}

describe('a projection that fails', () => {
  const facts = sampleFacts(200)
  const broken = counting({
    evolve(state, event) {
      if (event.position === 120n) throw new Error('cannot fold this')
      return { events: state.events + 1 }
    },
  })

  it('stops before the event, names it with the reason, and leaves the others running', async () => {
    const ledger = await ledgerWith(facts)
    const path = freshPath()
    const logged: string[] = []
    const logger = { info: () => {}, error: (fields: object) => void logged.push(JSON.stringify(fields)) }
    await catchUp(ledger, path, [broken, institutionRegister], { logger })
    const store = openReadStore(path, [broken, institutionRegister])
    const [failed, running] = store.status()
    expect(failed).toMatchObject({
      name: 'counting',
      status: 'failed',
      checkpoint: 119n,
      failedPosition: 120n,
      failedEvent: `${facts[120]?.type} ${facts[120]?.stream}@${revisionOf(120)}`,
      failedReason: 'cannot fold this',
    })
    expect(running).toMatchObject({ name: 'institution-register', status: 'running', checkpoint: 199n })
    expect(store.get('SELECT sum(events) AS events FROM counted')).toEqual({ events: 120 })
    expect(logged.join()).toContain('cannot fold this')
    store.close()
  })

  it('goes on from there once it is mended', async () => {
    const ledger = await ledgerWith(facts)
    const path = freshPath()
    await catchUp(ledger, path, [broken, institutionRegister])
    await catchUp(ledger, path, [counting(), institutionRegister])
    const store = openReadStore(path, [counting()])
    expect(store.get('SELECT sum(events) AS events FROM counted')).toEqual({ events: 200 })
    expect(store.status()[0]).toMatchObject({ status: 'running', checkpoint: 199n, failedReason: null })
    store.close()
  })

  it('leaves nothing of an event whose second row is wrong', async () => {
    const table = {
      columns: { position: 'integer', number: 'integer', note: 'text' },
      primaryKey: ['position', 'number'],
    }
    const journal = {
      kind: 'journal',
      name: 'notes',
      version: 1,
      tables: { note: table },
      rows: ({ position }) => {
        const row = { position: Number(position), note: 'x' }
        const second = position === 50n ? row : { ...row, number: 2 }
        return { note: [{ ...row, number: 1 }, second] }
      },
    } as Projection
    const path = freshPath()
    await catchUp(await ledgerWith(facts), path, [journal])
    const store = openReadStore(path, [journal])
    expect(store.get('SELECT count(*) AS n, max(position) AS last FROM note')).toEqual({ n: 100, last: 49 })
    expect(store.status()[0]).toMatchObject({ status: 'failed', checkpoint: 49n })
    expect(store.status()[0]?.failedReason).toContain('lacks the column number')
    store.close()
  })

  it('fails when two of its keys claim one row, keeping the rows of its last commit', async () => {
    const clashing = counting({
      keysOf: (event) => [event.position < 150n ? 'one' : 'two'],
      rows: ({ events }) => ({ counted: [{ stream: 'same', events }] }),
    })
    const ledger = await ledgerWith(facts)
    const path = freshPath()
    await catchUp(ledger, path, [clashing], { flushEvents: 10 })
    const store = openReadStore(path, [clashing])
    expect(store.status()[0]).toMatchObject({ status: 'failed', checkpoint: 149n })
    expect(store.get('SELECT events FROM counted')).toEqual({ events: 150 })
    expect(store.status()[0]?.failedReason).toContain('UNIQUE')
    store.close()
  })

  function revisionOf(index: number): number {
    return facts.slice(0, index).filter(({ stream }) => stream === facts[index]?.stream).length
  }
})

describe('a changed version', () => {
  it('is rebuilt by itself while the others go on, also when the shape of the tables changed', async () => {
    const ledger = await ledgerWith(sampleFacts(300))
    const path = freshPath()
    await catchUp(ledger, path, [counting(), unitRegister])
    const changed = counting({
      version: 2,
      tables: {
        counted_streams: {
          columns: { stream: 'text', events: 'integer', category: 'text' },
          primaryKey: ['stream'],
          searchable: ['stream'],
        },
      },
      rows: ({ events }, key) => ({
        counted_streams: [{ stream: key, events, category: key.split('-')[0] ?? '' }],
      }),
    } as Partial<FoldProjection<{ events: number }>>)
    await catchUpUntil(ledger, path, [changed, unitRegister], 'counting', 2)
    const store = openReadStore(path, [changed, unitRegister])
    expect(store.status()[0]).toMatchObject({ version: 2, generation: 2, status: 'running', rebuild: null })
    expect(store.get('SELECT sum(events) AS events FROM counted_streams')).toEqual({ events: 300 })
    const tables = store.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
    expect(tables.map(({ name }) => name)).not.toContain('counted')
    const { sql, parameters } = store.search('counted_streams', testUscc(1).slice(3, 12))
    expect(store.all(`SELECT * FROM counted_streams WHERE ${sql}`, parameters).length).toBeGreaterThan(0)
    store.close()
  })

  it('leaves the old rows when the new fold fails, and says why', async () => {
    const ledger = await ledgerWith(sampleFacts(300))
    const path = freshPath()
    await catchUp(ledger, path, [counting(), unitRegister])
    const bad = counting({
      version: 2,
      evolve: () => {
        throw new Error('new fold is wrong')
      },
    })
    await catchUpUntil(ledger, path, [bad, unitRegister], 'counting', 'failed')
    const store = openReadStore(path, [bad])
    const [status] = store.status()
    expect(status).toMatchObject({ version: 1, status: 'failed' })
    expect(status?.failedReason).toContain('new fold is wrong')
    expect(store.get('SELECT sum(events) AS events FROM counted')).toEqual({ events: 300 })
    store.close()
  })

  it('whose rows are wrong leaves the others running and rebuilt', async () => {
    const ledger = await ledgerWith(sampleFacts(300))
    const path = freshPath()
    await catchUp(ledger, path, [counting(), unitRegister, institutionRegister])
    const bad = counting({
      version: 2,
      rows: () => {
        throw new Error('new rows are wrong')
      },
    })
    const newUnits = { ...unitRegister, version: unitRegister.version + 1 }
    await catchUpUntil(ledger, path, [bad, newUnits, institutionRegister], 'counting', 'failed')
    const store = openReadStore(path, [bad])
    expect(store.status()).toMatchObject([
      { name: 'counting', version: 1, status: 'failed', failedReason: 'new rows are wrong' },
      { name: 'institution-register', status: 'running', checkpoint: 299n },
      { name: 'unit-register', version: newUnits.version, status: 'running' },
    ])
    store.close()
  })

  it('fails for an event that does not decode, and names it', async () => {
    const ledger = await ledgerWith(sampleFacts(300))
    const path = freshPath()
    await catchUp(ledger, path, [counting()])
    const reader: EventReader = {
      ...ledger,
      async *readAll(options) {
        for await (const page of ledger.readAll(options)) {
          yield page.map((event) => (event.position === 50n ? { ...event, data: new Uint8Array() } : event))
        }
      },
    }
    await catchUpUntil(reader, path, [counting({ version: 2 })], 'counting', 'failed')
    const store = openReadStore(path, [counting()])
    expect(store.status()).toMatchObject([{ version: 1, status: 'failed', failedPosition: 50n }])
    store.close()
  })
})

/** Runs until the projection has that version, or that status. */
async function catchUpUntil(
  ledger: EventReader,
  path: string,
  projections: readonly Projection[],
  name: string,
  wanted: number | string,
) {
  const stop = new AbortController()
  const store = openReadStore(path, projections)
  const timer = setInterval(() => {
    const status = store.status().find((each) => each.name === name)
    if (status?.version === wanted || status?.status === wanted) stop.abort()
  }, 5)
  const { runProjections } = await import('./runner.ts')
  await runProjections({
    reader: ledger,
    readStorePath: path,
    projections,
    open: testVault().open,
    signal: stop.signal,
  })
  clearInterval(timer)
  store.close()
}

describe('an erased person', () => {
  it('is in no row and in no byte of the files any more', async () => {
    const vault = testVault()
    const facts = sampleFacts(400)
    const ledger = await ledgerWith(facts)
    const path = freshPath()
    const { open, forget } = vault
    await catchUp(ledger, path, readModels, { open, forget })
    const name = '王小明2'
    const opened = Buffer.from(`{"subjectId":"legal-2","name":"${name}"}`)
    expect(filesContain(path, opened)).toBe(true)
    await appendFacts(
      ledger,
      [
        {
          stream: 'subjectKey-legal-2',
          type: 'SubjectKeyDestroyed',
          data: { division: '320402', reason: '本人要求', requestedOn: '2024-06-01' },
        },
      ],
      facts.length,
    )
    await catchUp(ledger, path, readModels, { open, forget })
    expect(vault.destroyed).toEqual(new Set(['legal-2']))
    const store = openReadStore(path)
    expect(
      store.get('SELECT legal_representative_name, person FROM institution WHERE uscc = ?', [testUscc(2)]),
    ).toMatchObject({ legal_representative_name: null, person: { withheld: 'key-destroyed' } })
    const { sql, parameters } = store.search('institution', name)
    expect(
      store.all(`SELECT uscc FROM institution WHERE ${sql} AND uscc = ?`, [...parameters, testUscc(2)]),
    ).toEqual([])
    store.close()
    expect(filesContain(path, opened)).toBe(false)
  })
})

function filesContain(path: string, wanted: Buffer): boolean {
  return [path, `${path}-wal`].some((file) => existsSync(file) && readFileSync(file).includes(wanted))
}
