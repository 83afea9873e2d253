import type { LedgerEventView } from './answers.ts'
import { type CloseReason, closeReasonOf, isFinal } from './close-reasons.ts'
import { reconnectDelayMs } from './reconnect-delay.ts'

/**
 * `live`: everything up to now has come. `catching-up`: connected, older events are still coming. `stale`: not
 * connected, trying again. `ended`: it will not come back by itself; the reason says why.
 */
export type LiveState = 'catching-up' | 'live' | 'stale' | 'ended'

export type LiveStatus = {
  readonly state: LiveState
  /** Why the last connection ended; null while one holds. */
  readonly reason: CloseReason | null
  /** Where a next connection goes on. */
  readonly cursor: string | null
}

/** Kinds are joined by "and", the entries of one kind by "or"; nothing: all that the reader may see. */
export type LiveWish = {
  readonly streams?: readonly string[]
  readonly categories?: readonly string[]
  readonly types?: readonly string[]
  readonly institutions?: readonly string[]
  readonly divisions?: readonly string[]
}

export type LiveOptions = {
  readonly wish?: LiveWish
  /** `start`, or the cursor or position after which to begin; only what is new when absent. */
  readonly after?: string
  /** In order, each event once. */
  readonly onEvent: (event: LedgerEventView, cursor: string) => void
  readonly onStatus?: (status: LiveStatus) => void
}

export type LiveFeed = {
  status(): LiveStatus
  /** Tries again at once instead of at the end of the pause. */
  retryNow(): void
  close(): void
}

/** The part of WebSocket that is needed, as browsers, Node and `ws` have it. */
export type Socket = {
  send(text: string): void
  close(code?: number, reason?: string): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
}
export type SocketConstructor = new (address: string, protocol: string) => Socket

const subprotocol = 'fireledger.v1+json'
/** Until the gateway has said how often it pings. */
const heartbeatMsAtFirst = 25_000
/** Heartbeats that may be missed before the connection counts as dead. */
const patience = 2.5

type Message =
  | { readonly type: 'hello'; readonly heartbeatMs: number }
  | { readonly type: 'event'; readonly cursor: string; readonly event: LedgerEventView }
  | { readonly type: 'caughtUp'; readonly cursor: string }
  | { readonly type: 'ping'; readonly cursor: string | null }
  | { readonly type: 'closing'; readonly reason: string; readonly cursor: string | null }
  | { readonly type: 'subscribed' | 'pong' | 'gap' | 'error' }

/** Who speaks; `renewable` when asking again may give a new token. */
export type LiveToken = { readonly get: () => Promise<string | null>; readonly renewable: boolean }

/** Keeps one subscription alive over any number of connections. */
export function openLive(
  address: string,
  token: LiveToken,
  Constructor: SocketConstructor | undefined,
  options: LiveOptions,
): LiveFeed {
  let status: LiveStatus = { state: 'catching-up', reason: null, cursor: options.after ?? null }
  let socket: Socket | null = null
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let heartbeatMs = heartbeatMsAtFirst

  function become(change: Partial<LiveStatus>): void {
    const before = status
    status = { ...status, ...change }
    if (before.state !== status.state || before.reason !== status.reason) options.onStatus?.(status)
  }

  function connect(): void {
    clearTimeout(timer)
    const mine = new (Constructor ?? webSocketHere())(address, subprotocol)
    socket = mine
    let said: string | null = null
    const current = () => socket === mine
    const lose = (reason: CloseReason) => {
      if (!current()) return
      socket = null
      if (isFinal(reason, token.renewable)) return become({ state: 'ended', reason })
      become({ state: 'stale', reason })
      timer = setTimeout(connect, reconnectDelayMs(failures++))
    }
    /** A connection that nothing comes through any more, though the gateway pings, is none. */
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        mine.close()
        lose('unresponsive')
      }, heartbeatMs * patience)
    }
    mine.onopen = () => {
      if (current()) greet(mine).catch(() => lose('unauthenticated'))
    }
    mine.onmessage = ({ data }: { data: unknown }) => {
      if (!current()) return
      watch()
      const message = JSON.parse(String(data)) as Message
      if (message.type === 'closing') said = message.reason
      hear(mine, message)
    }
    mine.onclose = ({ code }: { code: number }) => {
      clearTimeout(current() ? timer : undefined)
      lose(closeReasonOf(code, said))
    }
    // What went wrong, the close that follows says.
    mine.onerror = () => {}
    watch()
  }

  async function greet(mine: Socket): Promise<void> {
    const bearer = await token.get()
    if (socket !== mine) return
    mine.send(JSON.stringify({ type: 'hello', ...(bearer === null ? {} : { token: bearer }) }))
    const { cursor } = status
    mine.send(
      JSON.stringify({ type: 'subscribe', ...(cursor === null ? {} : { after: cursor }), ...options.wish }),
    )
    become({ state: 'catching-up', reason: null })
  }

  function hear(mine: Socket, message: Message): void {
    switch (message.type) {
      case 'hello':
        heartbeatMs = message.heartbeatMs
        return
      case 'event':
        if (!isAfter(message.cursor, status.cursor)) return
        status = { ...status, cursor: message.cursor }
        options.onEvent(message.event, message.cursor)
        return
      case 'caughtUp':
        failures = 0
        become({ state: 'live', cursor: message.cursor })
        return
      case 'ping':
        if (message.cursor !== null) status = { ...status, cursor: message.cursor }
        mine.send(JSON.stringify({ type: 'pong' }))
        return
    }
  }

  connect()
  return {
    status: () => status,
    retryNow() {
      if (status.state === 'stale' && socket === null) connect()
    },
    close() {
      clearTimeout(timer)
      const last = socket
      socket = null
      last?.close(1000)
      become({ state: 'ended', reason: null })
    },
  }
}

/** Guards against any event coming twice; that positions are ordered numbers is the gateway's promise for cursors. */
function isAfter(cursor: string, last: string | null): boolean {
  return last === null || last === 'start' || BigInt(cursor) > BigInt(last)
}

function webSocketHere(): SocketConstructor {
  const { WebSocket } = globalThis as { WebSocket?: SocketConstructor }
  if (WebSocket) return WebSocket
  throw new Error('this Node has no WebSocket: hand over that of the package `ws` as the option WebSocket')
}
