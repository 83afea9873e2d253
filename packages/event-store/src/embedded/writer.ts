import { Worker } from 'node:worker_threads'
import { checkAppend } from '../append-limits.ts'
import {
  AppendOutcomeUnknownError,
  type AppendResult,
  LedgerUnavailableError,
  type NewEvent,
  WrongExpectedRevisionError,
} from '../event-store.ts'
import { createAppendQueue } from './append-queue.ts'
import { type Append, appendBytes, type FromWriter, type Outcome, pack } from './protocol.ts'

/** What may be under way at once; further appends wait in the order they came, as many as the queue takes. */
const inFlightAppendsMax = 4096
const inFlightBytesMax = 32 * 1024 * 1024

type Pending = Append & {
  readonly ticket: number
  readonly bytes: number
  resolve(result: AppendResult): void
  reject(error: Error): void
}

/**
 * The caller's end of the writer thread. Appends made in one turn of the event loop travel as one message.
 * @param boot the thread's own module; another one only to measure what this end costs.
 * @throws LedgerUnavailableError when the thread cannot open the ledger.
 */
export async function startWriter(
  directory: string,
  onAppended: () => void,
  boot = new URL('./writer-boot.mjs', import.meta.url),
) {
  const worker = new Worker(boot, {
    workerData: { directory },
    // Flags of the parent (loaders, inspectors) are not for this thread.
    execArgv: [],
    name: 'fireledger-writer',
  })
  await readiness(worker)

  const waiting = createAppendQueue<Pending>()
  const inFlight = new Map<number, Pending>()
  let inFlightBytes = 0
  let lastTicket = 0
  let sending = false
  let gone: LedgerUnavailableError | null = null
  let closing: Promise<void> | null = null
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))

  function send() {
    sending = false
    const batch: Pending[] = []
    for (;;) {
      const append = waiting.takeIf(hasRoom)
      if (!append) break
      inFlight.set(append.ticket, append)
      inFlightBytes += append.bytes
      batch.push(append)
    }
    if (batch.length === 0) return
    const message = pack(batch)
    worker.postMessage(message, [message.bytes.buffer as ArrayBuffer])
  }

  /** One append always has room, however big. */
  function hasRoom(append: Pending): boolean {
    if (inFlight.size === 0) return true
    return inFlight.size < inFlightAppendsMax && inFlightBytes + append.bytes <= inFlightBytesMax
  }

  function settle(tickets: readonly number[], outcomes: readonly Outcome[]) {
    // Readers first: whoever continues after its append finds it.
    onAppended()
    for (const [index, ticket] of tickets.entries()) {
      const append = inFlight.get(ticket)
      const outcome = outcomes[index]
      if (!append || !outcome) throw new Error(`the writer answered for ${ticket}, which nobody asked`)
      inFlight.delete(ticket)
      inFlightBytes -= append.bytes
      settleOne(append, outcome)
    }
    send()
  }

  function abandon(cause: Error | null) {
    gone ??= new LedgerUnavailableError('the ledger is closed', cause ? { cause } : {})
    const unknown = [...inFlight.values()]
    inFlight.clear()
    for (const append of unknown) {
      append.reject(new AppendOutcomeUnknownError('the writer ended before it answered', { cause }))
    }
    for (const append of waiting.takeAll()) append.reject(gone)
  }

  worker.on('message', (message: FromWriter) => {
    if (message.kind === 'outcomes') settle(message.tickets, message.outcomes)
  })
  worker.on('error', (error) => {
    gone = new LedgerUnavailableError(`the ledger's writer failed: ${(error as Error).message}; restart`, {
      cause: error,
    })
    abandon(error as Error)
  })
  worker.on('exit', () => abandon(null))
  // An idle ledger keeps no process alive; one with appends under way does, by its callers' own work.
  return {
    async append(stream: string, events: readonly NewEvent[], expected: number): Promise<AppendResult> {
      checkAppend(stream, events, expected)
      if (gone) throw gone
      if (closing) throw new LedgerUnavailableError('the ledger is closing')
      return new Promise((resolve, reject) => {
        const append = { stream, events, expected }
        lastTicket += 1
        waiting.push({ ...append, ticket: lastTicket, bytes: appendBytes(append), resolve, reject })
        if (sending) return
        sending = true
        // While a group is under way haste gains nothing: what one turn of the event loop brings travels together.
        if (inFlight.size > 0) setImmediate(send)
        else queueMicrotask(send)
      })
    },
    /** Finishes what was asked for, then lets go of the ledger. */
    close(): Promise<void> {
      closing ??= (async () => {
        while (!gone && waiting.size() + inFlight.size > 0)
          await new Promise((resolve) => setImmediate(resolve))
        if (!gone) worker.postMessage({ kind: 'close' })
        await ended
      })()
      return closing
    },
  }
}

function readiness(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      act()
    }
    const onMessage = (message: FromWriter) => {
      if (message.kind === 'refused') settle(() => reject(new LedgerUnavailableError(message.message)))
      else settle(resolve)
    }
    const onError = (error: unknown) => settle(() => reject(error))
    const onExit = (code: number) =>
      settle(() =>
        reject(new Error(`the ledger's writer ended with code ${code} before it opened the ledger`)),
      )
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}

function settleOne(append: Pending, outcome: Outcome) {
  switch (outcome.kind) {
    case 'appended':
      return append.resolve({ revision: outcome.revision, position: BigInt(outcome.position) })
    case 'conflict':
      return append.reject(new WrongExpectedRevisionError(append.stream, append.expected, outcome.actual))
    case 'failed':
      if (outcome.why === 'unknown') return append.reject(new AppendOutcomeUnknownError(outcome.message))
      if (outcome.why === 'unavailable') return append.reject(new LedgerUnavailableError(outcome.message))
      return append.reject(new Error(outcome.message))
  }
}
