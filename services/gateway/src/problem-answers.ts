import type { Socket } from 'node:net'
import { citeLaw } from '@fireledger/domain'
import {
  AppendOutcomeUnknownError,
  LedgerBusyError,
  LedgerUnavailableError,
  WrongExpectedRevisionError,
} from '@fireledger/event-store'
import { EvidenceAlteredError } from '@fireledger/evidence'
import { ReadModelRebuildingError } from '@fireledger/projections'
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { fileAltered } from './evidence/problems.ts'
import { inLanguage, type Language, languageOf } from './language.ts'
import { ProblemError, type ProblemSlug, problemTypes } from './problems.ts'

/** The body of a problem answer, in one language. */
export function problemBody(problem: ProblemError, language: Language, instance: string, traceId: string) {
  const { status, title } = problemTypes[problem.slug]
  const { code, errors, legalBasis, members } = problem.extras
  return {
    type: `urn:fireledger:problem:${problem.slug}`,
    title: inLanguage(title, language),
    status,
    detail: inLanguage(problem.detail, language),
    instance,
    traceId,
    ...(code === undefined ? {} : { code }),
    ...(errors === undefined
      ? {}
      : { errors: errors.map((error) => ({ ...error, detail: inLanguage(error.detail, language) })) }),
    ...(legalBasis === undefined
      ? {}
      : { legalBasis: legalBasis.map((basis) => ({ basis, text: inLanguage(citeLaw(basis), language) })) }),
    ...members,
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: ProblemError) {
  const language = languageOf(request.headers['accept-language'])
  const { status } = problemTypes[problem.slug]
  const path = request.url.split('?', 1)[0] ?? ''
  return reply
    .code(status)
    .headers({ ...problem.extras.headers })
    .header('content-language', language === 'zh' ? 'zh-CN' : 'en')
    .header('cache-control', 'no-store')
    .serializer(JSON.stringify)
    .type('application/problem+json; charset=utf-8')
    .send(problemBody(problem, language, path, request.id))
}

/** Fastify's own refusals, by its error code; what is missing here goes by status. */
const frameworkProblems: Readonly<Record<string, [ProblemSlug, zh: string, en: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'body-too-large',
    '请求体超过上限，请分批提交',
    'the body is over the limit: send less at once',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'media-type',
    '请以 Content-Type: application/json 发送 JSON',
    'send JSON with Content-Type: application/json',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['invalid', '请求体为空', 'the body is empty'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid', '请求体不是合法 JSON', 'the body is not valid JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'invalid',
    'Content-Length 与实际长度不符',
    'Content-Length does not match the body',
  ],
  FST_ERR_BAD_URL: ['invalid', '地址编码有误', 'the address is not properly percent-encoded'],
  FST_ERR_MAX_PARAM_LENGTH: [
    'address-too-long',
    '地址中的标识过长',
    'an identifier in the address is too long',
  ],
}

const byStatus: Readonly<Record<number, ProblemSlug>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  408: 'timeout',
  413: 'body-too-large',
  414: 'address-too-long',
  415: 'media-type',
  429: 'too-many-requests',
  431: 'headers-too-large',
  503: 'unavailable',
}

/** Any error as a problem; null for what we did not foresee: a bug. */
export function problemOf(error: FastifyError | Error): ProblemError | null {
  if (error instanceof ProblemError) return error
  if (error instanceof WrongExpectedRevisionError) {
    return new ProblemError('contention', {
      zh: '该记录正被频繁修改，请稍后重试',
      en: 'the record is being written by many at once: try again',
    })
  }
  if (error instanceof AppendOutcomeUnknownError) {
    return new ProblemError('unavailable', {
      zh: '账本未确认写入结果，请以同一 Idempotency-Key 重试',
      en: 'the ledger did not confirm the append: repeat the request with the same Idempotency-Key',
    })
  }
  if (error instanceof LedgerBusyError) {
    return new ProblemError(
      'unavailable',
      {
        zh: '账本写入排队已满，未写入，请稍后重试',
        en: 'too many appends wait; nothing was appended: try again',
      },
      { headers: { 'retry-after': '1' } },
    )
  }
  if (error instanceof LedgerUnavailableError) {
    return new ProblemError('unavailable', { zh: '账本暂不可用', en: 'the ledger is unavailable' })
  }
  if (error instanceof EvidenceAlteredError) return fileAltered()
  if (error instanceof ReadModelRebuildingError) {
    return new ProblemError('unavailable', {
      zh: '该读模型正在重建，请稍后重试',
      en: 'this read model is being rebuilt: try again in a while',
    })
  }
  const { code = '', statusCode = 500 } = error as Partial<FastifyError>
  const known = frameworkProblems[code]
  if (known) return new ProblemError(known[0], { zh: known[1], en: known[2] })
  if (statusCode >= 500 && statusCode !== 503) return null
  const slug = byStatus[statusCode] ?? 'invalid'
  return new ProblemError(slug, { zh: `请求无法处理：${error.message}`, en: error.message })
}

/** What Fastify refuses before a route is found. */
export function answerBadUrl(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(error) ?? new ProblemError('invalid', { zh: '请求无法解析', en: error.message })
  sendProblem(request, reply, problem)
}

const byParserError: Readonly<Record<string, ProblemSlug>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
}

/** What is no HTTP, or arrives too slowly: there is no request yet, only a socket. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const slug = byParserError[error.code ?? ''] ?? 'invalid'
  const detail =
    slug === 'timeout'
      ? { zh: '请求未在时限内发完', en: 'the request took too long to arrive' }
      : {
          zh: '请求不是合法的 HTTP；地址中的中文须作百分号编码（curl 用 -G --data-urlencode）',
          en: 'the request is not valid HTTP; characters beyond ASCII in an address must be percent-encoded (curl: -G --data-urlencode)',
        }
  const body = JSON.stringify(problemBody(new ProblemError(slug, detail), 'zh', '', ''))
  const { status, title } = problemTypes[slug]
  const head = [
    `HTTP/1.1 ${status} ${title.en}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Installs the one place where errors become answers. */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = problemOf(error)
    if (problem) return sendProblem(request, reply, problem)
    request.log.error({ err: error }, 'unforeseen failure')
    return sendProblem(
      request,
      reply,
      new ProblemError('internal', {
        zh: '系统出错，请把 traceId 告诉管理员',
        en: 'something broke here: tell the administrator the traceId',
      }),
    )
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      request,
      reply,
      new ProblemError('not-found', {
        zh: '没有这个地址，参见 /docs',
        en: 'there is no such address; see /docs',
      }),
    ),
  )
}
