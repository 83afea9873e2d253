import { realpathSync } from 'node:fs'
import { BroadcastChannel } from 'node:worker_threads'

/**
 * "There may be more": told by the writer to every reader in the process. It carries nothing, so losing or repeating it
 * does no harm; a reader in another process hears nothing and looks for itself, every `pollMs`.
 */

const pollMs = 100
/** A writer tells at most once in so long: a wake-up costs more than a small commit. */
const sendIntervalMs = 1

function channelOf(directory: string): BroadcastChannel {
  const channel = new BroadcastChannel(`fireledger:${realpathSync(directory)}`)
  channel.unref()
  return channel
}

export function createWakeSender(directory: string) {
  const channel = channelOf(directory)
  let lastMs = 0
  let pending: NodeJS.Timeout | null = null
  const post = () => {
    pending = null
    lastMs = performance.now()
    channel.postMessage(null)
  }
  return {
    send() {
      if (performance.now() - lastMs >= sendIntervalMs) {
        if (pending) clearTimeout(pending)
        post()
      } else pending ??= setTimeout(post, sendIntervalMs)
    },
    close() {
      if (pending) clearTimeout(pending)
      post()
      channel.close()
    },
  }
}

export type Wake = ReturnType<typeof createWake>

export function createWake(directory: string) {
  const sleepers = new Set<() => void>()
  let count = 0
  const wakeAll = () => {
    count += 1
    for (const wake of [...sleepers]) wake()
  }
  const channel = channelOf(directory)
  channel.onmessage = wakeAll
  return {
    wakeAll,
    /** Take it before looking; `sleep` with it returns at once when someone woke since. */
    count: () => count,
    /** Until woken, aborted, or `pollMs` have passed. */
    sleep(since: number, signal: AbortSignal): Promise<void> {
      if (count !== since || signal.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', wake)
          sleepers.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, pollMs)
        sleepers.add(wake)
        signal.addEventListener('abort', wake, { once: true })
      })
    },
    close() {
      channel.close()
      wakeAll()
    },
  }
}
