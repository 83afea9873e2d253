import { readFileSync } from 'node:fs'
import { request as requestInClear } from 'node:http'
import { request as requestByTls } from 'node:https'
import { LedgerUnavailableError } from '../event-store.ts'
import { connect } from './eventstoredb.ts'
import { withDeadline } from './patience.ts'

/**
 * The user under which the ledger is used: it may read `$all` and write streams, and is no administrator. The servers
 * take users by their HTTP interface only, and who may read `$all` as a setting of that stream.
 */

const deadlineMs = 10_000

/** Final, unlike a cluster that is silent: another user, password or address is needed. */
export class ClusterUserRefusedError extends LedgerUnavailableError {}

/**
 * Makes the user, or gives it this password when it is there.
 * @param administrator connection string of a user in `$admins`.
 * @param ledger connection string of the ledger, which names user and password.
 * @throws ClusterUserRefusedError when either names none, or the cluster refuses: it will again.
 * @throws LedgerUnavailableError when no host answers, or has a fault of its own: it may pass.
 */
export async function admitClusterUser(administrator: string, ledger: string): Promise<string> {
  const admin = partsOf(administrator)
  const { user, password } = partsOf(ledger)
  if (!admin.user || !user || !password) {
    throw new ClusterUserRefusedError(
      'both addresses must name a user and a password: esdb://user:password@…',
    )
  }
  await makeUser(admin, user, password)
  const connection = connect(administrator)
  try {
    await withDeadline(connection.letReadAll([user]), deadlineMs, 'the server')
  } catch (error) {
    const message = `${user} could not be let read $all: ${(error as Error).message}`
    const isDenied = (error as { type?: string }).type === 'access-denied'
    throw isDenied ? new ClusterUserRefusedError(message) : new LedgerUnavailableError(message)
  } finally {
    connection.dispose()
  }
  return user
}

type Parts = ReturnType<typeof partsOf>

function partsOf(connectionString: string) {
  const [, userInfo = '', hosts = '', query = ''] =
    /^esdb(?:\+discover)?:\/\/(?:([^/?]*)@)?([^/?]+)\/?(?:\?(.*))?$/s.exec(connectionString) ?? []
  const [user = '', password = ''] = userInfo.split(':').map(decodeURIComponent)
  const settings = new Map(
    [...new URLSearchParams(query)].map(([name, value]) => [name.toLowerCase(), value]),
  )
  const isPlain = settings.get('tls') === 'false'
  const caFile = settings.get('tlscafile')
  return { user, password, hosts: hosts.split(','), isPlain, ca: caFile && readCaFile(caFile) }
}

function readCaFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ClusterUserRefusedError(`tlsCAFile=${path} cannot be read: ${(error as Error).message}`)
  }
}

async function makeUser(admin: Parts, user: string, password: string): Promise<void> {
  const made = await post(admin, '/users/', { loginName: user, fullName: 'fireledger', password, groups: [] })
  if (made === 201) return
  const changed =
    made === 409
      ? await post(admin, `/users/${encodeURIComponent(user)}/command/reset-password`, {
          newPassword: password,
        })
      : made
  if (changed !== 200) {
    throw new ClusterUserRefusedError(
      `the user ${user} could not be made: the server answers ${changed}; is ${admin.user} an administrator, and its password right?`,
    )
  }
}

/** Asks one host after the other until one can say something. */
async function post(admin: Parts, path: string, body: object): Promise<number> {
  let trouble: unknown
  for (const host of admin.hosts) {
    try {
      const status = await postTo(host, admin, path, JSON.stringify(body))
      if (status < 500) return status
      trouble = new Error(`${host} answers ${status}`)
    } catch (error) {
      trouble = error
    }
  }
  throw new LedgerUnavailableError(`no host of the cluster answers: ${(trouble as Error).message}`)
}

function postTo(host: string, admin: Parts, path: string, body: string): Promise<number> {
  const scheme = admin.isPlain ? 'http' : 'https'
  const send = admin.isPlain ? requestInClear : requestByTls
  const options = {
    method: 'POST',
    auth: `${admin.user}:${admin.password}`,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    timeout: deadlineMs,
    ...(admin.ca ? { ca: admin.ca } : {}),
  }
  return new Promise((resolve, reject) => {
    const sent = send(`${scheme}://${host}${path}`, options, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    sent.once('timeout', () => sent.destroy(new Error(`no answer within ${deadlineMs} ms`)))
    sent.once('error', reject)
    sent.end(body)
  })
}
