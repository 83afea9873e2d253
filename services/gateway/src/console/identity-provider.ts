import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as oidc from 'openid-client'
import { z } from 'zod'
import type { GatewayConfig } from '../config.ts'
import type { GatewayDependencies } from '../dependencies.ts'
import { ProblemError } from '../problems.ts'
import type { SessionCookie } from './session-cookie.ts'

/**
 * Signing in with the authority's own identity provider: OpenID Connect, authorization code with PKCE. What comes back
 * is a token that is believed here anyway; it goes into the same cookie as any other.
 */

const begin = '/console/session/begin'
const callback = '/console/session/callback'
/** Where the page says that it did not work; why, the log says. */
const failed = '/console/?sign-in=failed'

/** What must be remembered between going to the provider and coming back. */
const attempt = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
})
const attemptCookie = 'fireledger-sign-in'
const attemptSeconds = 600

type ProviderSettings = {
  readonly issuer: URL
  readonly clientId: string
  readonly clientSecret: string | undefined
  readonly scope: string
  /** Where the browser reaches this gateway. */
  readonly publicUrl: URL
}

/** Null when no provider is configured; `loadConfig` sees to it that the settings are complete. */
export function providerSettings(config: GatewayConfig): ProviderSettings | null {
  const { oidcIssuer, oidcClientId, publicUrl } = config
  if (oidcIssuer === undefined || oidcClientId === undefined || publicUrl === undefined) return null
  return {
    issuer: new URL(oidcIssuer),
    clientId: oidcClientId,
    clientSecret: config.oidcClientSecret,
    scope: config.oidcScope,
    publicUrl: new URL(publicUrl),
  }
}

export function registerIdentityProvider(
  app: FastifyInstance,
  deps: GatewayDependencies,
  settings: ProviderSettings,
  cookie: SessionCookie,
): void {
  const hidden = { schema: { hide: true } }
  const redirectUri = new URL(callback, settings.publicUrl).href
  const discovered = rememberSuccess(() => discover(settings))
  const attributes = {
    httpOnly: true,
    // The way back begins at the provider's page: a strict cookie would not come along.
    sameSite: 'lax',
    path: '/console/session',
    secure: settings.publicUrl.protocol === 'https:',
  } as const

  app.get(begin, hidden, async (_request, reply) => {
    const provider = await discovered().catch((error: unknown) => {
      throw unreachable(error)
    })
    const verifier = oidc.randomPKCECodeVerifier()
    const made = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier }
    const address = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: redirectUri,
      scope: settings.scope,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: made.state,
      nonce: made.nonce,
    })
    reply.setCookie(attemptCookie, encode(made), { ...attributes, maxAge: attemptSeconds })
    return reply.header('cache-control', 'no-store').redirect(address.href)
  })

  app.get(callback, hidden, async (request, reply) => {
    reply.clearCookie(attemptCookie, attributes).header('cache-control', 'no-store')
    try {
      const token = await tokenOf(request, await discovered(), settings, deps)
      const principal = await deps.verifyToken(token)
      const leftMs = (principal?.expiresAt ?? 0) * 1000 - Date.parse(deps.now())
      cookie.write(reply, token, Math.floor(leftMs / 1000))
      return reply.redirect('/console/')
    } catch (error) {
      request.log.warn({ err: error }, 'signing in with the identity provider failed')
      return backToSignIn(reply)
    }
  })
}

function backToSignIn(reply: FastifyReply): FastifyReply {
  return reply.redirect(failed)
}

/** The first of the provider's tokens that is believed here. @throws when there is none, or the answer is not to us. */
async function tokenOf(
  request: FastifyRequest,
  provider: oidc.Configuration,
  settings: ProviderSettings,
  deps: GatewayDependencies,
): Promise<string> {
  const { state, nonce, verifier } = attempt.parse(decode(request.cookies[attemptCookie]))
  const answer = await oidc.authorizationCodeGrant(provider, new URL(request.url, settings.publicUrl), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  for (const token of [answer.access_token, answer.id_token]) {
    if (token !== undefined && (await deps.verifyToken(token)) !== null) return token
  }
  throw new Error(
    'neither the access token nor the ID token is accepted here: check issuer, audience, key, and the claims `role` and `division`',
  )
}

async function discover({ issuer, clientId, clientSecret }: ProviderSettings): Promise<oidc.Configuration> {
  const onThisMachine = issuer.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(issuer.hostname)
  const options = onThisMachine ? { execute: [oidc.allowInsecureRequests] } : {}
  const authentication = clientSecret === undefined ? oidc.None() : undefined
  return await oidc.discovery(issuer, clientId, clientSecret, authentication, options)
}

/** Asks once, and again only after a failure: the provider may be started later than the gateway. */
function rememberSuccess<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let asked: Promise<Result> | null = null
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = null
      throw error
    })
    return asked
  }
}

function unreachable(error: unknown): ProblemError {
  return new ProblemError('unavailable', {
    zh: `统一身份认证暂不可用：${error instanceof Error ? error.message : String(error)}`,
    en: `the identity provider is not available: ${error instanceof Error ? error.message : String(error)}`,
  })
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(text: string | undefined): unknown {
  if (text === undefined)
    throw new Error('the cookie of this attempt is gone: it was begun elsewhere or too long ago')
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
}
