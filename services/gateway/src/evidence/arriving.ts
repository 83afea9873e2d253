import type { IncomingMessage } from 'node:http'
import { ProblemError } from '../problems.ts'
import { faulty } from './problems.ts'

/** A body that is on its way: how long it may take, and how to be rid of it politely. */

export type Pace = {
  /** Between two pieces. */
  readonly idleMs: number
  /** From now to the end. */
  readonly totalMs: number
}

/**
 * The pieces as they come. Ending early leaves the request open, so that it can be answered.
 * @throws ProblemError `timeout` when it is too slow, `invalid` when the sender went away
 */
export async function* arriving(
  request: IncomingMessage,
  { idleMs, totalMs }: Pace,
): AsyncGenerator<Uint8Array> {
  const endsAt = performance.now() + totalMs
  const pieces = request.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]()
  try {
    for (;;) {
      const piece = await within(pieces.next(), Math.min(idleMs, endsAt - performance.now()))
      if (piece.done) return
      yield piece.value
    }
  } catch (error) {
    if (error instanceof ProblemError || !request.destroyed) throw error
    throw faulty('', 'broken-off', {
      zh: '上传中断，未保存任何内容',
      en: 'the upload broke off; nothing was kept',
    })
  } finally {
    // Not awaited: it waits for the piece that may never come.
    pieces.return?.()?.catch(() => {})
  }
}

async function within<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        const detail = {
          zh: '上传过慢或停顿过久，未保存任何内容',
          en: 'the upload was too slow or stalled; nothing was kept',
        }
        reject(new ProblemError('timeout', detail))
      },
      Math.max(ms, 0),
    )
  })
  work.catch(() => {})
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const lingerMs = 2000

/**
 * A sender that is still sending would lose an answer that is followed by a closed line: what still comes is thrown
 * away for a moment, in which it can read the answer and stop.
 */
export function throwAwayRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return
  const timer = setTimeout(() => request.destroy(), lingerMs)
  request.once('close', () => clearTimeout(timer))
  request.on('error', () => {})
  request.resume()
}
