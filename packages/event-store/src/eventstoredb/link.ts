import { setMaxListeners } from 'node:events'
import { accessSync, constants } from 'node:fs'
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
  /** Where no host leads to a node, the hosts are asked one by one: any node can be read from, with or without a leader. */
  readonly oneByOne?: boolean
}

/** One connection at a time, replaced when it is beyond mending, and the patience of those who use it. */
export type Link = ReturnType<typeof createLink>

/** @throws LedgerUnavailableError when the connection string is wrong. */
export function createLink(connectionString: string, options: ClusterOptions) {
  const { deadlineMs = 5000, patienceMs = 20_000, onTrouble = () => {}, random = Math.random } = options
  const closed = new AbortController()
  // Every read and subscription listens.
  setMaxListeners(0, closed.signal)
  const hosts = options.oneByOne ? singleHosts(connectionString) : []
  /** Which of the hosts is asked by itself; -1 for all together, as configured. */
  let alone = -1
  let hasAnswered = false
  let connection = open()

  function open(): Connection {
    try {
      requireCaFile(connectionString)
      return connect(hosts[alone] ?? connectionString)
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

    /** Whether a server has answered yet: what is wrong before that is wrong with the settings. */
    hasAnswered: () => hasAnswered,
    /** Whether the connection is to one host that is asked by itself. */
    isAlone: () => alone !== -1,

    /** Replaces a connection that hangs; others who use it are interrupted and go on with the new one. */
    renew(broken: Connection, undiscovered = false) {
      if (broken !== connection || closed.signal.aborted) return
      // Round and round: one host after the other, then all together again.
      if (undiscovered || alone !== -1) alone = alone + 1 < hosts.length ? alone + 1 : -1
      connection = open()
      broken.dispose()
    },

    /** Counts what fails on end. `again` waits longer each time, and answers false when patience is at its end. */
    patience(endless = false) {
      let attempt = 0
      let since: number | null = null
      return {
        reset() {
          hasAnswered = true
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

/** `esdb://user@a,b?x` → `esdb://user@a?x` and `esdb://user@b?x`; none where there is only one, or a DNS name of all. */
export function singleHosts(connectionString: string): string[] {
  const [, begin = '', list = '', end = ''] =
    /^(esdb:\/\/(?:[^/?]*@)?)([^/?]+)(.*)$/s.exec(connectionString) ?? []
  const hosts = list.split(',')
  return hosts.length > 1 ? hosts.map((host) => `${begin}${host}${end}`) : []
}

/** The client does not say which file it is. */
function requireCaFile(connectionString: string): void {
  const query = new URLSearchParams(connectionString.split('?')[1] ?? '')
  const [, path] = [...query].find(([name]) => name.toLowerCase() === 'tlscafile') ?? []
  if (path === undefined) return
  try {
    accessSync(path, constants.R_OK)
  } catch (error) {
    throw new Error(`the certificate tlsCAFile=${path} cannot be read: ${(error as Error).message}`)
  }
}
