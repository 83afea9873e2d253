import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Person, person, type SealedPerson } from '@fireledger/domain'
import { createMemoryEventStore } from '@fireledger/event-store'
import fc from 'fast-check'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { VaultUnavailableError } from './errors.ts'
import { openFileKeyStore } from './file-key-store.ts'
import type { KeyStore } from './key-store.ts'
import { withKeysOf } from './keys-of-pages.ts'
import { newWrappedKey } from './sealing.ts'
import { openSharedKeys } from './shared-keys.ts'
import { openVault } from './vault.ts'

const root = mkdtempSync(join(tmpdir(), 'fireledger-shared-keys-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const masterKey = Buffer.alloc(32, 7)
const sealedKey = (subjectId: string) => newWrappedKey(masterKey, subjectId)
let files = 0

const newPath = () => join(root, `${++files}.db`)
const schema = z.strictObject({ who: person })
const wang: Person = { subjectId: 'person-1', name: '王建国' }
const li: Person = { subjectId: 'person-2', name: '李安' }

/** The store of all machines; here a file as well. Counts its questions, can be out of reach, and held by a backup. */
function givenStore(path = newPath()) {
  const inner = openFileKeyStore(path, masterKey)
  const circumstances = { down: false, held: false, questions: 0 }
  const ask = <Result>(work: () => Promise<Result>): Promise<Result> => {
    circumstances.questions++
    return circumstances.down ? Promise.reject(new VaultUnavailableError('out of reach')) : work()
  }
  const store: KeyStore = {
    keep: (offered) => ask(() => inner.keep(offered)),
    find: (ids) => ask(() => inner.find(ids)),
    page: (after, limit) => ask(() => inner.page(after, limit)),
    async destroy(id, at) {
      const destroyedAt = await ask(() => inner.destroy(id, at))
      await store.clean()
      return destroyedAt
    },
    async clean() {
      if (circumstances.held) throw new VaultUnavailableError('a backup holds the table')
    },
    close: async () => {},
  }
  return { store, circumstances, path }
}

type Store = ReturnType<typeof givenStore>

function givenMachine({ store }: Pick<Store, 'store'>, path = newPath()) {
  const vault = openVault({ path, masterKey, isReplica: true })
  const keys = openSharedKeys({ replica: openFileKeyStore(path, masterKey), store, masterKey })
  const seal = async (who: Person) => {
    await keys.createKeys([who.subjectId])
    return (vault.seal(schema, { who }) as { who: SealedPerson }).who
  }
  let isOpen = true
  async function close() {
    if (isOpen) await keys.close()
    if (isOpen) vault.close()
    isOpen = false
  }
  onTestFinished(close)
  return { vault, keys, seal, close, path }
}

describe('keys that machines share', () => {
  it('open at one machine what was sealed at the other', async () => {
    const store = givenStore()
    const [here, there] = [givenMachine(store), givenMachine(store)]
    const sealed = await here.seal(wang)
    expect(there.vault.open(sealed).withheld).toBe('key-missing')
    await there.keys.fetchKeys(['person-1'])
    expect(there.vault.open(sealed)).toEqual(wang)
  })

  it('are the same for a person whom two machines take up at the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.nat(4)), { minLength: 2, maxLength: 12 }),
        async (sealings) => {
          const store = givenStore()
          const machines = [givenMachine(store), givenMachine(store), givenMachine(store)] as const
          const sealed = await Promise.all(
            sealings.map(async ([machine, number]) => {
              const who = { subjectId: `person-${number}`, name: '王建国' }
              return (machines[machine] as (typeof machines)[0]).seal(who)
            }),
          )
          const subjects = new Set(sealed.map(({ subjectId }) => subjectId))
          // The same person under the same key gives the same bytes.
          expect(new Set(sealed.map(({ sealed: bytes }) => bytes)).size).toBe(subjects.size)
          for (const { close } of machines) await close()
        },
      ),
      { numRuns: 25 },
    )
  })

  it('are asked for together when they are needed together, and never again', async () => {
    const store = givenStore()
    const { keys } = givenMachine(store)
    await Promise.all(['person-1', 'person-2', 'person-2'].map((id) => keys.createKeys([id])))
    expect(store.circumstances.questions).toBe(1)
    await keys.createKeys(['person-1'])
    await keys.fetchKeys(['person-2'])
    expect(store.circumstances.questions).toBe(1)
  })

  it('are never made on one machine alone', () => {
    const { vault } = givenMachine(givenStore())
    expect(() => vault.seal(schema, { who: wang })).toThrow(VaultUnavailableError)
    expect(vault.open({ subjectId: 'person-1', sealed: 'c2VhbGVk' }).withheld).toBe('key-missing')
  })

  it('serve whom a machine knows while the store is out of reach, and refuse others whole', async () => {
    const store = givenStore()
    const { vault, seal } = givenMachine(store)
    const sealed = await seal(wang)
    store.circumstances.down = true
    expect(vault.open(sealed)).toEqual(wang)
    expect(await seal(wang)).toEqual(sealed)
    await expect(seal(li)).rejects.toThrow('out of reach')
    expect(vault.open({ subjectId: 'person-2', sealed: 'c2VhbGVk' }).withheld).toBe('key-missing')
    store.circumstances.down = false
    expect(vault.open(await seal(li))).toEqual(li)
  })
})

describe('a key that is destroyed', () => {
  it('is so in the store and here, and at no machine comes back', async () => {
    const store = givenStore()
    const [here, there, late] = [givenMachine(store), givenMachine(store), givenMachine(store)]
    const sealed = await here.seal(wang)
    await there.keys.fetchKeys(['person-1'])
    await here.keys.destroyKey('person-1')
    expect(here.vault.open(sealed).withheld).toBe('key-destroyed')
    // It has not heard of it: that is what the ledger is for.
    expect(there.vault.open(sealed)).toEqual(wang)
    await late.keys.fetchKeys(['person-1'])
    expect(late.vault.open(sealed).withheld).toBe('key-destroyed')
    await expect(late.seal(wang)).rejects.toThrow(/person-1 was destroyed/)
    await there.keys.exchange()
    expect(there.vault.open(sealed).withheld).toBe('key-destroyed')
  })

  it('is gone here although the store is out of reach, and in the store when asked again', async () => {
    const store = givenStore()
    const { keys, vault, seal } = givenMachine(store)
    const sealed = await seal(wang)
    store.circumstances.down = true
    await expect(keys.destroyKey('person-1')).rejects.toThrow(VaultUnavailableError)
    expect(vault.open(sealed).withheld).toBe('key-destroyed')
    expect(keys.destroyedAt('person-1')).toBeNull()
    store.circumstances.down = false
    // By another process, to which the store was never silent.
    const again = givenMachine(store)
    await again.keys.destroyKey('person-1')
    expect(again.keys.destroyedAt('person-1')).not.toBeNull()
    expect((await store.store.find(['person-1']))[0]?.wrapped).toBeNull()
  })

  it('stays destroyed in the store when a machine that still has it comes back', async () => {
    const store = givenStore()
    const [here, away] = [givenMachine(store), givenMachine(store)]
    const sealed = await here.seal(wang)
    await away.keys.fetchKeys(['person-1'])
    await here.keys.destroyKey('person-1')
    await away.keys.exchange()
    expect((await store.store.find(['person-1']))[0]?.wrapped).toBeNull()
    expect(away.vault.open(sealed).withheld).toBe('key-destroyed')
  })

  it('is not called destroyed while bytes of it may be left in the store', async () => {
    const store = givenStore()
    const [here, there] = [givenMachine(store), givenMachine(store)]
    await here.seal(wang)
    store.circumstances.held = true
    await expect(here.keys.destroyKey('person-1')).rejects.toThrow('a backup holds')
    await there.keys.fetchKeys(['person-1'])
    expect(there.keys.destroyedAt('person-1')).toBeNull()
    await there.keys.exchange()
    expect(there.keys.destroyedAt('person-1')).toBeNull()
    store.circumstances.held = false
    await there.keys.exchange()
    expect(there.keys.destroyedAt('person-1')).not.toBeNull()
  })

  it('is given to a store that a backup holds, and called destroyed afterwards', async () => {
    const [before, restored] = [givenStore(), givenStore()]
    const old = givenMachine(before)
    await old.seal(wang)
    await old.keys.destroyKey('person-1')
    await old.close()
    restored.circumstances.held = true
    const machine = givenMachine(restored, old.path)
    await machine.keys.exchange()
    expect(machine.keys.destroyedAt('person-1')).toBeNull()
    restored.circumstances.held = false
    await machine.keys.destroyKey('person-1')
    expect(machine.keys.destroyedAt('person-1')).not.toBeNull()
  })

  it('is destroyed in a store that was restored from before it', async () => {
    const [before, restored] = [givenStore(), givenStore()]
    const old = givenMachine(before)
    const sealed = await old.seal(wang)
    await restored.store.keep((await before.store.find(['person-1'])) as never)
    await old.keys.destroyKey('person-1')
    await old.close()
    const machine = givenMachine(restored, old.path)
    await machine.keys.exchange()
    expect(machine.vault.open(sealed).withheld).toBe('key-destroyed')
  })
})

describe('what a machine and the store exchange', () => {
  it('gives both everything, whichever had it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9:._-]{0,5}$/), { maxLength: 20 }),
        fc.nat(2 ** 20),
        async (ids, choice) => {
          const store = givenStore()
          const path = newPath()
          const file = openFileKeyStore(path, masterKey)
          const offered = ids.map((subjectId) => ({
            subjectId,
            createdAt: '',
            wrapped: sealedKey(subjectId),
          }))
          const at = (index: number) => (choice >> index) & 1
          await file.keep(offered.filter((_, index) => at(index) === 0))
          await store.store.keep(offered.filter((_, index) => at(index) === 1 || index % 3 === 0))
          await file.close()
          const { keys, close } = givenMachine(store, path)
          await keys.exchange()
          await close()
          const [here, there] = [openFileKeyStore(path, masterKey), store.store]
          expect((await here.page('', 100)).map(({ subjectId }) => subjectId)).toHaveLength(ids.length)
          expect(await there.page('', 100)).toEqual(await here.page('', 100))
          await here.close()
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is refused when both have a key of their own for one person', async () => {
    const store = givenStore()
    await givenMachine(store).seal(wang)
    const path = newPath()
    const alone = openVault({ path, masterKey })
    alone.createKeys(['person-1'])
    alone.close()
    await expect(givenMachine(store, path).keys.exchange()).rejects.toThrow(
      /different keys for subject person-1/,
    )
  })
})

describe('a ledger read on a machine with a replica', () => {
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

  it('has the keys of every page before the page is seen', async () => {
    const store = givenStore()
    const [here, there] = [givenMachine(store), givenMachine(store)]
    const ledger = createMemoryEventStore()
    const data = [
      { who: await here.seal(wang) },
      { nobody: true },
      { deep: [{ team: [await here.seal(li), await here.seal(wang)] }] },
      { text: 'a text with "sealed": in it' },
    ]
    for (const [index, content] of data.entries()) {
      const id = `00000000-0000-4000-8000-00000000000${index}`
      await ledger.append(
        'unit-1',
        [{ id, type: 'T', data: encode(content), metadata: encode({}) }],
        index - 1,
      )
    }
    const reader = withKeysOf(ledger, there.keys.fetchKeys)
    const names: (string | null)[] = []
    for await (const page of reader.readAll({ pageSize: 1 })) {
      const text = Buffer.from(page[0]?.data ?? []).toString()
      for (const [found] of text.matchAll(/\{"subjectId":"[^"]+","sealed":"[^"]+"\}/g)) {
        names.push(there.vault.open(JSON.parse(found)).name)
      }
    }
    expect(names).toEqual(['王建国', '李安', '王建国'])
    expect(store.circumstances.questions).toBe(4)
  })
})
