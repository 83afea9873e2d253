import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import { languageOf } from '../language.ts'
import type { Principal } from '../policy.ts'
import { ProblemError } from '../problems.ts'
import { type CloseReason, closeReasons } from './close-reasons.ts'
import type { Listener } from './connections.ts'
import { type Delivery, deliver } from './delivery.ts'
import { type Live, untilExpiryMs } from './live.ts'
import { type ClientMessage, clientMessage, subprotocol } from './messages.ts'
import { positionOf } from './wish.ts'

/** `GET /v1/live` as a WebSocket: messages in and out; what is delivered is `delivery.ts`'s concern. */

const mistakesMax = 20
/** Of a client, pings of the protocol included: it has a hello, a subscription and a pong now and then to say. */
const messagesPerSecondMax = 50
/** What may wait its turn: a token takes a moment to verify. */
const turnsMax = 50
/** Bytes waiting in the socket above which nobody there is listening: more than the feed leaves there by itself. */
const unreadBytesMax = 2 * 1024 * 1024
/** How long the goodbye to a client that floods may take to go out. */
const goodbyeMs = 1000
/** Bytes waiting in the socket above which the feed pauses. */
const highWaterBytes = 65_536

export function registerSocket(app: FastifyInstance, live: Live): void {
  app.route({
    method: 'GET',
    url: '/live',
    schema: {
      operationId: 'live',
      tags: ['live'],
      summary: '实时事件（WebSocket，见 /v1/asyncapi.json）Live events by WebSocket',
      // A token in an address ends up in logs; nothing may stand there.
      querystring: z.strictObject({}),
    },
    handler: () => {
      throw new ProblemError(
        'upgrade-required',
        { zh: '请用 WebSocket 连接，或改用 /v1/live/sse', en: 'connect by WebSocket, or use /v1/live/sse' },
        { headers: { upgrade: 'websocket' } },
      )
    },
    wsHandler: (socket, request) => converse(socket, request, live),
  })
}

type Conversation = {
  readonly socket: WebSocket
  readonly request: FastifyRequest
  readonly live: Live
  principal: Principal
  delivery: Delivery | null
  /** Whether the client has said anything since the last ping. */
  answered: boolean
  mistakes: number
  /** Messages heard in the second that began then, in milliseconds of the process's own clock. */
  heard: { sinceMs: number; count: number }
  turns: number
  ended: boolean
  expiry: NodeJS.Timeout | undefined
  silence: NodeJS.Timeout | undefined
}

function converse(socket: WebSocket, request: FastifyRequest, live: Live): void {
  const { principal } = request
  const conversation: Conversation = {
    socket,
    request,
    live,
    principal,
    delivery: null,
    answered: true,
    mistakes: 0,
    heard: { sinceMs: performance.now(), count: 0 },
    turns: 0,
    ended: false,
    expiry: undefined,
    silence: undefined,
  }
  const since = live.now()
  const leave = live.connections.enter({
    close: (reason) => end(conversation, reason),
    describe: () => describe(conversation, since),
  })
  if (!leave) {
    closeSocket(socket, request, 'full', null)
    return
  }
  become(conversation, principal)
  conversation.silence = setTimeout(() => end(conversation, 'silent'), live.silenceMs)
  const heartbeat = setInterval(() => beat(conversation), live.heartbeatMs)
  // One at a time, in order: a subscription must not overtake the hello before it.
  let turn = Promise.resolve()
  socket.on('ping', () => hear(conversation))
  socket.on('message', (raw, binary) => {
    if (!hear(conversation)) return
    conversation.answered = true
    const parsed = binary ? null : parseMessage(String(raw))
    if (!parsed?.success)
      return mistake(conversation, 'invalid-message', 'see /v1/asyncapi.json', parsed?.error)
    if (++conversation.turns > turnsMax) return end(conversation, 'misuse')
    turn = turn
      .then(() => (conversation.ended ? undefined : handle(conversation, parsed.data)))
      .catch((error: unknown) => {
        request.log.error({ err: error }, 'live message failed')
        end(conversation, 'failed')
      })
      .finally(() => conversation.turns--)
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    leave()
    clearTimeout(conversation.silence)
    clearTimeout(conversation.expiry)
    clearInterval(heartbeat)
    conversation.delivery?.abandon()
  })
}

function describe({ principal, delivery, socket }: Conversation, since: string): Listener {
  const { id, role, division } = principal
  const cursor = delivery?.cursor() ?? null
  return {
    kind: 'websocket',
    principal: id,
    role,
    division,
    since,
    cursor,
    waitingBytes: socket.bufferedAmount,
  }
}

function say(conversation: Conversation, message: object): void {
  const { socket } = conversation
  if (socket.readyState !== socket.OPEN) return
  if (socket.bufferedAmount > unreadBytesMax) end(conversation, 'slow-consumer')
  else socket.send(JSON.stringify(message))
}

/** Counts what the client sends; false when it is too much, or nothing of it matters any more. */
function hear(conversation: Conversation): boolean {
  if (conversation.ended) return false
  const now = performance.now()
  if (now - conversation.heard.sinceMs >= 1000) conversation.heard = { sinceMs: now, count: 0 }
  if (++conversation.heard.count <= messagesPerSecondMax) return true
  end(conversation, 'misuse')
  // A client that floods does not wait for a goodbye to be answered.
  conversation.socket.pause()
  setTimeout(() => conversation.socket.terminate(), goodbyeMs).unref()
  return false
}

function end(conversation: Conversation, reason: CloseReason): void {
  const { delivery, socket, request } = conversation
  conversation.ended = true
  if (delivery) delivery.close(reason)
  else closeSocket(socket, request, reason, null)
}

function beat(conversation: Conversation): void {
  if (!conversation.answered) {
    end(conversation, 'unresponsive')
    conversation.socket.terminate()
    return
  }
  conversation.answered = false
  say(conversation, { type: 'ping', cursor: conversation.delivery?.cursor() ?? null })
}

function become(conversation: Conversation, principal: Principal): void {
  conversation.principal = principal
  clearTimeout(conversation.expiry)
  const leftMs = untilExpiryMs(principal, conversation.live.now())
  if (leftMs !== null) conversation.expiry = setTimeout(() => end(conversation, 'token-expired'), leftMs)
}

function mistake(conversation: Conversation, code: string, detail: string, error?: z.ZodError): void {
  const errors = error?.issues.map(({ path, message }) => ({ path: path.map(String), message }))
  say(conversation, { type: 'error', code, detail, ...(errors ? { errors } : {}) })
  if (++conversation.mistakes >= mistakesMax) end(conversation, 'misuse')
}

async function handle(conversation: Conversation, message: ClientMessage): Promise<void> {
  const { live, delivery } = conversation
  switch (message.type) {
    case 'hello': {
      if (message.token !== undefined) {
        const principal = await live.verifyToken(message.token)
        if (principal === null) return end(conversation, 'unauthenticated')
        if (delivery) return mistake(conversation, 'already-subscribed', 'say hello before you subscribe')
        become(conversation, principal)
      }
      const { id, role, division } = conversation.principal
      const principal = { id, role, division }
      return say(conversation, {
        type: 'hello',
        protocol: subprotocol,
        principal,
        heartbeatMs: live.heartbeatMs,
      })
    }
    case 'subscribe':
      if (delivery) return mistake(conversation, 'already-subscribed', 'one subscription per connection')
      return subscribe(conversation, message)
    case 'ping':
      return say(conversation, { type: 'pong', cursor: delivery?.cursor() ?? null })
    case 'pong':
      return
  }
}

function subscribe(conversation: Conversation, message: Extract<ClientMessage, { type: 'subscribe' }>): void {
  const { socket, request, live, principal } = conversation
  const { type: _, after, ...wish } = message
  clearTimeout(conversation.silence)
  say(conversation, { type: 'subscribed', ...wish, after: after ?? null })
  conversation.delivery = deliver({
    ...live.feed,
    sink: socketSink(socket, request),
    principal,
    wish,
    after: after === undefined ? null : positionOf(after),
  })
}

function parseMessage(text: string) {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return null
  }
  return clientMessage.safeParse(json)
}

function socketSink(socket: WebSocket, request: FastifyRequest) {
  let flushed: Promise<void> = Promise.resolve()
  return {
    write(message: Buffer) {
      flushed = new Promise((resolve) => socket.send(message, { binary: false }, () => resolve()))
    },
    ready: async () => {
      if (socket.bufferedAmount > highWaterBytes) await flushed
    },
    close: (reason: CloseReason, cursor: string | null) => closeSocket(socket, request, reason, cursor),
  }
}

/** A client that does not even take the goodbye is cut off by ws after its own time-out. */
function closeSocket(socket: WebSocket, request: FastifyRequest, reason: CloseReason, cursor: string | null) {
  if (socket.readyState !== socket.OPEN) return
  const { code, ...detail } = closeReasons[reason]
  const language = languageOf(request.headers['accept-language'])
  if (reason === 'slow-consumer') socket.send(JSON.stringify({ type: 'gap', cursor, reason }))
  socket.send(JSON.stringify({ type: 'closing', code, reason, cursor, detail: detail[language] }))
  socket.close(code, cursor === null ? reason : `${reason} ${cursor}`)
}
