import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openFileKeyStore } from './file-key-store.ts'
import { keyStoreContract } from './key-store.contract.ts'
import { noPostgres, type Postgres, postgresBinaries, startPostgres } from './postgres.test-kit.ts'
import { connectionOf, openPostgresKeyStore } from './postgres-key-store.ts'
import { newWrappedKey } from './sealing.ts'
import { openSharedKeys } from './shared-keys.ts'

const masterKey = Buffer.alloc(32, 7)

function bytesIn(folder: string): Buffer {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile())
  return Buffer.concat(files.map((path) => readFileSync(path)))
}

keyStoreContract('keys.db', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fireledger-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const open = () => openFileKeyStore(join(folder, 'keys.db'), masterKey)
  return { store: open(), another: open, bytes: async () => bytesIn(folder) }
})

const binaries = postgresBinaries()

describe('keys in PostgreSQL', () => {
  if (binaries === null) {
    it.skip(`are not tested: ${noPostgres}`, () => {})
    return
  }
  let postgres: Postgres

  beforeAll(async () => {
    postgres = await startPostgres(binaries)
  })
  afterAll(() => postgres?.remove())

  async function client(address: string): Promise<Client> {
    const opened = new Client({ connectionString: address })
    await opened.connect()
    return opened
  }

  keyStoreContract('PostgreSQL', async () => {
    const address = postgres.database()
    const open = () => openPostgresKeyStore(address, masterKey)
    return {
      store: open(),
      another: open,
      async bytes() {
        const admin = await client(address)
        await admin.query('CHECKPOINT')
        await admin.end()
        return bytesIn(join(postgres.folder, 'data/base'))
      },
    }
  })

  it('are made once by two machines that come first at the same moment', async () => {
    const address = postgres.database()
    const stores = Array.from({ length: 4 }, () => openPostgresKeyStore(address, masterKey))
    await Promise.all(stores.map((store) => store.find([])))
    for (const store of stores) await store.close()
  })

  it('are refused to another master key', async () => {
    const address = postgres.database()
    const own = openPostgresKeyStore(address, masterKey)
    await own.find([])
    const other = openPostgresKeyStore(address, Buffer.alloc(32, 8))
    await expect(other.find([])).rejects.toThrow(/master key is not the one.*FIRELEDGER_VAULT_KEY/)
    await own.close()
    await other.close()
  })

  it('are destroyed while a backup reads them, and cleaned as soon as it has ended', async () => {
    const address = postgres.database()
    const store = openPostgresKeyStore(address, masterKey)
    await store.keep([{ subjectId: 'person-1', wrapped: Buffer.alloc(60, 3), createdAt: '' }])
    const backup = await client(address)
    await backup.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await backup.query('SELECT * FROM fireledger_subject_key')
    await expect(store.destroy('person-1', '2026-03-02T04:00:00.000Z')).rejects.toThrow(/try again/)
    expect(await store.find(['person-1'])).toMatchObject([{ wrapped: null }])
    await backup.query('COMMIT')
    await store.destroy('person-1', '2026-05-02T04:00:00.000Z')
    await backup.query('CHECKPOINT')
    await backup.end()
    expect(bytesIn(join(postgres.folder, 'data/base')).includes(Buffer.alloc(60, 3))).toBe(false)
    await store.close()
  })

  it('are cleaned by whoever comes next, when their destroyer was gone before the backup ended', async () => {
    const address = postgres.database()
    const replica = join(postgres.folder, 'replica.db')
    const open = () =>
      openSharedKeys({
        replica: openFileKeyStore(replica, masterKey),
        store: openPostgresKeyStore(address, masterKey),
        masterKey,
      })
    const wrapped = Buffer.from(newWrappedKey(masterKey, 'person-1'))
    const first = openPostgresKeyStore(address, masterKey)
    await first.keep([{ subjectId: 'person-1', wrapped, createdAt: '' }])
    await first.close()
    const backup = await client(address)
    const isThere = async () => {
      await backup.query('CHECKPOINT')
      return bytesIn(join(postgres.folder, 'data/base')).includes(wrapped)
    }
    await backup.query('BEGIN')
    await backup.query('LOCK TABLE fireledger_subject_key IN ACCESS SHARE MODE')
    const destroyer = open()
    await destroyer.exchange()
    await expect(destroyer.destroyKey('person-1')).rejects.toThrow(/try again/)
    await destroyer.close()

    const during = open()
    await during.exchange()
    // So whoever carries out the erasures tries again.
    expect(during.destroyedAt('person-1')).toBeNull()
    await during.close()
    await backup.query('COMMIT')
    expect(await isThere()).toBe(true)

    const after = open()
    await after.exchange()
    expect(after.destroyedAt('person-1')).not.toBeNull()
    expect(await isThere()).toBe(false)
    await after.close()
    await backup.end()
  })

  it('are out of reach in clear words while the database is down, and back when it is', async () => {
    const address = postgres.database()
    const store = openPostgresKeyStore(address, masterKey)
    await store.find([])
    await postgres.stop()
    await expect(store.find([])).rejects.toThrow(/the key store does not answer: /)
    await postgres.start()
    expect(await store.find([])).toEqual([])
    await store.close()
  })

  it('say what the database refuses, which is no silence', async () => {
    const address = new URL(postgres.database())
    address.pathname = '/no_such_name'
    const store = openPostgresKeyStore(String(address), masterKey)
    await expect(store.find([])).rejects.toThrow(/FIRELEDGER_KEYS: the database refuses: .*no_such_name/)
    await store.close()
  })

  it('are not put into a database that does not sync', async () => {
    const address = postgres.database()
    const admin = await client(address)
    await admin.query('ALTER SYSTEM SET fsync = off')
    await admin.query('SELECT pg_reload_conf()')
    const store = openPostgresKeyStore(address, masterKey)
    await expect.poll(() => store.find([]).then(String, (error: Error) => error.message)).toMatch(/fsync=off/)
    await admin.query('ALTER SYSTEM RESET fsync')
    await admin.query('SELECT pg_reload_conf()')
    await admin.end()
    await store.close()
  })

  describe('over TLS', () => {
    const answerOf = async (address: string) => {
      const store = openPostgresKeyStore(address, masterKey)
      const answer = await store.find([]).then(
        () => 'found',
        (error: Error) => error.message,
      )
      await store.close()
      return answer
    }
    const byName = () => postgres.database().replace('127.0.0.1', 'localhost')

    it('are found at the host whose name the certificate bears', async () => {
      expect(await answerOf(`${byName()}?sslmode=verify-full&sslrootcert=${postgres.certificate}`)).toBe(
        'found',
      )
      expect(await answerOf(`${byName()}?sslrootcert=${postgres.certificate}`)).toBe('found')
    })

    it('are not asked for at a host of another name, or under an authority that nobody named', async () => {
      const otherName = `${postgres.database()}?sslrootcert=${postgres.certificate}`
      expect(await answerOf(otherName)).toMatch(/certificate's altnames/)
      expect(await answerOf(`${byName()}?sslmode=verify-full`)).toMatch(/self-signed certificate/)
    })

    it('are so by default where the address is not one of this machine’s own', async () => {
      // An address that leads here and does not look so.
      const elsewhere = postgres.database().replace('127.0.0.1', '0.0.0.0')
      expect(await answerOf(elsewhere)).toMatch(/certificate/)
      expect(await answerOf(`${elsewhere}?sslmode=disable`)).toBe('found')
    })
  })
})

describe('the address of a key store', () => {
  it.each([
    ['postgres://somewhere:not-a-port/x', /it is no address/],
    ['postgres://u:secret@h/x?sslmode=prefer', /verify-full .* or disable/],
    ['postgres://u:secret@h/x?sslmod=disable', /nothing else/],
    ['postgres://u:secret@h/x?sslrootcert=/nowhere/ca.crt', /nowhere\/ca.crt cannot be read/],
  ])('%s is refused, and not repeated', (address, message) => {
    const refused = () => openPostgresKeyStore(address, masterKey)
    expect(refused).toThrow(message)
    expect(refused).not.toThrow(/secret/)
  })

  it.each([
    ['localhost', false],
    ['127.0.0.1', false],
    ['127.8.0.9', false],
    ['[::1]', false],
    ['127.example.cn', true],
    ['127.0.0.1.example.cn', true],
    ['localhost.example.cn', true],
    ['128.0.0.1', true],
    ['[::2]', true],
  ])('%s asks for TLS without a word: %s', (host, asks) => {
    expect(connectionOf(`postgres://u@${host}/x`).ssl !== false).toBe(asks)
  })
})
