import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { KeptKey, KeyStore, OfferedKey } from './key-store.ts'

export type OpenedStore = {
  readonly store: KeyStore
  /** The same keys by another connection, as another machine has it. */
  another(): KeyStore
  /** Everything that is on disk of it, write-ahead log aside. */
  bytes(): Promise<Buffer>
}

/** What every store of keys must do. `open` gives an empty one for each test. */
export function keyStoreContract(name: string, open: () => Promise<OpenedStore>) {
  async function given() {
    const opened = await open()
    const others: KeyStore[] = []
    onTestFinished(async () => {
      for (const store of [opened.store, ...others]) await store.close()
    })
    const another = () => {
      const store = opened.another()
      others.push(store)
      return store
    }
    return { ...opened, another }
  }

  const at = '2026-03-02T04:00:00.000Z'
  const later = '2026-05-05T04:00:00.000Z'
  const key = (subjectId: string): OfferedKey => ({ subjectId, wrapped: randomBytes(60), createdAt: at })
  const byId = (kept: readonly KeptKey[]) =>
    new Map(
      kept.map(({ subjectId, wrapped }) => [subjectId, wrapped && Buffer.from(wrapped).toString('hex')]),
    )
  const hex = ({ wrapped }: OfferedKey) => Buffer.from(wrapped).toString('hex')

  describe(`${name}: the contract of a key store`, () => {
    it('keeps what it was given, and gives it to whoever asks', async () => {
      const { store, another } = await given()
      const [wang, li] = [key('person-1'), key('person-2')]
      expect(byId(await store.keep([wang, li]))).toEqual(
        new Map([
          ['person-1', hex(wang)],
          ['person-2', hex(li)],
        ]),
      )
      const found = await another().find(['person-2', 'person-9', 'person-1'])
      expect(byId(found)).toEqual(byId(await store.find(['person-1', 'person-2'])))
      expect(found.find(({ subjectId }) => subjectId === 'person-1')).toMatchObject({
        createdAt: at,
        destroyedAt: null,
      })
      expect(await store.find([])).toEqual([])
      expect(await store.keep([])).toEqual([])
    })

    it('keeps the first key of a subject, and answers with it', async () => {
      const { store, another } = await given()
      const first = key('person-1')
      await store.keep([first])
      const [kept] = await another().keep([key('person-1')])
      expect(byId(kept ? [kept] : [])).toEqual(new Map([['person-1', hex(first)]]))
    })

    it('gives one key to all who offer one at the same time, in any order', async () => {
      const { store, another } = await given()
      const stores = [store, another(), another()]
      const ids = Array.from({ length: 40 }, (_, index) => `person-${index}`)
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => {
          const order = index % 2 === 0 ? ids : [...ids].reverse()
          return (stores[index % 3] as KeyStore).keep(order.map(key))
        }),
      )
      const [first, ...rest] = answers.map((answer) => [...byId(answer)].sort())
      expect(first).toHaveLength(40)
      for (const answer of rest) expect(answer).toEqual(first)
    })

    it('destroys for good, and remembers when', async () => {
      const { store, another } = await given()
      await store.keep([key('person-1'), key('person-2')])
      expect(await another().destroy('person-1', at)).toBe(at)
      expect(await store.destroy('person-1', later)).toBe(at)
      const [kept] = await store.keep([key('person-1')])
      expect(kept).toMatchObject({ subjectId: 'person-1', wrapped: null, destroyedAt: at })
      const [other] = await store.find(['person-2'])
      expect(other).toMatchObject({ destroyedAt: null })
    })

    it('lets a subject that never had a key have none any more', async () => {
      const { store } = await given()
      expect(await store.destroy('person-5', at)).toBe(at)
      expect(await store.keep([key('person-5')])).toMatchObject([{ wrapped: null, destroyedAt: at }])
    })

    it('leaves no byte of a destroyed key in its files', async () => {
      const { store, bytes } = await given()
      const keys = Array.from({ length: 60 }, (_, index) => key(`person-${index}`))
      await store.keep(keys)
      expect((await bytes()).includes(Buffer.from((keys[7] as OfferedKey).wrapped))).toBe(true)
      for (const index of [7, 8, 31]) await store.destroy(`person-${index}`, at)
      const left = await bytes()
      const there = keys.filter(({ wrapped }) => left.includes(Buffer.from(wrapped).subarray(0, 16)))
      expect(there.map(({ subjectId }) => subjectId)).toEqual(
        keys.map(({ subjectId }) => subjectId).filter((_, index) => ![7, 8, 31].includes(index)),
      )
    })

    it('turns its pages in byte order, destroyed keys as well', async () => {
      const { store } = await given()
      const ids = ['B', 'a', 'a-1', 'a.1', 'a:1', 'a_1', 'Z9', '0', 'person-10', 'person-2']
      await store.keep(ids.map(key))
      await store.destroy('a.1', at)
      const pages: string[] = []
      for (let after = ''; ; ) {
        const page = await store.page(after, 3)
        pages.push(...page.map(({ subjectId }) => subjectId))
        const last = page.at(-1)
        if (!last) break
        after = last.subjectId
      }
      expect(pages).toEqual([...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))))
      expect((await store.page('a-1', 1))[0]).toMatchObject({
        subjectId: 'a.1',
        wrapped: null,
        destroyedAt: at,
      })
    })
  })
}
