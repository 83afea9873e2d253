import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SignatureV4 } from '@smithy/signature-v4'

/**
 * An object store in this process, as much of it as the evidence store asks for. Signatures are checked by Amazon's own
 * signer, which is not the one that made them.
 */

export const credentials = { accessKeyId: 'evidence', secretAccessKey: 'a secret of the tests, 4 them' }
const region = 'cn-east-1'
/** Small, so that a listing has several pages. */
const pageMax = 3

type StoredObject = { content: Buffer; type: string; modifiedAt: Date }
type Fault = 'unavailable' | 'cut' | 'cut within' | 'denied' | 'full'

export type StandIn = Awaited<ReturnType<typeof startStandIn>>

export async function startStandIn({ knowsConditions = true } = {}) {
  const objects = new Map<string, StoredObject>()
  const faults: Fault[] = []
  const requests: string[] = []
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', endpoint)
    const key = decodeURIComponent(url.pathname.slice('/bucket/'.length))
    requests.push(`${request.method} ${key}`)
    const fault = faults.shift()
    if (fault === 'cut') {
      request.socket.destroy()
      return
    }
    if (fault === 'unavailable') return refuse(response, 503, 'SlowDown')
    if (fault === 'denied') return refuse(response, 403, 'AccessDenied')
    if (fault === 'full') return refuse(response, 507, 'XMinioStorageFull')
    const body = await buffer(request)
    const wrong = await signatureFault(request, url, body)
    if (wrong !== null) return refuse(response, 403, wrong)
    if (request.method === 'PUT') return put(request, response, key, body)
    if (request.method === 'DELETE') {
      objects.delete(key)
      response.writeHead(204).end()
    } else if (url.searchParams.get('list-type') === '2') list(response, url.searchParams)
    else get(request, response, key, fault === 'cut within')
    if (fault === 'cut within') setImmediate(() => request.socket.destroy())
  }

  function put(request: IncomingMessage, response: ServerResponse, key: string, body: Buffer) {
    if (request.headers['content-length'] === undefined) return refuse(response, 411, 'MissingContentLength')
    if (request.headers['if-none-match'] !== undefined && body.length > 0) {
      if (!knowsConditions) return refuse(response, 501, 'NotImplemented')
      if (objects.has(key)) return refuse(response, 412, 'PreconditionFailed')
    }
    const type = request.headers['content-type'] ?? 'binary/octet-stream'
    objects.set(key, { content: body, type, modifiedAt: new Date() })
    response.writeHead(200).end()
  }

  function get(request: IncomingMessage, response: ServerResponse, key: string, cutWithin: boolean) {
    const found = objects.get(key)
    if (!found) return refuse(response, 404, 'NoSuchKey')
    const { content, type } = found
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const part = first === undefined ? content : content.subarray(Number(first), Number(last) + 1)
    response.writeHead(first === undefined ? 200 : 206, {
      'content-type': type,
      'content-length': part.length,
    })
    if (request.method === 'HEAD') response.end()
    else if (cutWithin) response.write(part.subarray(0, part.length / 2))
    else response.end(part)
  }

  function list(response: ServerResponse, query: URLSearchParams): void {
    const prefix = query.get('prefix') ?? ''
    const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString()
    const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort()
    const page = keys.slice(0, pageMax)
    const next = Buffer.from(page.at(-1) ?? '').toString('base64')
    const entries = page.map((key) => {
      const { content, modifiedAt } = objects.get(key) as StoredObject
      return `<Contents><Key>${key}</Key><Size>${content.length}</Size><LastModified>${modifiedAt.toISOString()}</LastModified></Contents>`
    })
    const token = keys.length > pageMax ? `<NextContinuationToken>${next}</NextContinuationToken>` : ''
    response.writeHead(200, { 'content-type': 'application/xml' })
    response.end(`<?xml version="1.0"?><ListBucketResult>${entries.join('')}${token}</ListBucketResult>`)
  }

  return {
    objects,
    requests,
    /** What happens to the next requests, one each. */
    faults,
    address: `s3://bucket/trial?endpoint=${endpoint}&region=${region}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`)
}

/** Null when the request is signed by the right key and its body has the hash that was signed. */
async function signatureFault(request: IncomingMessage, url: URL, body: Buffer): Promise<string | null> {
  const signed = createHash('sha256').update(body).digest('hex')
  if (request.headers['x-amz-content-sha256'] !== signed) return 'XAmzContentSHA256Mismatch'
  const { authorization = '' } = request.headers
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? []
  for (const name of ['host', 'x-amz-content-sha256', 'x-amz-date']) {
    if (!names.includes(name)) return 'AccessDenied'
  }
  const signer = new SignatureV4({
    service: 's3',
    region,
    credentials,
    sha256: NodeSha256,
    uriEscapePath: false,
    applyChecksum: false,
  })
  const at = String(request.headers['x-amz-date'])
  const again = await signer.sign(
    {
      method: request.method ?? '',
      protocol: 'http:',
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(names.map((name) => [name, String(request.headers[name])])),
    },
    { signingDate: new Date(at.replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:')) },
  )
  return again.headers.authorization === authorization ? null : 'SignatureDoesNotMatch'
}

/** As the signer wants it. */
class NodeSha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', secret as string | NodeJS.ArrayBufferView)
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as string | NodeJS.ArrayBufferView)
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest())
  }
  reset(): void {}
}
