import { setTimeout as pauseFor } from 'node:timers/promises'
import type { Logger } from 'pino'

export type Part = {
  /** Rejects with what kept it from going on. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

export type Supervised = {
  /** Why it does not run, or has only just begun to run again; null while all is well. */
  fault(): string | null
  /** Ends it and starts it anew at once, also while it waits to be started again. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const pauseMinMs = 1000
const pauseMaxMs = 60_000

/**
 * Keeps a part running that works beside the requests: what ends it may pass (a full disk, a ledger out of reach), so it
 * is started again after a pause that doubles. A part that was up for as long as the pause counts as well again.
 * @throws what kept it from starting the first time.
 */
export async function supervise(
  name: string,
  start: (signal: AbortSignal) => Promise<Part>,
  logger: Logger,
  firstPauseMs = pauseMinMs,
): Promise<Supervised> {
  const stop = new AbortController()
  const { signal } = stop
  let fault: string | null = null
  let pauseMs = firstPauseMs
  let part: Part | null = await start(signal)
  /** Of the running part, or of the pause before the next one: ended by someone who wants it to start anew. */
  let anew = new AbortController()

  function noteFault(error: unknown): void {
    if (signal.aborted || anew.signal.aborted) return
    fault = `the ${name} has stopped: ${error instanceof Error ? error.message : String(error)}`
    logger.error({ err: error, nextTryMs: pauseMs }, `the ${name} has stopped; it is started again`)
  }

  async function watch(running: Part): Promise<void> {
    const steady = setTimeout(() => {
      fault = null
      pauseMs = firstPauseMs
    }, pauseMs)
    try {
      await running.ended
      noteFault('it ended by itself')
    } catch (error) {
      noteFault(error)
    } finally {
      clearTimeout(steady)
      await running.stop().catch(() => {})
    }
  }

  async function keepUp(): Promise<void> {
    while (!signal.aborted) {
      if (part) await watch(part)
      part = null
      if (signal.aborted) return
      const early = AbortSignal.any([signal, anew.signal])
      await pauseFor(pauseMs, undefined, { signal: early }).catch(() => {})
      pauseMs = anew.signal.aborted ? firstPauseMs : Math.min(pauseMs * 2, pauseMaxMs)
      if (signal.aborted) return
      anew = new AbortController()
      part = await start(signal).catch((error) => {
        noteFault(error)
        return null
      })
      // Asked for while it was starting: what it has read by then may be what it was to read anew.
      if (anew.signal.aborted) void part?.stop().catch(() => {})
    }
    await part?.stop()
  }

  const kept = keepUp()
  return {
    fault: () => fault,
    async restart() {
      anew.abort()
      await part?.stop()
    },
    async stop() {
      stop.abort()
      await part?.stop()
      await kept
    },
  }
}
