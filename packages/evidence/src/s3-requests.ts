import { setTimeout as pause } from 'node:timers/promises'
import { AwsClient } from 'aws4fetch'
import { EvidenceStoreFullError, EvidenceStoreUnavailableError } from './errors.ts'
import type { S3Address, S3Credentials } from './s3-address.ts'

/** Signed requests to one bucket; what may pass is tried again, what may not is said in a sentence. */

export type S3Request = {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE'
  /** Within the bucket; unreserved characters and slashes only. */
  readonly key: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Made anew for each attempt. */
  readonly body?: () => ReadableStream<Uint8Array>
  /** Of the body; the store is told, and refuses what does not have it. */
  readonly sha256?: string
  /** Until the answer begins. */
  readonly timeoutMs?: number
  /** Statuses that are an answer, besides 2xx. */
  readonly accepts?: readonly number[]
}

export type S3Requests = (request: S3Request) => Promise<Response>

const attemptsMax = 4
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const passing = new Set([408, 409, 429, 500, 502, 503, 504])

/** @throws EvidenceStoreUnavailableError, EvidenceStoreFullError, from the function that it returns */
export function createS3Requests(address: S3Address, credentials: S3Credentials): S3Requests {
  const client = new AwsClient({ ...credentials, service: 's3', region: address.region, retries: 0 })

  async function once(request: S3Request): Promise<Response> {
    const url = `${address.url}${request.key}${request.query ? `?${new URLSearchParams(request.query)}` : ''}`
    const headers = { ...request.headers, 'x-amz-content-sha256': request.sha256 ?? emptySha256 }
    const signed = await client.sign(url, { method: request.method, headers })
    // Only until the answer begins: a large file may take its time, as long as it comes.
    const patience = new AbortController()
    const timer = setTimeout(() => patience.abort(), request.timeoutMs ?? 15_000)
    try {
      const init: RequestInit & { duplex?: 'half' } = {
        method: request.method,
        headers: signed.headers,
        signal: patience.signal,
        redirect: 'error',
        ...(request.body ? { body: request.body(), duplex: 'half' } : {}),
      }
      return await fetch(signed.url, init)
    } finally {
      clearTimeout(timer)
    }
  }

  return async function send(request) {
    for (let attempt = 1; ; attempt++) {
      const last = attempt === attemptsMax
      let response: Response
      try {
        response = await once(request)
      } catch (error) {
        if (last) throw unreachable(address, error)
        await pause(backoffMs(attempt))
        continue
      }
      if (response.ok || request.accepts?.includes(response.status)) return response
      const text = await response.text().catch(() => '')
      if (last || !passing.has(response.status)) throw refused(address, request, response.status, text)
      await pause(backoffMs(attempt))
    }
  }
}

function backoffMs(attempt: number): number {
  return 100 * 4 ** (attempt - 1)
}

function unreachable({ url }: S3Address, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
  return new EvidenceStoreUnavailableError(`${new URL(url).origin} does not answer: ${cause}`, {
    cause: error,
  })
}

/** The code, such as `AccessDenied`, says what the operator has to mend; the body may hold more than a log should. */
function refused({ bucket }: S3Address, { method, key }: S3Request, status: number, body: string): Error {
  const code = /<Code>([A-Za-z0-9]{1,60})<\/Code>/.exec(body)?.[1] ?? ''
  const message = `${method} ${key} in bucket ${bucket} was answered ${status} ${code}`.trim()
  const full = status === 507 || ['QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage'].includes(code)
  return full ? new EvidenceStoreFullError(message) : new EvidenceStoreUnavailableError(message)
}
