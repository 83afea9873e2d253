import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseMasterKey, readOrCreateMasterKey } from './master-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'fireledger-master-key-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('master key', () => {
  it('is made once, for its owner only', () => {
    const path = join(folder, 'master.key')
    const made = readOrCreateMasterKey(path)
    expect(made).toHaveLength(32)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readOrCreateMasterKey(path)).toEqual(made)
    expect(parseMasterKey(readFileSync(path, 'utf8'))).toEqual(made)
  })

  it('is read from hex, base64 and base64url', () => {
    const key = Buffer.alloc(32, 0xfb)
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      expect(parseMasterKey(`${key.toString(encoding)}\n`)).toEqual(key)
    }
  })

  it.each(['', 'secret', 'ab'.repeat(31), 'zz'.repeat(32)])('is not %j', (text) => {
    expect(() => parseMasterKey(text)).toThrow(/32 bytes/)
  })

  it('does not show the text it could not read', () => {
    expect(() => parseMasterKey('hunter2-hunter2')).toThrow(expect.not.stringContaining('hunter2'))
  })

  it('is not taken from a file that others may read', () => {
    const path = join(folder, 'open.key')
    writeFileSync(path, 'ab'.repeat(32), { mode: 0o644 })
    expect(() => readOrCreateMasterKey(path)).toThrow(/chmod 600/)
  })

  it('says which file it cannot write', () => {
    expect(() => readOrCreateMasterKey(join(folder, 'nowhere', 'master.key'))).toThrow(/nowhere/)
  })
})
