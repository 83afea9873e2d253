import type {
  Catalogue,
  Citation,
  CommandOutcome,
  Dashboard,
  DivisionView,
  EventsPage,
  LedgerEventView,
  LedgerStatus,
  Page,
  RegisterRow,
  StreamPage,
  StreamState,
} from './answers.ts'
import { evidenceOf } from './evidence.ts'
import {
  type Answer,
  createHttp,
  type Http,
  type HttpOptions,
  type Query,
  type RequestOptions,
} from './http.ts'
import { type LiveFeed, type LiveOptions, openLive, type SocketConstructor } from './live.ts'
import { simulationsOf } from './simulations.ts'

export type ClientOptions = HttpOptions & {
  /** Node 20 has no WebSocket of its own: hand over that of the package `ws`. */
  readonly WebSocket?: SocketConstructor
}

type Reading = Pick<RequestOptions, 'signal' | 'minPosition'>

export type CommandRequest = {
  /** The path of the streams: `institutions`, `inspections`, … */
  readonly path: string
  readonly id: string
  /** The command as its address has it: `suspend`, `record-item`, … */
  readonly command: string
  readonly data: unknown
  /** When it holds in the world (RFC 3339); now when absent. */
  readonly effectiveAt?: string
  /** The tag of what the decision was made on; `'none'`: there must be no such stream yet. */
  readonly ifMatch?: string | null
  /** Stays the same over retries of one and the same request; made up when absent. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
}

/** One gateway. Every call throws ProblemError when the answer is no success. */
export type Client = ReturnType<typeof createClient>

export function createClient(options: ClientOptions) {
  const http = createHttp(options)
  const get = async <Data>(path: string, query?: Query, reading?: Reading): Promise<Data> =>
    (await http.send<Data>('GET', `/v1${path}`, { query, ...reading })).data

  return {
    /** Any read below `/v1`. */
    get,
    /** The same with its entity tag. */
    read: <Data>(path: string, query?: Query, reading?: Reading): Promise<Answer<Data>> =>
      http.send<Data>('GET', `/v1${path}`, { query, ...reading }),
    dashboard: (query?: Query, reading?: Reading) => get<Dashboard>('/dashboard', query, reading),
    catalogue: (reading?: Reading) => get<Catalogue>('/catalogue', {}, reading),
    /** What short citations (`O7:26`) are called in full. */
    citations: async (bases: readonly string[], reading?: Reading) =>
      (
        await get<{ readonly citations: readonly Citation[] }>(
          '/citations',
          { bases: bases.join(',') },
          reading,
        )
      ).citations,
    ledger: (reading?: Reading) => get<LedgerStatus>('/ledger', {}, reading),
    division: (code: string | null, reading?: Reading) =>
      get<DivisionView>(code === null ? '/divisions' : `/divisions/${code}`, {}, reading),

    /** A page of a register: `institutions`, `practitioners`, `units`, `inspections`, `penalty-cases`, … */
    list: <Row = RegisterRow>(register: string, query?: Query, reading?: Reading) =>
      get<Page<Row>>(`/${register}`, query, reading),
    /** Every row of a register that fits, page after page. */
    rows: <Row = RegisterRow>(register: string, query?: Query, reading?: Reading) =>
      pagesOf((after) => get<Page<Row>>(`/${register}`, { limit: 500, ...query, after }, reading)),
    /** One record with the tag that a command may name. */
    record: <Row = RegisterRow>(
      register: string,
      id: string,
      query?: Query,
      reading?: Reading,
    ): Promise<Answer<Row>> =>
      http.send<Row>('GET', `/v1/${register}/${encodeURIComponent(id)}`, { query, ...reading }),

    history: (uscc: string, query?: Query, reading?: Reading) =>
      get<Page<LedgerEventView>>(`/institutions/${uscc}/history`, query, reading),
    /** Every event about an institution, in ledger order or, with `order: 'desc'`, backwards. */
    wholeHistory: (uscc: string, query?: Query, reading?: Reading) =>
      pagesOf((after) =>
        get<Page<LedgerEventView>>(`/institutions/${uscc}/history`, { limit: 500, ...query, after }, reading),
      ),
    events: (query?: Query, reading?: Reading) => get<EventsPage>('/events', query, reading),
    stream: (stream: string, query?: Query, reading?: Reading) =>
      get<StreamPage>(`/streams/${encodeURIComponent(stream)}`, query, reading),
    state: (stream: string, query?: Query, reading?: Reading) =>
      get<StreamState>(`/streams/${encodeURIComponent(stream)}/state`, query, reading),

    command: (request: CommandRequest) => sendCommand(http, request),
    ...evidenceOf(http),
    ...operationsOf(http),
    ...simulationsOf(http),

    /** Events as they happen; goes on by itself after every interruption, without losing or repeating one. */
    live: (wanted: LiveOptions): LiveFeed =>
      openLive(
        liveAddress(options.base),
        { get: http.token, renewable: typeof options.token === 'function' },
        options.WebSocket,
        wanted,
      ),
  }
}

function operationsOf(http: Http) {
  return {
    /** Folds a read model anew beside the rows in use; `ledger` tells how it goes on. */
    rebuildProjection: async (name: string): Promise<void> => {
      await http.send('POST', `/v1/projections/${encodeURIComponent(name)}/rebuild`)
    },
    /** Lets a read model that stopped at an event try it again. */
    retryProjection: async (name: string): Promise<void> => {
      await http.send('POST', `/v1/projections/${encodeURIComponent(name)}/retry`)
    },
  }
}

async function sendCommand(http: Http, request: CommandRequest): Promise<Answer<CommandOutcome>> {
  const { path, id, command, data, effectiveAt, ifMatch, signal } = request
  const precondition: Record<string, string> = {}
  if (ifMatch === 'none') precondition['if-none-match'] = '*'
  else if (ifMatch) precondition['if-match'] = ifMatch
  return await http.send<CommandOutcome>('POST', `/v1/${path}/${encodeURIComponent(id)}/${command}`, {
    body: { data, ...(effectiveAt === undefined ? {} : { effectiveAt }) },
    headers: { 'idempotency-key': request.idempotencyKey ?? crypto.randomUUID(), ...precondition },
    signal,
  })
}

/** Follows the cursors of a list to its end. */
async function* pagesOf<Item>(
  read: (after: string | undefined) => Promise<Page<Item>>,
): AsyncGenerator<Item, void> {
  let after: string | undefined
  do {
    const page = await read(after)
    yield* page.items
    after = page.nextCursor ?? undefined
  } while (after !== undefined)
}

function liveAddress(base: string): string {
  const page = (globalThis as { location?: { href: string } }).location?.href
  const address = new URL(`${base}/v1/live`, page)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return address.href
}
