import { copyFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { institution } from '@fireledger/domain'
import { createMemoryEventStore } from '@fireledger/event-store'
import { openDatabase } from '@fireledger/sqlite'
import { openVault } from '@fireledger/vault'
import { describe, expect, it } from 'vitest'
import { carryOutErasures, openEraser } from './erasure.ts'
import { institutionRegister } from './institution-register.ts'
import type { Projection } from './projection.ts'
import { openReadStore } from './read-store.ts'
import { runProjections } from './runner.ts'
import { appendFacts, catchUp, erasureOf, type Fact, temporaryFolder, testUscc } from './test-kit.ts'

const clear = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市延陵路1号',
  establishedOn: '2020-01-01',
  legalRepresentative: { subjectId: 'legal-1', name: '王小明' },
}

function givenKeys() {
  const folder = temporaryFolder()
  const options = { path: join(folder, 'keys.db'), masterKey: new Uint8Array(32).fill(7), busyTimeoutMs: 50 }
  return { options, vault: openVault(options), readStorePath: join(folder, 'read.db') }
}

async function givenInstitution() {
  const keys = givenKeys()
  const ledger = createMemoryEventStore()
  const data = keys.vault.seal(institution.commands.RegisterInstitution.data, clear)
  const registered: Fact = { stream: `institution-${testUscc(1)}`, type: 'InstitutionRegistered', data }
  await appendFacts(ledger, [registered])
  const sealed = (data as { legalRepresentative: { subjectId: string; sealed: string } }).legalRepresentative
  return { ...keys, ledger, sealed }
}

function nameIn(readStorePath: string) {
  const store = openReadStore(readStorePath, [institutionRegister])
  const row = store.get<{ name: string | null }>('SELECT legal_representative_name AS name FROM institution')
  store.close()
  return row?.name
}

/** Runs until the rows are of the version. */
async function runUntil(version: number, options: Omit<Parameters<typeof runProjections>[0], 'signal'>) {
  const stop = new AbortController()
  const store = openReadStore(options.readStorePath, options.projections)
  const looking = setInterval(() => store.status()[0]?.version === version && stop.abort(), 5)
  await runProjections({ ...options, signal: stop.signal })
  clearInterval(looking)
  store.close()
}

describe('an erasure that was recorded', () => {
  it('is carried out when the projector had stopped before it and all its rows are of another version', async () => {
    const { ledger, vault, readStorePath } = await givenInstitution()
    const { open } = vault
    await catchUp(ledger, readStorePath, [institutionRegister], { open })
    expect(nameIn(readStorePath)).toBe('王小明')
    await appendFacts(ledger, [erasureOf('legal-1')], 1)

    const version = institutionRegister.version + 1
    const changed: Projection = { ...institutionRegister, version }
    const { forget } = openEraser(vault)
    await runUntil(version, { reader: ledger, readStorePath, projections: [changed], open, forget })
    expect(vault.destroyedAt('legal-1')).not.toBeNull()
    expect(nameIn(readStorePath)).toBeNull()
    vault.close()
  })

  it('is carried out while every row is being rebuilt', async () => {
    const { ledger, vault, readStorePath } = await givenInstitution()
    const stop = new AbortController()
    const { forget } = openEraser(vault)
    const broken: Projection = {
      ...institutionRegister,
      version: institutionRegister.version + 1,
      evolve: () => {
        throw new Error('new fold is wrong')
      },
    }
    await catchUp(ledger, readStorePath, [institutionRegister], { open: vault.open })
    const running = runProjections({
      reader: ledger,
      readStorePath,
      projections: [broken],
      open: vault.open,
      forget(subjectId) {
        forget(subjectId)
        stop.abort()
      },
      onCommit: () => void appendFacts(ledger, [erasureOf('legal-1')], 1).catch(() => {}),
      signal: stop.signal,
    })
    await running
    expect(vault.destroyedAt('legal-1')).not.toBeNull()
    vault.close()
  })

  it('is carried out again on keys that were restored from an older copy', async () => {
    const { ledger, vault, options, sealed } = await givenInstitution()
    openDatabase(options.path).exec('PRAGMA wal_checkpoint(TRUNCATE)')
    copyFileSync(options.path, `${options.path}.copy`)
    vault.close()
    await appendFacts(ledger, [erasureOf('legal-1')], 1)
    const first = openVault(options)
    await carryOutErasures(ledger, openEraser(first).forget)
    expect(first.open(sealed)).toMatchObject({ name: null, withheld: 'key-destroyed' })
    first.close()

    copyFileSync(`${options.path}.copy`, options.path)
    const restored = openVault(options)
    expect(restored.open(sealed)).toMatchObject({ name: '王小明' })
    await carryOutErasures(ledger, openEraser(restored).forget)
    expect(restored.open(sealed)).toMatchObject({ name: null, withheld: 'key-destroyed' })
    restored.close()
  })

  it('is tried again until the bytes are gone from the log, which another process was reading', async () => {
    const { vault, options } = await givenInstitution()
    const reader = openDatabase(options.path)
    reader.exec('BEGIN; SELECT count(*) FROM subject')
    const logged: object[] = []
    const eraser = openEraser(vault, { info: () => {}, error: (fields) => void logged.push(fields) })
    eraser.forget('legal-1')
    expect(vault.destroyedAt('legal-1')).not.toBeNull()
    expect(logged).toMatchObject([{ subjectId: 'legal-1' }])
    expect(statSync(`${options.path}-wal`).size).toBeGreaterThan(0)
    reader.exec('COMMIT')
    reader.close()
    await expect.poll(() => statSync(`${options.path}-wal`).size, { timeout: 5000 }).toBe(0)
    eraser.close()
    vault.close()
  })
})
