import { LedgerUnavailableError, type StoredEvent } from '../event-store.ts'
import type { Connection, Incoming } from './eventstoredb.ts'
import { ClusterRefusedError, ReadBrokenError, readFailureOf } from './failures.ts'
import type { Link } from './link.ts'
import { createPull, type Pull } from './pull.ts'
import { toStored, type WireEvent } from './wire.ts'

/** Reads that survive their server: each is taken up again after the last event that was seen. */

export type PagedRead = {
  readonly pageSize: number | undefined
  readonly limit: number | undefined
  /** Begins, or begins again after what `keep` has seen; `left` more are wanted. 'done' when nothing is left to read. */
  open(connection: Connection, left: number, wake: () => void): Incoming | 'done'
  /** Whether the event belongs to the read; told of every event in order. */
  keep(event: StoredEvent): boolean
  /** Whether everything has come; without it, everything has come when the server ends the read. */
  complete?(): boolean
  /** Whether the failure says that there is nothing to read. */
  absent?(error: unknown): boolean
}

const pageSizeDefault = 512
/** A page ends early when its events weigh more: big events must not make big pages. */
const pageBytesMax = 4 * 1024 * 1024

/** @throws LedgerUnavailableError when the cluster refuses, or does not answer for as long as patience lasts. */
export async function* readPages(link: Link, read: PagedRead): AsyncGenerator<readonly StoredEvent[]> {
  link.mustBeOpen()
  const pageSize = read.pageSize ?? pageSizeDefault
  const patience = link.patience()
  let left = read.limit ?? Number.POSITIVE_INFINITY
  let page: StoredEvent[] = []
  let bytes = 0
  while (left > 0 && !link.closed.aborted) {
    const used = link.current()
    try {
      const open = (wake: () => void) => read.open(used, left, wake)
      for await (const items of attempt(link, used, open, read.complete)) {
        patience.reset()
        for (const item of items) {
          const event = toStored(item)
          if (event === null || left === 0 || !read.keep(event)) continue
          page.push(event)
          bytes += event.data.length + event.metadata.length
          left -= 1
          if (page.length < pageSize && bytes < pageBytesMax) continue
          const full = page
          page = []
          bytes = 0
          yield full
        }
        if (left === 0) break
      }
      break
    } catch (error) {
      if (read.absent?.(error)) break
      await recover(link, used, error, patience)
    }
  }
  if (page.length > 0 && !link.closed.aborted) yield page
}

/** One attempt, to its end: what comes, as it comes. Ended by the server, or when `complete` says so. */
export async function* attempt(
  link: Link,
  used: Connection,
  open: (wake: () => void) => Incoming | 'done',
  complete?: () => boolean,
): AsyncGenerator<readonly WireEvent[]> {
  let wake = () => {}
  const incoming = open(() => wake())
  if (incoming === 'done') return
  const pull = createPull<WireEvent>(incoming.stream)
  wake = pull.wake
  const release = interruptible(pull, used, link.closed)
  try {
    for (;;) {
      const items = pull.take(pageSizeDefault)
      if (items.length > 0) {
        yield items
        continue
      }
      if (complete?.() || link.closed.aborted) return
      const arrival = await pull.wait(link.deadlineMs)
      if (arrival === 'late') throw new ReadBrokenError(`no answer within ${link.deadlineMs} ms`)
      if (arrival === 'something') continue
      const rest = pull.take(Number.POSITIVE_INFINITY)
      if (rest.length > 0) yield rest
      if (!complete) return
      throw new ReadBrokenError('the server ended the read before its end')
    }
  } finally {
    release()
    incoming.close()
  }
}

/** Ends the wait of a pull when its connection is replaced (an error) or the consumer is to stop (quietly). */
export function interruptible(pull: Pull<WireEvent>, used: Connection, stop: AbortSignal): () => void {
  const replaced = () => pull.fail(new ReadBrokenError('the connection was replaced', { suspect: false }))
  used.retired.addEventListener('abort', replaced, { once: true })
  stop.addEventListener('abort', pull.wake, { once: true })
  if (used.retired.aborted) replaced()
  return () => {
    used.retired.removeEventListener('abort', replaced)
    stop.removeEventListener('abort', pull.wake)
  }
}

/** Waits before the next attempt. @throws when the failure is final or has lasted longer than patience. */
export async function recover(
  link: Link,
  used: Connection,
  error: unknown,
  patience: ReturnType<Link['patience']>,
): Promise<void> {
  if (link.closed.aborted) return
  const failure = readFailureOf(error)
  if (failure instanceof ClusterRefusedError)
    throw new LedgerUnavailableError(failure.message, { cause: error })
  if (failure.kind === 'in-clear' && !link.hasAnswered()) {
    throw new LedgerUnavailableError(
      `the node speaks no TLS; if that is meant, say tls=false in its address: ${failure.message}`,
      { cause: error },
    )
  }
  if (failure.kind === 'untrusted' && !link.hasAnswered()) {
    throw new LedgerUnavailableError(
      `the certificate of the server cannot be trusted: ${failure.message}; name its authority by tlsCAFile, and the hosts as the certificate does`,
      { cause: error },
    )
  }
  const wasAlone = link.isAlone()
  if (failure.suspect || wasAlone) link.renew(used, failure.kind === 'undiscovered')
  if (!(await patience.again(`reading: ${failure.message}`))) {
    const asked = wasAlone ? 'no host leads to a node, and none answers by itself: ' : ''
    throw new LedgerUnavailableError(`the cluster does not answer: ${asked}${failure.message}`, {
      cause: error,
    })
  }
}
