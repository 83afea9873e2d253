import { categories, type EventDefinition } from '@fireledger/domain'
import { z } from 'zod'
import { closeReasons } from './live/close-reasons.ts'
import { clientMessage, subprotocol } from './live/messages.ts'

/** The live feed at `host` described in AsyncAPI 3.0, from the same schemas and tables that the routes use. */
export function asyncApi(version: string, host: string) {
  const fromServer = named('FromServer', serverMessages())
  const fromClient = named('FromClient', clientMessages())
  const messages = { ...fromServer, ...fromClient }
  const names = Object.keys(messages)
  const onChannel = (name: string) => ({ $ref: `#/channels/live/messages/${name}` })
  const channel = { $ref: '#/channels/live' }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'fireledger live feed',
      version,
      description: description(),
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: { gateway: { host, protocol: 'ws' } },
    channels: {
      live: {
        address: '/v1/live',
        title: 'Live events by WebSocket',
        messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      receive: {
        action: 'send',
        title: 'what the gateway says',
        channel,
        messages: Object.keys(fromServer).map(onChannel),
      },
      say: {
        action: 'receive',
        title: 'what a client may say',
        channel,
        messages: Object.keys(fromClient).map(onChannel),
      },
    },
    components: { messages },
  }
}

type Payloads = Readonly<Record<string, unknown>>

function named(suffix: string, payloads: Payloads) {
  return Object.fromEntries(
    Object.entries(payloads).map(([type, payload]) => [
      `${type}${suffix}`,
      { name: type, title: type, payload },
    ]),
  )
}

function serverMessages(): Payloads {
  const text = { type: 'string' }
  const cursor = { type: ['string', 'null'], description: 'opaque; resume with it' }
  const properties = {
    hello: { protocol: text, principal: { type: 'object' }, heartbeatMs: { type: 'integer' } },
    subscribed: { after: cursor },
    event: { cursor: text, event: eventSchema() },
    caughtUp: { cursor: text },
    gap: { cursor, reason: text },
    ping: { cursor },
    pong: { cursor },
    error: { code: text, detail: text },
    closing: {
      code: { enum: Object.values(closeReasons).map(({ code }) => code) },
      reason: { enum: Object.keys(closeReasons) },
      cursor,
      detail: text,
    },
  }
  return Object.fromEntries(
    Object.entries(properties).map(([type, own]) => [
      type,
      {
        type: 'object',
        required: ['type', ...Object.keys(own)],
        properties: { type: { const: type }, ...own },
      },
    ]),
  )
}

function clientMessages(): Payloads {
  return Object.fromEntries(
    clientMessage.options.map((option) => {
      const { $schema: _, ...payload } = z.toJSONSchema(option, { io: 'input', unrepresentable: 'any' })
      return [option.shape.type.value, payload]
    }),
  )
}

function description(): string {
  const reasons = Object.entries(closeReasons).map(
    ([reason, { code, en }]) => `- ${code} \`${reason}\`: ${en}`,
  )
  return [
    `Subprotocol \`${subprotocol}\`. Say \`hello\` with a token (or send an Authorization header, or neither for public events), then \`subscribe\`.`,
    'Events after the cursor come first, then `caughtUp`, then what is appended, each event once and in order.',
    'Every message carries the cursor to resume with. The SSE twin is `/v1/live/sse`; it takes `Last-Event-ID`.',
    'A changed grade is an event, `GradeChanged`: appended right after the points that changed it, or when the day begins on which one expires. It carries the institution and its division, so that subscribers of either get it, the public too; why it changed (`because`, `causationId`) is for those who read registers. `metadata.illustrative` is true where the points and grades come from a rulebook whose numbers are a demonstration’s: whoever shows them says so.',
    'Closing codes:',
    ...reasons,
  ].join('\n\n')
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
