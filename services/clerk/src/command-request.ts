import { type AnyCategory, findCategory, type Instant, type LedgerEvent } from '@fireledger/domain'
import { type Command, eventIdOf } from '@fireledger/event-store'

/** The event that makes the clerk act: named as the cause of what it asks for. */
export type Cause = { readonly eventId: string; readonly correlationId: string }

export function causeOf(event: LedgerEvent): Cause {
  return { eventId: event.id, correlationId: event.metadata.correlationId }
}

/** A command that a rule asks for. */
export type CommandRequest = {
  readonly rule: string
  readonly cause: Cause
  readonly category: string
  readonly type: string
  readonly id: string
  readonly data: Readonly<Record<string, unknown>>
  readonly effectiveAt: Instant
  /** Tells apart several commands of one rule, from one event, to one stream. */
  readonly part?: string
  /** Id of the command whose effect this one takes back. */
  readonly undoes?: string
}

/** The same cause always makes the same command id: asking again, after a restart, anywhere, changes nothing. */
export function commandIdOf({ cause, rule, category, id, part }: CommandRequest): string {
  return ['clerk', cause.eventId, rule, `${category}-${id}`, ...(part === undefined ? [] : [part])].join(':')
}

/** The id of the first event that the command makes when it is accepted. */
export function firstEventIdOf(commandId: string): string {
  return eventIdOf(commandId, 0)
}

export function toCommand(request: CommandRequest): Command {
  const category: AnyCategory | undefined = findCategory(request.category)
  if (!category)
    throw new Error(`rule ${request.rule} names the category ${request.category}, which is not there`)
  return {
    category,
    type: request.type,
    id: request.id,
    data: request.data,
    effectiveAt: request.effectiveAt,
    commandId: commandIdOf(request),
    correlationId: request.cause.correlationId,
    causationId: request.cause.eventId,
    actor: { id: 'clerk', role: 'clerk', division: null },
  }
}
