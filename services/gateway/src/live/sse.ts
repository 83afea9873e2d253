import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { parseOrRefuse } from '../invalid.ts'
import { languageOf } from '../language.ts'
import { ProblemError } from '../problems.ts'
import { closeReasons } from './close-reasons.ts'
import { type Delivery, deliver, type Sink } from './delivery.ts'
import { type Live, untilExpiryMs } from './live.ts'
import { cursor, positionOf, wish } from './wish.ts'

/** `GET /v1/live/sse`: the same feed as server-sent events (HTML, 9.2); `Last-Event-ID` resumes. */

/** Bytes waiting above which nobody there is listening: more than the feed leaves there by itself. */
const unreadBytesMax = 2 * 1024 * 1024

const several = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), schema)

const sseQuery = z.strictObject({
  after: cursor.optional(),
  stream: several(wish.shape.streams),
  category: several(wish.shape.categories),
  type: several(wish.shape.types),
  institution: several(wish.shape.institutions),
  division: several(wish.shape.divisions),
})

export function registerSse(app: FastifyInstance, live: Live): void {
  app.get(
    '/live/sse',
    {
      schema: {
        operationId: 'live-sse',
        tags: ['live'],
        summary: '实时事件（SSE）Live events by server-sent events',
        querystring: sseQuery,
      },
    },
    (request, reply) => {
      const { after, stream, category, type, institution, division } = request.query as z.output<
        typeof sseQuery
      >
      const lastEventId = request.headers['last-event-id']
      const from = lastEventId === undefined ? after : parseOrRefuse(cursor, lastEventId, 'Last-Event-ID')
      const sink = sseSink(request, reply)
      // Entered before the delivery exists, since the gateway may be full.
      let delivery: Delivery | null = null
      const { id, role, division: of } = request.principal
      const since = live.now()
      const leave = live.connections.enter({
        close: (reason) => delivery?.close(reason),
        describe: () => ({
          kind: 'sse',
          principal: id,
          role,
          division: of,
          since,
          cursor: delivery?.cursor() ?? null,
          waitingBytes: reply.raw.writableLength,
        }),
      })
      if (!leave) {
        const { zh, en } = closeReasons.full
        throw new ProblemError('unavailable', { zh, en }, { headers: { 'retry-after': '10' } })
      }
      open(reply)
      const delivering = deliver({
        ...live.feed,
        sink,
        principal: request.principal,
        wish: {
          streams: stream,
          categories: category,
          types: type,
          institutions: institution,
          divisions: division,
        },
        after: from === undefined ? null : positionOf(from),
      })
      delivery = delivering
      const leftMs = untilExpiryMs(request.principal, live.now())
      const expiry = leftMs === null ? undefined : setTimeout(() => delivering.close('token-expired'), leftMs)
      const heartbeat = setInterval(() => {
        const at = delivering.cursor()
        if (reply.raw.writableLength > unreadBytesMax) return delivering.close('slow-consumer')
        reply.raw.write(frame('ping', Buffer.from(JSON.stringify({ type: 'ping', cursor: at })), at))
      }, live.heartbeatMs)
      reply.raw.on('close', () => {
        leave()
        clearTimeout(expiry)
        clearInterval(heartbeat)
        delivering.abandon()
      })
    },
  )
}

function open(reply: FastifyReply): void {
  const headers = reply.getHeaders()
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(headers as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    'x-request-id': reply.request.id,
  })
  reply.raw.write('retry: 2000\n\n')
}

function sseSink(request: FastifyRequest, reply: FastifyReply): Sink {
  const { raw } = reply
  return {
    write(message, at) {
      raw.write(frame('message', message, at))
    },
    ready: async () => {
      if (!raw.writableNeedDrain || raw.destroyed) return
      await new Promise<void>((resolve) => {
        raw.once('drain', resolve)
        raw.once('close', resolve)
      })
    },
    close(reason, at) {
      const { code, ...detail } = closeReasons[reason]
      const language = languageOf(request.headers['accept-language'])
      const closing = { type: 'closing', code, reason, cursor: at, detail: detail[language] }
      raw.end(frame('closing', Buffer.from(JSON.stringify(closing)), at))
      // A client that takes nothing would keep the connection for ever.
      setTimeout(() => raw.destroy(), 5000).unref()
    },
  }
}

function frame(event: string, message: Buffer, id: string | null): Buffer {
  const head = `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: `
  return Buffer.concat([Buffer.from(head), message, Buffer.from('\n\n')])
}
