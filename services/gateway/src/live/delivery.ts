import type { EventReader, Position } from '@fireledger/event-store'
import type { Logger } from 'pino'
import type { Principal } from '../policy.ts'
import { audienceOf } from '../present-event.ts'
import type { CloseReason } from './close-reasons.ts'
import { feed } from './feed.ts'
import type { Hub } from './hub.ts'
import { ledgerFilter, type Wish, wantedBy } from './wish.ts'

/** One client's end of the wire, WebSocket or SSE. */
export type Sink = {
  /** A whole message; `cursor` is where to resume after it. */
  write(message: Buffer, cursor: string): void
  /** Resolves when the client has taken most of what was written: at once while it keeps up. */
  ready(): Promise<void>
  /** Says why, and where to resume, then closes. */
  close(reason: CloseReason, cursor: string | null): void
}

export type Delivery = {
  /** Where the client would resume now; null before it had anything. */
  cursor(): string | null
  close(reason: CloseReason): void
  /** The client is gone. */
  abandon(): void
}

export type DeliveryOptions = {
  readonly reader: Pick<EventReader, 'readAll' | 'readStream' | 'subscribeToAll' | 'head'>
  readonly hub: Hub
  readonly sink: Sink
  readonly principal: Principal
  readonly wish: Wish
  readonly after: Position | null
  readonly bufferBytesMax: number
  readonly logger: Logger
}

/** Runs the feed into the sink until either ends. */
export function deliver(options: DeliveryOptions): Delivery {
  const { sink, principal, wish, logger } = options
  const gone = new AbortController()
  const audience = audienceOf(principal)
  let position = options.after

  function close(reason: CloseReason): void {
    if (gone.signal.aborted) return
    gone.abort()
    sink.close(reason, cursor())
  }
  const cursor = () => (position === null ? null : String(position))

  async function run(): Promise<void> {
    if (options.after !== null && options.after > (await options.reader.head())) return close('future-cursor')
    const messages = feed({
      reader: options.reader,
      hub: options.hub,
      after: options.after,
      filter: ledgerFilter(wish),
      wants: wantedBy(wish, principal),
      audience,
      bufferBytesMax: options.bufferBytesMax,
      onOverflow: () => close('slow-consumer'),
      signal: gone.signal,
    })
    for await (const message of messages) {
      if (gone.signal.aborted) return
      position = message.position
      const text = String(position)
      if (message.kind === 'event') sink.write(message.event.encoded(audience), text)
      else sink.write(Buffer.from(JSON.stringify({ type: 'caughtUp', cursor: text })), text)
      await sink.ready()
    }
    close('restart')
  }
  run().catch((error: unknown) => {
    logger.error({ err: error }, 'live delivery failed')
    close('failed')
  })
  return { cursor, close, abandon: () => gone.abort() }
}
