import { readFileSync } from 'node:fs'
import { isIPv4 } from 'node:net'
import { Pool, type PoolClient, type QueryConfig } from 'pg'
import { KeyStoreSilentError, VaultUnavailableError } from './errors.ts'
import type { KeptKey, KeyStore, OfferedKey } from './key-store.ts'
import { masterKeyCheck } from './sealing.ts'

/**
 * Keys in a PostgreSQL database that any number of machines share. It makes its two tables itself, and has to own them.
 *
 * The layout serves destruction. An update leaves the old row in the table's file until something else needs the place,
 * so after a destruction the table is written anew, without the old rows, and its old file is dropped. Both happen by
 * `ALTER TABLE … TYPE`, which, unlike VACUUM FULL, copies nothing that only an older snapshot still sees. What was
 * destroyed and not yet rewritten is remembered beside the keys, so whoever comes next after a crash does it (`clean`).
 */
const tables = `
  CREATE TABLE IF NOT EXISTS fireledger_key_store (
    id integer PRIMARY KEY CHECK (id = 1),
    master_key_check bytea NOT NULL,
    unclean boolean NOT NULL
  );
  CREATE TABLE IF NOT EXISTS fireledger_subject_key (
    subject_id text COLLATE "C" PRIMARY KEY,
    bytes bytea,
    created_at text NOT NULL,
    destroyed_at text,
    CHECK ((bytes IS NULL) = (destroyed_at IS NOT NULL))
  );`

const columns = `SELECT subject_id AS "subjectId", bytes AS wrapped, created_at AS "createdAt",
  destroyed_at AS "destroyedAt" FROM fireledger_subject_key`

const keep = `INSERT INTO fireledger_subject_key (subject_id, bytes, created_at)
  SELECT * FROM unnest($1::text[], $2::bytea[], $3::text[]) ON CONFLICT DO NOTHING`

const destroy = `INSERT INTO fireledger_subject_key AS kept (subject_id, created_at, destroyed_at) VALUES ($1, $2, $2)
  ON CONFLICT (subject_id) DO UPDATE SET bytes = NULL, destroyed_at = excluded.destroyed_at
  WHERE kept.destroyed_at IS NULL`

const rewrite = `ALTER TABLE fireledger_subject_key ALTER COLUMN bytes TYPE bytea USING substring(bytes FROM 1)`

/** Any number will do that nobody else in the database takes. */
const setUpLock = 4_602_711_339

/** How long one statement may take, and how long a connection may take to come about. */
const patienceMs = 5000
/** A backup that is being written holds the table: the rewrite gives up soon, and is tried again by who called. */
const rewriteLockMs = 2000
/** A million keys take a second or two. */
const rewriteMs = 120_000

export function isPostgresAddress(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text)
}

/**
 * Connects when it is first needed, and again after every loss. The address: `postgres://user:password@host:5432/name`,
 * with `?sslrootcert=<file>` for an authority of your own. TLS is checked against the host's name and may be turned off
 * by `?sslmode=disable`; on this machine (a loopback address, a socket's folder as `?host=`) it is off.
 * @throws VaultUnavailableError when the address cannot be used; it is not repeated, as it may hold a password.
 */
export function openPostgresKeyStore(address: string, masterKey: Uint8Array): KeyStore {
  const pool = new Pool({
    ...connectionOf(address),
    max: 4,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: 'fireledger',
  })
  // A connection that is lost while nobody uses it: the next use makes another.
  pool.on('error', () => {})
  let ready: Promise<void> | null = null

  /** Makes the tables where there are none, and makes sure that these are the master key's. */
  function setUp(): Promise<void> {
    ready ??= attempt(async (client) => {
      // Two that make the tables at once would be in each other's way.
      await client.query('SELECT pg_advisory_xact_lock($1)', [setUpLock])
      await client.query(tables)
      const check = masterKeyCheck(masterKey)
      await client.query('INSERT INTO fireledger_key_store VALUES (1, $1, false) ON CONFLICT DO NOTHING', [
        check,
      ])
      const { rows } = await client.query(
        `SELECT master_key_check AS own, current_setting('fsync') AS fsync FROM fireledger_key_store`,
      )
      if (!check.equals(rows[0].own)) {
        throw new VaultUnavailableError(
          'the master key is not the one that the key store was made with: give all machines the same FIRELEDGER_VAULT_KEY',
        )
      }
      if (rows[0].fsync !== 'on') {
        throw new VaultUnavailableError('the key store runs with fsync=off: keys could be lost, turn it on')
      }
    }).catch((error) => {
      ready = null
      throw error
    })
    return ready
  }

  /** One transaction, durable when it answers. */
  async function attempt<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    let client: PoolClient | undefined
    try {
      client = await pool.connect()
      // A role may be set up to be answered before its commits are on disk.
      await client.query('BEGIN; SET LOCAL synchronous_commit = on')
      const result = await work(client)
      await client.query('COMMIT')
      client.release()
      return result
    } catch (error) {
      // Closing the connection undoes what it had begun.
      client?.release(true)
      if (error instanceof VaultUnavailableError) throw error
      throw new KeyStoreSilentError(troubleOf(error), { cause: error })
    }
  }

  async function inStore<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    await setUp()
    return attempt(work)
  }

  async function rowsOf(client: PoolClient, text: string, values: unknown[]): Promise<KeptKey[]> {
    return (await client.query<KeptKey>(`${columns} ${text}`, values)).rows
  }

  /** Writes the table anew when a destroyed key may still stand in its file. */
  async function clean(who: string): Promise<void> {
    const { rows } = await inStore((client) => client.query('SELECT unclean FROM fireledger_key_store'))
    if (!rows[0].unclean) return
    try {
      await inStore(async (client) => {
        await client.query(`SET LOCAL lock_timeout = ${rewriteLockMs}`)
        await client.query({ text: rewrite, query_timeout: rewriteMs } as QueryConfig)
        await client.query('UPDATE fireledger_key_store SET unclean = false')
      })
    } catch (cause) {
      throw new VaultUnavailableError(
        `the key of ${who} is destroyed, but its bytes are still in the key store's file: ${reasonOf(cause)}; try again`,
        { cause },
      )
    }
  }

  return {
    async keep(offered) {
      // In one order for all: two that keep the same ones must not wait for each other.
      const sorted = [...offered].sort((a, b) => (a.subjectId < b.subjectId ? -1 : 1))
      return inStore(async (client) => {
        await client.query(keep, columnsOf(sorted))
        return rowsOf(client, 'WHERE subject_id = ANY($1)', [sorted.map(({ subjectId }) => subjectId)])
      })
    },
    find: (subjectIds) =>
      inStore((client) => rowsOf(client, 'WHERE subject_id = ANY($1)', [[...subjectIds]])),
    page: (after, limit) =>
      inStore((client) =>
        rowsOf(client, 'WHERE subject_id > $1 ORDER BY subject_id LIMIT $2', [after, limit]),
      ),
    async destroy(subjectId, at) {
      const [kept] = await inStore(async (client) => {
        const { rowCount } = await client.query(destroy, [subjectId, at])
        if (rowCount) await client.query('UPDATE fireledger_key_store SET unclean = true')
        return rowsOf(client, 'WHERE subject_id = $1', [subjectId])
      })
      await clean(`subject ${subjectId}`)
      return kept?.destroyedAt ?? at
    },
    clean: () => clean('somebody'),
    close: () => pool.end(),
  }
}

/** Whether the database keeps any key, or the memory of one. @throws KeyStoreSilentError */
export async function holdsKeys(address: string, masterKey: Uint8Array): Promise<boolean> {
  const store = openPostgresKeyStore(address, masterKey)
  try {
    return (await store.page('', 1)).length > 0
  } finally {
    await store.close()
  }
}

function columnsOf(keys: readonly OfferedKey[]): unknown[] {
  return [
    keys.map(({ subjectId }) => subjectId),
    keys.map(({ wrapped }) => Buffer.from(wrapped)),
    keys.map(({ createdAt }) => createdAt),
  ]
}

/** What the address says; TLS with the host's name checked, unless it leads to this machine or says otherwise. */
export function connectionOf(address: string) {
  let url: URL
  let ca: string | undefined
  try {
    url = new URL(address)
    const file = url.searchParams.get('sslrootcert')
    ca = file === null ? undefined : readFileSync(file, 'utf8')
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException
    const reason = path === undefined ? 'it is no address' : `${path} cannot be read (${code})`
    throw new VaultUnavailableError(`the address of the key store cannot be used: ${reason}`)
  }
  const folder = url.searchParams.get('host')
  const host = folder ?? url.hostname.replace(/^\[|\]$/g, '')
  const mode = url.searchParams.get('sslmode')
  const unknown = [...url.searchParams.keys()].filter((name) => !parameters.has(name))
  if (unknown.length > 0 || (mode !== null && mode !== 'disable' && mode !== 'verify-full')) {
    throw new VaultUnavailableError(
      'the address of the key store takes sslmode=verify-full (which goes without saying) or disable, sslrootcert and host, and nothing else',
    )
  }
  const plain = mode === 'disable' || (mode === null && ca === undefined && isHere(host))
  return {
    host,
    port: Number(url.port || 5432),
    database: decodeURIComponent(url.pathname.slice(1)) || 'fireledger',
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    ssl: plain ? false : { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
  }
}

const parameters = new Set(['sslmode', 'sslrootcert', 'host'])

function isHere(host: string): boolean {
  // A name may begin as an address does.
  const isLoopback = host === '::1' || (isIPv4(host) && host.startsWith('127.'))
  return host.startsWith('/') || host === 'localhost' || isLoopback
}

/** Connections that were tried on several addresses fail with an empty message and several errors. */
/** Wrong user or password, no such database, no right to: SQLSTATE classes 28 and 3D, and 42501. */
const refused = /^(28|3D|42501)/

/** A machine goes on with the keys that it knows in either case; people have to do different things. */
function troubleOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code.length === 5 && refused.test(code)
    ? `FIRELEDGER_KEYS: the database refuses: ${reasonOf(error)}`
    : `the key store does not answer: ${reasonOf(error)}`
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
