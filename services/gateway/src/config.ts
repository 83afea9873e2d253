import { readFileSync } from 'node:fs'
import { isClusterAddress } from '@fireledger/event-store'
import { parseS3Address, s3BytesMax } from '@fireledger/evidence'
import { isPostgresAddress } from '@fireledger/vault'
import { z } from 'zod'

/**
 * All settings, from environment variables `FIRELEDGER_*`. A secret may stand in a file instead, named by `…_FILE`.
 * A variable that is not in this table is an error: a misspelt one must not be ignored.
 */

const mask = '••••••••'

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'expected a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max))

const webAddress = z
  .url({ protocol: /^https?$/, error: 'expected an address, e.g. https://ledger.example.cn' })
  .refine((address) => !address.includes('?') && !address.includes('#'), 'must have no query')

type Setting = {
  readonly variable: string
  readonly description: string
  readonly schema: z.ZodType
  /** As it would stand in the environment; absent: not set. */
  readonly byDefault?: string
  /** Masked when shown; may be given as a file. */
  readonly secret?: boolean
  /** What may be shown of a secret; a mask when absent. */
  readonly shown?: (value: string) => string
}

type More = {
  readonly byDefault?: string
  readonly secret?: boolean
  readonly shown?: (value: string) => string
}

function setting<Schema extends z.ZodType, Extra extends More>(
  variable: string,
  description: string,
  schema: Schema,
  extra: Extra,
) {
  return { variable, description, schema, ...extra }
}

const settings = {
  dataDir: setting('FIRELEDGER_DATA_DIR', 'folder of ledger, read store and keys', z.string().min(1), {
    byDefault: './.data',
  }),
  host: setting('FIRELEDGER_HOST', 'address to listen on', z.string().min(1), { byDefault: '127.0.0.1' }),
  port: setting('FIRELEDGER_PORT', 'port to listen on; 0 takes a free one', whole(0, 65_535), {
    byDefault: '8119',
  }),
  ledger: setting(
    'FIRELEDGER_LEDGER',
    'engine of the ledger: `embedded`, or the cluster `esdb://…` (it may hold a password)',
    z.string().refine((value) => value === 'embedded' || isClusterAddress(value), {
      error: 'expected `embedded`, `esdb://host:2113?…` or `esdb+discover://host:2113?…`',
    }),
    {
      byDefault: 'embedded',
      secret: true,
      shown: (value: string) =>
        value === 'embedded' ? value : `${value.slice(0, value.indexOf('://'))}://${mask}`,
    },
  ),
  keysDir: setting(
    'FIRELEDGER_KEYS_DIR',
    'folder of the keys of persons, shared by all processes of this machine; the data folder when not set',
    z.string().min(1),
    {},
  ),
  keys: setting(
    'FIRELEDGER_KEYS',
    'database of the keys of persons for several machines, `postgres://user:password@host/name`; each keeps a replica in FIRELEDGER_KEYS_DIR',
    z.string().refine(isPostgresAddress, {
      error: 'expected `postgres://user:password@host:5432/name?sslrootcert=…`',
    }),
    { secret: true, shown: () => `postgres://${mask}` },
  ),
  evidence: setting(
    'FIRELEDGER_EVIDENCE',
    'where files of evidence lie: `directory`, or a bucket `s3://bucket/prefix?endpoint=https://…&region=…&style=path`',
    z
      .string()
      .refine((value) => value === 'directory' || value.startsWith('s3://'), {
        error: 'expected `directory` or `s3://bucket?endpoint=https://…`',
        abort: true,
      })
      .superRefine((value, context) => {
        try {
          if (value !== 'directory') parseS3Address(value)
        } catch (error) {
          context.addIssue({
            code: 'custom',
            message: error instanceof Error ? error.message : String(error),
          })
        }
      }),
    { byDefault: 'directory' },
  ),
  evidenceDir: setting(
    'FIRELEDGER_EVIDENCE_DIR',
    'folder of evidence files, shared by all gateways; with a bucket only of those that are arriving; `evidence` in the data folder when not set',
    z.string().min(1),
    {},
  ),
  evidenceAccessKey: setting(
    'FIRELEDGER_EVIDENCE_ACCESS_KEY',
    'access key id for the bucket',
    z.string().min(1),
    { secret: true },
  ),
  evidenceSecretKey: setting(
    'FIRELEDGER_EVIDENCE_SECRET_KEY',
    'secret access key for the bucket',
    z.string().min(1),
    { secret: true },
  ),
  evidenceMaxBytes: setting(
    'FIRELEDGER_EVIDENCE_MAX_BYTES',
    'largest file of evidence',
    whole(1024, s3BytesMax),
    { byDefault: '209715200' },
  ),
  evidenceUnnamedMaxBytes: setting(
    'FIRELEDGER_EVIDENCE_UNNAMED_MAX_BYTES',
    'what one sender may have uploaded that nothing in the ledger names yet',
    whole(1024, 999_999_999_999),
    { byDefault: '4294967296' },
  ),
  evidenceTimeoutMs: setting(
    'FIRELEDGER_EVIDENCE_TIMEOUT_MS',
    'how long the upload of one file may take; a pause may last FIRELEDGER_REQUEST_TIMEOUT_MS',
    whole(100, 86_400_000),
    { byDefault: '900000' },
  ),
  mode: setting('FIRELEDGER_MODE', '`dev` or `production`', z.enum(['dev', 'production']), {
    byDefault: 'dev',
  }),
  logLevel: setting(
    'FIRELEDGER_LOG_LEVEL',
    'least level that is logged',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    { byDefault: 'info' },
  ),
  healthPort: setting(
    'FIRELEDGER_HEALTH_PORT',
    'port on which projector and clerk answer /health and /ready; none when not set',
    whole(0, 65_535),
    {},
  ),
  drainMs: setting(
    'FIRELEDGER_DRAIN_MS',
    'how long /ready says 503 before sockets close, for load balancers',
    whole(0, 600_000),
    { byDefault: '0' },
  ),
  readyBehindMs: setting(
    'FIRELEDGER_READY_BEHIND_MS',
    'how long the read models may be behind the ledger before /ready says 503',
    whole(100, 3_600_000),
    { byDefault: '30000' },
  ),
  tokenSecret: setting(
    'FIRELEDGER_TOKEN_SECRET',
    'key of the built-in token issuer, 32 bytes or more; `token.key` in the data folder when not set',
    z.string().min(32, 'needs at least 32 characters'),
    { secret: true },
  ),
  tokenPublicKey: setting(
    'FIRELEDGER_TOKEN_PUBLIC_KEY',
    'public key (PEM or JWK) of an external token issuer; turns the built-in issuer off',
    z.string().min(1),
    { secret: true },
  ),
  tokenIssuer: setting('FIRELEDGER_TOKEN_ISSUER', 'claim `iss` that tokens must carry', z.string().min(1), {
    byDefault: 'fireledger',
  }),
  tokenAudience: setting(
    'FIRELEDGER_TOKEN_AUDIENCE',
    'claim `aud` that tokens must carry',
    z.string().min(1),
    {
      byDefault: 'fireledger',
    },
  ),
  publicUrl: setting(
    'FIRELEDGER_PUBLIC_URL',
    'address at which browsers reach the console, e.g. https://ledger.example.cn; for signing in by OpenID Connect',
    webAddress,
    {},
  ),
  oidcIssuer: setting(
    'FIRELEDGER_OIDC_ISSUER',
    'identity provider (OpenID Connect) at which readers of the console sign in',
    webAddress,
    {},
  ),
  oidcClientId: setting(
    'FIRELEDGER_OIDC_CLIENT_ID',
    'what the identity provider knows the console as',
    z.string().min(1),
    {},
  ),
  oidcClientSecret: setting(
    'FIRELEDGER_OIDC_CLIENT_SECRET',
    'secret of the console at the identity provider; not set for a public client',
    z.string().min(1),
    { secret: true },
  ),
  oidcScope: setting(
    'FIRELEDGER_OIDC_SCOPE',
    'what is asked for at the identity provider, so that its token carries `role` and `division`',
    z.string().regex(/(^| )openid( |$)/, 'must contain openid'),
    { byDefault: 'openid' },
  ),
  vaultKey: setting(
    'FIRELEDGER_VAULT_KEY',
    'master key of the vault; a file in the data folder when not set',
    z.string().min(1),
    { secret: true },
  ),
  bodyLimitBytes: setting('FIRELEDGER_BODY_LIMIT_BYTES', 'largest request body', whole(1024, 104_857_600), {
    byDefault: '1048576',
  }),
  rateLimitPerMinute: setting(
    'FIRELEDGER_RATE_LIMIT_PER_MINUTE',
    'requests per principal and address in a minute; 0: no limit',
    whole(0, 10_000_000),
    { byDefault: '6000' },
  ),
  trustProxy: setting(
    'FIRELEDGER_TRUST_PROXY',
    'addresses or networks of load balancers whose X-Forwarded-For is believed, comma-separated',
    z.string().regex(/^[0-9A-Fa-f.:/, ]+$/, 'expected IP addresses or networks, e.g. 10.0.0.0/8'),
    {},
  ),
  requestTimeoutMs: setting(
    'FIRELEDGER_REQUEST_TIMEOUT_MS',
    'how long a client may take to send a request',
    whole(100, 600_000),
    { byDefault: '30000' },
  ),
  liveBufferBytes: setting(
    'FIRELEDGER_LIVE_BUFFER_BYTES',
    'events waiting for one live client before it is closed as too slow',
    whole(1024, 1_073_741_824),
    { byDefault: '4194304' },
  ),
  liveClientsMax: setting('FIRELEDGER_LIVE_CLIENTS_MAX', 'most live clients at once', whole(1, 1_000_000), {
    byDefault: '10000',
  }),
} as const satisfies Record<string, Setting>

type Settings = typeof settings
type OptionalName = {
  [Name in keyof Settings]: Settings[Name] extends { byDefault: string } ? never : Name
}[keyof Settings]

export type GatewayConfig = {
  readonly [Name in keyof Settings]:
    | z.output<Settings[Name]['schema']>
    | (Name extends OptionalName ? undefined : never)
}

/** The message is for the operator: which variable, what is wrong, what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Environment = Readonly<Record<string, string | undefined>>
type Given = { readonly value: string | undefined; readonly origin: string }

/** @throws ConfigError naming every fault at once. */
export function loadConfig(environment: Environment): GatewayConfig {
  const faults = unknownVariables(environment)
  const values: Record<string, unknown> & Partial<Record<OptionalName | 'mode', unknown>> = {}
  for (const [name, definition] of Object.entries<Setting>(settings)) {
    try {
      const { value, origin } = given(definition, environment)
      if (value === undefined) continue
      const parsed = definition.schema.safeParse(value)
      if (parsed.success) values[name] = parsed.data
      else
        faults.push(`${origin}: ${parsed.error.issues[0]?.message ?? 'invalid'} (${definition.description})`)
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error))
    }
  }
  if (values.mode === 'production' && values.tokenPublicKey === undefined) {
    faults.push(
      'FIRELEDGER_MODE=production: the built-in token issuer is for trials only; set FIRELEDGER_TOKEN_PUBLIC_KEY(_FILE) to the public key of your issuer',
    )
  }
  if (values.keys !== undefined && values.vaultKey === undefined) {
    faults.push(
      'FIRELEDGER_KEYS: machines that share keys need one master key; set FIRELEDGER_VAULT_KEY(_FILE) to the same one on each',
    )
  }
  if (
    String(values.evidence).startsWith('s3://') &&
    !(values.evidenceAccessKey && values.evidenceSecretKey)
  ) {
    faults.push(
      'FIRELEDGER_EVIDENCE: a bucket needs FIRELEDGER_EVIDENCE_ACCESS_KEY(_FILE) and FIRELEDGER_EVIDENCE_SECRET_KEY(_FILE)',
    )
  }
  faults.push(...oidcFaults(values))
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return values as unknown as GatewayConfig
}

/** Signing in by OpenID Connect takes all of its settings, and a key to believe the provider's tokens by. */
function oidcFaults(values: Readonly<Record<string, unknown>>): string[] {
  const needed = ['oidcIssuer', 'oidcClientId', 'publicUrl', 'tokenPublicKey'] as const
  if (values.oidcIssuer === undefined && values.oidcClientId === undefined) return []
  const missing = needed.filter((name) => values[name] === undefined)
  return missing.map((name) => `signing in by OpenID Connect also needs ${settings[name].variable}`)
}

function given(definition: Setting, environment: Environment): Given {
  const { variable, secret = false, byDefault } = definition
  const direct = environment[variable]
  const fileVariable = `${variable}_FILE`
  const file = secret ? environment[fileVariable] : undefined
  if (direct !== undefined && direct !== '' && file !== undefined) {
    throw new ConfigError(`${variable} and ${fileVariable} are both set: keep one`)
  }
  if (file !== undefined) {
    try {
      return { value: readFileSync(file, 'utf8').trim(), origin: fileVariable }
    } catch {
      throw new ConfigError(`${fileVariable}: the file ${file} cannot be read`)
    }
  }
  if (direct !== undefined && direct !== '') return { value: direct, origin: variable }
  return { value: byDefault, origin: 'default' }
}

/** Effective values with their origin, secrets masked; for `fireledger config check`. */
export function describeConfig(
  environment: Environment,
): { variable: string; value: string; origin: string; description: string }[] {
  loadConfig(environment)
  return Object.values<Setting>(settings).map((definition) => {
    const { value, origin } = given(definition, environment)
    const shown = value === undefined ? '(not set)' : showable(definition, value)
    return { variable: definition.variable, value: shown, origin, description: definition.description }
  })
}

function showable({ secret, shown }: Setting, value: string): string {
  return secret ? (shown?.(value) ?? mask) : value
}

function unknownVariables(environment: Environment): string[] {
  const known = Object.values<Setting>(settings).flatMap(({ variable, secret }) =>
    secret ? [variable, `${variable}_FILE`] : [variable],
  )
  return Object.keys(environment)
    .filter((name) => name.startsWith('FIRELEDGER_') && !known.includes(name))
    .map((name) => `${name} is no setting; did you mean ${nearest(name, known)}?`)
}

function nearest(name: string, candidates: readonly string[]): string {
  const distances = candidates.map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
  return distances.reduce((best, next) => (next.distance < best.distance ? next : best)).candidate
}

/** Levenshtein: the fewest single-character edits that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}
