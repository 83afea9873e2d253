import { categories, type EventDefinition } from '@fireledger/domain'
import { z } from 'zod'
import { closeReasons } from './live/close-reasons.ts'
import { clientMessage, subprotocol } from './live/messages.ts'

/** The live feed described in AsyncAPI 3.0, from the same schemas and tables that the routes use. */
export function asyncApi(version: string) {
  const text = { type: 'string' }
  const cursor = { type: ['string', 'null'], description: 'opaque; resume with it' }
  const fromServer = {
    hello: object({ protocol: text, principal: { type: 'object' }, heartbeatMs: { type: 'integer' } }),
    subscribed: object({ after: cursor }),
    event: object({ cursor: text, event: eventSchema() }),
    caughtUp: object({ cursor: text }),
    gap: object({ cursor, reason: text }),
    ping: object({ cursor }),
    pong: object({ cursor }),
    error: object({ code: text, detail: text }),
    closing: object({
      code: { enum: Object.values(closeReasons).map(({ code }) => code) },
      reason: { enum: Object.keys(closeReasons) },
      cursor,
      detail: text,
    }),
  }
  const fromClient = Object.fromEntries(
    clientMessage.options.map((option) => {
      const schema = z.toJSONSchema(option, { io: 'input', unrepresentable: 'any' })
      const { $schema: _, ...payload } = schema
      return [option.shape.type.value, payload]
    }),
  )
  const messages = {
    ...Object.fromEntries(
      Object.entries(fromServer).map(([type, make]) => [`${type}FromServer`, message(type, make(type))]),
    ),
    ...Object.fromEntries(
      Object.entries(fromClient).map(([type, payload]) => [`${type}FromClient`, message(type, payload)]),
    ),
  }
  const refer = (names: readonly string[]) =>
    names.map((name) => ({ $ref: `#/channels/live/messages/${name}` }))
  const isFromServer = (name: string) => name.endsWith('FromServer')
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'fireledger live feed',
      version,
      description: description(),
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: { gateway: { host: '127.0.0.1:8119', protocol: 'ws' } },
    channels: {
      live: {
        address: '/v1/live',
        title: 'Live events by WebSocket',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      receive: {
        action: 'send',
        title: 'what the gateway says',
        channel: { $ref: '#/channels/live' },
        messages: refer(Object.keys(messages).filter(isFromServer)),
      },
      say: {
        action: 'receive',
        title: 'what a client may say',
        channel: { $ref: '#/channels/live' },
        messages: refer(Object.keys(messages).filter((name) => !isFromServer(name))),
      },
    },
    components: { messages },
  }
}

function description(): string {
  const reasons = Object.entries(closeReasons).map(
    ([reason, { code, en }]) => `- ${code} \`${reason}\`: ${en}`,
  )
  return [
    `Subprotocol \`${subprotocol}\`. Say \`hello\` with a token (or send an Authorization header, or neither for public events), then \`subscribe\`.`,
    'Events after the cursor come first, then `caughtUp`, then what is appended, each event once and in order.',
    'Every message carries the cursor to resume with. The SSE twin is `/v1/live/sse`; it takes `Last-Event-ID`.',
    'Closing codes:',
    ...reasons,
  ].join('\n\n')
}

function object(properties: Readonly<Record<string, unknown>>) {
  return (type: string) => ({
    type: 'object',
    required: ['type', ...Object.keys(properties)],
    properties: { type: { const: type }, ...properties },
  })
}

function message(type: string, payload: unknown) {
  return { name: type, title: type, payload }
}

function eventSchema() {
  const types = categories.flatMap((category) =>
    Object.keys(category.events as Record<string, EventDefinition>),
  )
  const text = { type: 'string' }
  return {
    type: 'object',
    required: [
      'id',
      'type',
      'stream',
      'category',
      'streamId',
      'revision',
      'position',
      'effectiveAt',
      'recordedAt',
      'data',
    ],
    properties: {
      id: text,
      type: { enum: types },
      stream: text,
      category: { enum: categories.map(({ name }) => name) },
      streamId: text,
      revision: { type: 'integer' },
      position: text,
      effectiveAt: { type: 'string', format: 'date-time' },
      recordedAt: { type: 'string', format: 'date-time' },
      data: { type: 'object', description: 'as in /v1/catalogue; persons withheld' },
      metadata: { type: 'object' },
    },
  }
}
