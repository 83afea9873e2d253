import { divisionCode, divisionFullName, uscc } from '@fireledger/domain'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { parseOrRefuse } from '../invalid.ts'
import { type Principal, policy, roles } from '../policy.ts'
import { authenticate } from '../principal.ts'
import { ProblemError } from '../problems.ts'
import { providerSettings, registerIdentityProvider } from './identity-provider.ts'
import { csrfTokenOf, requireSameOrigin, type SessionCookie } from './session-cookie.ts'

/**
 * `/console/session`: who the reader is, signing in and out. For trials the reader chooses a role; else it signs in at
 * the identity provider, or shows a token that was issued elsewhere. Either way the token goes into the cookie, where scripts cannot read it.
 */

const hoursOfTrial = 12

const signIn = z.union([
  z.strictObject({ token: z.string().min(1).max(4000) }),
  z.strictObject({
    role: z.enum(roles),
    division: divisionCode.nullable(),
    uscc: uscc.optional(),
  }),
])

export function registerSession(
  app: FastifyInstance,
  deps: GatewayDependencies,
  cookie: SessionCookie,
): void {
  const hidden = { schema: { hide: true } }
  app.get('/console/session', hidden, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const session = cookie.read(request)
    return describe(request, deps, request.principal, session)
  })

  app.post('/console/session', hidden, async (request, reply) => {
    requireSameOrigin(request)
    const wanted = parseOrRefuse(signIn, request.body)
    const token = 'token' in wanted ? wanted.token : await trialToken(request, deps, wanted)
    const principal = await authenticate(deps.verifyToken, token)
    const leftMs = principal.expiresAt === null ? null : principal.expiresAt * 1000 - Date.parse(deps.now())
    cookie.write(reply, token, Math.floor((leftMs ?? hoursOfTrial * 3_600_000) / 1000))
    reply.header('cache-control', 'no-store')
    return describe(request, deps, principal, token)
  })

  const provider = providerSettings(deps.config)
  if (provider) registerIdentityProvider(app, deps, provider, cookie)

  app.delete('/console/session', hidden, async (request, reply) => {
    requireSameOrigin(request)
    cookie.clear(reply)
    return reply.code(204).send()
  })
}

function describe(
  request: FastifyRequest,
  deps: GatewayDependencies,
  principal: Principal,
  session: string | null,
) {
  const { id, role, division, uscc: own, expiresAt } = principal
  const signedIn = session !== null && role !== 'public'
  return {
    mode: deps.config.mode,
    version: deps.version,
    now: deps.now(),
    signIn: {
      roles: mayChoose(request, deps) ? roles.filter((one) => one !== 'public') : [],
      provider: providerSettings(deps.config) !== null,
    },
    principal: signedIn
      ? {
          id,
          role,
          division,
          divisionName: division === null ? null : divisionFullName(division),
          uscc: own,
          expiresAt,
          permissions: policy[role],
        }
      : null,
    csrf: signedIn ? csrfTokenOf(session) : null,
  }
}

type Choice = Exclude<z.output<typeof signIn>, { token: string }>

async function trialToken(
  request: FastifyRequest,
  deps: GatewayDependencies,
  { role, division, uscc: own }: Choice,
): Promise<string> {
  if (!deps.issueToken || !mayChoose(request, deps)) {
    throw new ProblemError('forbidden', {
      zh: '只有在本机试用时才能自选角色；请改用令牌登录（fireledger token）',
      en: 'a role can be chosen only for trials on this very machine: sign in with a token (fireledger token)',
    })
  }
  if (role === 'institution' && own === undefined) {
    const detail = { zh: '机构账号须给出统一社会信用代码', en: 'an institution’s account needs its USCC' }
    throw new ProblemError('invalid', detail, {
      errors: [{ pointer: '/uscc', code: 'missing', detail }],
    })
  }
  return await deps.issueToken({
    subject: `trial-${role}`,
    role,
    division,
    ...(own === undefined ? {} : { uscc: own }),
    ttlSeconds: hoursOfTrial * 3600,
  })
}

/**
 * Everyone on the machine may read the issuer's key anyway; nobody else may make up who they are. A request that came
 * through a proxy, or by a name that leads here, did not begin on this machine for sure.
 */
function mayChoose(request: FastifyRequest, deps: GatewayDependencies): boolean {
  if (!deps.issueToken || deps.config.mode === 'production') return false
  const { headers, ip, hostname } = request
  const forwarded = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']
  if (forwarded.some((name) => headers[name] !== undefined)) return false
  const here = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(ip)
  return here && ['127.0.0.1', 'localhost', '[::1]', '::1'].includes(hostname)
}
