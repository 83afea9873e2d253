/** Deadlines, back-off and a bounded number in flight: what the client lacks and every call to a cluster needs. */

export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/** Rejects with `DeadlineError` when the promise takes longer; the work itself goes on and its end is ignored. */
export async function withDeadline<T>(work: Promise<T>, deadlineMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DeadlineError(`${what}: no answer within ${deadlineMs} ms`)),
      deadlineMs,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
    // Whoever waited has left: a late failure is nobody's.
    work.catch(() => {})
  }
}

const backOffFirstMs = 50
const backOffMaxMs = 2000

/** Full jitter: many clients that lost one server must not come back in step. */
export function backOffMs(attempt: number, random: () => number): number {
  return random() * Math.min(backOffMaxMs, backOffFirstMs * 2 ** attempt)
}

/** Waits; an abort ends the wait early and quietly. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    signal.addEventListener('abort', finish, { once: true })
  })
}

/** At most `max` pieces of work at once; the others wait in order. */
export function limitInFlight(max: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      // The place is handed on, so `running` stays as it is when someone waits.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
