import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findCategory } from '@fireledger/domain'
import { loadConfig } from '@fireledger/gateway'
import { ulid } from 'ulid'
import { afterEach, describe, expect, it } from 'vitest'
import { openWriting, type Writing } from './services.ts'

/** What must hold of the keys before anything else may begin. */

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function givenFolder() {
  const path = mkdtempSync(join(tmpdir(), 'fireledger-keys-'))
  folders.push(path)
  return { path, config: loadConfig({ FIRELEDGER_DATA_DIR: path }) }
}

async function submit(writing: Writing, name: string, id: string, type: string, data: object) {
  const category = findCategory(name)
  if (!category) throw new Error(`no category ${name}`)
  const commandId = ulid()
  const actor = { id: 'officer-3204-001', role: 'registrar', division: null }
  const submission = await writing.submit({
    category,
    type,
    id,
    data,
    effectiveAt: null,
    commandId,
    causationId: null,
    correlationId: commandId,
    actor,
  })
  expect(submission).toMatchObject({ kind: 'accepted' })
}

const uscc = '91320402MA1WABCD1L'
const profile = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-1', name: '王建国' },
}

describe('keys that were lost', () => {
  it('are not replaced by new ones beside a ledger that holds persons', async () => {
    const { path, config } = givenFolder()
    const writing = await openWriting(config)
    await submit(writing, 'institution', uscc, 'RegisterInstitution', profile)
    await writing.close()
    for (const file of ['keys.db', 'vault.key']) {
      copyFileSync(join(path, file), join(path, `${file}.kept`))
      rmSync(join(path, file))
      await expect(openWriting(config)).rejects.toThrow(`${file} is missing`)
      expect(existsSync(join(path, file))).toBe(false)
      copyFileSync(join(path, `${file}.kept`), join(path, file))
    }
    await (await openWriting(config)).close()
  })

  it('are made where the ledger holds nobody yet', async () => {
    const { path, config } = givenFolder()
    const writing = await openWriting(config)
    await submit(writing, 'subjectKey', 'person-9', 'DestroySubjectKey', {
      division: '320402',
      reason: '本人申请',
      requestedOn: '2024-01-01',
    })
    await writing.close()
    rmSync(join(path, 'keys.db'))
    await (await openWriting(config)).close()
  })
})

describe('keys that were restored from an older copy', () => {
  it('lose again whoever was erased since, before anyone can be shown', async () => {
    const { path, config } = givenFolder()
    const first = await openWriting(config)
    await submit(first, 'institution', uscc, 'RegisterInstitution', profile)
    await first.close()
    const keys = join(path, 'keys.db')
    copyFileSync(keys, `${keys}.copy`)
    const second = await openWriting(config)
    await submit(second, 'subjectKey', 'person-1', 'DestroySubjectKey', {
      division: '320402',
      reason: '本人申请',
      requestedOn: '2024-01-01',
    })
    await second.close()
    copyFileSync(`${keys}.copy`, keys)
    const third = await openWriting(config)
    expect(third.keys.vault.destroyedAt('person-1')).not.toBeNull()
    await third.close()
  })
})
