import { declarableMediaTypes, EvidenceTooLargeError, unknownMediaType } from '@fireledger/evidence'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { holds } from '../policy.ts'
import { forbidden } from '../principal.ts'
import { arriving, throwAwayRest } from './arriving.ts'
import { type Claims, quotaProblem } from './claims.ts'
import { digestIn } from './digest-headers.ts'
import { evidenceProblem, faulty, tooLarge, wrongType } from './problems.ts'

const uploadAnswer = z.object({
  sha256: z.string().meta({ description: 'for the command that names the file' }),
  bytes: z.int(),
  mediaType: z.string().meta({ description: 'found by content' }),
})

/**
 * `POST /v1/evidence`: the body is the file. Answered when it is durable; the same content again is answered the same,
 * with 200 instead of 201. A command that names it must follow.
 */
export function registerUpload(app: FastifyInstance, deps: GatewayDependencies, claims: Claims): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
  app.post(
    '/evidence',
    {
      config: { ownPace: true },
      validatorCompiler: () => (value) => ({ value }),
      schema: {
        operationId: 'upload-evidence',
        tags: ['evidence'],
        summary: '上传证据文件 Upload an evidence file',
        description:
          'The body is the file itself. Its type is found by content; a `Content-Type` other than `application/octet-stream` and a `Content-Digest` must agree with it.\n\npermission: `collect`',
        consumes: [unknownMediaType, ...declarableMediaTypes],
        headers: z.object({
          'content-digest': z
            .string()
            .optional()
            .meta({ description: '`sha-256=:<base64>:` (RFC 9530): refused when something else arrives' }),
        }),
        body: z.unknown().meta({ type: 'string', format: 'binary' }),
        response: { 200: uploadAnswer, 201: uploadAnswer },
      },
    },
    async (request, reply) => {
      try {
        return await takeIn(request, reply, deps, claims)
      } catch (error) {
        throwAwayRest(request.raw)
        throw evidenceProblem(error)
      }
    },
  )
}

async function takeIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { evidence, config }: GatewayDependencies,
  claims: Claims,
): Promise<z.input<typeof uploadAnswer>> {
  const { principal, raw } = request
  if (!holds(principal, 'collect')) throw forbidden(principal, 'collect')
  const mediaType = declaredType(request.headers['content-type'])
  const sha256 = digestIn(request.headers)
  const { evidenceMaxBytes, evidenceUnnamedMaxBytes } = config
  const bytes = announcedLength(request)
  if (bytes === 0) throw faulty('content-length', 'length', { zh: '文件为空', en: 'the file is empty' })
  if (bytes !== null && bytes > evidenceMaxBytes) throw tooLarge(evidenceMaxBytes)
  const place = await claims.enter(principal, bytes)
  try {
    const pace = { idleMs: config.requestTimeoutMs, totalMs: config.evidenceTimeoutMs }
    const { created, ...stored } = await evidence.put(arriving(raw, pace), {
      maxBytes: place.maxBytes,
      ...(bytes === null ? {} : { bytes }),
      ...(mediaType === null ? {} : { mediaType }),
      ...(sha256 === undefined ? {} : { sha256 }),
    })
    await claims.add(principal, stored)
    reply.code(created ? 201 : 200).header('location', `/v1/evidence/${stored.sha256}`)
    return stored
  } catch (error) {
    // Of an unknown length, and longer than the room that was left.
    throw error instanceof EvidenceTooLargeError && place.maxBytes < evidenceMaxBytes
      ? quotaProblem(evidenceUnnamedMaxBytes)
      : error
  } finally {
    place.leave()
  }
}

/** Null when nothing is said of the type. @throws ProblemError `media-type` for one that is never taken */
function declaredType(header: string | undefined): string | null {
  const declared = header?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (declared === '' || declared === unknownMediaType) return null
  if (!declarableMediaTypes.includes(declared)) throw wrongType(null, declared)
  return declared
}

/** Null when the body comes in chunks and nobody knows. */
function announcedLength({ headers }: FastifyRequest): number | null {
  if (headers['content-length'] !== undefined) return Number(headers['content-length'])
  return headers['transfer-encoding'] === undefined ? 0 : null
}
