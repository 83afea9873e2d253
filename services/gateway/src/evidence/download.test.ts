import { chmodSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EvidenceMissingError, EvidenceStoreUnavailableError } from '@fireledger/evidence'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway } from '../test-kit.ts'
import {
  assessmentId,
  engage,
  evidenceOf,
  institution,
  photo,
  record,
  sha256Of,
  upload,
} from './given-assessment.test-kit.ts'

const content = photo()
const sha256 = sha256Of(content)
const page = new TextEncoder().encode('<html><script>alert(1)</script></html>')
const altered = photo(3000, 4)
const large = photo(300_000, 8)
const huge = photo(16 * 1024 * 1024 + 1, 9)
const elsewhere = sha256Of(photo(15, 5))
const file = { bytes: content.length, mediaType: 'image/jpeg', name: '消防控制室 现场/照片(1).jpg' }

describe('giving out evidence', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  let auditor: string
  let directory: string
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fireledger-evidence-'))
    gateway = await givenGateway({ FIRELEDGER_EVIDENCE_DIR: directory })
    auditor = await gateway.token('auditor')
    const assessor = await gateway.token('assessor')
    await engage(gateway)
    for (const each of [content, page, altered, large, huge, photo(20, 6)])
      await upload(gateway, assessor, each)
    const text = { bytes: page.length, mediaType: 'text/plain', name: 'page.txt' }
    const other = { bytes: altered.length, mediaType: 'image/jpeg', name: 'x.jpg' }
    let position = ''
    for (const [index, data] of [
      evidenceOf(sha256, file, 1),
      evidenceOf(sha256Of(page), text, 2),
      evidenceOf(sha256Of(altered), other, 3),
      evidenceOf(elsewhere, null, 4),
      evidenceOf(sha256Of(large), { ...other, bytes: large.length }, 5),
      evidenceOf(sha256Of(huge), { ...other, bytes: huge.length }, 6),
    ].entries()) {
      const answer = await record(gateway, assessor, data)
      expect({ index, status: answer.statusCode, body: answer.body }).toMatchObject({ status: 200 })
      position = String(answer.headers['fireledger-position'])
    }
    await get(sha256, { 'fireledger-min-position': position })
    await gateway.app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await gateway.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const get = (hash: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    gateway.app.inject({
      method,
      url: `/v1/evidence/${hash}`,
      headers: { authorization: auditor, 'accept-language': 'en', ...headers },
    })

  it('gives the file as it came, to be saved under its name', async () => {
    const answer = await get(sha256)
    expect(answer.statusCode).toBe(200)
    expect(new Uint8Array(answer.rawPayload)).toEqual(content)
    expect(answer.headers).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': String(content.length),
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    })
    const disposition = String(answer.headers['content-disposition'])
    expect(disposition).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''[!-~]+$/)
    const encoded = /filename\*=UTF-8''(.*)$/.exec(disposition)?.[1] ?? ''
    expect(encoded).not.toMatch(/[()'*]/)
    expect(decodeURIComponent(encoded)).toBe('消防控制室 现场_照片(1).jpg')
  })

  it('gives a page in a text as text to be saved, which nothing runs', async () => {
    const { headers, body } = await get(sha256Of(page))
    expect(body).toContain('<script>')
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(headers['content-disposition']).toMatch(/^attachment; filename="page.txt"/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox")
  })

  it('tells of the file without sending it', async () => {
    const answer = await get(sha256, {}, 'HEAD')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-length']).toBe(String(content.length))
    expect(answer.rawPayload).toHaveLength(0)
  })

  it.each([
    ['bytes=0-99', 206, 0, 99],
    ['bytes=4900-', 206, 4900, 4999],
    ['bytes=-10', 206, 4990, 4999],
    ['bytes=4990-9999', 206, 4990, 4999],
    ['bytes=0-0', 206, 0, 0],
    ['bytes=-9999', 206, 0, 4999],
    ['bytes=9-3', 200, 0, 4999],
    ['bytes=0-1,5-6', 200, 0, 4999],
    ['lines=1-2', 200, 0, 4999],
    ['bytes=--1', 200, 0, 4999],
  ])('answers Range: %s with %i', async (range, status, first, last) => {
    const answer = await get(sha256, { range })
    expect(answer.statusCode).toBe(status)
    expect(answer.rawPayload.equals(content.subarray(first, last + 1))).toBe(true)
    expect(answer.headers['content-range']).toBe(
      status === 206 ? `bytes ${first}-${last}/${content.length}` : undefined,
    )
  })

  it.each(['bytes=5000-', 'bytes=9999-10000', 'bytes=-0'])('has nothing for Range: %s', async (range) => {
    const answer = await get(sha256, { range })
    expect(answer.statusCode).toBe(416)
    expect(answer.headers['content-range']).toBe('bytes */5000')
    expect(answer.headers['content-disposition']).toBeUndefined()
    expect(answer.json().type).toBe('urn:fireledger:problem:range')
  })

  it('does not send again what the reader has, nor a range of what it does not have', async () => {
    expect((await get(sha256, { 'if-none-match': `"${sha256}"` })).statusCode).toBe(304)
    expect((await get(sha256, { range: 'bytes=0-1', 'if-range': `"${sha256}"` })).statusCode).toBe(206)
    expect((await get(sha256, { range: 'bytes=0-1', 'if-range': '"other"' })).statusCode).toBe(200)
  })

  it('is for those who may see an assessment that names it', async () => {
    const status = async (authorization: string) => (await get(sha256, { authorization })).statusCode
    expect(await status('')).toBe(401)
    expect(await status(await gateway.token('registrar'))).toBe(403)
    expect(await status(await gateway.token('auditor', '320500'))).toBe(404)
    expect(await status(await gateway.token('auditor', '320402'))).toBe(200)
    const account = (uscc: string) => gateway.token('institution', '320400', uscc)
    expect(await status(await account(institution))).toBe(200)
    expect(await status(await account('91320411MA1XLLKB82'))).toBe(404)
  })

  it('lists what the assessment names, and what of it is here', async () => {
    const list = async (query: string, authorization = auditor) =>
      gateway.app.inject({ url: `/v1/assessments/${assessmentId}/files${query}`, headers: { authorization } })
    const first = (await list('?limit=3')).json()
    expect(first.items).toHaveLength(3)
    expect(first.items[0]).toMatchObject({
      sha256,
      pointer: '/sha256',
      event: { type: 'EvidenceRecorded' },
      title: '现场照片',
      file,
      href: `/v1/evidence/${sha256}`,
    })
    const rest = (await list(`?limit=3&after=${first.nextCursor}`)).json()
    expect(rest.nextCursor).toBeNull()
    expect(rest.items).toHaveLength(3)
    expect(rest.items[0]).toMatchObject({ sha256: elsewhere, file: null, href: null })
    expect((await list('?after=x')).statusCode).toBe(400)
    expect((await list('', await gateway.token('auditor', '320500'))).statusCode).toBe(404)
    expect((await list('', '')).statusCode).toBe(401)
  })

  it('does not show what nothing names, even to those who sent it', async () => {
    expect((await get(sha256Of(photo(20, 6)))).statusCode).toBe(404)
  })

  it('says of a file that is held elsewhere that it is not here', async () => {
    const answer = await get(elsewhere)
    expect(answer.statusCode).toBe(404)
    expect(answer.json().code).toBe('evidence-file-missing')
  })

  it('says nothing of the file where it can be found and not opened', async () => {
    const own = gateway.evidence.open
    const failures = [
      { error: new EvidenceMissingError(sha256), status: 404 },
      { error: new EvidenceStoreUnavailableError('away'), status: 503 },
    ]
    for (const { error, status } of failures) {
      Object.assign(gateway.evidence, { open: () => Promise.reject(error) })
      for (const range of [{}, { range: 'bytes=0-9' }]) {
        const answer = await get(sha256, range)
        expect(answer.json().status).toBe(status)
        expect(answer.statusCode).toBe(status)
        const told = ['etag', 'content-disposition', 'repr-digest', 'content-range', 'accept-ranges']
        expect(told.filter((name) => answer.headers[name] !== undefined)).toEqual([])
      }
    }
    Object.assign(gateway.evidence, { open: own })
    expect((await get(sha256)).statusCode).toBe(200)
  })

  it.each(['..%2f..%2fetc%2fpasswd', '%00', sha256.toUpperCase(), `${sha256}0`, '..', 'x'.repeat(64)])(
    'knows no file by the name %s',
    async (name) => {
      expect((await get(name)).statusCode).toBeOneOf([400, 404])
    },
  )

  const alter = (original: Uint8Array) => {
    const hash = sha256Of(original)
    const path = join(directory, 'files', hash.slice(0, 2), hash.slice(2, 4), hash)
    const bytes = readFileSync(path)
    bytes[2000] = (bytes[2000] ?? 0) ^ 1
    chmodSync(path, 0o600)
    writeFileSync(path, bytes)
    return { hash, path }
  }
  const expectAltered = async (hash: string, headers: Record<string, string> = {}) => {
    const answer = await get(hash, headers)
    expect(answer.statusCode).toBe(502)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({ type: 'urn:fireledger:problem:altered', code: 'evidence-altered' })
    const told = ['etag', 'content-disposition', 'repr-digest', 'content-range', 'accept-ranges']
    expect(told.filter((name) => answer.headers[name] !== undefined)).toEqual([])
  }

  it.each([
    ['a small one', altered],
    ['a larger one', large],
  ])('says that a file is altered before the first byte of it: %s', async (_size, original) => {
    const { hash } = alter(original)
    await expectAltered(hash)
    await expectAltered(hash, { range: 'bytes=0-9' })
  })

  it('says so by its length alone, also where only the head is asked for', async () => {
    const { hash, path } = alter(altered)
    truncateSync(path, 100)
    await expectAltered(hash)
    expect((await get(hash, {}, 'HEAD')).statusCode).toBe(502)
  })

  it('cuts the connection before the end of an altered file that is too large to be hashed first', async () => {
    const { hash } = alter(huge)
    const { port } = gateway.app.server.address() as AddressInfo
    const answer = await fetch(`http://127.0.0.1:${port}/v1/evidence/${hash}`, {
      headers: { authorization: auditor },
    })
    expect(answer.status).toBe(200)
    await expect(answer.arrayBuffer()).rejects.toThrow()
    // And goes on serving.
    expect((await get(sha256)).statusCode).toBe(200)
  })
})
