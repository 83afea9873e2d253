import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { evidenceStoreContract } from './evidence-store.contract.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { openEvidenceStore } from './open-evidence.ts'
import { parseS3Address } from './s3-address.ts'
import { createS3Requests } from './s3-requests.ts'
import { credentials, type StandIn, startStandIn } from './s3-stand-in.test-kit.ts'
import { jpeg, pieces, sha256Of } from './samples.test-kit.ts'

const maxBytes = 100_000
const photo = jpeg()
const sha256 = sha256Of(photo)

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

for (const knowsConditions of [true, false]) {
  const kind = knowsConditions ? 'a bucket' : 'a bucket that knows no conditions'
  evidenceStoreContract(kind, async () => {
    const standIn = await startStandIn({ knowsConditions })
    const arrivals = mkdtempSync(join(tmpdir(), 'fireledger-evidence-'))
    const location = { kind: 's3' as const, address: standIn.address, credentials, arrivals }
    const store = await openEvidenceStore(location)
    const keyOf = (of: string) => `trial/files/${of}`
    return {
      store,
      another: () => openEvidenceStore(location),
      leftovers: async () => [
        ...filesIn(arrivals),
        ...[...standIn.objects.keys()].filter((key) => !/^trial\/(files|claims)\//.test(key)),
      ],
      async replace(of, content) {
        const object = standIn.objects.get(keyOf(of))
        if (object) object.content = Buffer.from(content)
      },
      async remove(of) {
        standIn.objects.delete(keyOf(of))
      },
      async end() {
        await store.close()
        await standIn.close()
        rmSync(arrivals, { recursive: true })
      },
    }
  })
}

describe('evidence in a bucket', () => {
  let standIn: StandIn
  let arrivals: string
  let store: EvidenceStore
  beforeEach(async () => {
    standIn = await startStandIn()
    arrivals = mkdtempSync(join(tmpdir(), 'fireledger-evidence-'))
    store = await openEvidenceStore({ kind: 's3', address: standIn.address, credentials, arrivals })
  })
  afterEach(async () => {
    expect(filesIn(arrivals)).toEqual([])
    await store.close()
    await standIn.close()
    rmSync(arrivals, { recursive: true })
  })

  it('is tried again when the store is busy or the connection breaks', async () => {
    standIn.faults.push('unavailable', 'cut')
    expect(await store.put(pieces(photo), { maxBytes })).toMatchObject({ created: true })
    standIn.faults.push('cut', 'unavailable')
    expect(await store.verify(sha256)).toMatchObject({ kind: 'sound' })
  })

  it('is read again when the line breaks in the middle of it', async () => {
    await store.put(pieces(photo), { maxBytes })
    standIn.faults.push('cut within', 'cut within')
    expect(await store.verify(sha256)).toMatchObject({ kind: 'sound' })
    standIn.faults.push('cut within', 'cut within', 'cut within')
    await expect(store.verify(sha256)).rejects.toMatchObject({ name: 'EvidenceStoreUnavailableError' })
  })

  it('says what the operator has to mend, and keeps nothing', async () => {
    standIn.faults.push('denied')
    await expect(store.put(pieces(photo), { maxBytes })).rejects.toMatchObject({
      name: 'EvidenceStoreUnavailableError',
      message: expect.stringContaining('was answered 403'),
    })
    standIn.faults.push('full')
    await expect(store.put(pieces(photo), { maxBytes })).rejects.toMatchObject({
      name: 'EvidenceStoreFullError',
    })
    expect([...standIn.objects.keys()]).toEqual([])
  })

  it('is not sent again when it is there', async () => {
    await store.put(pieces(photo), { maxBytes })
    const before = standIn.requests.length
    await store.put(pieces(photo), { maxBytes })
    expect(standIn.requests.slice(before)).toEqual([`HEAD trial/files/${sha256}`])
  })

  it('is refused by the store itself when other bytes arrive than were hashed', async () => {
    const send = createS3Requests(parseS3Address(standIn.address), credentials)
    const key = `trial/files/${sha256}`
    const other = jpeg(photo.length - 11, 9)
    const body = () => new Blob([other as Uint8Array<ArrayBuffer>]).stream()
    const headers = { 'content-length': String(other.length) }
    await expect(send({ method: 'PUT', key, headers, body, sha256 })).rejects.toThrow('XAmzContentSHA256')
    expect(standIn.objects.has(key)).toBe(false)
  })

  it('cannot be had with a wrong key', async () => {
    const wrong = { ...credentials, secretAccessKey: 'wrong' }
    const send = createS3Requests(parseS3Address(standIn.address), wrong)
    await expect(send({ method: 'HEAD', key: 'x', accepts: [404] })).rejects.toThrow('403')
  })
})

describe('the address of a bucket', () => {
  it('names bucket, prefix, endpoint, region and style', () => {
    expect(parseS3Address('s3://evidence?endpoint=http://127.0.0.1:9000')).toEqual({
      bucket: 'evidence',
      prefix: '',
      url: 'http://127.0.0.1:9000/evidence/',
      region: 'us-east-1',
    })
    expect(parseS3Address('s3://evidence/320400/?region=cn-north-1')).toMatchObject({
      prefix: '320400/',
      url: 'https://evidence.s3.cn-north-1.amazonaws.com/',
    })
    expect(
      parseS3Address('s3://evidence?endpoint=https://oss.example.cn&style=virtual&region=oss-cn-hangzhou'),
    ).toMatchObject({ url: 'https://evidence.oss.example.cn/', region: 'oss-cn-hangzhou' })
  })

  it.each([
    ['evidence', 'expected `s3://bucket'],
    ['http://evidence', 'expected `s3://bucket'],
    ['s3://UPPER_CASE', 'expected `s3://bucket'],
    ['s3://evidence?secret=x', 'secret is no option'],
    ['s3://key:secret@evidence', 'settings of their own'],
    ['s3://evidence?endpoint=nowhere', 'endpoint must be'],
    ['s3://evidence?endpoint=ftp://x', 'endpoint must be http'],
    ['s3://evidence?style=other', 'style is'],
    ['s3://evidence/a/../b%2F..', 'a prefix has'],
  ])('%s is refused: %s', (address, why) => {
    expect(() => parseS3Address(address)).toThrow(why)
  })
})

/** `s3://…`, with its credentials beside it: an empty bucket of a real server. */
const real = process.env.FIRELEDGER_TEST_S3
const realCredentials = {
  accessKeyId: process.env.FIRELEDGER_TEST_S3_ACCESS_KEY ?? '',
  secretAccessKey: process.env.FIRELEDGER_TEST_S3_SECRET_KEY ?? '',
}

if (real === undefined) {
  it.skip('a real object store is not tested: name a bucket, FIRELEDGER_TEST_S3=s3://…', () => {})
} else {
  evidenceStoreContract('a real bucket', async () => {
    const address = new URL(real)
    address.pathname = `/${randomBytes(8).toString('hex')}`
    const arrivals = mkdtempSync(join(tmpdir(), 'fireledger-evidence-'))
    const location = { kind: 's3' as const, address: address.href, credentials: realCredentials, arrivals }
    const store = await openEvidenceStore(location)
    const parsed = parseS3Address(address.href)
    const send = createS3Requests(parsed, realCredentials)
    const keyOf = (of: string) => `${parsed.prefix}files/${of}`
    return {
      store,
      another: () => openEvidenceStore(location),
      leftovers: async () => filesIn(arrivals),
      async replace(of, content) {
        const body = () => new Blob([content as Uint8Array<ArrayBuffer>]).stream()
        const headers = { 'content-length': String(content.length), 'content-type': 'image/jpeg' }
        await send({ method: 'PUT', key: keyOf(of), headers, body, sha256: sha256Of(content) })
      },
      async remove(of) {
        await send({ method: 'DELETE', key: keyOf(of) })
      },
      async end() {
        await store.close()
        rmSync(arrivals, { recursive: true })
      },
    }
  })
}
