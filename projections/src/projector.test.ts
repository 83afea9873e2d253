import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { institution } from '@fireledger/domain'
import { openEmbeddedLedger } from '@fireledger/event-store'
import { openVault } from '@fireledger/vault'
import { describe, expect, it } from 'vitest'
import { startProjector } from './projector.ts'
import { openReadStore } from './read-store.ts'
import { appendFacts, type Fact, temporaryFolder, testUscc } from './test-kit.ts'

describe('projector thread', () => {
  it('follows the embedded ledger, opens persons by the vault, and forgets whom it must', async () => {
    const folder = temporaryFolder()
    const ledgerDirectory = join(folder, 'ledger')
    mkdirSync(ledgerDirectory)
    const ledger = await openEmbeddedLedger(ledgerDirectory)
    const vaultOptions = { path: join(folder, 'keys.db'), masterKey: new Uint8Array(32).fill(7) }
    const vault = openVault(vaultOptions)
    const clear = {
      name: '常州安信消防技术服务有限公司',
      type: 'maintenance',
      division: '320402',
      address: '常州市延陵路1号',
      establishedOn: '2020-01-01',
      legalRepresentative: { subjectId: 'legal-1', name: '王小明' },
    }
    const registered: Fact = {
      stream: `institution-${testUscc(1)}`,
      type: 'InstitutionRegistered',
      institutions: [testUscc(1)],
      data: vault.seal(institution.commands.RegisterInstitution.data, clear),
    }
    await appendFacts(ledger, [registered])
    const readStorePath = join(folder, 'read.db')
    const projector = await startProjector({
      ledger: { kind: 'embedded', directory: ledgerDirectory },
      readStorePath,
      keys: vaultOptions,
    })
    const store = openReadStore(readStorePath)
    const name = () =>
      store.get<{ name: string | null }>('SELECT legal_representative_name AS name FROM institution')?.name
    expect(name()).toBe('王小明')

    const head = await ledger.head()
    expect(await projector.waitFor(head, 1000)).toBe(true)
    expect(await projector.waitFor(head + 100n, 20)).toBe(false)
    const destroyed: Fact = {
      stream: 'subjectKey-legal-1',
      type: 'SubjectKeyDestroyed',
      data: { division: '320402', reason: '本人要求', requestedOn: '2024-06-01' },
    }
    await appendFacts(ledger, [destroyed], 1)
    expect(await projector.waitFor(await ledger.head(), 10_000)).toBe(true)
    expect(name()).toBeNull()
    expect(vault.destroyedAt('legal-1')).not.toBeNull()

    await projector.stop()
    await projector.ended
    expect(await projector.waitFor(head + 100n, 1000)).toBe(false)
    store.close()
    vault.close()
    await ledger.close()
  })

  it('does not start without a ledger', async () => {
    const folder = temporaryFolder()
    const vault = { path: join(folder, 'keys.db'), masterKey: new Uint8Array(32) }
    const starting = startProjector({
      ledger: { kind: 'embedded', directory: join(folder, 'none') },
      readStorePath: join(folder, 'read.db'),
      keys: vault,
    })
    await expect(starting).rejects.toThrow()
  })
})
