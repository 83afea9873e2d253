import type { CloseReason } from './close-reasons.ts'

/** What an operator sees of one who listens; no content. */
export type Listener = {
  readonly kind: 'websocket' | 'sse'
  readonly principal: string
  readonly role: string
  readonly division: string | null
  /** RFC 3339. */
  readonly since: string
  /** Where the client has got to; null before it had anything. */
  readonly cursor: string | null
  /** Written and not yet taken by the client. */
  readonly waitingBytes: number
}

type Connection = {
  readonly close: (reason: CloseReason) => void
  readonly describe: () => Listener
}

/** Who is connected now, so that they can be counted, shown, limited and told to go. */
export type Connections = {
  /** Null when there are too many already, or the gateway is closing. */
  enter(connection: Connection): (() => void) | null
  count(): number
  /** The oldest first, at most so many. */
  list(max: number): readonly Listener[]
  /** Tells everyone to come back to another process, or to this one later. */
  drain(): void
}

export function createConnections(max: number): Connections {
  const open = new Set<Connection>()
  let draining = false
  return {
    enter({ close, describe }) {
      if (draining || open.size >= max) return null
      const own = { close, describe }
      open.add(own)
      return () => open.delete(own)
    },
    count: () => open.size,
    list: (most) => [...open].slice(0, most).map(({ describe }) => describe()),
    drain() {
      draining = true
      for (const { close } of open) close('restart')
    },
  }
}
