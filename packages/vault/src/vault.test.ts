import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { institutionCommands, type Person, person, type SealedPerson } from '@fireledger/domain'
import { openDatabase } from '@fireledger/sqlite'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { mask, openVault } from './vault.ts'

const root = mkdtempSync(join(tmpdir(), 'fireledger-vault-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const masterKey = Buffer.alloc(32, 7)
let folders = 0

function newPath(): string {
  const folder = join(root, String(folders++))
  mkdirSync(folder)
  return join(folder, 'keys.db')
}

/** Everything SQLite left in the folder, as one string of bytes. */
function bytesOf(path: string): Buffer {
  const folder = join(path, '..')
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
}

const zhang: Person = {
  subjectId: 'person-1',
  name: '张建国',
  identityNumber: '11010519491231002X',
  phone: '13800000000',
}
const one = z.strictObject({ who: person })
const sealOne = (vault: ReturnType<typeof openVault>, who: Person) =>
  (vault.seal(one, { who }) as { who: SealedPerson }).who

const letters = '常州消防安全张王李赵陈刘洋ABCabc甲乙丙'.split('')
const anyPerson = fc
  .record(
    {
      subjectId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9:._-]{2,20}$/),
      name: fc.array(fc.constantFrom(...letters), { minLength: 1, maxLength: 60 }).map((all) => all.join('')),
      phone: fc.stringMatching(/^\+?[0-9]{6,15}$/),
    },
    { requiredKeys: ['subjectId', 'name'] },
  )
  .map((value) => value as Person)

describe('vault', () => {
  it('opens what it sealed, and nothing of it shows in the sealed form', () => {
    const vault = openVault({ path: newPath(), masterKey })
    fc.assert(
      fc.property(anyPerson, (who) => {
        const sealed = sealOne(vault, who)
        expect(Object.keys(sealed)).toEqual(['subjectId', 'sealed'])
        // A name of one or two letters stands in any bytes by chance.
        if (who.name.length > 4)
          expect(Buffer.from(sealed.sealed, 'base64url').includes(who.name)).toBe(false)
        expect(vault.open(sealed)).toEqual(who)
      }),
      { numRuns: 200 },
    )
    vault.close()
  })

  it('seals the same person to the same bytes, also after a restart and in another process’s connection', () => {
    const path = newPath()
    const first = openVault({ path, masterKey })
    const second = openVault({ path, masterKey })
    const sealed = sealOne(first, zhang)
    expect(sealOne(second, zhang)).toEqual(sealed)
    first.close()
    second.close()
    const again = openVault({ path, masterKey })
    expect(sealOne(again, zhang)).toEqual(sealed)
    expect(sealOne(again, { ...zhang, phone: '13800000001' }).sealed).not.toBe(sealed.sealed)
    again.close()
  })

  it('hides the length of a name', () => {
    const vault = openVault({ path: newPath(), masterKey })
    const length = (name: string) => sealOne(vault, { subjectId: 'person-1', name }).sealed.length
    expect(length('王五')).toBe(length('欧阳建国'))
    vault.close()
  })

  it('seals the persons of a real command and leaves the rest as it was', () => {
    const vault = openVault({ path: newPath(), masterKey })
    const schema = institutionCommands.RegisterInstitution.data
    const data = schema.parse({
      name: '常州安信消防技术服务有限公司',
      type: 'maintenance',
      division: '320402',
      address: '常州市天宁区竹林西路19号',
      establishedOn: '2019-05-06',
      legalRepresentative: zhang,
    })
    const sealed = vault.seal(schema, data) as typeof data & { legalRepresentative: SealedPerson }
    expect({ ...sealed, legalRepresentative: zhang }).toEqual(data)
    expect(JSON.stringify(sealed)).not.toContain(zhang.name)
    expect(vault.open(sealed.legalRepresentative)).toEqual(zhang)
    vault.close()
  })

  it('tells a missing key, a masked person and an erased one apart, and throws for none', () => {
    const vault = openVault({ path: newPath(), masterKey })
    const sealed = sealOne(vault, zhang)
    const withheld = { subjectId: 'person-1', name: null, identityNumber: null, phone: null }
    expect(vault.open({ ...sealed, subjectId: 'person-9' })).toEqual({
      ...withheld,
      subjectId: 'person-9',
      withheld: 'key-missing',
    })
    expect(mask(vault.open(sealed))).toEqual({ ...withheld, withheld: 'masked' })
    vault.destroyKey('person-1')
    expect(vault.open(sealed)).toEqual({ ...withheld, withheld: 'key-destroyed' })
    vault.close()
  })

  it('refuses sealed bytes of another subject and altered ones', () => {
    const vault = openVault({ path: newPath(), masterKey })
    const sealed = sealOne(vault, zhang)
    const other = sealOne(vault, { subjectId: 'person-2', name: '李四' })
    expect(() => vault.open({ ...other, sealed: sealed.sealed })).toThrow(/person-2 .*another subject/)
    const length = Buffer.from(sealed.sealed, 'base64url').length
    fc.assert(
      fc.property(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), (index, flip) => {
        const bytes = Buffer.from(sealed.sealed, 'base64url')
        bytes[index] = (bytes[index] ?? 0) ^ flip
        expect(() => vault.open({ ...sealed, sealed: bytes.toString('base64url') })).toThrow('person-1')
      }),
    )
    expect(() => vault.open({ ...sealed, sealed: '' })).toThrow('person-1')
    vault.close()
  })
})

describe('destroying a key', () => {
  /** The wrapped key as it stands in the file; null when there is none or it is destroyed. */
  function wrappedKey(path: string, subjectId: string): Buffer | null {
    const reader = openDatabase(path, { readOnly: true })
    const row = reader
      .prepare('SELECT bytes FROM subject JOIN wrapped_key USING (number) WHERE subject_id = ?')
      .get(subjectId) as { bytes: Uint8Array } | undefined
    reader.close()
    return row?.bytes.some((byte) => byte !== 0) ? Buffer.from(row.bytes) : null
  }

  /** Whole or in part: where rows move between pages, SQLite may leave half of one behind. */
  function leavesTraceOf(bytes: Buffer, wrapped: Buffer): boolean {
    const pieces = Array.from({ length: wrapped.length - 15 }, (_, at) => wrapped.subarray(at, at + 16))
    return pieces.some((piece) => bytes.includes(piece))
  }

  it('leaves nothing of the key or the person in any file, however keys come and go', () => {
    const path = newPath()
    const vault = openVault({ path, masterKey })
    const gone: Buffer[] = []
    fc.assert(
      fc.property(fc.array(anyPerson, { minLength: 1, maxLength: 12 }), (persons) => {
        const alive = persons.filter((who) => !vault.destroyedAt(who.subjectId))
        for (const who of alive) sealOne(vault, who)
        const [erased] = alive
        const wrapped = erased && wrappedKey(path, erased.subjectId)
        if (!wrapped) return
        expect(bytesOf(path).includes(wrapped)).toBe(true)
        vault.destroyKey(erased.subjectId)
        gone.push(wrapped)
        const left = bytesOf(path)
        expect(leavesTraceOf(left, wrapped)).toBe(false)
        for (const who of persons) if (who.name.length > 4) expect(left.includes(who.name)).toBe(false)
      }),
      { numRuns: 150 },
    )
    expect(gone.length).toBeGreaterThan(100)
    const left = bytesOf(path)
    expect(gone.filter((wrapped) => leavesTraceOf(left, wrapped))).toEqual([])
    vault.close()
  })

  it('is final: no new key, and the day stays known', () => {
    const path = newPath()
    let clock = '2026-03-02T04:00:00.000Z'
    const vault = openVault({ path, masterKey, now: () => clock })
    sealOne(vault, zhang)
    expect(vault.destroyKey('person-1')).toBe(clock)
    clock = '2026-05-05T04:00:00.000Z'
    expect(vault.destroyKey('person-1')).toBe('2026-03-02T04:00:00.000Z')
    expect(() => sealOne(vault, zhang)).toThrow(/person-1 was destroyed at 2026-03-02/)
    vault.createKeys(['person-1'])
    expect(() => sealOne(vault, zhang)).toThrow('person-1')
    vault.close()
    const reopened = openVault({ path, masterKey })
    expect(reopened.destroyedAt('person-1')).toBe('2026-03-02T04:00:00.000Z')
    expect(reopened.destroyedAt('person-2')).toBeNull()
    reopened.close()
  })

  it('holds for a subject that never had a key', () => {
    const vault = openVault({ path: newPath(), masterKey })
    vault.destroyKey('person-5')
    expect(() => sealOne(vault, { ...zhang, subjectId: 'person-5' })).toThrow('person-5')
    vault.close()
  })

  it('is noticed by every other opener with its next call', () => {
    const path = newPath()
    const gateway = openVault({ path, masterKey })
    const projector = openVault({ path, masterKey })
    const sealed = sealOne(gateway, zhang)
    const other = sealOne(gateway, { subjectId: 'person-2', name: '李四' })
    expect(projector.open(sealed)).toEqual(zhang)
    gateway.destroyKey('person-1')
    expect(projector.open(sealed).withheld).toBe('key-destroyed')
    expect(projector.open(other).name).toBe('李四')
    expect(() => sealOne(projector, zhang)).toThrow('person-1')
    gateway.close()
    projector.close()
  })

  it('says so when a reader of another process holds the old bytes, and mends it when asked again', () => {
    const path = newPath()
    const vault = openVault({ path, masterKey, busyTimeoutMs: 20 })
    sealOne(vault, zhang)
    const reader = openDatabase(path, { readOnly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM subject').get()
    expect(() => vault.destroyKey('person-1')).toThrow('try again')
    reader.exec('COMMIT')
    reader.close()
    vault.destroyKey('person-1')
    expect(statSync(`${path}-wal`).size).toBe(0)
    vault.close()
  })
})

describe('opening the key file', () => {
  it('refuses another master key', () => {
    const path = newPath()
    openVault({ path, masterKey }).close()
    expect(() => openVault({ path, masterKey: Buffer.alloc(32, 8) })).toThrow(/master key is not the one/)
    expect(() => openVault({ path, masterKey: Buffer.alloc(16) })).toThrow(/32 bytes/)
    openVault({ path, masterKey }).close()
  })

  it('refuses a foreign file and leaves it as it was', () => {
    const text = newPath()
    writeFileSync(text, 'not a database, but long enough to be looked at as one'.repeat(40))
    const before = readFileSync(text)
    expect(() => openVault({ path: text, masterKey })).toThrow(/not a key file/)
    expect(readFileSync(text)).toEqual(before)
    const foreign = newPath()
    const database = openDatabase(foreign)
    database.exec('CREATE TABLE somebody_elses (x)')
    database.close()
    expect(() => openVault({ path: foreign, masterKey })).toThrow(/not a key file/)
  })

  it('says which folder is missing', () => {
    expect(() => openVault({ path: join(root, 'nowhere', 'keys.db'), masterKey })).toThrow(
      /folder must exist/,
    )
  })

  it('is readable by its owner only', () => {
    const path = newPath()
    openVault({ path, masterKey }).close()
    expect(statSync(path).mode & 0o077).toBe(0)
  })
})
