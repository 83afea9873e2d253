import { expect, it } from 'vitest'
import { type EventStore, LedgerUnavailableError } from '../event-store.ts'
import { collect, contentsOf, newEvent, newEvents, type OpenEngine, openFor } from './engine.ts'

const range = (count: number) => Array.from({ length: count }, (_, index) => index)

export function readingContract(open: OpenEngine) {
  it('yields nothing for a stream that does not exist, nor for an empty ledger', async () => {
    const { store } = await openFor(open)
    expect(await collect(store.readStream('unit-none'))).toEqual([])
    expect(await collect(store.readStream('unit-none', { direction: 'backwards' }))).toEqual([])
    expect(await collect(store.readAll())).toEqual([])
    expect(await collect(store.readAll({ direction: 'backwards', filter: { types: ['X'] } }))).toEqual([])
  })

  it('reads a stream from any revision, in both directions, with any limit and page size', async () => {
    const { store } = await openFor(open)
    await store.append('unit-other', newEvents(3), -1)
    await store.append('unit-a', newEvents(10), -1)
    await store.append('unit-ab', newEvents(3), -1)
    for (const pageSize of [1, 3, 10, 512]) {
      for (const limit of [1, 3, 4, 10, 99]) {
        for (const from of [0, 4, 9, 10, 50]) {
          const forwards = await contentsOf(store.readStream('unit-a', { from, limit, pageSize }))
          expect(forwards).toEqual(range(10).slice(from, from + limit))
          const backwards = { from, limit, pageSize, direction: 'backwards' } as const
          expect(await contentsOf(store.readStream('unit-a', backwards))).toEqual(
            range(10)
              .slice(0, from + 1)
              .reverse()
              .slice(0, limit),
          )
        }
      }
    }
    expect(await contentsOf(store.readStream('unit-a'))).toEqual(range(10))
    expect(await contentsOf(store.readStream('unit-a', { direction: 'backwards' }))).toEqual(
      range(10).reverse(),
    )
  })

  it('makes pages of the asked size and never an empty one', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(9), -1)
    for (const pages of [store.readStream('unit-a', { pageSize: 3 }), store.readAll({ pageSize: 3 })]) {
      const sizes: number[] = []
      for await (const page of pages) sizes.push(page.length)
      expect(sizes).toEqual([3, 3, 3])
    }
  })

  it('reads the whole ledger from any position, in both directions', async () => {
    const { store } = await openFor(open)
    const all = await threeCategories(store)
    expect(await collect(store.readAll())).toEqual(all)
    expect(await collect(store.readAll({ direction: 'backwards' }))).toEqual([...all].reverse())
    for (const index of [0, 1, 7, all.length - 1]) {
      const from = all[index]?.position as bigint
      for (const options of [{}, { limit: 2 }, { pageSize: 2 }, { limit: 5, pageSize: 3 }]) {
        const limit = options.limit ?? all.length
        expect(await collect(store.readAll({ from, ...options }))).toEqual(
          all.slice(index + 1).slice(0, limit),
        )
        expect(await collect(store.readAll({ from, direction: 'backwards', ...options }))).toEqual(
          all.slice(0, index).reverse().slice(0, limit),
        )
      }
    }
  })

  it.each([
    ['one category', { categories: ['unit'] }],
    ['a category whose name begins like another', { categories: ['uni'] }],
    ['two categories', { categories: ['unit', 'project'] }],
    ['one type', { types: ['Closed'] }],
    ['category and type', { categories: ['unit'], types: ['Closed', 'Opened'] }],
    ['what nothing matches', { categories: ['nothing'] }],
    ['an empty list, which lets nothing through', { types: [] }],
    ['an empty filter, which lets everything through', {}],
  ])('filters by %s', async (_, filter) => {
    const { store } = await openFor(open)
    const all = await threeCategories(store)
    const { categories, types } = filter as { categories?: string[]; types?: string[] }
    const expected = all.filter(
      (event) =>
        (!categories || categories.includes(event.stream.split('-')[0] ?? '')) &&
        (!types || types.includes(event.type)),
    )
    for (const options of [{}, { pageSize: 1 }, { limit: 2 }, { from: all[2]?.position as bigint }]) {
      const from = options.from
      const limit = options.limit ?? all.length
      const after = expected.filter((event) => from === undefined || event.position > from)
      const before = expected.filter((event) => from === undefined || event.position < from)
      expect(await collect(store.readAll({ filter, ...options }))).toEqual(after.slice(0, limit))
      expect(await collect(store.readAll({ filter, direction: 'backwards', ...options }))).toEqual(
        before.reverse().slice(0, limit),
      )
    }
  })

  it('finds the few among the many', async () => {
    const { store } = await openFor(open)
    for (let round = 0; round < 6; round++) {
      await store.append(`unit-${round}`, newEvents(700), -1)
      if (round % 2 === 0) await store.append(`project-${round}`, [newEvent(round, 'Rare')], -1)
    }
    const rare = { types: ['Rare'] }
    expect(await contentsOf(store.readAll({ filter: rare }))).toEqual([0, 2, 4])
    expect(await contentsOf(store.readAll({ filter: rare, direction: 'backwards', limit: 2 }))).toEqual([
      4, 2,
    ])
  })

  it('refuses reads after close', async () => {
    const { store } = await openFor(open)
    await store.append('unit-a', newEvents(1), -1)
    await store.close()
    await expect(collect(store.readStream('unit-a'))).rejects.toBeInstanceOf(LedgerUnavailableError)
    await expect(collect(store.readAll())).rejects.toBeInstanceOf(LedgerUnavailableError)
    await expect(store.head()).rejects.toBeInstanceOf(LedgerUnavailableError)
  })
}

/** Events of three categories and three types, mixed. */
async function threeCategories(store: EventStore) {
  const names = ['unit-1', 'uni-1', 'project-1', 'unit-2']
  const revisions = new Map<string, number>()
  for (let index = 0; index < 16; index++) {
    const stream = names[index % names.length] as string
    const revision = revisions.get(stream) ?? -1
    const type = ['Opened', 'Changed', 'Closed'][index % 3] as string
    await store.append(stream, [newEvent(index, type)], revision)
    revisions.set(stream, revision + 1)
  }
  return collect(store.readAll())
}
