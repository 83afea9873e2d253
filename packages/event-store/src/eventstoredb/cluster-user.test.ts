import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LedgerUnavailableError } from '../event-store.ts'
import { admitClusterUser, ClusterUserRefusedError } from './cluster-user.ts'

/** What the servers answer over HTTP; the whole of it was tried on a real cluster of three nodes over TLS. */
async function hostThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const ledger = 'esdb://ledger:pass%20word@127.0.0.1:1?tls=false'

describe('the user of the ledger on a cluster', () => {
  it.each([
    ['esdb://127.0.0.1:1?tls=false', ledger],
    ['esdb://admin:changeit@127.0.0.1:1?tls=false', 'esdb://127.0.0.1:1?tls=false'],
    ['esdb://admin:changeit@127.0.0.1:1?tls=false', 'esdb://ledger@127.0.0.1:1?tls=false'],
  ])('needs both addresses to name one: %s, %s', async (administrator, address) => {
    await expect(admitClusterUser(administrator, address)).rejects.toThrow(/name a user and a password/)
  })

  it('is not made by who is no administrator, which is said without a password', async () => {
    const asked: string[] = []
    const host = await hostThat((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
      response.writeHead(401).end()
    })
    const admitted = admitClusterUser(`esdb://nobody:secret@${host}?tls=false`, ledger)
    await expect(admitted).rejects.toThrow(/answers 401; is nobody an administrator/)
    await expect(admitted).rejects.toBeInstanceOf(ClusterUserRefusedError)
    await expect(admitted).rejects.not.toThrow(/secret|pass word/)
    expect(asked).toEqual([`POST /users/ Basic ${btoa('nobody:secret')}`])
  })

  it('gets its password anew when it is there, from whichever host answers', async () => {
    const asked: unknown[] = []
    const host = await hostThat(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      asked.push([request.url, JSON.parse(body)])
      response.writeHead(request.url === '/users/' ? 409 : 403).end()
    })
    const admitted = admitClusterUser(`esdb://admin:x@127.0.0.1:1,${host}?tls=false`, ledger)
    await expect(admitted).rejects.toThrow(/answers 403/)
    expect(asked).toEqual([
      ['/users/', { loginName: 'ledger', fullName: 'fireledger', password: 'pass word', groups: [] }],
      ['/users/ledger/command/reset-password', { newPassword: 'pass word' }],
    ])
  })

  it('waits for no host that is not there', async () => {
    await expect(admitClusterUser('esdb://admin:x@127.0.0.1:1?tls=false', ledger)).rejects.toThrow(
      /no host of the cluster answers: .*ECONNREFUSED/,
    )
  })

  it('is tried again when a host is silent or has a fault of its own, and not after a no', async () => {
    for (const [status, isFinal] of [
      [404, true],
      [403, true],
      [503, false],
    ] as const) {
      const host = await hostThat((_, response) => void response.writeHead(status).end())
      const refusal = await admitClusterUser(`esdb://admin:x@${host}?tls=false`, ledger).catch(
        (error) => error,
      )
      expect(refusal).toBeInstanceOf(LedgerUnavailableError)
      expect(refusal instanceof ClusterUserRefusedError, String(status)).toBe(isFinal)
    }
  })

  it('names the CA file that is not there', async () => {
    const admitted = admitClusterUser('esdb://admin:x@127.0.0.1:1?tlsCAFile=/none/ca.pem', ledger)
    await expect(admitted).rejects.toThrow('tlsCAFile=/none/ca.pem cannot be read')
  })
})
