import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { EventStore } from '../event-store.ts'
import { openClusterStore } from './cluster-store.ts'
import type { ClusterOptions } from './link.ts'
import { type StandIn, startStandIn } from './stand-in.test-kit.ts'
import type { StandInLog } from './stand-in-log.test-kit.ts'

/** Short enough for a test, long enough for a loaded machine to answer in time where an answer comes. */
export const impatient = { deadlineMs: 400, patienceMs: 2000, random: () => 0.2 }

/** A server that stops when the test ends. */
export async function standInForTest(log?: StandInLog): Promise<StandIn> {
  const standIn = await startStandIn(log)
  onTestFinished(() => standIn.stop())
  return standIn
}

/** The engine on a server, closed when the test ends, and the troubles that it told of. */
export async function openOn(standIn: StandIn, options: ClusterOptions = {}) {
  const troubles: string[] = []
  const onTrouble = (trouble: string) => troubles.push(trouble)
  const store: EventStore = await openClusterStore(standIn.address, { ...impatient, ...options, onTrouble })
  onTestFinished(() => store.close())
  return { store, troubles }
}

export async function elapsedMs(work: Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work.catch(() => {})
  return performance.now() - begin
}

/** A port behind which a server stands whose certificate only it has signed. */
export async function tlsServerForTest(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fireledger-tls-'))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost'.split(' ')
  execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'pipe' })
  const options = { cert: readFileSync(cert), key: readFileSync(key), ALPNProtocols: ['h2'] }
  rmSync(folder, { recursive: true })
  const server = createServer(options).on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}
