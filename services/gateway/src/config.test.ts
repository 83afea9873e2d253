import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, describeConfig, loadConfig } from './config.ts'
import { evidenceLocation } from './evidence/location.ts'

const folder = mkdtempSync(join(tmpdir(), 'fireledger-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the configuration', () => {
  it('has a default for everything that is not a secret', () => {
    expect(loadConfig({ PATH: '/bin' })).toMatchObject({
      dataDir: './.data',
      host: '127.0.0.1',
      port: 8119,
      ledger: 'embedded',
      mode: 'dev',
    })
  })

  it('names the neighbour of a misspelt variable', () => {
    expect(() => loadConfig({ FIRELEDGER_PROT: '1' })).toThrow(
      new ConfigError('FIRELEDGER_PROT is no setting; did you mean FIRELEDGER_PORT?'),
    )
  })

  it.each([
    [{ FIRELEDGER_PORT: 'eighty' }, /FIRELEDGER_PORT: expected a whole number/],
    [{ FIRELEDGER_PORT: '70000' }, /FIRELEDGER_PORT/],
    [{ FIRELEDGER_LEDGER: 'postgres://host' }, /expected `embedded`, `esdb:/],
    [{ FIRELEDGER_MODE: 'production' }, /FIRELEDGER_TOKEN_PUBLIC_KEY/],
    [{ FIRELEDGER_KEYS: 'mysql://host/keys' }, /FIRELEDGER_KEYS: expected `postgres:/],
    [{ FIRELEDGER_KEYS: 'postgres://host/keys' }, /FIRELEDGER_VAULT_KEY\(_FILE\) to the same one/],
    [{ FIRELEDGER_EVIDENCE: '/var/evidence' }, /FIRELEDGER_EVIDENCE: expected `directory` or `s3:/],
    [{ FIRELEDGER_EVIDENCE: 's3://evidence?endpoint=x' }, /FIRELEDGER_EVIDENCE: endpoint must be/],
    [{ FIRELEDGER_EVIDENCE: 's3://evidence' }, /a bucket needs FIRELEDGER_EVIDENCE_ACCESS_KEY/],
    [{ FIRELEDGER_EVIDENCE_MAX_BYTES: '5368709121' }, /FIRELEDGER_EVIDENCE_MAX_BYTES/],
    [{ FIRELEDGER_TRUST_PROXY: 'everybody' }, /expected IP addresses/],
    [{ FIRELEDGER_TOKEN_SECRET: 'short' }, /at least 32/],
    [{ FIRELEDGER_TOKEN_SECRET_FILE: join(folder, 'missing') }, /cannot be read/],
  ])('refuses %o', (environment, message) => {
    expect(() => loadConfig(environment)).toThrow(message)
  })

  it('takes a cluster by its address, from a file too, and never shows its password', () => {
    const address = 'esdb://admin:changeit@node1:2113,node2:2113?tls=true'
    expect(loadConfig({ FIRELEDGER_LEDGER: address }).ledger).toBe(address)
    const discovered = 'esdb+discover://ops:word-pass@cluster.example:2113'
    const file = join(folder, 'cluster')
    writeFileSync(file, `${discovered}\n`)
    expect(loadConfig({ FIRELEDGER_LEDGER_FILE: file }).ledger).toBe(discovered)
    for (const environment of [{ FIRELEDGER_LEDGER: address }, { FIRELEDGER_LEDGER_FILE: file }]) {
      expect(JSON.stringify(describeConfig(environment))).not.toMatch(/changeit|word-pass/)
    }
    const shown = { variable: 'FIRELEDGER_LEDGER', origin: 'default', value: 'embedded' }
    expect(describeConfig({})).toContainEqual(expect.objectContaining(shown))
  })

  it('takes a bucket for evidence, with its keys from files, which are never shown', () => {
    const file = join(folder, 'evidence-key')
    writeFileSync(file, 'key-of-the-bucket\n')
    const environment = {
      FIRELEDGER_EVIDENCE: 's3://evidence/320400?endpoint=http://127.0.0.1:9000',
      FIRELEDGER_EVIDENCE_ACCESS_KEY_FILE: file,
      FIRELEDGER_EVIDENCE_SECRET_KEY_FILE: file,
      FIRELEDGER_DATA_DIR: '/data',
    }
    expect(evidenceLocation(loadConfig(environment))).toEqual({
      kind: 's3',
      address: environment.FIRELEDGER_EVIDENCE,
      credentials: { accessKeyId: 'key-of-the-bucket', secretAccessKey: 'key-of-the-bucket' },
      arrivals: '/data/evidence/incoming',
    })
    expect(JSON.stringify(describeConfig(environment))).not.toContain('key-of-the-bucket')
    expect(evidenceLocation(loadConfig({ FIRELEDGER_DATA_DIR: '/data' }))).toEqual({
      kind: 'directory',
      directory: '/data/evidence',
    })
  })

  it('tells every fault at once', () => {
    expect(() => loadConfig({ FIRELEDGER_PORT: 'x', FIRELEDGER_MODE: 'test' })).toThrow(/PORT.*\n.*MODE/)
  })

  it('reads a secret from a file, and masks it when it is shown', () => {
    const file = join(folder, 'secret')
    writeFileSync(file, 'a secret of at least thirty-two bytes\n')
    const environment = { FIRELEDGER_TOKEN_SECRET_FILE: file, FIRELEDGER_PORT: '9000' }
    expect(loadConfig(environment).tokenSecret).toBe('a secret of at least thirty-two bytes')
    const shown = describeConfig(environment)
    expect(JSON.stringify(shown)).not.toContain('thirty-two bytes')
    expect(shown).toContainEqual(
      expect.objectContaining({
        variable: 'FIRELEDGER_TOKEN_SECRET',
        origin: 'FIRELEDGER_TOKEN_SECRET_FILE',
      }),
    )
    expect(shown).toContainEqual(
      expect.objectContaining({ variable: 'FIRELEDGER_PORT', value: '9000', origin: 'FIRELEDGER_PORT' }),
    )
    expect(shown).toContainEqual(expect.objectContaining({ variable: 'FIRELEDGER_HOST', origin: 'default' }))
    expect(() => loadConfig({ ...environment, FIRELEDGER_TOKEN_SECRET: 'x'.repeat(40) })).toThrow(/both set/)
  })
})
