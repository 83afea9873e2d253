import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMemoryCheckpointStore } from './memory.ts'
import { openCheckpointStore } from './sqlite-checkpoint-store.ts'

const prefixes = ['a/', 'a/1', 'b/', 'turn/', '']
const key = fc
  .tuple(fc.constantFrom('a', 'b', 'turn'), fc.integer({ min: 0, max: 199 }))
  .map(([kind, n]) => `${kind}/${n}`)
const act = fc.oneof(
  fc.record({ reads: fc.constantFrom(...prefixes), upTo: fc.integer({ min: 0, max: 300 }) }),
  fc.record({
    writes: fc.array(fc.tuple(key, fc.option(fc.string({ maxLength: 2000 }))), { maxLength: 120 }),
  }),
)

describe('the memory in a file', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fireledger-clerk-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('holds what the one of the process holds, whatever was read and written before, and by whom it is read', () => {
    let count = 0
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        const file = openCheckpointStore(join(folder, `${count++}.db`))
        const model = createMemoryCheckpointStore()
        const first = (store: typeof file, prefix: string, upTo: number) => {
          const found: unknown[] = []
          // Who has found enough stops in the middle.
          for (const entry of store.entries(prefix)) if (found.push(entry) > upTo) break
          return found
        }
        try {
          for (const each of acts) {
            if ('reads' in each) {
              expect(first(file, each.reads, each.upTo)).toEqual(first(model, each.reads, each.upTo))
            } else for (const store of [file, model]) store.commit(0n, new Map(each.writes))
          }
          for (const prefix of prefixes) expect([...file.entries(prefix)]).toEqual([...model.entries(prefix)])
        } finally {
          file.close()
        }
      }),
      { numRuns: 40 },
    )
  })

  it('sees a write in a range that was begun before and read to its end after it', () => {
    const store = openCheckpointStore(join(folder, 'begun.db'))
    store.commit(0n, new Map([1, 2].map((n) => [`a/${n}`, n])))
    const begun = store.entries('a/')[Symbol.iterator]()
    begun.next()
    store.commit(1n, new Map([['a/3', 3]]))
    while (!begun.next().done);
    expect([...store.entries('a/')].map(([, document]) => document)).toEqual([1, 2, 3])
    store.close()
  })
})
