import { trailJsonSchema, xesExtensionText } from '@fireledger/process-logs'
import type { FastifyInstance } from 'fastify'

/** `GET /v1/schemas/…`: what an export can be checked against; open to everyone. */
export function registerSchemas(app: FastifyInstance): void {
  const files = [
    [
      'assessment-trail-1.json',
      'application/schema+json; charset=utf-8',
      '评估留痕的 JSON Schema JSON Schema of a trail',
      () => JSON.stringify(trailJsonSchema()),
    ],
    [
      'fireledger.xesext',
      'application/xml; charset=utf-8',
      'XES 扩展 XES extension: our own attributes',
      xesExtensionText,
    ],
  ] as const
  for (const [name, mediaType, summary, make] of files) {
    let text: string | undefined
    app.get(
      `/schemas/${name}`,
      { schema: { operationId: `schema-${name.replaceAll('.', '-')}`, tags: ['schemas'], summary } },
      async (_request, reply) => {
        text ??= make()
        return reply.type(mediaType).header('cache-control', 'public, max-age=3600').send(text)
      },
    )
  }
}
