import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EvidenceStoreFullError, EvidenceStoreUnavailableError } from '@fireledger/evidence'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { givenGateway } from '../test-kit.ts'
import { engage, evidenceOf, photo, record, sha256Of, upload } from './given-assessment.test-kit.ts'

type Gateway = Awaited<ReturnType<typeof givenGateway>>

const content = photo()
const sha256 = sha256Of(content)

async function stored(gateway: Gateway): Promise<string[]> {
  const found = []
  for await (const file of gateway.evidence.list()) found.push(file.sha256)
  return found
}

describe('uploading evidence', () => {
  let gateway: Gateway
  let assessor: string
  let directory: string
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'fireledger-evidence-'))
    gateway = await givenGateway({
      FIRELEDGER_EVIDENCE_DIR: directory,
      FIRELEDGER_EVIDENCE_MAX_BYTES: '1000000',
      FIRELEDGER_EVIDENCE_UNNAMED_MAX_BYTES: '1500000',
      FIRELEDGER_REQUEST_TIMEOUT_MS: '300',
      FIRELEDGER_EVIDENCE_TIMEOUT_MS: '1200',
    })
    assessor = await gateway.token('assessor')
  })
  afterEach(async () => {
    await gateway.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const arrivals = () =>
    readdirSync(join(directory, 'incoming'), { recursive: true }).filter((name) =>
      String(name).endsWith('.part'),
    )
  const put = (bytes: Uint8Array, headers: Record<string, string> = {}) =>
    upload(gateway, assessor, bytes, headers)

  it('answers with hash, length and type, and the second time the same with another status', async () => {
    const first = await put(content, { 'content-type': 'image/jpeg' })
    expect(first.statusCode).toBe(201)
    expect(first.headers.location).toBe(`/v1/evidence/${sha256}`)
    const again = await put(content)
    expect(again.statusCode).toBe(200)
    for (const answer of [first, again]) {
      expect(answer.json()).toEqual({ sha256, bytes: content.length, mediaType: 'image/jpeg' })
    }
    expect(await stored(gateway)).toEqual([sha256])
  })

  it('is for those who assess', async () => {
    expect((await upload(gateway, await gateway.token('auditor'), content)).statusCode).toBe(403)
    expect((await upload(gateway, '', content)).statusCode).toBe(401)
    expect(await stored(gateway)).toEqual([])
  })

  it.each([
    [{ 'content-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:` }, 201],
    [{ digest: `md5=x,SHA-256=${Buffer.from(sha256, 'hex').toString('base64')}` }, 201],
    [{ 'content-digest': 'sha-512=:abc=:' }, 201],
    [{ 'content-digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:` }, 400],
    [{ 'content-digest': 'sha-256=:short:' }, 400],
  ])('holds the content against the digest %s: %i', async (headers, status) => {
    const answer = await put(content, headers as Record<string, string>)
    expect(answer.statusCode).toBe(status)
    expect(await stored(gateway)).toHaveLength(status === 201 ? 1 : 0)
  })

  it('says what it found in a program that is called a picture', async () => {
    const program = photo()
    program.set([0x4d, 0x5a])
    const answer = await put(program, { 'content-type': 'image/jpeg' })
    expect(answer.statusCode).toBe(415)
    expect(answer.json()).toMatchObject({
      type: 'urn:fireledger:problem:media-type',
      code: 'evidence-type',
      found: 'application/x-msdownload',
      declared: 'image/jpeg',
    })
    expect(await stored(gateway)).toEqual([])
    expect(arrivals()).toEqual([])
  })

  it.each(['text/html', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'])(
    'does not take what is declared as %s',
    async (type) => {
      const answer = await put(content, { 'content-type': type })
      expect(answer.statusCode).toBe(415)
      expect(answer.json().allowed).toContain('image/jpeg')
    },
  )

  it('takes a table and a record that begin like anything', async () => {
    const table = new TextEncoder().encode('BM,编号\n1,2\n')
    expect((await put(table, { 'content-type': 'text/csv; charset=utf-8' })).statusCode).toBe(201)
    const json = new TextEncoder().encode('{"a":[[[[[[1]]]]]]}')
    expect((await put(json, { 'content-type': 'application/json' })).json()).toMatchObject({
      mediaType: 'text/plain',
    })
  })

  it('turns away what is empty or too large before any of it has come', async () => {
    expect((await put(new Uint8Array())).statusCode).toBe(400)
    const answer = await talk(
      `content-type: image/jpeg\r\ncontent-length: 1000001\r\n\r\n`,
      Buffer.from(content),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413/)
    expect(answer).toContain('"maxBytes":1000000')
    expect(arrivals()).toEqual([])
  })

  it('stops a body of unknown length where it grows too large, and the sender reads why', async () => {
    async function* endless() {
      yield content
      for (;;) yield new Uint8Array(65_536).fill(255)
    }
    await listen()
    const answer = await fetch(`${base()}/v1/evidence`, {
      method: 'POST',
      headers: { authorization: assessor, 'content-type': 'image/jpeg' },
      body: ReadableStream.from(endless()) as unknown as ReadableStream,
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBe(413)
    expect(arrivals()).toEqual([])
  })

  it('ends an upload that stalls, and keeps nothing', async () => {
    const answer = await talk('content-length: 5000\r\n\r\n', Buffer.from(content.subarray(0, 1000)))
    expect(answer).toMatch(/^HTTP\/1\.1 408/)
    expect(await stored(gateway)).toEqual([])
    expect(arrivals()).toEqual([])
  })

  it('ends an upload that trickles, when its time is over', async () => {
    await listen()
    const { port } = gateway.app.server.address() as AddressInfo
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      let text = ''
      let at = 0
      socket.write(head('content-length: 5000\r\n\r\n'))
      const trickle = setInterval(() => socket.write(content.subarray(at, ++at)), 50)
      socket.on('data', (chunk) => {
        text += String(chunk)
      })
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(trickle)
        resolve(text)
      })
    })
    expect(answer).toMatch(/^HTTP\/1\.1 408/)
    expect(arrivals()).toEqual([])
  })

  it('keeps nothing of a sender that goes away', async () => {
    await listen()
    const { port } = gateway.app.server.address() as AddressInfo
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.write(head('content-length: 5000\r\n\r\n'))
      socket.write(content.subarray(0, 1000), () => socket.destroy())
      socket.on('close', () => resolve())
    })
    await vi.waitFor(() => expect(arrivals()).toEqual([]))
    expect(await stored(gateway)).toEqual([])
  })

  it.each([
    [new EvidenceStoreFullError('ENOSPC'), 507, 'storage-full'],
    [new EvidenceStoreUnavailableError('EIO'), 503, 'unavailable'],
  ])('says that nothing was kept when there is %s', async (error, status, slug) => {
    vi.spyOn(gateway.evidence, 'put').mockRejectedValueOnce(error)
    const answer = await put(content)
    expect(answer.statusCode).toBe(status)
    expect(answer.json().type).toBe(`urn:fireledger:problem:${slug}`)
  })

  it('takes only so much from one sender before something names it', async () => {
    await engage(gateway)
    const large = [photo(900_000, 1), photo(900_000, 2)] as const
    expect((await put(large[0])).statusCode).toBe(201)
    const over = await put(large[1])
    expect(over.statusCode).toBe(429)
    expect(over.json().type).toBe('urn:fireledger:problem:quota')
    const other = await gateway.token('assessor', '320400', 'somebody-else')
    expect((await upload(gateway, other, large[1])).statusCode).toBe(201)
    const file = { bytes: 900_000, mediaType: 'image/jpeg', name: '1.jpg' }
    expect((await record(gateway, assessor, evidenceOf(sha256Of(large[0]), file))).statusCode).toBe(200)
    await vi.waitFor(async () => expect((await put(large[1])).statusCode).toBe(200))
  })

  it('is the same through two gateways over one folder', async () => {
    const second = await givenGateway({ FIRELEDGER_EVIDENCE_DIR: directory })
    const answers = await Promise.all([
      put(content),
      upload(second, await second.token('assessor'), content),
      put(content),
    ])
    for (const answer of answers) expect([200, 201]).toContain(answer.statusCode)
    expect(await stored(second)).toEqual([sha256])
    // Uploaded through the one, named through the other.
    const later = photo(700, 9)
    await put(later)
    await engage(second)
    const file = { bytes: 700, mediaType: 'image/jpeg', name: '9.jpg' }
    const named = await record(second, await second.token('assessor'), evidenceOf(sha256Of(later), file))
    expect(named.statusCode).toBe(200)
    await second.close()
  })

  function head(rest: string): string {
    return `POST /v1/evidence HTTP/1.1\r\nhost: x\r\nauthorization: ${assessor}\r\n${rest}`
  }

  async function listen(): Promise<void> {
    if (!gateway.app.server.listening) await gateway.app.listen({ host: '127.0.0.1', port: 0 })
  }

  function base(): string {
    return `http://127.0.0.1:${(gateway.app.server.address() as AddressInfo).port}`
  }

  /** What is answered to a head and a part of a body, until the line is closed or the answer is there. */
  async function talk(rest: string, body: Uint8Array): Promise<string> {
    await listen()
    const { port } = gateway.app.server.address() as AddressInfo
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(head(rest))
        socket.write(body)
      })
      let text = ''
      socket.on('data', (chunk) => {
        text += String(chunk)
        if (text.includes('\r\n\r\n') && text.endsWith('}')) socket.destroy()
      })
      socket.on('close', () => resolve(text))
      socket.on('error', reject)
    })
  }
})
