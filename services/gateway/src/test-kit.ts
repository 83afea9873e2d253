import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryEventStore, openEmbeddedLedger } from '@fireledger/event-store'
import { openEvidenceStore } from '@fireledger/evidence'
import { openReadStore, type ProjectionStatus, readModels, runProjections } from '@fireledger/projections'
import { openVault } from '@fireledger/vault'
import { type Logger, pino } from 'pino'
import { ulid } from 'ulid'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { evidenceLocation } from './evidence/location.ts'
import { createProjector } from './projector.ts'
import { issueToken, type TokenVerifier, verifyBuiltIn } from './tokens.ts'

/** A whole gateway in a temporary folder, on a ledger in memory unless it is asked for on disk, for tests. */

const secret = new TextEncoder().encode('a token secret for tests, long enough')

type Circumstances = {
  /** The ledger is an embedded one, which threads can open by themselves. */
  readonly onDisk?: boolean
  /** As if the fold of the institution register had stopped, and why. */
  readonly failing?: string
  /** Of other parts of the process. */
  readonly faults?: readonly string[]
  readonly logger?: Logger
  /** Folder of a built console. */
  readonly consoleDir?: string
  /** Of another issuer's tokens. */
  readonly verifyToken?: TokenVerifier
}

export async function givenGateway(
  environment: Record<string, string> = {},
  circumstances: Circumstances = {},
) {
  const dataDir = mkdtempSync(join(tmpdir(), 'fireledger-gateway-'))
  const config = loadConfig({
    FIRELEDGER_DATA_DIR: dataDir,
    FIRELEDGER_RATE_LIMIT_PER_MINUTE: '0',
    ...environment,
  })
  const ledgerLocation = circumstances.onDisk
    ? { kind: 'embedded' as const, directory: join(dataDir, 'ledger') }
    : null
  const ledger = ledgerLocation
    ? await openEmbeddedLedger(ledgerLocation.directory)
    : createMemoryEventStore()
  const vault = openVault({ path: join(dataDir, 'keys.db'), masterKey: new Uint8Array(32).fill(7) })
  const readStorePath = join(dataDir, 'read.db')
  const readStore = openReadStore(readStorePath)
  const evidence = await openEvidenceStore(evidenceLocation(config))
  const stop = new AbortController()
  const running = runProjections({
    reader: ledger,
    readStorePath,
    projections: readModels,
    open: vault.open,
    signal: stop.signal,
  })
  let clock = Date.UTC(2026, 2, 2, 4)
  const projector = createProjector(readStore)
  const stopped = (status: ProjectionStatus): ProjectionStatus =>
    circumstances.failing !== undefined && status.name === 'institution-register'
      ? { ...status, status: 'failed', failedReason: circumstances.failing }
      : status
  const app = await buildApp({
    config,
    ledger,
    ...(ledgerLocation ? { ledgerLocation } : {}),
    vault,
    readStore,
    evidence,
    faults: () => circumstances.faults ?? [],
    projector: { ...projector, status: () => projector.status().map(stopped) },
    version: 'test',
    verifyToken: circumstances.verifyToken ?? verifyBuiltIn(secret, () => new Date(clock)),
    issueToken: (request) => issueToken(secret, request, new Date(clock)),
    ...(circumstances.consoleDir === undefined ? {} : { consoleDir: circumstances.consoleDir }),
    now: () => new Date(clock++).toISOString(),
    newId: () => ulid(),
    logger: circumstances.logger ?? pino({ level: 'silent' }),
  })
  return {
    app,
    ledger,
    evidence,
    vault,
    /** Where ledger, keys, rows and files of evidence lie. */
    directory: dataDir,
    /** Milliseconds since 1970. */
    clock: () => clock,
    passes(seconds: number) {
      clock += seconds * 1000
    },
    async token(
      role: string,
      division: string | null = '320400',
      subject = `test-${role}`,
      ttlSeconds = 30 * 24 * 3600,
      /** Of the institution whose account it is, where the subject does not say it. */
      uscc?: string,
      /** Of the person whose login it is. */
      person?: string,
    ) {
      const own = uscc ?? (role === 'institution' ? subject : undefined)
      const request = {
        ...{ subject, role, division, ttlSeconds },
        ...(own === undefined ? {} : { uscc: own }),
        ...(person === undefined ? {} : { person }),
      }
      return `Bearer ${await issueToken(secret, request, new Date(clock))}`
    },
    async close() {
      // A connection that a client left open, or that ends only now, must not keep the test waiting.
      const closing = setInterval(() => app.server.closeAllConnections(), 50)
      await app.close()
      clearInterval(closing)
      await evidence.close()
      stop.abort()
      await running
      readStore.close()
      await ledger.close()
      vault.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export const uscc = '91320402MA1WABCD1L'
export const institutionProfile = {
  name: '常州安信消防技术服务有限公司',
  type: 'maintenance',
  division: '320402',
  address: '常州市天宁区竹林西路19号',
  establishedOn: '2019-05-06',
  legalRepresentative: { subjectId: 'person-1', name: '王建国', phone: '13800000000' },
}
