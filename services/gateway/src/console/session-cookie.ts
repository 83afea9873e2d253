import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../problems.ts'

/**
 * The console's session: the reader's token in a cookie that no script can read and no other site's page makes the
 * browser send. Nothing is kept here, so any gateway answers any request.
 */
export type SessionCookie = {
  /** The token that the browser sent along; null without a session. */
  read(request: FastifyRequest): string | null
  write(reply: FastifyReply, token: string, maxAgeSeconds: number): void
  clear(reply: FastifyReply): void
}

/** The header that says a request was made by our own page; its value only our own page can have read. */
export const csrfHeader = 'fireledger-csrf'

export function createSessionCookie(mode: 'dev' | 'production'): SessionCookie {
  // The prefix makes browsers insist on TLS and on this very host; a trial machine has no TLS.
  const secure = mode === 'production'
  const name = secure ? '__Host-fireledger-session' : 'fireledger-session'
  const attributes = { httpOnly: true, sameSite: 'strict', path: '/', secure } as const
  return {
    read: (request) => request.cookies[name] ?? null,
    write: (reply, token, maxAge) => reply.setCookie(name, token, { ...attributes, maxAge }),
    clear: (reply) => reply.clearCookie(name, attributes),
  }
}

/** Follows from the session, which nobody else knows; says nothing about it. */
export function csrfTokenOf(session: string): string {
  return createHash('sha256').update(`csrf ${session}`).digest('base64url')
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a request that brings the session was made by a page of ours. @throws ProblemError `forbidden` */
export function requireOwnPage(request: FastifyRequest, session: string): void {
  // A WebSocket begins with GET, and browsers let any page open one: it is known by its origin.
  if (safeMethods.has(request.method)) {
    if (request.headers.upgrade !== undefined) requireSameOrigin(request)
    return
  }
  requireSameOrigin(request)
  const given = Buffer.from(String(request.headers[csrfHeader] ?? ''))
  const wanted = Buffer.from(csrfTokenOf(session))
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return
  throw new ProblemError('forbidden', {
    zh: `会话请求须带 ${csrfHeader} 请求头，其值见 /console/session`,
    en: `a request of a session needs the header ${csrfHeader}, whose value /console/session tells`,
  })
}

/** @throws ProblemError `forbidden` when a page of another site made the request. */
export function requireSameOrigin({ headers, host }: FastifyRequest): void {
  const { origin } = headers
  if (origin === undefined) return
  try {
    const page = new URL(origin)
    // Both in the same form: the port that the scheme implies may be named or not.
    if (page.host === new URL(`${page.protocol}//${host}`).host) return
  } catch {
    // `null`, of a page without an origin.
  }
  throw new ProblemError('forbidden', {
    zh: '请求来自其他网站的页面',
    en: 'the request comes from a page of another site',
  })
}
