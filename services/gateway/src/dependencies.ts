import type { EventStore } from '@fireledger/event-store'
import type { Vault } from '@fireledger/vault'
import type { Logger } from 'pino'
import type { GatewayConfig } from './config.ts'
import type { FindReceipt } from './idempotency.ts'
import type { TokenVerifier } from './tokens.ts'

/** Everything the gateway needs from outside; the wiring makes them, tests make them smaller. */
export type GatewayDependencies = {
  readonly config: GatewayConfig
  readonly ledger: EventStore
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly findReceipt: FindReceipt
  readonly verifyToken: TokenVerifier
  readonly now: () => string
  readonly newId: () => string
  readonly logger: Logger
}
