import type { LegalBasis, Refusal, Title } from '@fireledger/domain'

/**
 * Every answer that is not a success is a problem detail (RFC 9457) of one of these types. The slug makes the type
 * URI, `urn:fireledger:problem:<slug>`; slugs are stable, titles may be reworded.
 */
export const problemTypes = {
  invalid: { status: 400, title: { zh: '请求格式有误', en: 'The request does not parse' } },
  unauthenticated: { status: 401, title: { zh: '需要有效令牌', en: 'A valid token is needed' } },
  forbidden: { status: 403, title: { zh: '无权执行', en: 'Not permitted' } },
  'not-found': { status: 404, title: { zh: '未找到', en: 'Not found' } },
  timeout: { status: 408, title: { zh: '请求超时', en: 'The request took too long to arrive' } },
  'in-flight': { status: 409, title: { zh: '同一请求正在处理', en: 'The same request is being handled' } },
  contention: { status: 409, title: { zh: '并发写入过多', en: 'Too many concurrent writers' } },
  stale: { status: 412, title: { zh: '版本已变化', en: 'The stream has moved on' } },
  'body-too-large': { status: 413, title: { zh: '请求体过大', en: 'The body is too large' } },
  'address-too-long': { status: 414, title: { zh: '地址过长', en: 'The address is too long' } },
  range: { status: 416, title: { zh: '请求的范围不在文件内', en: 'The range lies beyond the file' } },
  'media-type': { status: 415, title: { zh: '不支持的媒体类型', en: 'Unsupported media type' } },
  refused: { status: 422, title: { zh: '规则不允许', en: 'A rule refuses this' } },
  reused: { status: 422, title: { zh: '幂等键已用于其他请求', en: 'The idempotency key was used before' } },
  'upgrade-required': { status: 426, title: { zh: '需要升级协议', en: 'Upgrade required' } },
  quota: { status: 429, title: { zh: '未登记的上传过多', en: 'Too many uploads without a name' } },
  'too-many-requests': { status: 429, title: { zh: '请求过于频繁', en: 'Too many requests' } },
  'headers-too-large': { status: 431, title: { zh: '请求头过大', en: 'The headers are too large' } },
  internal: { status: 500, title: { zh: '内部错误', en: 'Internal error' } },
  altered: {
    status: 502,
    title: { zh: '存储的文件已被改变', en: 'The stored file is no longer what was recorded' },
  },
  behind: { status: 503, title: { zh: '读模型尚未跟上', en: 'The read models are behind' } },
  unavailable: { status: 503, title: { zh: '暂不可用', en: 'Unavailable for now' } },
  'storage-full': { status: 507, title: { zh: '存储空间不足', en: 'No room to store this' } },
} as const satisfies Record<string, { status: number; title: Title }>

export type ProblemSlug = keyof typeof problemTypes

/** One field that is to blame: a JSON Pointer into the body, or `?name` for a query parameter, or a header's name. */
export type FieldProblem = {
  readonly pointer: string
  readonly code: string
  readonly detail: Title
  /** Where several rules refuse at once: the articles of this one. */
  readonly legalBasis?: readonly LegalBasis[]
}

export type ProblemExtras = {
  readonly code?: string
  readonly errors?: readonly FieldProblem[]
  readonly legalBasis?: readonly LegalBasis[]
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the answer, such as `revision`. */
  readonly members?: Readonly<Record<string, unknown>>
}

/** Thrown by handlers, turned into an answer in one place (`problem-answers.ts`). */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly slug: ProblemSlug
  readonly detail: Title
  readonly extras: ProblemExtras
  constructor(slug: ProblemSlug, detail: Title, extras: ProblemExtras = {}) {
    super(detail.en)
    this.slug = slug
    this.detail = detail
    this.extras = extras
  }
}

/** A rule's no, in the words of the rule. */
export function refused(refusal: Refusal, headers: Readonly<Record<string, string>> = {}): ProblemError {
  const { code, message, legalBasis } = refusal
  const errors = errorsOf(refusal)
  return new ProblemError('refused', message, {
    code,
    legalBasis,
    ...(errors.length === 0 ? {} : { errors }),
    headers,
  })
}

/** What is to blame: the one field that a rule names, or each of several things that are missing at once. */
function errorsOf({ code, message, legalBasis, pointer, errors }: Refusal): FieldProblem[] {
  const parts = errors ?? (pointer === undefined ? [] : [{ code, message, legalBasis, pointer }])
  return parts.map((part) => ({
    pointer: part.pointer ?? '/data',
    code: part.code,
    detail: part.message,
    ...(errors === undefined ? {} : { legalBasis: part.legalBasis }),
  }))
}

export function notFound(): ProblemError {
  return new ProblemError('not-found', {
    zh: '没有这条记录，或不在您的管辖范围内',
    en: 'there is no such record, or it lies outside your jurisdiction',
  })
}
