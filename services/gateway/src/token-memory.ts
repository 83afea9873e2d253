import { createHash } from 'node:crypto'
import type { Principal } from './policy.ts'
import type { TokenVerifier } from './tokens.ts'

/** Far more than people who work at the same time; all are forgotten at once when there are more. */
const tokensMax = 10_000

/**
 * Verifies a token once and believes it until it ends: checking a signature costs as much as many commands. Nothing
 * else could end it sooner, since the issuer's key is read at the start. Only digests of tokens stay in memory, and only
 * of good ones: whoever tries bad ones pays for each.
 */
export function rememberTokens(verify: TokenVerifier, now: () => string, max = tokensMax): TokenVerifier {
  const known = new Map<string, Principal>()
  return async (token) => {
    const digest = createHash('sha256').update(token).digest('base64')
    const principal = known.get(digest)
    if (principal) {
      if (principal.expiresAt === null || Date.parse(now()) < principal.expiresAt * 1000) return principal
      known.delete(digest)
    }
    const verified = await verify(token)
    if (verified === null) return null
    if (known.size >= max) known.clear()
    known.set(digest, verified)
    return verified
  }
}
