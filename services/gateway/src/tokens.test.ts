import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { issueToken, loadTokenSecret, verifyBuiltIn, verifyExternal } from './tokens.ts'

const folder = mkdtempSync(join(tmpdir(), 'fireledger-tokens-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const now = new Date('2026-03-02T04:00:00.000Z')
const later = new Date('2026-03-02T06:00:00.000Z')
const request = { subject: 'officer-3204-017', role: 'inspector', division: '320400', ttlSeconds: 3600 }

describe('tokens of the built-in issuer', () => {
  const secret = loadTokenSecret(folder, undefined)

  it('come from a key that is made once and is readable by its owner only', () => {
    expect(loadTokenSecret(folder, undefined)).toEqual(secret)
    expect(statSync(join(folder, 'token.key')).mode & 0o077).toBe(0)
    expect(() => loadTokenSecret(folder, 'short')).toThrow(/at least 32/)
  })

  it('name a principal until they expire', async () => {
    const token = await issueToken(secret, request, now)
    expect(await verifyBuiltIn(secret, () => now)(token)).toEqual({
      id: 'officer-3204-017',
      role: 'inspector',
      division: '320400',
      uscc: null,
      person: null,
      expiresAt: now.getTime() / 1000 + 3600,
    })
    expect(await verifyBuiltIn(secret, () => later)(token)).toBeNull()
  })

  it('say whose login it is', async () => {
    const account = { ...request, role: 'institution', uscc: '91320402MA1WABCD1L', person: 'person-legal' }
    const token = await issueToken(secret, account, now)
    expect(await verifyBuiltIn(secret, () => now)(token)).toMatchObject({ person: 'person-legal' })
  })

  it.each([
    { role: 'emperor' },
    { division: '32' },
    { subject: '../etc' },
    { subject: '' },
    { uscc: '91320402MA1WABCD1F' },
    { person: '13800000000' },
    { person: '' },
  ])('are not issued for %o', async (wrong) => {
    await expect(issueToken(secret, { ...request, ...wrong }, now)).rejects.toThrow()
  })

  it('are worth nothing when forged, unsigned, or without a division', async () => {
    const verify = verifyBuiltIn(secret, () => now)
    const other = new TextEncoder().encode('another secret of thirty-two bytes!')
    expect(await verify(await issueToken(other, request, now))).toBeNull()
    const [, payload] = (await issueToken(secret, request, now)).split('.')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    expect(await verify(`${none}.${payload}.`)).toBeNull()
    const boundless = await new SignJWT({ role: 'administrator' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('x')
      .setIssuer('fireledger')
      .setAudience('fireledger')
      .setExpirationTime('1h')
      .sign(secret)
    expect(await verify(boundless)).toBeNull()
  })
})

describe('tokens of an external issuer', () => {
  const expected = { issuer: 'https://login.example', audience: 'fireledger' }

  it.each(['EdDSA', 'ES256', 'RS256'])('are checked by its public key: %s', async (algorithm) => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
    const sign = (issuer: string) =>
      new SignJWT({ role: 'auditor', division: null })
        .setProtectedHeader({ alg: algorithm })
        .setSubject('auditor-1')
        .setIssuer(issuer)
        .setAudience(expected.audience)
        .setExpirationTime(new Date(now.getTime() + 60_000))
        .sign(privateKey)
    const jwk = JSON.stringify({ ...(await exportJWK(publicKey)), alg: algorithm })
    for (const key of [await exportSPKI(publicKey), jwk]) {
      const verify = await verifyExternal(key, expected, () => now)
      expect(await verify(await sign(expected.issuer))).toMatchObject({ id: 'auditor-1', division: null })
      expect(await verify(await sign('https://evil.example'))).toBeNull()
    }
    await expect(verifyExternal(await exportPKCS8(privateKey), expected, () => now)).rejects.toThrow(
      /public key/,
    )
  })

  it('are not checked by a key that holds a secret', async () => {
    const shared = JSON.stringify({ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' })
    await expect(verifyExternal(shared, expected, () => now)).rejects.toThrow(/public key/)
  })
})
