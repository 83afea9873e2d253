import { createHash } from 'node:crypto'
import {
  type Actor,
  type AnyCategory,
  type Concerns,
  type DecisionContext,
  dayOf,
  type EventId,
  type EventMetadata,
  findCommand,
  findEvent,
  type Instant,
  type LedgerEvent,
  type Refusal,
  type Reliance,
} from '@fireledger/domain'
import canonicalize from 'canonicalize'
import { encodeEvent } from './codec.ts'
import {
  AppendOutcomeUnknownError,
  type AppendResult,
  type EventStore,
  type NewEvent,
  type Position,
  WrongExpectedRevisionError,
} from './event-store.ts'
import { loadFor } from './load-stream.ts'
import { loadReliances, type Relied } from './relied-streams.ts'
import { forgetStream } from './stream-folds.ts'
import { inTurn } from './stream-turns.ts'

/** A command ready to be decided: parsed by its schema, persons sealed. */
export type Command = {
  readonly category: AnyCategory
  readonly type: string
  readonly id: string
  readonly data: unknown
  /** When the facts hold; null: now, or for a correction when the event that it supersedes held. */
  readonly effectiveAt: Instant | null
  readonly commandId: string
  readonly correlationId: string
  readonly causationId: string | null
  readonly actor: Actor
  /** Refuse with a conflict unless the stream is at this revision (`If-Match`); -1: must not exist. */
  readonly expectedRevision?: number
  /** As `DecisionContext` has it: looked for by whoever can look into the evidence store. */
  readonly lostFiles?: ReadonlySet<string>
}

export type Outcome =
  | {
      readonly kind: 'accepted'
      /** Of the stream afterwards; -1 when it still does not exist. */
      readonly revision: number
      /** Of the last event appended by this command; null when nothing had to be appended. */
      readonly position: Position | null
      readonly eventIds: readonly string[]
      /** True when this very command had been handled before and this is its first outcome. */
      readonly replayed: boolean
    }
  | {
      readonly kind: 'refused'
      readonly refusal: Refusal
      readonly position: Position | null
      readonly replayed: boolean
    }
  /** Someone wrote first: `actual` is the revision to look at. */
  | { readonly kind: 'conflict'; readonly actual: number }
  /** The command id was used before, for another content. */
  | { readonly kind: 'reused' }
  /** The principal may not do this to this stream. */
  | { readonly kind: 'forbidden' }

/**
 * What commands came to that left no event: refused, or so already. The ledger itself knows all others. With it a retry
 * gets the first answer although the world has moved on meanwhile; without it such a command is decided again.
 */
export type OutcomeMemory = {
  find(commandId: string): RememberedOutcome | null
  remember(commandId: string, outcome: RememberedOutcome): void
}
export type RememberedOutcome = {
  /** Of the command, as `commandDigest` makes it. */
  readonly digest: string
  readonly outcome:
    | { readonly kind: 'accepted'; readonly revision: number }
    | { readonly kind: 'refused'; readonly refusal: Refusal }
}

export type CommandDependencies = {
  readonly ledger: EventStore
  /** Becomes `recordedAt`; the order of the ledger's positions within a process when it never runs backwards. */
  readonly now: () => Instant
  /** For callers that may send a command again: absent, only outcomes with events are replayed. */
  readonly outcomes?: OutcomeMemory
  /**
   * Asked with what the stream concerns, before and after the command; with null when there is no stream and the
   * command makes none; once, before, where the category knows a jurisdiction. Absent: everything is allowed.
   */
  readonly authorise?: (command: Command, concerns: Concerns | null) => boolean
}

/** Of a decision that others overtake, and of an append whose outcome is unknown. */
export const attemptsMax = 10

/**
 * Load, fold, decide, append. On a conflict the whole is done again from fresh state, unless the caller named a
 * revision; an append whose outcome is unknown is retried identically. Commands of one process for one stream take
 * turns: run at once, all but one would only lose and decide again.
 * @throws AppendOutcomeUnknownError when the ledger could not say whether it happened: send the same command again.
 */
export async function handleCommand(command: Command, deps: CommandDependencies): Promise<Outcome> {
  const stream = `${command.category.name}-${command.id}`
  return inTurn(deps.ledger, stream, async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptCommand(command, deps)
      } catch (error) {
        if (!(error instanceof WrongExpectedRevisionError)) throw error
        forgetStream(deps.ledger, stream)
        // Other processes were faster every time: theirs to look at, the caller's to try again.
        if (attempt === attemptsMax) return { kind: 'conflict', actual: error.actual }
      }
    }
  })
}

async function attemptCommand(command: Command, deps: CommandDependencies): Promise<Outcome> {
  const { category, id } = command
  const { state, revision, earlier, heldAt } = await loadFor(deps.ledger, category, id, [command])
  const found = { state, revision, earlier: earlier(command.commandId), heldAt }
  const decided = await decideCommand(command, found, deps, (reliances) =>
    loadReliances(deps.ledger, reliances),
  )
  if (decided.kind === 'settled') return decided.outcome
  // Nothing may wait between the decision and this: its moment and its position shall come in the same order.
  const appended = await appendSurely(deps.ledger, `${category.name}-${id}`, decided.events, revision)
  return outcomeOf(decided, appended)
}

/** A stream as a command finds it. */
export type FoundStream = {
  readonly state: unknown
  /** -1: does not exist. */
  readonly revision: number
  /** The events that this very command id appended before. */
  readonly earlier: readonly LedgerEvent[]
  /** When an event of the stream held; null when it has no such event. */
  heldAt(eventId: string): Instant | null
}

/** What a command makes of a stream: an outcome without any event, or events to append and the state after them. */
export type Decided =
  | { readonly kind: 'settled'; readonly outcome: Outcome }
  | {
      readonly kind: 'append'
      readonly events: readonly NewEvent[]
      readonly state: unknown
      /** Set when the events only record the attempt. */
      readonly refusal: Refusal | null
    }

/** Decides in memory; the only thing it reads are the streams that the command relies on. */
export async function decideCommand(
  command: Command,
  found: FoundStream,
  deps: Pick<CommandDependencies, 'now' | 'authorise' | 'outcomes'>,
  readReliances: (reliances: readonly Reliance[]) => Promise<Relied>,
): Promise<Decided> {
  const { category, id } = command
  const { state, revision, earlier } = found
  const settled = (outcome: Outcome): Decided => ({ kind: 'settled', outcome })
  const authorised = (concerns: Concerns | null) => !deps.authorise || deps.authorise(command, concerns)

  if (!(await mayAddress(command, found, deps, readReliances))) return settled({ kind: 'forbidden' })
  if (earlier.length > 0) return settled(firstOutcome(earlier, commandDigest(command)))
  const remembered = deps.outcomes?.find(command.commandId)
  if (remembered) return settled(rememberedOutcome(remembered, commandDigest(command)))
  if (command.expectedRevision !== undefined && command.expectedRevision !== revision) {
    return settled({ kind: 'conflict', actual: revision })
  }

  const { now, requested, relied } = await gather(command, found, deps.now, readReliances)
  const decision = category.decide(requested, state, decisionContext(command, now, relied))
  const proposed = decision.accepted ? decision.events : decision.recorded
  const refusal = decision.accepted ? null : decision.refusal

  const folded: Folded[] = []
  let after = state
  for (const event of proposed) {
    const effectiveAt = event.effectiveAt ?? requested.effectiveAt
    const eventId = eventIdOf(command.commandId, folded.length)
    after = category.evolve(after, { ...event, id: eventId, effectiveAt })
    folded.push({ ...event, id: eventId, effectiveAt, concerns: category.concerns(after, id) })
  }
  const nothingThere = revision + 1 + folded.length === 0
  const mayLeave = category.jurisdiction || authorised(nothingThere ? null : category.concerns(after, id))
  if (!mayLeave) return settled({ kind: 'forbidden' })
  if (folded.length === 0) {
    const outcome = refusal ? { kind: 'refused' as const, refusal } : { kind: 'accepted' as const, revision }
    deps.outcomes?.remember(command.commandId, { digest: commandDigest(command), outcome })
    return settled(withoutEvents(outcome, false))
  }
  return { kind: 'append', events: encode(command, folded, now, relied, refusal), state: after, refusal }
}

/** Whether the command may be put to the stream as it is. */
async function mayAddress(
  command: Command,
  found: FoundStream,
  { authorise, now: clock }: Pick<CommandDependencies, 'now' | 'authorise'>,
  readReliances: (reliances: readonly Reliance[]) => Promise<Relied>,
): Promise<boolean> {
  if (!authorise) return true
  const { category, id } = command
  const concerns = category.concerns(found.state, id)
  if (!category.jurisdiction) return found.revision < 0 || authorise(command, concerns)
  // Asked also where nothing is yet: who opens a stream first must not make it theirs.
  const { now, requested, relied } = await gather(command, found, clock, readReliances)
  const division = category.jurisdiction(requested, found.state, decisionContext(command, now, relied))
  return authorise(command, { ...concerns, division })
}

/** The moment of the decision is taken last: what the command relies on may take a while to read. */
async function gather(
  command: Command,
  { state, heldAt }: FoundStream,
  clock: () => Instant,
  readReliances: (reliances: readonly Reliance[]) => Promise<Relied>,
) {
  const { category, type, id, data } = command
  const superseded = findCommand(category, type)?.corrects
    ? (data as { supersedes: string }).supersedes
    : null
  const effectiveAt = command.effectiveAt ?? (superseded === null ? null : heldAt(superseded))
  let relied: Relied = new Map()
  for (;;) {
    const now = clock()
    const requested = { type, id, data, effectiveAt: effectiveAt ?? now }
    const reliances = category.reliesOn?.(requested, state) ?? []
    if (reliances.every((other) => relied.has(`${other.category}-${other.id}`))) {
      return { now, requested, relied }
    }
    relied = await readReliances(reliances)
  }
}

function withoutEvents(outcome: RememberedOutcome['outcome'], replayed: boolean): Outcome {
  if (outcome.kind === 'refused') return { ...outcome, position: null, replayed }
  return { ...outcome, position: null, eventIds: [], replayed }
}

function rememberedOutcome({ digest, outcome }: RememberedOutcome, asked: string): Outcome {
  return digest === asked ? withoutEvents(outcome, true) : { kind: 'reused' }
}

export function outcomeOf(decided: Extract<Decided, { kind: 'append' }>, appended: AppendResult): Outcome {
  const { refusal, events } = decided
  if (refusal) return { kind: 'refused', refusal, position: appended.position, replayed: false }
  return { kind: 'accepted', ...appended, eventIds: events.map((event) => event.id), replayed: false }
}

function decisionContext(command: Command, now: Instant, relied: Relied): DecisionContext {
  return {
    now,
    today: dayOf(now),
    actor: command.actor,
    ...(command.lostFiles ? { lostFiles: command.lostFiles } : {}),
    stateOf: (other, otherId) => {
      const loaded = relied.get(`${other.name}-${otherId}`)
      if (!loaded)
        throw new Error(`${command.type} reads ${other.name}-${otherId} without naming it in reliesOn`)
      return loaded.state as typeof other.initialState
    },
  }
}

type Folded = {
  readonly id: EventId
  readonly type: string
  readonly data: unknown
  readonly effectiveAt: Instant
  readonly concerns: Concerns
}

function encode(
  command: Command,
  folded: readonly Folded[],
  now: Instant,
  relied: Relied,
  refusal: Refusal | null,
): NewEvent[] {
  const digest = commandDigest(command)
  const reliedOn = [...relied].map(([name, { revision }]) => ({ stream: name, revision }))
  return folded.map(({ id, type, data, effectiveAt, concerns }) =>
    encodeEvent({
      id,
      type,
      data,
      metadata: {
        schemaVersion: findEvent(type)?.definition.schemaVersion ?? 1,
        effectiveAt,
        recordedAt: now,
        commandId: command.commandId,
        commandDigest: digest,
        correlationId: command.correlationId,
        causationId: command.causationId,
        actor: command.actor,
        legalBasis: findEvent(type)?.definition.legalBasis ?? [],
        rulebook: rulebookOf(data),
        reliedOn,
        ...concerns,
        refusal,
      } satisfies EventMetadata,
    }),
  )
}

function firstOutcome(earlier: readonly LedgerEvent[], digest: string): Outcome {
  const last = earlier.at(-1)
  if (!last || last.metadata.commandDigest !== digest) return { kind: 'reused' }
  if (last.metadata.refusal) {
    return { kind: 'refused', refusal: last.metadata.refusal, position: last.position, replayed: true }
  }
  return {
    kind: 'accepted',
    revision: last.revision,
    position: last.position,
    eventIds: earlier.map((event) => event.id),
    replayed: true,
  }
}

/**
 * An append whose outcome is unknown is tried again identically. When the ledger then says anything but a result or a
 * conflict, the first attempt may still have happened: that is what the caller must hear.
 */
export async function appendSurely(
  ledger: EventStore,
  stream: string,
  events: Parameters<EventStore['append']>[1],
  expected: number,
) {
  let unknown: AppendOutcomeUnknownError | null = null
  for (let attempt = 1; ; attempt++) {
    try {
      return await ledger.append(stream, events, expected)
    } catch (error) {
      if (error instanceof AppendOutcomeUnknownError) unknown = error
      else if (error instanceof WrongExpectedRevisionError) throw error
      else throw unknown ?? error
      if (attempt === attemptsMax) throw unknown
    }
  }
}

export function commandDigest(command: Command): string {
  const { type, id, data, effectiveAt } = command
  return createHash('sha256')
    .update(canonicalize({ category: command.category.name, type, id, data, effectiveAt }) ?? '')
    .digest('hex')
}

/** The same command always makes the same event ids, so that a retry is recognised as one. */
export function eventIdOf(commandId: string, index: number): string {
  const hex = createHash('sha256').update(`${commandId}:${index}`).digest('hex')
  // RFC 9562 version 8: the bits are ours.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function rulebookOf(data: unknown): string | null {
  const rulebook = (data as { rulebook?: unknown }).rulebook
  return typeof rulebook === 'string' ? rulebook : null
}
