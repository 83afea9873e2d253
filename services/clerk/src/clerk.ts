import { dayOf, type Instant, type LedgerEvent } from '@fireledger/domain'
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
import { consequenceRules, reactBy } from './credit-consequences.ts'
import { deadlineRules } from './deadlines.ts'
import { type CheckpointStore, type Draft, draftOf } from './memory.ts'
import { recollections } from './recollections.ts'

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
  readonly ledger: Pick<EventStore, 'subscribeToAll'>
  readonly submit: (command: Command) => Promise<Submission>
  readonly now: () => Instant
  readonly checkpointStore: CheckpointStore
  readonly logger: Logger
  /** Calls `tick` from time to time until the returned function is called; hourly when absent. */
  readonly schedule?: (tick: () => void) => () => void
}

export type Clerk = {
  /** Works until `signal`; rejects when an event cannot be worked off, with the checkpoint before it. Call it once. */
  run(signal: AbortSignal): Promise<void>
  /** Resolves when what was in the ledger at the start is worked off. */
  readonly caughtUp: Promise<void>
  /** Asks for what is due by now. Waits until caught up. */
  tick(): Promise<void>
  /** The last position worked off; null before the first. */
  readonly checkpoint: Position | null
}

export class ClerkStoppedError extends Error {
  override readonly name = 'ClerkStoppedError'
}

const eventTypes = [...new Set([...consequenceRules, ...recollections].flatMap((rule) => rule.on))]

function hourly(tick: () => void): () => void {
  const timer = setInterval(tick, 60 * 60 * 1000)
  timer.unref()
  return () => clearInterval(timer)
}

export function createClerk({
  ledger,
  submit,
  now,
  checkpointStore,
  logger,
  schedule = hourly,
}: ClerkOptions): Clerk {
  let announceCaughtUp = () => {}
  const caughtUp = new Promise<void>((resolve) => {
    announceCaughtUp = resolve
  })
  // Events and ticks take turns: a tick must see all that the events before it left behind.
  let turn: Promise<unknown> = Promise.resolve()
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = turn.then(work)
    turn = done.catch(() => {})
    return done
  }

  async function ask(request: CommandRequest): Promise<void> {
    const outcome = await submit(toCommand(request))
    const fields = { commandId: commandIdOf(request), rule: request.rule, type: request.type, id: request.id }
    switch (outcome.kind) {
      case 'accepted':
        return
      case 'refused':
        // A refusal is an answer, e.g. that an officer was quicker.
        return logger.info({ ...fields, code: outcome.refusal.code }, 'the request was refused')
      case 'reused':
        return logger.error(fields, 'the command id was used for another content, by an older rule')
      default:
        throw new ClerkStoppedError(
          `${request.type} for ${request.category}-${request.id}, asked by ${request.rule}, was ${outcome.kind}: ${JSON.stringify(outcome)}`,
        )
    }
  }

  async function workOff(event: LedgerEvent, memory: Draft): Promise<void> {
    const reactions = consequenceRules
      .filter((rule) => rule.on.includes(event.type))
      .flatMap((rule) => reactBy(rule, event, memory) ?? [])
    for (const { requests } of reactions) for (const request of requests) await ask(request)
    for (const { standingKey, standing } of reactions)
      memory.set(standingKey, standing.length === 0 ? null : standing)
    for (const recollection of recollections)
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

  async function meetDeadlines(): Promise<void> {
    const today = dayOf(now())
    const requests = deadlineRules.flatMap((rule) => [...rule.due(today, checkpointStore)])
    for (const request of requests) await ask(request)
    if (requests.length > 0) logger.info({ requests: requests.length, today }, 'deadlines passed')
  }

  async function run(signal: AbortSignal): Promise<void> {
    const after = checkpointStore.checkpoint ?? ledgerStart
    const unschedule = schedule(() => {
      tick().catch((error) => logger.error({ error }, 'the deadline clock failed; it is tried again'))
    })
    try {
      for await (const message of ledger.subscribeToAll({ after, filter: { types: eventTypes }, signal })) {
        if (message.kind === 'events') await inTurn(() => workOffAll(message.events))
        else if (message.kind === 'checkpoint') checkpointStore.commit(message.position, new Map())
        else announceCaughtUp()
      }
    } finally {
      unschedule()
      await turn
    }
  }

  async function tick(): Promise<void> {
    await caughtUp
    await inTurn(meetDeadlines)
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
