import type { LegalBasis } from './law.ts'
import type { Actor } from './metadata.ts'
import type { EventId, Instant, LocalDate, Title } from './values.ts'

/** The rule's "no": a value, never an exception. Shown to people in both languages with the articles it rests on. */
export type Refusal = {
  /** Stable, kebab-case, unique in its category: `institution-suspended`. */
  readonly code: string
  readonly message: Title
  readonly legalBasis: readonly LegalBasis[]
  /** JSON Pointer (RFC 6901) into the command body, where one field is to blame: `/data/amountFen`. */
  readonly pointer?: string
  /** Where several things are missing at once: each of them, the first of which gave the code above. */
  readonly errors?: readonly RefusalPart[]
}

/** One of several things that are missing at once. */
export type RefusalPart = Omit<Refusal, 'errors'>

/** What a rule wants appended; `effectiveAt` defaults to the command's. */
export type Proposed<Event extends { type: string; data: unknown }> = Event extends unknown
  ? { readonly type: Event['type']; readonly data: Event['data']; readonly effectiveAt?: Instant }
  : never

/**
 * Accepted with the events to append (none when the request is already true), or refused. A refusal may carry
 * events of its own: an attempt that a regulator wants to know of is recorded although it fails.
 */
export type Decision<Event extends { type: string; data: unknown }> =
  | { readonly accepted: true; readonly events: readonly Proposed<Event>[] }
  | { readonly accepted: false; readonly refusal: Refusal; readonly recorded: readonly Proposed<Event>[] }

export function accept<Event extends { type: string; data: unknown }>(
  ...events: readonly Proposed<Event>[]
): Decision<Event> {
  return { accepted: true, events }
}

export function refuse(
  code: string,
  message: Title,
  legalBasis: readonly LegalBasis[],
  pointer?: string,
): { readonly accepted: false; readonly refusal: Refusal; readonly recorded: readonly never[] } {
  return {
    accepted: false,
    refusal: { code, message, legalBasis, ...(pointer === undefined ? {} : { pointer }) },
    recorded: [],
  }
}

/** One refusal of all that is missing: its code is the first one's, its articles are everybody's. Null: nothing is. */
export function refusalOf(parts: readonly RefusalPart[]): Refusal | null {
  const [first, ...more] = parts
  if (!first || more.length === 0) return first ?? null
  const told = (language: 'zh' | 'en') =>
    parts
      .map(({ message }, index) => `${index + 1}. ${message[language]}`)
      .join(language === 'zh' ? '；' : '; ')
  return {
    code: first.code,
    message: { zh: `共${parts.length}项：${told('zh')}`, en: `${parts.length} things: ${told('en')}` },
    legalBasis: [...new Set(parts.flatMap(({ legalBasis }) => legalBasis))],
    ...(first.pointer === undefined ? {} : { pointer: first.pointer }),
    errors: parts,
  }
}

/** Another stream that a decision reads; its revision is recorded with the decision. */
export type Reliance = { readonly category: string; readonly id: string }

/** Everything from outside that a rule may use: no rule reads a clock, a file or a random number. */
export type DecisionContext = {
  /** When the ledger decides (becomes `recordedAt`). */
  readonly now: Instant
  /** The day of `now` in China. */
  readonly today: LocalDate
  /** Who asks; the ledger always says it. Absent where nobody does: in a simulation, in a decider's own test. */
  readonly actor?: Actor
  /**
   * Hashes of files that the ledger says are in the evidence store and that are no longer there, as far as whoever asks
   * has looked. Absent where nobody can look: then the ledger's word stands.
   */
  readonly lostFiles?: ReadonlySet<string>
  /** The state of a stream named in `reliesOn`; the category's initial state when the stream does not exist. */
  stateOf<State>(category: { readonly name: string; readonly initialState: State }, id: string): State
}

/** An event as a fold sees it. */
export type Occurred<Type extends string, Data> = {
  readonly type: Type
  readonly data: Data
  readonly effectiveAt: Instant
  /** Absent in a decider's own test; present on everything read from the ledger. */
  readonly id?: EventId
}

/** A command as a rule sees it: parsed, sealed, with the id of the stream it is for. */
export type Requested<Type extends string, Data> = {
  readonly type: Type
  readonly id: string
  readonly data: Data
  readonly effectiveAt: Instant
}

/** For the default branch of a switch over a union: a forgotten case is a compile error. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`)
}
