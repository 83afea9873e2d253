import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline, Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { claimName, claimOf, claimsPrefix } from './claims.ts'
import { EvidenceMissingError, EvidenceStoreUnavailableError } from './errors.ts'
import {
  type ByteRange,
  type EvidenceStore,
  requireSha256,
  type Soundness,
  type StoredFile,
} from './evidence-store.ts'
import { openIncoming } from './incoming.ts'
import { unknownMediaType } from './media-types.ts'
import { type Received, receive } from './receive.ts'
import type { S3Address, S3Credentials } from './s3-address.ts'
import { listObjects } from './s3-listing.ts'
import { createS3Requests, type S3Requests } from './s3-requests.ts'
import { soundnessOf, verifying } from './verified.ts'

/** The most that the protocol takes in one piece. */
export const s3BytesMax = 5 * 1024 ** 3

/** Slower than this for one file is an outage. */
const sendMs = 30 * 60 * 1000

/**
 * Evidence in a bucket: `files/<sha256>` and `claims/…`, below a prefix. A file arrives in a folder of this machine
 * first, where it is hashed and judged; then its hash is known and goes out in the signature, so the store itself
 * refuses any other content. One request makes the object or does not: there are no parts that could be left over.
 */
export async function openS3Store(
  address: S3Address,
  credentials: S3Credentials,
  arrivals: string,
): Promise<EvidenceStore> {
  const incoming = await openIncoming(arrivals)
  const send = createS3Requests(address, credentials)
  const keyOf = (sha256: string) => `${address.prefix}files/${requireSha256(sha256)}`

  async function find(sha256: string): Promise<StoredFile | null> {
    const response = await send({ method: 'HEAD', key: keyOf(sha256), accepts: [404] })
    if (response.status === 404) return null
    const mediaType = response.headers.get('content-type') ?? unknownMediaType
    return { sha256, bytes: Number(response.headers.get('content-length')), mediaType }
  }

  async function read(sha256: string, range?: ByteRange): Promise<Readable> {
    const headers = range ? { range: `bytes=${range.first}-${range.last}` } : {}
    const response = await send({ method: 'GET', key: keyOf(sha256), headers, accepts: [404] })
    if (response.status === 404 || !response.body) throw new EvidenceMissingError(sha256)
    if (range && response.status !== 206) {
      await response.body.cancel()
      throw new EvidenceStoreUnavailableError('the store does not answer ranges')
    }
    return Readable.fromWeb(response.body as WebStream)
  }

  return {
    async put(content, expectations) {
      const path = await incoming.fresh()
      const received = await receive(content, { path, expectations })
      try {
        const there = await find(received.sha256)
        const { sha256, bytes, mediaType } = received
        const key = keyOf(sha256)
        const created = there === null && (await create(send, key, received))
        // Another length: it was altered or cut short, and this puts it right. Of the same length it is taken for whole.
        if (there !== null && there.bytes !== bytes) await overwrite(send, key, received)
        return { sha256, bytes, mediaType, created }
      } finally {
        await rm(path, { force: true }).catch(() => {})
      }
    },
    stat: find,
    async open(sha256, range) {
      const content = await read(sha256, range)
      return range ? content : pipeline(content, verifying(sha256), () => {})
    },
    async *list() {
      const prefix = `${address.prefix}files/`
      for await (const { key, bytes, modifiedAt } of listObjects(send, prefix)) {
        const sha256 = key.slice(prefix.length)
        if (/^[0-9a-f]{64}$/.test(sha256)) yield { sha256, bytes, storedAt: modifiedAt }
      }
    },
    verify: (sha256) => readThrough(() => soundnessOf(sha256, () => read(sha256))),
    async claim(owner, claim) {
      const key = `${address.prefix}${claimsPrefix(owner)}/${claimName(claim)}`
      await (await send({ method: 'PUT', key, headers: { 'content-length': '0' } })).text()
    },
    async claims(owner) {
      const prefix = `${address.prefix}${claimsPrefix(owner)}/`
      const found = []
      for await (const { key } of listObjects(send, prefix)) found.push(claimOf(key.slice(prefix.length)))
      return found.filter((claim) => claim !== null)
    },
    async release(owner, claim) {
      const key = `${address.prefix}${claimsPrefix(owner)}/${claimName(claim)}`
      await (await send({ method: 'DELETE', key, accepts: [404] })).text()
    },
    close: () => incoming.close(),
  }
}

const readsMax = 3

/** A line that breaks in the middle of a large file says nothing of the file. */
async function readThrough(work: () => Promise<Soundness>): Promise<Soundness> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof EvidenceStoreUnavailableError || error instanceof RangeError) throw error
      if (attempt < readsMax) continue
      throw new EvidenceStoreUnavailableError('the file cannot be read to its end', { cause: error })
    }
  }
}

/** False when another sent the same content first, and nothing was written. */
async function create(send: S3Requests, key: string, received: Received): Promise<boolean> {
  const request = sending(key, received)
  const headers = { ...request.headers, 'if-none-match': '*' }
  const response = await send({ ...request, headers, accepts: [412, 501] })
  await response.text()
  // A store that knows no conditions writes the same content again, which changes nothing.
  if (response.status === 501) await overwrite(send, key, received)
  return response.status !== 412
}

async function overwrite(send: S3Requests, key: string, received: Received): Promise<void> {
  await (await send(sending(key, received))).text()
}

function sending(key: string, { path, sha256, bytes, mediaType }: Received) {
  return {
    method: 'PUT' as const,
    key,
    headers: { 'content-type': mediaType, 'content-length': String(bytes) },
    body: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>,
    sha256,
    timeoutMs: sendMs,
  }
}
