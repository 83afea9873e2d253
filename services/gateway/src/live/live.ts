import type { EventReader } from '@fireledger/event-store'
import type { Logger } from 'pino'
import type { GatewayDependencies } from '../dependencies.ts'
import type { Principal } from '../policy.ts'
import type { TokenVerifier } from '../tokens.ts'
import { type Connections, createConnections } from './connections.ts'
import { createHub, type Hub } from './hub.ts'

/** What the two live routes share. */
export type Live = {
  readonly connections: Connections
  readonly feed: {
    readonly reader: Pick<EventReader, 'readAll' | 'readStream' | 'subscribeToAll' | 'head'>
    readonly hub: Hub
    readonly bufferBytesMax: number
    readonly logger: Logger
  }
  readonly verifyToken: TokenVerifier
  readonly now: () => string
  readonly heartbeatMs: number
  /** How long a socket may stay without subscribing. */
  readonly silenceMs: number
}

export async function createLive(deps: GatewayDependencies): Promise<Live> {
  return {
    connections: createConnections(deps.config.liveClientsMax),
    feed: {
      reader: deps.ledger,
      hub: createHub(deps.ledger, await deps.ledger.head(), deps.logger),
      bufferBytesMax: deps.config.liveBufferBytes,
      logger: deps.logger,
    },
    verifyToken: deps.verifyToken,
    now: deps.now,
    heartbeatMs: 25_000,
    silenceMs: 30_000,
  }
}

/** How long the principal's token still holds, as a timer takes it; null when it does not end. */
export function untilExpiryMs({ expiresAt }: Principal, now: string): number | null {
  if (expiresAt === null) return null
  return Math.min(Math.max(0, expiresAt * 1000 - Date.parse(now)), 2_147_483_647)
}
