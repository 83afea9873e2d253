import type { GatewayConfig } from '@fireledger/gateway'
import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'

export type Parts = {
  /** Closed in the reverse order when the process stops. */
  add(close: () => Promise<unknown>): void
  /** Aborts when a signal came before everything was open. */
  readonly stopping: AbortSignal
}

export type Opened = {
  /** Called first when the process is to stop, e.g. to send no more work here. */
  readonly drain?: () => void
  /** Rejects when the process cannot go on; it then closes everything and exits with 1. */
  readonly ended?: Promise<void>
}

/**
 * Opens the parts of a process and runs it until SIGINT or SIGTERM; what was opened is closed in good order, also when
 * opening fails. `open` returns null when a signal came meanwhile.
 */
export async function runUntilStopped(
  config: GatewayConfig,
  logger: Logger,
  open: (parts: Parts) => Promise<Opened | null>,
): Promise<void> {
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  const closers: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close()
  }
  let opened: Opened | null
  try {
    opened = await open({ add: (close) => closers.push(close), stopping: stop.signal })
  } catch (error) {
    await closeAll()
    throw error
  }
  if (opened === null) return closeAll()
  const { drain, ended } = opened
  closeWithGrace({ delay: 10_000 + config.drainMs, logger }, async ({ err }) => {
    if (err) logger.error({ err }, 'stopping because of an error')
    if (drain) {
      drain()
      await new Promise((resolve) => setTimeout(resolve, config.drainMs))
    }
    await closeAll()
    if (!err) console.log('fireledger has stopped; everything acknowledged is stored.')
  })
  // Only now: with nobody listening for a moment, a signal would be lost, or end the process on the spot.
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
  // A signal that came in the last moment.
  if (stop.signal.aborted) process.kill(process.pid, 'SIGINT')
  ended?.catch(async (error) => {
    logger.fatal({ err: error }, 'cannot go on')
    await closeAll()
    process.exit(1)
  })
}
