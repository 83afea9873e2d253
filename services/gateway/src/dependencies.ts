import type { EventStore, LedgerLocation } from '@fireledger/event-store'
import type { EvidenceStore } from '@fireledger/evidence'
import type { ReadStore } from '@fireledger/projections'
import type { PersonKeys, Vault } from '@fireledger/vault'
import type { Logger } from 'pino'
import type { GatewayConfig } from './config.ts'
import type { ProjectionOperations } from './projection-operations.ts'
import type { Projector } from './projector.ts'
import type { TokenRequest, TokenVerifier } from './tokens.ts'

/** Everything the gateway needs from outside; the wiring makes them, tests make them smaller. */
export type GatewayDependencies = {
  readonly config: GatewayConfig
  readonly ledger: EventStore
  /** Where a thread opens the ledger by itself; absent where only this process has it: then nothing is simulated. */
  readonly ledgerLocation?: LedgerLocation
  readonly readStore: ReadStore
  readonly evidence: EvidenceStore
  readonly projector: Projector
  /** Absent where nobody can work on the read models from here. */
  readonly operations?: ProjectionOperations
  /** What is wrong with other parts of this process (projector, clerk), in a sentence each; for `/ready`. */
  readonly faults?: () => readonly string[]
  readonly vault: Pick<Vault, 'open'> & Pick<PersonKeys, 'seal' | 'createKeys'>
  readonly verifyToken: TokenVerifier
  /** Of the built-in issuer, for trials; absent in production. */
  readonly issueToken?: (request: TokenRequest) => Promise<string>
  /** Folder of the built console. */
  readonly consoleDir?: string
  /** RFC 3339 in UTC. */
  readonly now: () => string
  /** A fresh ULID. */
  readonly newId: () => string
  readonly logger: Logger
  readonly version: string
}
