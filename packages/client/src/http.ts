import { problemOf, unreachable } from './problem.ts'

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null | undefined>>

/** A token for `Authorization`, or how to get one; null where a cookie speaks for the reader. */
export type TokenSource = string | (() => string | null | Promise<string | null>)

export type HttpOptions = {
  /** Where the gateway is, without `/v1`; `''` is the page's own origin. */
  readonly base: string
  readonly token?: TokenSource
  /** Sent with whatever changes something, when a cookie speaks for the reader. */
  readonly csrfToken?: () => string | null
  /** Of problems and titles: `zh-CN` or `en`. */
  readonly language?: () => string
  /** Told of every 401, before the error is thrown. */
  readonly onUnauthenticated?: () => void
  readonly fetch?: typeof globalThis.fetch
}

export type RequestOptions = {
  readonly query?: Query | undefined
  readonly body?: unknown
  /** Sent as it is, instead of a body in JSON; its type stands in `headers`. */
  readonly content?: Blob | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
  /** Read-your-writes: the answer reflects at least this position of the ledger. */
  readonly minPosition?: string | null | undefined
}

export type Answer<Data> = {
  readonly data: Data
  /** As `If-Match` and `If-None-Match` take it back. */
  readonly etag: string | null
  readonly location: string | null
}

export type Http = {
  /** @throws ProblemError for every answer that is no success, and when there is none. */
  send<Data>(method: string, path: string, options?: RequestOptions): Promise<Answer<Data>>
  token(): Promise<string | null>
}

/** How often a read that must wait for its rows is asked again before the reader is told. */
const behindTries = 5

export function createHttp(options: HttpOptions): Http {
  const token = async () => {
    const source = options.token
    return typeof source === 'function' ? await source() : (source ?? null)
  }
  async function attempt(method: string, path: string, request: RequestOptions): Promise<Response> {
    const headers = await headersOf(options, await token(), method, request)
    try {
      return await (options.fetch ?? globalThis.fetch)(
        `${options.base}${path}${queryString(request.query)}`,
        {
          method,
          headers,
          credentials: 'same-origin',
          ...bodyOf(request),
          ...(request.signal ? { signal: request.signal } : {}),
        },
      )
    } catch (error) {
      if (request.signal?.aborted) throw error
      throw unreachable(path, error)
    }
  }
  return {
    token,
    async send<Data>(method: string, path: string, request: RequestOptions = {}): Promise<Answer<Data>> {
      for (let tries = 1; ; tries++) {
        const response = await attempt(method, path, request)
        if (response.ok) return await answerOf<Data>(response)
        const error = await problemOf(response)
        if (error.kind === 'behind' && tries < behindTries) {
          await pause(error.retryAfterMs ?? 1000, request.signal)
          continue
        }
        if (error.kind === 'unauthenticated') options.onUnauthenticated?.()
        throw error
      }
    },
  }
}

type Sent = NonNullable<NonNullable<Parameters<typeof globalThis.fetch>[1]>['body']>

function bodyOf({ body, content }: RequestOptions): { body?: Sent } {
  if (content !== undefined) return { body: content as Sent }
  return body === undefined ? {} : { body: JSON.stringify(body) }
}

async function headersOf(
  options: HttpOptions,
  token: string | null,
  method: string,
  request: RequestOptions,
): Promise<Record<string, string>> {
  const csrf = method === 'GET' ? null : (options.csrfToken?.() ?? null)
  return {
    accept: 'application/json, application/problem+json',
    ...(options.language ? { 'accept-language': options.language() } : {}),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(csrf === null ? {} : { 'fireledger-csrf': csrf }),
    ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(request.minPosition ? { 'fireledger-min-position': request.minPosition } : {}),
    ...request.headers,
  }
}

async function answerOf<Data>(response: Response): Promise<Answer<Data>> {
  const text = await response.text()
  return {
    data: (text === '' ? null : JSON.parse(text)) as Data,
    etag: response.headers.get('etag'),
    location: response.headers.get('location'),
  }
}

/** `?a=1&b=x&b=y`; what is null, undefined or empty is left out. */
export function queryString(query: Query = {}): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== null && one !== undefined && one !== '') parameters.append(name, String(one))
    }
  }
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
      { once: true },
    )
  })
}
