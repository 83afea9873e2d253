import {
  addDays,
  dayOf,
  type Instant,
  type LedgerEvent,
  type LocalDate,
  startOfDay,
} from '@fireledger/domain'
import {
  type Command,
  decodeEvent,
  type EventStore,
  ledgerStart,
  type Position,
  type StoredEvent,
  type Submission,
} from '@fireledger/event-store'
import { type CommandRequest, commandIdOf, toCommand } from './command-request.ts'
import { conductMarks } from './conduct-memory.ts'
import { reactBy } from './credit-consequences.ts'
import { factSources } from './credit-facts.ts'
import type { DeadlineRule } from './deadline-rule.ts'
import { deadlineRules, waitingKey } from './deadlines.ts'
import { type CheckpointStore, type Draft, draftOf } from './memory.ts'
import { recollections } from './recollections.ts'
import { lateAdoptions, mustReread, reread } from './reread.ts'
import { reviewCredits, reviewMarks, reviewsWait } from './review.ts'

/**
 * The process managers: facts and time in, commands out. One subscription over the whole ledger; every command has an
 * id that its cause gives it, so that the clerk may be stopped anywhere, and started twice, without doing a thing twice.
 */

type Logger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type ClerkOptions = {
  readonly ledger: Pick<EventStore, 'subscribeToAll' | 'readAll'>
  readonly submit: (command: Command) => Promise<Submission>
  readonly now: () => Instant
  readonly checkpointStore: CheckpointStore
  readonly logger: Logger
  /**
   * Calls `tick` from time to time until the returned function is called. When absent: at once, hourly, and when a day
   * begins in China.
   */
  readonly schedule?: (tick: () => void) => () => void
  /**
   * False: nothing is asked for between ticks but what facts set off, so that what is told depends on the moments of the
   * ticks alone. Whoever ticks then does so again as long as a tick has an effect.
   */
  readonly promptly?: boolean
}

export type Clerk = {
  /** Works until `signal`; rejects when an event cannot be worked off, with the checkpoint before it. Call it once. */
  run(signal: AbortSignal): Promise<void>
  /** Resolves when what was in the ledger at the start is worked off. */
  readonly caughtUp: Promise<void>
  /** Asks for what is due by now, once it has caught up. How much of it had an effect; 0: nothing more is due. */
  tick(): Promise<number>
  /** The last position worked off; null before the first. */
  readonly checkpoint: Position | null
}

export class ClerkStoppedError extends Error {
  override readonly name = 'ClerkStoppedError'
}

const folds = [...recollections, ...conductMarks, ...reviewMarks, lateAdoptions]
const eventTypes = [...new Set([...factSources, ...folds].flatMap((rule) => rule.on))]

const hourMs = 60 * 60 * 1000

function hourlyAndDaily(tick: () => void, now: () => Instant): () => void {
  tick()
  let timer: NodeJS.Timeout
  const wait = () => {
    const at = now()
    const nextDayMs = Date.parse(startOfDay(addDays(dayOf(at), 1))) - Date.parse(at)
    timer = setTimeout(
      () => {
        tick()
        wait()
      },
      Math.min(hourMs, Math.max(1, nextDayMs)),
    )
    timer.unref()
  }
  wait()
  return () => clearTimeout(timer)
}

export function createClerk({
  ledger,
  submit,
  now,
  checkpointStore,
  logger,
  schedule = (tick) => hourlyAndDaily(tick, now),
  promptly = true,
}: ClerkOptions): Clerk {
  let announceCaughtUp = () => {}
  const caughtUp = new Promise<void>((resolve) => {
    announceCaughtUp = resolve
  })
  let tickWhenCaughtUp = false
  let stopped = false
  // Events and ticks take turns: a tick must see all that the events before it left behind.
  let turn: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work)
    turn = done.catch(() => {})
    return done
  }

  /** True when it had an effect now; false when it had been asked before, or was refused. */
  async function ask(request: CommandRequest): Promise<boolean> {
    const outcome = await submit(toCommand(request))
    const fields = { commandId: commandIdOf(request), rule: request.rule, type: request.type, id: request.id }
    switch (outcome.kind) {
      case 'accepted':
        return outcome.position !== null && !outcome.replayed
      case 'refused':
        // A refusal is an answer, e.g. that an officer was quicker.
        logger.info({ ...fields, code: outcome.refusal.code }, 'the request was refused')
        return false
      case 'reused':
        logger.error(fields, 'the command id was used for another content, by an older rule')
        return false
      default:
        throw new ClerkStoppedError(
          `${request.type} for ${request.category}-${request.id}, asked by ${request.rule}, was ${outcome.kind}: ${JSON.stringify(outcome)}`,
        )
    }
  }

  /** Asks now, or keeps the request until its day has come; what is taken back while it waits is never asked. */
  async function askOnItsDay(request: CommandRequest, memory: Draft): Promise<void> {
    const undone = request.undoes === undefined ? null : waitingKey(request.undoes)
    if (undone !== null && memory.get(undone) !== undefined) memory.set(undone, null)
    else if (dayOf(request.effectiveAt) > dayOf(now())) memory.set(waitingKey(commandIdOf(request)), request)
    else await ask(request)
  }

  async function workOff(event: LedgerEvent, memory: Draft): Promise<void> {
    const reactions = factSources
      .filter((source) => source.on.includes(event.type))
      .flatMap((source) => reactBy(source, event, memory) ?? [])
    for (const { requests } of reactions) for (const request of requests) await askOnItsDay(request, memory)
    for (const { standingKey, standing } of reactions)
      if (standingKey !== null) memory.set(standingKey, standing.length === 0 ? null : standing)
    for (const recollection of folds)
      if (recollection.on.includes(event.type)) recollection.fold(event, memory)
  }

  async function workOffAll(events: readonly StoredEvent[]): Promise<void> {
    const memory = draftOf(checkpointStore)
    for (const stored of events) {
      try {
        await workOff(decodeEvent(stored), memory)
      } catch (error) {
        throw new ClerkStoppedError(
          `stopped before ${stored.type} ${stored.id} at position ${stored.position} of ${stored.stream}`,
          { cause: error },
        )
      }
    }
    const last = events.at(-1)
    if (last) checkpointStore.commit(last.position, memory.changes)
  }

  /** Asks for all that is due by the rule; how much of it had an effect. */
  async function meet(rule: DeadlineRule, today: LocalDate): Promise<number> {
    let effects = 0
    for (const request of [...rule.due(today, checkpointStore)]) if (await ask(request)) effects++
    const done = new Map(rule.done?.(today, checkpointStore) ?? [])
    if (done.size > 0) checkpointStore.commit(checkpointStore.checkpoint ?? ledgerStart, done)
    return effects
  }

  async function rereadNow(): Promise<void> {
    if (stopped || !mustReread(checkpointStore)) return
    logger.info({}, 'a rulebook was adopted: facts of days that no rulebook covered are read again')
    await reread(ledger, checkpointStore, eventTypes, workOff)
  }

  /** Accounts that a fact has changed are looked at when nothing more is to be worked off: once, not fact by fact. */
  async function reviewNow(): Promise<void> {
    await rereadNow()
    if (!stopped && reviewsWait(checkpointStore)) await meet(reviewCredits, dayOf(now()))
  }

  async function meetDeadlines(): Promise<number> {
    if (stopped) return 0
    await rereadNow()
    const today = dayOf(now())
    for (const rule of deadlineRules) {
      const effects = await meet(rule, today)
      if (effects === 0) continue
      logger.info({ rule: rule.name, effects, today }, 'deadlines passed')
      // The rules after this one must see what it brought about: the clock is looked at again when that is worked off.
      tickWhenCaughtUp = promptly
      return effects
    }
    return 0
  }

  async function run(signal: AbortSignal): Promise<void> {
    const after = checkpointStore.checkpoint ?? ledgerStart
    const tickQuietly = () => {
      tick().catch((error) => logger.error({ error }, 'the deadline clock failed; it is tried again'))
    }
    const unschedule = schedule(tickQuietly)
    try {
      for await (const message of ledger.subscribeToAll({ after, filter: { types: eventTypes }, signal })) {
        if (message.kind === 'events') await inTurn(() => workOffAll(message.events))
        else if (message.position > (checkpointStore.checkpoint ?? ledgerStart)) {
          // Nothing of interest up to here: whoever waits for the clerk to pass this position need not wait longer.
          checkpointStore.commit(message.position, new Map())
        }
        if (message.kind === 'caughtUp') {
          if (promptly) await inTurn(reviewNow)
          announceCaughtUp()
          if (tickWhenCaughtUp) tickQuietly()
          tickWhenCaughtUp = false
        }
      }
    } finally {
      unschedule()
      stopped = true
      await turn
    }
  }

  async function tick(): Promise<number> {
    await caughtUp
    return await inTurn(meetDeadlines)
  }

  return {
    run,
    caughtUp,
    tick,
    get checkpoint() {
      return checkpointStore.checkpoint
    },
  }
}
