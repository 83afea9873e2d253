import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requireOwnPage, type SessionCookie } from './console/session-cookie.ts'
import { permissionTitle } from './permission-titles.ts'
import { type AnyPermission, anonymous, holds, type Principal } from './policy.ts'
import { ProblemError } from './problems.ts'
import type { CountBadToken } from './rate-limit.ts'
import type { TokenVerifier } from './tokens.ts'

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
  }
}

/**
 * Every request gets its principal before anything else looks at it; a bad token is refused, never ignored, and
 * counted, so that tokens cannot be tried without end.
 */
export function installPrincipal(
  app: FastifyInstance,
  verify: TokenVerifier,
  countBadToken: CountBadToken,
  session: SessionCookie,
): void {
  app.decorateRequest('principal', null as unknown as Principal)
  app.addHook('onRequest', async (request) => {
    request.principal = anonymous
    try {
      const token = bearerToken(request)
      if (token !== null) request.principal = await authenticate(verify, token)
      else request.principal = await principalOfSession(request, verify, session)
    } catch (error) {
      await countBadToken(request)
      throw error
    }
  })
}

const openPages = new Set([
  '/',
  '/console',
  '/docs',
  '/health',
  '/livez',
  '/ready',
  '/readyz',
  '/version',
  '/metrics',
])

/**
 * The console's own pages, the documentation and the probes: what can be reached without a session, and changes nothing
 * but the session itself. By the route that answers, since one address can be spelt in many ways.
 */
function isOpenPage({ routeOptions: { url } }: FastifyRequest): boolean {
  return url !== undefined && (openPages.has(url) || url.startsWith('/console/') || url.startsWith('/docs/'))
}

/** A session that has ended is told to whoever asks the API; it must not keep anyone from the page to sign in. */
async function principalOfSession(
  request: FastifyRequest,
  verify: TokenVerifier,
  session: SessionCookie,
): Promise<Principal> {
  const token = session.read(request)
  if (token === null) return anonymous
  if (isOpenPage(request)) return (await verify(token)) ?? anonymous
  requireOwnPage(request, token)
  return await authenticate(verify, token)
}

function bearerToken(request: FastifyRequest): string | null {
  const { authorization } = request.headers
  if (authorization === undefined) return null
  const match = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization)
  if (match?.[1] === undefined) {
    throw unauthenticated('Authorization 应为 Bearer 令牌', 'Authorization must be `Bearer <token>`')
  }
  return match[1]
}

/** @throws ProblemError `unauthenticated` */
export async function authenticate(verify: TokenVerifier, token: string): Promise<Principal> {
  const claims = await verify(token)
  if (claims === null) {
    throw unauthenticated(
      '令牌无效或已过期，请重新申请',
      'the token is invalid or expired: ask for a new one',
    )
  }
  return claims
}

export function unauthenticated(zh: string, en: string): ProblemError {
  return new ProblemError('unauthenticated', { zh, en }, { headers: { 'www-authenticate': 'Bearer' } })
}

/**
 * 401 for those who may only have forgotten their token, 403 for those who showed one: it names the permission that is
 * missing, or says that it does not reach so far.
 */
export function forbidden(principal: Principal, ...needed: readonly AnyPermission[]): ProblemError {
  if (principal.role === 'public') {
    return unauthenticated('此操作需要令牌', 'this needs a token')
  }
  const missing = needed.filter((permission) => !holds(principal, permission)).map(permissionTitle)
  if (missing.length > 0)
    return new ProblemError('forbidden', {
      zh: `您的角色${principal.role}没有所需的权限：${missing.map(({ zh }) => zh).join('、')}`,
      en: `your role, ${principal.role}, lacks the permission this needs: ${missing.map(({ en }) => en).join(', ')}`,
    })
  if (needed.length > 0)
    return new ProblemError('forbidden', {
      zh: `您有此权限（${needed.join('、')}），但不在您的辖区或者不属于本机构`,
      en: `your role permits this (${needed.join(', ')}), but not outside your division or your own institution`,
    })
  return new ProblemError('forbidden', {
    zh: '您的角色或辖区不允许此操作',
    en: 'your role or division does not permit this',
  })
}
