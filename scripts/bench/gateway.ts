import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedLedger } from '../../packages/event-store/src/index.ts'
import { openEvidenceStore } from '../../packages/evidence/src/index.ts'
import { openVault } from '../../packages/vault/src/index.ts'
import { openReadStore } from '../../projections/src/index.ts'
import {
  buildApp,
  createLogger,
  createNewId,
  createProjector,
  evidenceLocation,
  issueToken,
  loadConfig,
  verifyBuiltIn,
} from '../../services/gateway/src/index.ts'
import { fromGateway } from './outside.ts'

/** The gateway as it serves, tokens and all, without limits for one address; on a ledger and read store that are given. */

const secret = new TextEncoder().encode('a token secret for measuring, long enough')
const now = () => new Date().toISOString()

export async function startGateway(given: { readonly ledger?: string; readonly readStore?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fireledger-bench-'))
  const config = loadConfig({ FIRELEDGER_DATA_DIR: folder, FIRELEDGER_RATE_LIMIT_PER_MINUTE: '0' })
  const ledger = await openEmbeddedLedger(given.ledger ?? join(folder, 'ledger'))
  const vault = openVault({ path: join(folder, 'keys.db'), masterKey: new Uint8Array(32).fill(7) })
  const evidence = await openEvidenceStore(evidenceLocation(config))
  const readStore = openReadStore(given.readStore ?? join(folder, 'read.db'))
  const app = await buildApp({
    config: { ...config, liveClientsMax: 20_000 },
    ledger,
    vault,
    readStore,
    evidence,
    projector: createProjector(readStore),
    version: 'bench',
    verifyToken: verifyBuiltIn(secret, () => new Date()),
    now,
    newId: createNewId(),
    logger: createLogger('silent'),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    ledger,
    readStore,
    port: (app.server.address() as AddressInfo).port,
    token: async (role: string) =>
      `Bearer ${await issueToken(secret, { subject: `bench-${role}`, role, division: '320400', ttlSeconds: 86_400 }, new Date())}`,
    async close() {
      app.server.closeAllConnections()
      await app.close()
      readStore.close()
      await ledger.close()
      await evidence.close()
      vault.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A bare Fastify that parses the same body and answers as much. */
export async function startBareFastify(answer: object) {
  const app = fromGateway('fastify').fastify()
  app.post('/v1/units/:id/register', async (_: unknown, reply: { code(status: number): object }) => {
    reply.code(201)
    return answer
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    port: (app.server.address() as AddressInfo).port,
    async close() {
      app.server.closeAllConnections()
      app.server.close()
      await once(app.server, 'close')
    },
  }
}
