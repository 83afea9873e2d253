import type { CloseReason } from './close-reasons.ts'

/** Who is connected now, so that they can be counted, limited and told to go. */
export type Connections = {
  /** Null when there are too many already, or the gateway is closing. */
  enter(close: (reason: CloseReason) => void): (() => void) | null
  count(): number
  /** Tells everyone to come back to another process, or to this one later. */
  drain(): void
}

export function createConnections(max: number): Connections {
  const open = new Set<(reason: CloseReason) => void>()
  let draining = false
  return {
    enter(close) {
      if (draining || open.size >= max) return null
      const own = (reason: CloseReason) => close(reason)
      open.add(own)
      return () => open.delete(own)
    },
    count: () => open.size,
    drain() {
      draining = true
      for (const close of open) close('restart')
    },
  }
}
