import { type EvidenceStore, extensionOf, mayBeSaid, type StoredFile } from '@fireledger/evidence'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { awaitMinPosition } from '../min-position.ts'
import { holds } from '../policy.ts'
import { alreadyHas } from '../preconditions.ts'
import { forbidden } from '../principal.ts'
import { notFound, ProblemError } from '../problems.ts'
import { attachment } from './attachment.ts'
import { digestHeader } from './digest-headers.ts'
import { findNaming, type Naming } from './named.ts'
import { evidenceProblem, fileAltered, fileNotHere } from './problems.ts'
import { rangeIn } from './range-header.ts'

type Params = { sha256: string }

const params = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 as 64 lower-case hex digits'),
})

/**
 * `GET` and `HEAD /v1/evidence/{sha256}`: a file, for those who may see an event that names it; whole or a range of it.
 * Always to be saved, never to be shown: who uploaded it must not run anything in the page of who looks at it.
 */
export function registerDownload(app: FastifyInstance, deps: GatewayDependencies): void {
  const schema = {
    operationId: 'download-evidence',
    tags: ['evidence'],
    summary: '下载证据文件 An evidence file',
    description:
      'The file as it was uploaded, with `ETag`, ranges and `Repr-Digest`. For readers who may see an assessment, or another case, that names it.\n\nA file that was altered in the store is answered with 502 and the code `evidence-altered`, as far as that is known before its first byte: by its length, and up to 16 MiB by its hash. A larger one is hashed while it is sent, and the connection is cut before its end: a client must take nothing for the file that is shorter than `Content-Length`. Of a range of a larger file nobody has hashed the rest: compare the whole with `Repr-Digest`.',
    params,
    produces: ['application/octet-stream'],
    response: { 200: z.unknown().meta({ type: 'string', format: 'binary' }) },
  }
  const answer = async (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply) => {
    try {
      return await giveOut(request, reply, deps)
    } catch (error) {
      throw evidenceProblem(error)
    }
  }
  app.get<{ Params: Params }>('/evidence/:sha256', { exposeHeadRoute: false, schema }, answer)
  app.head<{ Params: Params }>('/evidence/:sha256', { schema: { hide: true, params } }, answer)
}

async function giveOut(
  request: FastifyRequest<{ Params: Params }>,
  reply: FastifyReply,
  { evidence, projector, readStore }: GatewayDependencies,
) {
  const { principal } = request
  if (!holds(principal, 'read-cases')) throw forbidden(principal, 'read-cases')
  await awaitMinPosition(request, projector, 'named-files')
  const { sha256 } = request.params
  const naming = findNaming(readStore, principal, sha256)
  if (!naming) throw notFound()
  const file = await evidence.stat(sha256)
  if (!file) throw fileNotHere()
  await requireSound(request, evidence, file, naming)
  const tag = `"${sha256}"`
  describe(reply, file, naming, tag)
  if (alreadyHas(request.headers['if-none-match'], tag)) return reply.code(304).send()
  return send(request, reply, evidence, file, tag)
}

/** Up to this length a file is hashed before the first byte of it, or of a range of it, goes out. */
const hashedFirstMaxBytes = 16 * 1024 * 1024

/** @throws ProblemError `altered` as far as that can be known before the file is sent */
async function requireSound(
  request: FastifyRequest,
  evidence: EvidenceStore,
  { sha256, bytes }: StoredFile,
  naming: Naming,
): Promise<void> {
  const hasLength = naming.bytes === null || naming.bytes === bytes
  const isSmall = bytes <= hashedFirstMaxBytes && request.method !== 'HEAD'
  if (hasLength && !(isSmall && (await evidence.verify(sha256)).kind === 'altered')) return
  request.log.error({ sha256, bytes }, 'a file of evidence is altered')
  throw fileAltered()
}

function describe(reply: FastifyReply, file: StoredFile, naming: Naming, tag: string): void {
  // Which of the kinds of text it is, only the event knows.
  const said = naming.media_type
  const mediaType = said !== null && mayBeSaid(said, file.mediaType) ? said : file.mediaType
  const name =
    naming.file_name ?? `${naming.evidence_title ?? file.sha256.slice(0, 16)}.${extensionOf(mediaType)}`
  reply.headers({
    etag: tag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    vary: 'authorization',
    'content-disposition': attachment(name),
    'repr-digest': digestHeader(file.sha256),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  })
  reply.type(mediaType)
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  evidence: EvidenceStore,
  { sha256, bytes }: StoredFile,
  tag: string,
) {
  const condition = request.headers['if-range']
  const wanted = condition === undefined || condition === tag ? request.headers.range : undefined
  const range = rangeIn(wanted, bytes)
  if (range === 'beyond') {
    sayNothingOfFile(reply)
    throw new ProblemError(
      'range',
      { zh: `文件只有 ${bytes} 字节`, en: `the file has ${bytes} bytes` },
      { headers: { 'content-range': `bytes */${bytes}` } },
    )
  }
  const length = range === 'whole' ? bytes : range.last - range.first + 1
  reply.header('content-length', length)
  if (range !== 'whole') {
    reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${bytes}`)
  }
  if (request.method === 'HEAD') return reply.send()
  try {
    const content = await evidence.open(sha256, range === 'whole' ? undefined : range)
    // Known at its end only: the connection is cut before the last piece, so the file never arrives whole.
    content.once('error', (error) =>
      request.log.error({ sha256, err: error }, 'a file of evidence broke off'),
    )
    return reply.send(content)
  } catch (error) {
    sayNothingOfFile(reply)
    throw error
  }
}

/** A problem is no version of the file: whoever keeps it must not take it for one. */
function sayNothingOfFile(reply: FastifyReply): void {
  for (const name of [
    'accept-ranges',
    'cache-control',
    'content-disposition',
    'content-length',
    'content-range',
    'etag',
    'repr-digest',
  ])
    reply.removeHeader(name)
}
