import type { Readable } from 'node:stream'

/** Why a wait ended. Objects may be there after any of them. */
export type Arrival = 'something' | 'end' | 'late'

export type Pull<Item> = ReturnType<typeof createPull<Item>>

/**
 * Takes objects from a stream at the consumer's pace: nothing is read ahead of it but the stream's own small buffer,
 * which is the only back-pressure there is.
 */
export function createPull<Item>(stream: Readable) {
  let failure: { readonly error: unknown } | null = null
  let ended = false
  let waiting: ((arrival: Arrival) => void) | null = null
  let woken = false
  let isComing = false

  /** Ends the wait that is under way, or the next one at once: nothing that happens in between is missed. */
  function wake() {
    if (!waiting) woken = true
    waiting?.(ended ? 'end' : 'something')
    waiting = null
  }
  function finish() {
    ended = true
    wake()
  }
  function fail(error: unknown) {
    failure ??= { error }
    wake()
  }
  /** Objects come in bursts, one by one: the rest of a burst is there when the event loop has turned. */
  function comes() {
    if (isComing) return
    isComing = true
    setImmediate(() => {
      isComing = false
      wake()
    })
  }
  stream.on('readable', comes).on('end', finish).on('close', finish).on('error', fail)

  return {
    wake,
    /** Breaks the stream from outside: what is buffered can still be taken, then the error is thrown. */
    fail,
    /** What is buffered now, at most `max`. */
    take(max: number): Item[] {
      const items: Item[] = []
      while (items.length < max) {
        const item: Item | null = stream.read()
        if (item === null) break
        items.push(item)
      }
      return items
    },
    /**
     * Waits until something happens. Call it only when `take` came back with nothing or less than asked.
     * @throws what the stream failed with.
     */
    async wait(timeoutMs: number): Promise<Arrival> {
      if (failure) throw failure.error
      if (ended) return 'end'
      if (woken) {
        woken = false
        return 'something'
      }
      let timer: NodeJS.Timeout | undefined
      const arrival = await new Promise<Arrival>((resolve) => {
        waiting = resolve
        timer = setTimeout(() => resolve('late'), timeoutMs)
      })
      clearTimeout(timer)
      waiting = null
      return arrival
    },
  }
}
