import type { EventReader, Position } from '@fireledger/event-store'
import type { Logger } from 'pino'
import { type LiveEvent, toLiveEvents } from './live-event.ts'

/**
 * One subscription to the ledger, however many live clients there are. Each client taps it: a buffer of its own,
 * bounded in bytes, filled as events come and emptied at the client's pace.
 */
export type Hub = {
  /** Everything up to here has been handed to the taps. */
  position(): Position
  tap(options: TapOptions): Tap
  taps(): number
  /** Why nothing comes at the moment; null when all is well. */
  failure(): string | null
  close(): void
}

export type TapOptions = {
  readonly wants: (event: LiveEvent) => boolean
  readonly bytesOf: (event: LiveEvent) => number
  readonly bufferBytesMax: number
  /** Called once when the buffer would grow over its bound; nothing comes after that. */
  readonly onOverflow: () => void
}

export type Tap = {
  /** Every wanted event after this position comes through the tap; none up to it does. */
  readonly since: Position
  /** Waits for events; none when the tap has ended. */
  take(): Promise<readonly LiveEvent[]>
  /** How far the tap has been served, wanted or not, once the buffer is empty. */
  seen(): Position
  end(): void
}

const retryMs = 1000

export function createHub(reader: EventReader, start: Position, logger: Logger): Hub {
  const taps = new Set<OpenTap>()
  const closed = new AbortController()
  let position = start
  let failure: string | null = null

  async function follow(): Promise<void> {
    for await (const message of reader.subscribeToAll({ after: position, signal: closed.signal })) {
      failure = null
      if (message.kind !== 'events') continue
      if (taps.size === 0) {
        // Whoever comes next begins after them: nobody needs them decoded.
        position = message.events.at(-1)?.position ?? position
        continue
      }
      for (const event of await toLiveEvents(message.events, reader)) {
        position = event.event.position
        for (const tap of taps) tap.offer(event)
      }
      for (const tap of taps) tap.wake()
    }
  }

  async function followForEver(): Promise<void> {
    while (!closed.signal.aborted) {
      try {
        await follow()
        if (closed.signal.aborted) return
        failure = 'the subscription to the ledger ended'
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error)
      }
      // Taps keep what they have; the next subscription goes on from `position`, so nothing is lost.
      logger.error({ position: String(position), failure }, 'live feed interrupted')
      await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
    }
  }
  void followForEver()

  return {
    position: () => position,
    taps: () => taps.size,
    failure: () => failure,
    tap(options) {
      const tap = openTap(
        options,
        position,
        () => position,
        () => taps.delete(tap),
      )
      taps.add(tap)
      return tap
    },
    close() {
      closed.abort()
      for (const tap of taps) tap.end()
    },
  }
}

type OpenTap = Tap & { offer(event: LiveEvent): void; wake(): void }

function openTap(options: TapOptions, since: Position, position: () => Position, onEnd: () => void): OpenTap {
  let buffer: LiveEvent[] = []
  let bytes = 0
  let ended = false
  let waiting: (() => void) | null = null
  const wake = () => {
    waiting?.()
    waiting = null
  }
  const end = () => {
    ended = true
    buffer = []
    onEnd()
    wake()
  }
  return {
    since,
    wake,
    end,
    seen: () => (buffer.length === 0 ? position() : since),
    offer(event) {
      if (ended || !options.wants(event)) return
      bytes += options.bytesOf(event)
      if (bytes > options.bufferBytesMax) {
        end()
        options.onOverflow()
        return
      }
      buffer.push(event)
    },
    async take() {
      while (buffer.length === 0 && !ended) {
        await new Promise<void>((resolve) => {
          waiting = resolve
        })
      }
      const taken = buffer
      buffer = []
      bytes = 0
      return taken
    },
  }
}
