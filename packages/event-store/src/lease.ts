import { randomUUID } from 'node:crypto'
import {
  AppendOutcomeUnknownError,
  type EventStore,
  type NewEvent,
  WrongExpectedRevisionError,
} from './event-store.ts'

/**
 * A lease on a stream: of all processes that want to do one thing, exactly one may at a time. Who appends first at the
 * revision that all have seen has it, and renews it by further appends; who falls silent loses it.
 *
 * Nobody compares clocks. The holder counts from before it sent its last renewal; the others count from when they first
 * saw that renewal, which is later, and wait `graceMs` longer. What must hold: no clock runs faster or slower than
 * another by more than graceMs in durationMs. A machine that was suspended is told by its wall clock, if its monotonic
 * clock stood still. A process that is stopped between looking at `holds` and acting may still act late by that one
 * step: what is done under a lease must be harmless when done twice.
 *
 * The stream `lease-<name>` belongs to no category of the catalogue: it is no part of the ledger, of its history or of
 * any read model, and it alone may have a greatest count of events on the server.
 */

export type LeaseClock = {
  /** Milliseconds, never back. */
  readonly monotonicMs: () => number
  /** Milliseconds since 1970. */
  readonly wallMs: () => number
  /** Resolves early, and quietly, when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
}

export type LeaseOptions = {
  readonly ledger: Pick<EventStore, 'append' | 'readStream'>
  /** What is held: `clerk`. */
  readonly name: string
  /** Who holds it: host and process, and something that no other process ever has. */
  readonly holder: string
  /** How long a renewal holds. */
  readonly durationMs?: number
  /** How much longer others wait. */
  readonly graceMs?: number
  readonly clock?: LeaseClock
  readonly newId?: () => string
  /** Told when the lease is won or lost, and of what is tried again. */
  readonly onChange?: (change: LeaseChange) => void
}

export type LeaseChange =
  | { readonly kind: 'waiting'; readonly holder: string }
  | { readonly kind: 'held'; readonly token: number }
  | { readonly kind: 'lost'; readonly token: number }
  | { readonly kind: 'trouble'; readonly reason: string }

export type HeldLease = {
  /** Revision of the claim: grows with every holder, so that later ones can be told from earlier ones. */
  readonly token: number
  /** Whether the lease is ours at this very moment; look before every step. */
  holds(): boolean
  /** Aborts when the lease is lost. */
  readonly lost: AbortSignal
}

export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

type LeaseEventType = 'LeaseClaimed' | 'LeaseRenewed' | 'LeaseReleased'

/** As others see the stream; `since` on our own clock. */
type Seen = {
  readonly revision: number
  readonly free: boolean
  readonly holder: string
  readonly durationMs: number
}

const nobody: Seen = { revision: -1, free: true, holder: '', durationMs: 0 }

const durationMsDefault = 6000
const graceMsDefault = 1000
/** Of the duration: a renewal that fails can be tried again before the lease ends. */
const renewAfter = 1 / 3
const lookAfter = 1 / 12

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Waits for the lease, does `work` under it, and gives it back when the work ends. Begins again when the lease was lost,
 * until `signal`.
 * @throws what `work` throws while the lease holds.
 */
export async function underLease(
  options: LeaseOptions,
  signal: AbortSignal,
  work: (lease: HeldLease, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    const holding = await claim(options, signal)
    if (!holding) return
    const { lease, release } = holding
    options.onChange?.({ kind: 'held', token: lease.token })
    try {
      await work(lease, AbortSignal.any([signal, lease.lost]))
      if (lease.holds()) return
    } catch (error) {
      if (lease.holds()) throw error
    } finally {
      const kept = lease.holds()
      await release()
      if (!kept) options.onChange?.({ kind: 'lost', token: lease.token })
    }
  }
}

type Holding = { readonly lease: HeldLease; release(): Promise<void> }

/** Null when the signal aborted before the lease was ours. */
async function claim(options: LeaseOptions, signal: AbortSignal): Promise<Holding | null> {
  const { clock = systemClock, durationMs = durationMsDefault, graceMs = graceMsDefault, onChange } = options
  let seen: Seen | null = null
  let seenMs = 0
  let told = ''
  while (!signal.aborted) {
    try {
      const now = await look(options)
      // A look that is late only makes the wait longer.
      if (seen?.revision !== now.revision) seenMs = clock.monotonicMs()
      seen = now
      const silentMs = clock.monotonicMs() - seenMs
      // What we held ourselves is over: nothing is done under it any more.
      if (seen.free || seen.holder === options.holder || silentMs >= seen.durationMs + graceMs) {
        const sent = sentNow(clock)
        await append(options, 'LeaseClaimed', seen.revision, signal)
        const holding = hold(options, seen.revision + 1, sent)
        if (holding.lease.holds()) return holding
        // Claimed so slowly that it has ended again: others may be about to take it.
        await holding.release()
      } else if (told !== seen.holder) {
        told = seen.holder
        onChange?.({ kind: 'waiting', holder: seen.holder })
      }
    } catch (error) {
      if (!(error instanceof WrongExpectedRevisionError))
        onChange?.({ kind: 'trouble', reason: reason(error) })
    }
    await clock.sleep(durationMs * lookAfter, signal)
  }
  return null
}

/** Both clocks, read before anything is sent. */
function sentNow(clock: LeaseClock) {
  const sent = { monotonicMs: clock.monotonicMs(), wallMs: clock.wallMs() }
  /** The longer of the two counts: a clock that stood still or was set back must not stretch a lease. */
  return () => Math.max(clock.monotonicMs() - sent.monotonicMs, clock.wallMs() - sent.wallMs)
}

function hold(options: LeaseOptions, token: number, claimedAgoMs: () => number): Holding {
  const { clock = systemClock, durationMs = durationMsDefault, onChange } = options
  const lost = new AbortController()
  const done = new AbortController()
  let agoMs = claimedAgoMs
  let revision = token
  const holds = () => {
    if (!lost.signal.aborted && agoMs() >= durationMs) lost.abort()
    return !lost.signal.aborted
  }

  async function keep(): Promise<void> {
    while (holds() && !done.signal.aborted) {
      await clock.sleep(Math.max(durationMs * renewAfter - agoMs(), durationMs * lookAfter), done.signal)
      if (done.signal.aborted || !holds()) return
      const sentAgoMs = sentNow(clock)
      try {
        await append(options, 'LeaseRenewed', revision, done.signal)
        revision += 1
        // Once lost it stays lost, also when the renewal went through after all.
        if (holds()) agoMs = sentAgoMs
      } catch (error) {
        if (error instanceof WrongExpectedRevisionError) lost.abort()
        else onChange?.({ kind: 'trouble', reason: reason(error) })
      }
    }
  }

  /** Ends the lease for those who only wait for `lost`, while a renewal hangs. */
  async function watch(): Promise<void> {
    while (holds() && !done.signal.aborted) await clock.sleep(durationMs - agoMs(), done.signal)
  }

  const keeping = keep()
  const watching = watch()
  return {
    lease: { token, holds, lost: lost.signal },
    async release() {
      const gone = !holds()
      done.abort()
      await watching
      // A renewal under way that hangs must not hold up those who start again.
      if (gone) return void keeping
      await keeping
      if (holds()) {
        lost.abort()
        // When it fails, the others wait until it has run out.
        await append(options, 'LeaseReleased', revision, done.signal).catch(() => {})
      }
    },
  }
}

async function look({ ledger, name }: LeaseOptions): Promise<Seen> {
  for await (const page of ledger.readStream(`lease-${name}`, { direction: 'backwards', limit: 1 })) {
    const [last] = page
    if (!last) break
    const { holder, durationMs } = JSON.parse(decoder.decode(last.data)) as {
      holder: string
      durationMs: number
    }
    return { revision: last.revision, free: last.type === 'LeaseReleased', holder, durationMs }
  }
  return nobody
}

/** Repeated identically as long as nobody can say whether it happened, or until nobody wants it any more. */
async function append(
  options: LeaseOptions,
  type: LeaseEventType,
  expected: number,
  stop: AbortSignal,
): Promise<void> {
  const { ledger, name, holder, durationMs = durationMsDefault, newId = randomUUID } = options
  const event: NewEvent = {
    id: newId(),
    type,
    data: encoder.encode(JSON.stringify({ holder, durationMs })),
    metadata: encoder.encode('{"schemaVersion":1}'),
  }
  for (;;) {
    try {
      await ledger.append(`lease-${name}`, [event], expected)
      return
    } catch (error) {
      if (!(error instanceof AppendOutcomeUnknownError) || stop.aborted) throw error
    }
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const systemClock: LeaseClock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve()
      const finish = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', finish)
        resolve()
      }
      const timer = setTimeout(finish, Math.max(0, ms))
      signal.addEventListener('abort', finish, { once: true })
    }),
}
