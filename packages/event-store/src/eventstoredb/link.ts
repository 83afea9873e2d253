import { setMaxListeners } from 'node:events'
import { LedgerUnavailableError } from '../event-store.ts'
import { type Connection, connect } from './eventstoredb.ts'
import { backOffMs, pause } from './patience.ts'

export type ClusterOptions = {
  /** How long one attempt of anything may take, and how long a read may be silent; 5000 when absent. */
  readonly deadlineMs?: number
  /** How long an append or a read is tried again before it fails; 20 000 when absent. */
  readonly patienceMs?: number
  /** Appends under way at once; the server's queue breaks near 8,000. 512 when absent. */
  readonly inFlightMax?: number
  /** Told of each failure that is tried again, for the log. */
  readonly onTrouble?: (trouble: string) => void
  readonly random?: () => number
}

/** One connection at a time, replaced when it is beyond mending, and the patience of those who use it. */
export type Link = ReturnType<typeof createLink>

/** @throws LedgerUnavailableError when the connection string is wrong. */
export function createLink(connectionString: string, options: ClusterOptions) {
  const { deadlineMs = 5000, patienceMs = 20_000, onTrouble = () => {}, random = Math.random } = options
  const closed = new AbortController()
  // Every read and subscription listens.
  setMaxListeners(0, closed.signal)
  let connection = open()

  function open(): Connection {
    try {
      return connect(connectionString)
    } catch (error) {
      const why = (error as Error).message
      throw new LedgerUnavailableError(`the connection string of the cluster is wrong: ${why}`)
    }
  }

  return {
    deadlineMs,
    closed: closed.signal,
    current: () => connection,

    mustBeOpen() {
      if (closed.signal.aborted) throw new LedgerUnavailableError('the connection to the cluster is closed')
    },

    /** Replaces a connection that hangs; others who use it are interrupted and go on with the new one. */
    renew(broken: Connection) {
      if (broken !== connection || closed.signal.aborted) return
      connection = open()
      broken.dispose()
    },

    /** Counts what fails on end. `again` waits longer each time, and answers false when patience is at its end. */
    patience(endless = false) {
      let attempt = 0
      let since: number | null = null
      return {
        reset() {
          attempt = 0
          since = null
        },
        async again(trouble: string): Promise<boolean> {
          since ??= performance.now()
          if (!endless && performance.now() - since >= patienceMs) return false
          onTrouble(trouble)
          await pause(backOffMs(attempt++, random), closed.signal)
          return true
        },
      }
    },

    close() {
      if (closed.signal.aborted) return
      closed.abort()
      connection.dispose()
    },
  }
}
