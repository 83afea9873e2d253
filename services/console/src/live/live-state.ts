import type { LedgerEventView, LiveFeed, LiveStatus } from '@fireledger/client'
import { useSyncExternalStore } from 'react'
import { client, queryClient } from '../api/client.ts'

/** The one live feed of the page, and what came last through it. */

export type LiveView = {
  readonly status: LiveStatus
  /** The latest events, newest first; what lay in the ledger before the page was opened included. */
  readonly events: readonly LedgerEventView[]
  /** Whether the latest events of the ledger have been read. */
  readonly loaded: boolean
  /** Positions of what came live, for marking it. */
  readonly fresh: ReadonlySet<string>
}

const keptMax = 400
const readFirst = 60
/** Figures are asked for again at most this often, however many events come. */
const refreshMs = 2000

const nothing: LiveView = {
  status: { state: 'catching-up', reason: null, cursor: null },
  events: [],
  loaded: false,
  fresh: new Set(),
}

let view = nothing
let feed: LiveFeed | null = null
let refresh: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function become(change: Partial<LiveView>): void {
  view = { ...view, ...change }
  for (const listener of listeners) listener()
}

export function useLive(): LiveView {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => view,
  )
}

export function retryLive(): void {
  feed?.retryNow()
}

/** Follows the ledger within a division; returns what ends it. */
export function followLedger(division: string | null): () => void {
  const ended = new AbortController()
  view = nothing
  become({})
  void begin(division, ended.signal)
  return () => {
    ended.abort()
    feed?.close()
    feed = null
    clearTimeout(refresh)
    refresh = undefined
  }
}

async function begin(division: string | null, signal: AbortSignal): Promise<void> {
  let after: string | undefined
  try {
    const page = await client.events({ order: 'desc', limit: readFirst, division }, { signal })
    if (signal.aborted) return
    after = page.asOf
    become({ events: page.items, loaded: true })
  } catch {
    if (signal.aborted) return
    become({ loaded: true })
  }
  feed = client.live({
    ...(after === undefined ? {} : { after }),
    ...(division === null ? {} : { wish: { divisions: [division] } }),
    onStatus: (status) => {
      if (!signal.aborted) become({ status })
    },
    onEvent: (event) => {
      if (signal.aborted) return
      const events = [event, ...view.events].slice(0, keptMax)
      const marked = events.filter(({ position }) => position === event.position || view.fresh.has(position))
      become({ events, fresh: new Set(marked.map(({ position }) => position)) })
      refresh ??= setTimeout(refreshFigures, refreshMs)
    },
  })
}

/** What is on the screen may have changed with the ledger. */
function refreshFigures(): void {
  refresh = undefined
  void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'figures' })
}
