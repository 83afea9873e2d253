import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { divisionCode, subjectId, uscc } from '@fireledger/domain'
import { importJWK, importSPKI, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { type Principal, roles } from './policy.ts'

/**
 * Signed tokens (JWT, RFC 7519). The embedded default issues its own, HS256 under a key kept in the data folder; in
 * production only tokens of an external issuer are accepted and nothing is issued here.
 */

const issuer = 'fireledger'
const audience = 'fireledger'

const claims = z.object({
  /** Also names streams and shows in metadata, so: plain characters only. */
  sub: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9:_@-]{0,63}$/, 'expected 1 to 64 letters, digits or : _ @ -'),
  role: z.enum(roles),
  /** Required, so that forgetting it does not give the whole country; null says so on purpose. */
  division: divisionCode.nullable(),
  uscc: uscc.optional(),
  /** Whose login an institution's account is: practitioner id, or the subject id of who is none. */
  person: subjectId.optional(),
  exp: z.number(),
})

export type TokenRequest = {
  readonly subject: string
  readonly role: string
  readonly division: string | null
  readonly uscc?: string
  readonly person?: string
  readonly ttlSeconds: number
}

/** The principal of a token; null when it is not valid here and now. */
export type TokenVerifier = (token: string) => Promise<Principal | null>

const secretBytesMin = 32

/** The built-in issuer's key: from the configuration, or from `token.key` in the data folder, made on first use. */
export function loadTokenSecret(dataDir: string, configured: string | undefined): Uint8Array {
  if (configured !== undefined) return checkLength(Buffer.from(configured, 'utf8'))
  const path = join(dataDir, 'token.key')
  if (!existsSync(path)) createSecret(path)
  return checkLength(Buffer.from(readFileSync(path, 'utf8').trim(), 'utf8'))
}

function createSecret(path: string): void {
  const fresh = `${path}.${process.pid}`
  const file = openSync(fresh, 'wx', 0o600)
  try {
    writeSync(file, randomBytes(secretBytesMin).toString('base64url'))
    fsyncSync(file)
    // Of two processes that start together one makes the key and both read it.
    linkSync(fresh, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    closeSync(file)
    rmSync(fresh, { force: true })
  }
}

function checkLength(secret: Uint8Array): Uint8Array {
  if (secret.length < secretBytesMin)
    throw new Error(`the token secret has ${secret.length} bytes; it needs at least ${secretBytesMin}`)
  return secret
}

/** @throws when a claim is not well formed. */
export async function issueToken(secret: Uint8Array, request: TokenRequest, now: Date): Promise<string> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  const { sub, exp, ...rest } = claims.parse({
    sub: request.subject,
    role: request.role,
    division: request.division,
    ...(request.uscc === undefined ? {} : { uscc: request.uscc }),
    ...(request.person === undefined ? {} : { person: request.person }),
    exp: issuedAt + request.ttlSeconds,
  })
  return await new SignJWT(rest)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(exp)
    .sign(secret)
}

export function verifyBuiltIn(secret: Uint8Array, now: () => Date): TokenVerifier {
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, secret, {
        algorithms: ['HS256'],
        issuer,
        audience,
        currentDate: now(),
      })
      return principalOf(payload)
    } catch {
      return null
    }
  }
}

/** Tokens of an external issuer, by its public key (PEM or JWK). */
export async function verifyExternal(
  key: string,
  expected: { readonly issuer: string; readonly audience: string },
  now: () => Date,
): Promise<TokenVerifier> {
  const { verifyKey, algorithm } = await importPublicKey(key)
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, verifyKey, {
        algorithms: [algorithm],
        issuer: expected.issuer,
        audience: expected.audience,
        currentDate: now(),
      })
      return principalOf(payload)
    } catch {
      return null
    }
  }
}

async function importPublicKey(key: string) {
  const text = key.trim()
  if (text.startsWith('{')) {
    const jwk = JSON.parse(text) as { alg?: string; d?: string; k?: string }
    if (jwk.d !== undefined || jwk.k !== undefined)
      throw new Error('the issuer’s key must be a public key; this one holds a secret')
    const algorithm = jwk.alg ?? 'EdDSA'
    return { verifyKey: await importJWK(jwk, algorithm), algorithm }
  }
  for (const algorithm of ['EdDSA', 'ES256', 'RS256']) {
    try {
      return { verifyKey: await importSPKI(text, algorithm), algorithm }
    } catch {
      // Another kind of key: try the next.
    }
  }
  throw new Error('the issuer’s key is neither a JWK nor a PEM public key (Ed25519, P-256 or RSA)')
}

function principalOf(payload: unknown): Principal | null {
  const parsed = claims.safeParse(payload)
  if (!parsed.success) return null
  const { sub, role, division, uscc: own, person, exp } = parsed.data
  return { id: sub, role, division, uscc: own ?? null, person: person ?? null, expiresAt: exp }
}
