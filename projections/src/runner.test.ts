import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readModels } from './read-models.ts'
import { openReadStore } from './read-store.ts'
import { runProjections } from './runner.ts'
import { type Fact, ledgerWith, temporaryFolder, testUscc, testVault } from './testing.ts'

const vault = testVault()

function registered(number: number): Fact {
  return {
    stream: `institution-${testUscc(number)}`,
    type: 'InstitutionRegistered',
    institutions: [testUscc(number)],
    data: {
      name: `常州安信消防技术服务有限公司第${number}分部`,
      type: 'maintenance',
      division: '320402',
      address: '常州市天宁区延陵路1号',
      establishedOn: '2020-01-01',
      legalRepresentative: vault.seal(`p${number}x`, `王小明${number}`),
    },
  }
}

describe('runner', () => {
  it('fills the tables and moves every checkpoint', async () => {
    const ledger = await ledgerWith([registered(1), registered(2)])
    const path = join(temporaryFolder(), 'read.db')
    const stop = new AbortController()
    await runProjections({
      reader: ledger,
      readStorePath: path,
      projections: readModels,
      open: vault.open,
      signal: stop.signal,
      onCommit: () => stop.abort(),
    })
    const store = openReadStore(path)
    expect(store.checkpoint()).toBe(1n)
    const two = store.search('institution', '安信')
    const three = store.search('institution', '消防技术')
    for (const { sql, parameters } of [two, three]) {
      expect(store.all(`SELECT uscc FROM institution WHERE ${sql}`, parameters)).toHaveLength(2)
    }
    store.close()
  })
})
