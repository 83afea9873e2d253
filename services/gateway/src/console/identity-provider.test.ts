import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway } from '../test-kit.ts'
import { verifyExternal } from '../tokens.ts'

/** A real provider in this process, whose user has been signed in there all along. */

type Provider = { issuer: string; publicKey: string; close(): Promise<void> }

const clientId = 'fireledger-console'
const publicUrl = 'http://localhost:8119'

async function startProvider(claims: Record<string, unknown>): Promise<Provider> {
  const keys = await generateKeyPair('RS256', { extractable: true })
  const http = createServer()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  // By a name of type string: the package has no types, and only this test needs it.
  const name: string = 'oidc-provider'
  const { default: OidcProvider } = await import(name)
  const provider = new OidcProvider(issuer, {
    clients: [
      {
        client_id: clientId,
        redirect_uris: [`${publicUrl}/console/session/callback`],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [{ ...(await exportJWK(keys.privateKey)), alg: 'RS256', use: 'sig', kid: 'one' }] },
    claims: { openid: ['sub', 'role', 'division'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['a key for cookies'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...claims }),
    }),
    loadExistingGrant: async (context: {
      oidc: { client: { clientId: string }; session: { accountId: string } }
    }) => {
      const grant = new provider.Grant({
        clientId: context.oidc.client.clientId,
        accountId: context.oidc.session.accountId,
      })
      grant.addOIDCScope('openid')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  http.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return answer(request, response)
    // Whoever comes is signed in already.
    return provider.interactionFinished(request, response, { login: { accountId: 'officer-320402-001' } })
  })
  return {
    issuer,
    publicKey: await exportSPKI(keys.publicKey),
    close: () => new Promise((resolve) => http.close(() => resolve())),
  }
}

/** A browser that follows redirects at the provider, and keeps its cookies there. */
async function throughProvider(address: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = address
  for (let hops = 0; hops < 10; hops++) {
    if (next.startsWith(publicUrl)) return next
    const answer = await fetch(next, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
    })
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';', 1)[0] ?? '').split(/=(.*)/s)
      cookies.set(name, value)
    }
    next = new URL(answer.headers.get('location') ?? '', next).href
  }
  throw new Error('the provider never came back')
}

describe('signing in with an identity provider', () => {
  const close: (() => Promise<unknown>)[] = []
  afterAll(async () => {
    for (const one of close.reverse()) await one()
  })

  async function given(claims: Record<string, unknown>) {
    const provider = await startProvider(claims)
    close.push(provider.close)
    const expected = { issuer: provider.issuer, audience: clientId }
    const gateway = await givenGateway(
      {
        FIRELEDGER_TOKEN_PUBLIC_KEY: provider.publicKey,
        FIRELEDGER_TOKEN_ISSUER: provider.issuer,
        FIRELEDGER_TOKEN_AUDIENCE: clientId,
        FIRELEDGER_OIDC_ISSUER: provider.issuer,
        FIRELEDGER_OIDC_CLIENT_ID: clientId,
        FIRELEDGER_PUBLIC_URL: publicUrl,
      },
      { verifyToken: await verifyExternal(provider.publicKey, expected, () => new Date()) },
    )
    close.push(gateway.close)
    const begin = await gateway.app.inject('/console/session/begin')
    const attempt = begin.cookies[0]
    const cookie = `${attempt?.name}=${attempt?.value}`
    const back = async () => {
      const address = new URL(await throughProvider(String(begin.headers.location)))
      return `${address.pathname}${address.search}`
    }
    return { gateway, begin, cookie, back }
  }

  let ordinary: Awaited<ReturnType<typeof given>>
  beforeAll(async () => {
    ordinary = await given({ role: 'inspector', division: '320402' })
  })

  it('goes there with a challenge, and comes back with a session like any other', async () => {
    const { gateway, begin, cookie, back } = ordinary
    const asked = new URL(String(begin.headers.location)).searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(begin.cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
    const answer = await gateway.app.inject({ url: await back(), headers: { cookie } })
    expect(answer.headers.location).toBe('/console/')
    const session = answer.cookies.find(({ name }) => name === 'fireledger-session')
    expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
    const who = await gateway.app.inject({
      url: '/console/session',
      headers: { cookie: `${session?.name}=${session?.value}` },
    })
    expect(who.json()).toMatchObject({
      signIn: { provider: true },
      principal: { id: 'officer-320402-001', role: 'inspector', division: '320402' },
    })
  })

  it('believes nobody who comes back to another attempt than was begun here', async () => {
    const { gateway, cookie, back } = ordinary
    const address = await back()
    const without = await gateway.app.inject(address)
    const forged = await gateway.app.inject({
      url: address.replace(/state=[^&]+/, 'state=another'),
      headers: { cookie },
    })
    for (const answer of [without, forged]) {
      expect(answer.headers.location).toBe('/console/?sign-in=failed')
      expect(answer.cookies.some(({ name }) => name === 'fireledger-session')).toBe(false)
    }
  })

  it('lets nobody in of whom the provider does not say what they may do', async () => {
    const { gateway, cookie, back } = await given({ division: '320402' })
    const answer = await gateway.app.inject({ url: await back(), headers: { cookie } })
    expect(answer.headers.location).toBe('/console/?sign-in=failed')
    expect(answer.cookies.some(({ name }) => name === 'fireledger-session')).toBe(false)
  })
})
