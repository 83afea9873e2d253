import { join } from 'node:path'
import { openDatabase } from '@fireledger/sqlite'
import { describe, expect, it } from 'vitest'
import type { Projection } from './projection.ts'
import { readModels } from './read-models.ts'
import { openReadStore, openWritableReadStore, ReadModelRebuildingError } from './read-store.ts'
import { sampleFacts } from './sample-history.ts'
import { catchUp, ledgerWith, temporaryFolder, testUscc } from './test-kit.ts'

function freshPath(): string {
  return join(temporaryFolder(), 'read.db')
}

const named: Projection = {
  kind: 'journal',
  name: 'named',
  version: 1,
  tables: {
    named: { columns: { name: 'text', code: 'text' }, primaryKey: ['name'], searchable: ['name', 'code'] },
  },
  rows: () => ({}),
}

function storeWithNames(...names: string[]) {
  const path = freshPath()
  const database = openWritableReadStore(path, [named])
  for (const name of names) database.prepare('INSERT INTO named VALUES (?, ?)').run(name, null)
  database.close()
  const store = openReadStore(path, [named])
  return {
    find(text: string) {
      const { sql, parameters } = store.search('named', text)
      return store
        .all<{ name: string }>(`SELECT name FROM named WHERE ${sql} ORDER BY name`, parameters)
        .map(({ name }) => name)
    },
  }
}

describe('read store', () => {
  it('is there, with empty tables, before anything was projected', () => {
    const store = openReadStore(freshPath())
    expect(store.all('SELECT * FROM institution')).toEqual([])
    expect(store.checkpoint()).toBe(-1n)
    expect(store.checkpoint('penalty-cases')).toBe(-1n)
    store.close()
  })

  it('cannot be written through its query side', () => {
    const store = openReadStore(freshPath())
    expect(() => store.all('DELETE FROM institution')).toThrow(/readonly/)
    store.close()
  })

  it('reads all of a snapshot from one moment, whatever is committed meanwhile', () => {
    const path = freshPath()
    const writer = openWritableReadStore(path, [named])
    const store = openReadStore(path, [named])
    const count = () => store.get<{ n: number }>('SELECT count(*) AS n FROM named')?.n
    store.snapshot(() => {
      expect(count()).toBe(0)
      writer.exec(`INSERT INTO named VALUES ('a', 'b'); UPDATE projection_status SET checkpoint = 7`)
      expect([count(), store.checkpoint()]).toEqual([0, -1n])
    })
    expect([count(), store.checkpoint()]).toEqual([1, 7n])
    expect(() =>
      store.snapshot(() => {
        throw new Error('no such record')
      }),
    ).toThrow('no such record')
    expect(store.snapshot(count)).toBe(1)
    store.close()
    writer.close()
  })

  it('parses the columns that are declared json', async () => {
    const path = freshPath()
    await catchUp(await ledgerWith(sampleFacts(300)), path, readModels)
    const store = openReadStore(path)
    const row = store.get<{ person: { name: string }; details: { history: unknown[] } }>(
      'SELECT person, details FROM institution WHERE uscc = :uscc',
      { uscc: testUscc(1) },
    )
    expect(row?.person.name).toBe('王小明1')
    expect(row?.details.history.length).toBeGreaterThan(0)
    store.close()
  })

  it('uses one name for json columns and never for others, since results are parsed by name', () => {
    const types = new Map<string, Set<boolean>>()
    for (const { columns } of readModels.flatMap(({ tables }) => Object.values(tables))) {
      for (const [column, type] of Object.entries(columns)) {
        types.set(column, (types.get(column) ?? new Set()).add(type === 'json'))
      }
    }
    expect([...types].filter(([, kinds]) => kinds.size > 1).map(([column]) => column)).toEqual([])
  })

  it('names every table and projection once', () => {
    const tables = readModels.flatMap((projection) => Object.keys(projection.tables))
    expect(new Set(tables).size).toBe(tables.length)
    expect(new Set(readModels.map(({ name }) => name)).size).toBe(readModels.length)
  })

  it('says that a query must wait when its table is only being built', () => {
    const path = freshPath()
    openWritableReadStore(path, [named]).close()
    const raw = openDatabase(path)
    raw.exec(`UPDATE projection_status SET status = 'rebuilding'`)
    raw.close()
    const store = openReadStore(path, [named])
    expect(() => store.all('SELECT shoe_size FROM named')).toThrow(ReadModelRebuildingError)
    store.close()
  })
})

describe('search', () => {
  const store = storeWithNames('上海安信消防技术服务有限公司', '常州安信', '100%达标', 'a_b', 'quo"te')

  it('finds Chinese substrings of three characters and more', () => {
    expect(store.find('消防技术')).toEqual(['上海安信消防技术服务有限公司'])
  })

  it('finds two characters', () => {
    expect(store.find('安信')).toEqual(['上海安信消防技术服务有限公司', '常州安信'])
  })

  it('takes signs of the query languages for themselves', () => {
    expect(store.find('0%')).toEqual(['100%达标'])
    expect(store.find('_b')).toEqual(['a_b'])
    expect(store.find('o"te')).toEqual(['quo"te'])
    expect(store.find('" OR name:')).toEqual([])
  })
})
