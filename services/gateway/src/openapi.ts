import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { problemTypes } from './problems.ts'

/** The API description, made from the routes; must be installed before them. */
export async function installOpenApi(app: FastifyInstance, version: string): Promise<void> {
  const transform = createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'fireledger',
        version,
        description:
          '消防技术服务监管账本。Event-sourced regulatory ledger for fire technical services. ' +
          'Problems are RFC 9457 (`application/problem+json`), in Chinese or English by `Accept-Language`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        schemas: { Problem: problemSchema },
      },
      // A token, or none for what is public.
      security: [{ token: [] }, {}],
    },
    transform: (input) => {
      const { schema, url } = transform(input as never)
      return { schema: schema as never, url }
    },
    transformObject: (document) => {
      const object = 'openapiObject' in document ? document.openapiObject : document.swaggerObject
      return withProblems(object as OpenApi) as never
    },
  })
}

const problemSchema = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail', 'instance', 'traceId'],
  properties: {
    type: {
      type: 'string' as const,
      enum: Object.keys(problemTypes).map((slug) => `urn:fireledger:problem:${slug}`),
    },
    title: { type: 'string' as const },
    status: { type: 'integer' as const },
    detail: { type: 'string' as const },
    instance: { type: 'string' as const },
    traceId: { type: 'string' as const },
    code: { type: 'string' as const, description: 'which rule refused' },
    errors: {
      type: 'array' as const,
      items: {
        type: 'object' as const,
        properties: {
          pointer: {
            type: 'string' as const,
            description: 'JSON Pointer into the body, `?name` or a header’s name',
          },
          code: { type: 'string' as const },
          detail: { type: 'string' as const },
          legalBasis: {
            type: 'array' as const,
            items: { type: 'string' as const },
            description: 'its articles, where several things are missing at once',
          },
        },
      },
    },
    legalBasis: {
      type: 'array' as const,
      items: {
        type: 'object' as const,
        properties: { basis: { type: 'string' as const }, text: { type: 'string' as const } },
      },
    },
    revision: {
      type: 'integer' as const,
      description: 'the revision to look at, when the stream has moved on',
    },
  },
}

type OpenApi = {
  paths?: Record<
    string,
    Record<string, { responses?: Record<string, unknown>; security?: unknown } | undefined>
  >
}

/** Every operation may answer with a problem; said once here instead of in every route. */
function withProblems(document: OpenApi): OpenApi {
  for (const operations of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(operations)) {
      if (!operation || typeof operation !== 'object') continue
      operation.responses = {
        ...operation.responses,
        default: {
          description: 'problem',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      }
    }
  }
  return document
}

export async function registerDocs(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { docExpansion: 'none', filter: true },
  })
  let document: string | undefined
  app.get('/v1/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    document ??= JSON.stringify(app.swagger())
    return reply.type('application/json; charset=utf-8').send(document)
  })
}
